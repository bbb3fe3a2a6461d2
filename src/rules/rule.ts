import type { Evidence, Part } from '../evidence/evidence.ts';
import type { ScenarioName, Severity, Target } from '../target/target.ts';

/** One breach of a rule: a code with arguments, and the place in the evidence that shows it. */
export interface Finding {
  code: string;
  args: Record<string, string | number>;
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

/**
 * What a check comes to: findings (none: pass), or why it does not apply or could not be judged. `unseen`: parts of the visit
 * that the evidence does not show, where these are why.
 */
export type CheckResult =
  | Finding[]
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
  messages: Record<string, (args: Record<string, string | number>) => string>;
  /** Pure: reads the evidence and the target, and nothing else. */
  check(evidence: Evidence, target: Target): CheckResult;
}
