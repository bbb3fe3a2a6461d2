import type { Evidence, Part } from '../evidence/evidence.ts';
import type { ScenarioName, Severity, Target } from '../target/target.ts';

/** What the wording of a finding is made from. */
export type Arguments = Readonly<Record<string, string | number>>;

/** Arguments of these names; `Optional` ones may be left out. */
export type Args<Name extends string, Optional extends string = never> = Readonly<
  Record<Name, string | number> & Partial<Record<Optional, string | number>>
>;

/** One breach of a rule: a code with arguments, and the place in the evidence that shows it. */
export interface Finding<Code extends string = string, A = Arguments> {
  code: Code;
  args: A;
  /** JSON Pointer into the evidence, such as `/requests/12`. */
  place: string;
  /** The event it is about. */
  event?: string;
  /** URL of the page it happened on. */
  page?: string;
  /**
   * Set where the breach is that something was not seen. A visit that broke off proves nothing of the kind, so there such a
   * finding counts as inconclusive.
   */
  absence?: boolean;
  /** What it shares with findings of other rules, by named keys: see Yield. */
  about?: About;
}

/** Values of named keys. `place`, `event` and `page` stand in place of those of the finding itself. */
export type About = Readonly<Record<string, string | readonly string[]>>;

/** Something that may be a breach: where no rule that it yields to reports it, the question is open, and the rule inconclusive. */
export interface Doubt extends Pick<Finding, 'code' | 'place' | 'event' | 'page' | 'about'> {
  /** Why nothing tells. */
  inconclusive: string;
}

/** Which findings of a rule are dropped, because another rule reports their cause. */
export interface Yield {
  /** Id of the other rule. */
  rule: string;
  /**
   * In what the two findings have to agree; in nothing, where it explains the whole visit. `place`: one is the other or stands
   * within it, or the other is a member that its request has for all events. `event`: by TikTok's current name. `page`: by path.
   * Any other key is named by both findings in `about`. Values agree where they have one in common; what is missing agrees with
   * nothing.
   */
  sharing: readonly string[];
  /** Codes of this rule's findings that yield; without it all do. */
  yielding?: readonly string[];
  /** Codes of the other rule's findings that they yield to; without it all. */
  to?: readonly string[];
}

/** The wording of each finding code, each made from the arguments that it names. */
export type Messages = Readonly<Record<string, Message>>;

/** A method's type, so that a wording may ask for certain arguments where any are given. */
type Message = { from(args: Arguments): string }['from'];

/** A finding of a rule with these messages: its code is one of theirs, and its arguments are those that the wording needs. */
export type FindingOf<M extends Messages> = {
  [Code in keyof M & string]: Finding<Code, Arguments & ArgsOf<M[Code]>>;
}[keyof M & string];

/** The arguments that a wording is made from. */
export type ArgsOf<F extends Message> = Parameters<F> extends [infer A] ? A : object;

/**
 * What a check comes to: findings (none: pass), or why it does not apply or could not be judged. `unseen`: parts of the visit
 * that the evidence does not show, where these are why.
 */
export type CheckResult<F extends Finding = Finding> =
  | F[]
  | { findings: F[]; doubts: Doubt[] }
  | { inapplicable: string; unseen?: Part[] }
  | { inconclusive: string; unseen?: Part[] };

/** What every rule says of itself. */
export interface RuleText {
  /** `topic/name`, the path of its file below src/rules. */
  id: string;
  severity: Severity;
  /** The statement, as a sentence. */
  title: string;
  /** What goes wrong when it is broken. */
  why: string;
  /** What the owner of the site should do. */
  fix: string;
  /** Where the statement comes from. */
  source: string;
}

/** One statement that evidence can be held against. */
export interface Rule extends RuleText {
  /** Those it speaks for: under any other it is not asked. */
  scenarios: readonly ScenarioName[];
  /**
   * Parts of the visit without which nothing can be said: evidence that does not show one of them is not judged. What only adds
   * to the rest is none: a rule of the site's events finds on the wire what it does not find in the calls.
   */
  needs?: readonly Part[];
  /** Parts without which a breach can be seen, but not that there is none. */
  needsToPass?: readonly Part[];
  /** The wording of each finding code. */
  messages: Messages;
  /** Who reports the cause of its findings: `run.ts` drops those. */
  yieldsTo?: readonly Yield[];
  /** Pure: reads the evidence and the target, and nothing else. */
  check(evidence: Evidence, target: Target): CheckResult;
  /** Puts findings together that are one breach, once what others report is dropped. Pure. */
  group?(findings: readonly Finding[]): Finding[];
  /**
   * Places of the events that a finding is about, if it means that TikTok counts a conversion again, loses it, or may: what they are
   * worth is at stake. Pure.
   */
  stakes?(finding: Finding): readonly string[];
  /** What is said of findings that were all dropped, before the rules that report the cause. */
  dropped?(findings: readonly (Finding | Doubt)[]): string;
}

interface RuleWith<M extends Messages> extends Omit<Rule, 'messages' | 'check' | 'group' | 'stakes'> {
  messages: M;
  check(evidence: Evidence, target: Target): CheckResult<FindingOf<M>>;
  group?(findings: readonly FindingOf<M>[]): FindingOf<M>[];
  stakes?(finding: FindingOf<M>): readonly string[];
}

/** A rule, whose check can only find what its messages have a wording for. */
export function defineRule<const M extends Messages>(rule: RuleWith<M>): Rule;
export function defineRule(rule: Rule): Rule {
  return rule;
}
