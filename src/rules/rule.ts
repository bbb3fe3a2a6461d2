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
}

/** The wording of each finding code, each made from the arguments that it names. */
export type Messages = Readonly<Record<string, Message>>;

/** A method's type, so that a wording may ask for certain arguments where any are given. */
type Message = { from(args: Arguments): string }['from'];

/** A finding of a rule with these messages: its code is one of theirs, and its arguments are those that the wording needs. */
export type FindingOf<M extends Messages> = {
  [Code in keyof M & string]: Finding<Code, Arguments & ArgsOf<M[Code]>>;
}[keyof M & string];

type ArgsOf<F extends Message> = Parameters<F> extends [infer A] ? A : object;

/**
 * What a check comes to: findings (none: pass), or why it does not apply or could not be judged. `unseen`: parts of the visit
 * that the evidence does not show, where these are why.
 */
export type CheckResult<F extends Finding = Finding> =
  | F[]
  | { inapplicable: string; unseen?: Part[] }
  | { inconclusive: string; unseen?: Part[] };

/** One statement that evidence can be held against. */
export interface Rule {
  /** `topic/name`, the path of its file below src/rules. */
  id: string;
  severity: Severity;
  /** Those it speaks for: under any other it is not asked. */
  scenarios: readonly ScenarioName[];
  /**
   * Parts of the visit without which nothing can be said: evidence that does not show one of them is not judged. What only adds
   * to the rest is none: a rule of the site's events finds on the wire what it does not find in the calls.
   */
  needs?: readonly Part[];
  /** Parts without which a breach can be seen, but not that there is none. */
  needsToPass?: readonly Part[];
  /** The statement, as a sentence. */
  title: string;
  /** What goes wrong when it is broken. */
  why: string;
  /** What the owner of the site should do. */
  mend: string;
  /** Where the statement comes from. */
  source: string;
  /** The wording of each finding code. */
  messages: Messages;
  /** Pure: reads the evidence and the target, and nothing else. */
  check(evidence: Evidence, target: Target): CheckResult;
}

interface RuleWith<M extends Messages> extends Omit<Rule, 'messages' | 'check'> {
  messages: M;
  check(evidence: Evidence, target: Target): CheckResult<FindingOf<M>>;
}

/** A rule, whose check can only find what its messages have a wording for. */
export function defineRule<const M extends Messages>(rule: RuleWith<M>): Rule;
export function defineRule(rule: Rule): Rule {
  return rule;
}
