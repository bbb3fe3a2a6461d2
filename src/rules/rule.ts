import type { Evidence, Part } from '../evidence/evidence.ts';
import type { ScenarioName, Severity, Target } from '../target/target.ts';

/** What the message of a finding is made from. */
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
   * Set if the breach is that something was not seen. In a visit that broke off that proves nothing, so such a finding counts as
   * inconclusive there.
   */
  absence?: boolean;
  /** Values that it shares with findings of other rules, by key: see Yield. */
  about?: About;
}

/** Values by key. `place`, `event` and `page` replace those of the finding itself. */
export type About = Readonly<Record<string, string | readonly string[]>>;

/** Something that may be a breach: if no rule that it yields to reports it, the rule is inconclusive. */
export interface Doubt extends Pick<Finding, 'code' | 'place' | 'event' | 'page' | 'about'> {
  /** Why it cannot be decided. */
  inconclusive: string;
}

/** Which findings of a rule are dropped, because another rule reports their cause. */
export interface Yield {
  /** Id of the other rule. */
  rule: string;
  /**
   * The keys in which the two findings must agree; empty if the other explains the whole visit. `place`: one is the other or
   * inside it, or the other is a member that its request has for all events. `event`: by TikTok's current name. `page`: by path.
   * Any other key must be in `about` of both findings. Values agree if they have one in common; a missing value agrees with
   * nothing.
   */
  sharing: readonly string[];
  /** Codes of this rule's findings that yield; all by default. */
  yielding?: readonly string[];
  /** Codes of the other rule's findings that they yield to; all by default. */
  to?: readonly string[];
}

/** The message of each finding code, made from the arguments that it names. */
export type Messages = Readonly<Record<string, Message>>;

/** A method's type, so that a message may require certain arguments where any are given. */
type Message = { from(args: Arguments): string }['from'];

/** A finding of a rule with these messages: with one of their codes, and the arguments that its message needs. */
export type FindingOf<M extends Messages> = {
  [Code in keyof M & string]: Finding<Code, Arguments & ArgsOf<M[Code]>>;
}[keyof M & string];

/** The arguments of a message. */
export type ArgsOf<F extends Message> = Parameters<F> extends [infer A] ? A : object;

/**
 * The result of a check: findings (none: pass), or why it does not apply or could not be judged. `unseen`: parts of the visit
 * that the evidence does not show, if these are why.
 */
export type CheckResult<F extends Finding = Finding> =
  | F[]
  | { findings: F[]; doubts: Doubt[] }
  | { inapplicable: string; unseen?: Part[] }
  | { inconclusive: string; unseen?: Part[] };

/** The text of a rule. */
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

/** One statement that evidence is checked against. */
export interface Rule extends RuleText {
  /** The scenarios in which it is asked. */
  scenarios: readonly ScenarioName[];
  /**
   * Parts of the visit that it cannot do without: evidence without one of them is not judged. Parts that only add detail are not
   * listed: a rule about the site's events finds on the wire what the calls do not show.
   */
  needs?: readonly Part[];
  /** Parts without which it can find a breach, but cannot pass. */
  needsToPass?: readonly Part[];
  /** The message of each finding code. */
  messages: Messages;
  /** Rules that report the cause of its findings: `run.ts` drops those. */
  yieldsTo?: readonly Yield[];
  /** Pure: reads only the evidence and the target. */
  check(evidence: Evidence, target: Target): CheckResult;
  /** Merges findings that are one breach, after those that other rules report are dropped. Pure. */
  group?(findings: readonly Finding[]): Finding[];
  /**
   * Places of the events that a finding is about, if it means that TikTok counts a conversion again, loses it, or may: what they are
   * worth is at stake. Pure.
   */
  stakes?(finding: Finding): readonly string[];
  /** The reason if all findings were dropped, followed by the rules that report the cause. */
  dropped?(findings: readonly (Finding | Doubt)[]): string;
}

interface RuleWith<M extends Messages> extends Omit<Rule, 'messages' | 'check' | 'group' | 'stakes'> {
  messages: M;
  check(evidence: Evidence, target: Target): CheckResult<FindingOf<M>>;
  group?(findings: readonly FindingOf<M>[]): FindingOf<M>[];
  stakes?(finding: FindingOf<M>): readonly string[];
}

/** A rule whose check can only return findings that its messages cover. */
export function defineRule<const M extends Messages>(rule: RuleWith<M>): Rule;
export function defineRule(rule: Rule): Rule {
  return rule;
}
