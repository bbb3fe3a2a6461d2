import type { Part } from '../evidence/evidence.ts';
import type { Digest } from '../views/digest.ts';
import type { ArgsOf, Arguments, Messages, RuleText } from './rule.ts';

/** A visit as seen by a rule over a whole run. */
export interface RunVisit {
  digest: Digest;
}

/** Where a breach shows in a visit. */
export interface Sighting<Visit extends RunVisit = RunVisit> {
  visit: Visit;
  /** JSON Pointer into its evidence. */
  place: string;
  /** URL of the page it happened on. */
  page?: string;
}

/** One breach of a rule over a whole run: a code with arguments, and each visit that shows it. */
export interface RunFinding<Code extends string = string, A = Arguments, V extends RunVisit = RunVisit> {
  code: Code;
  args: A;
  /** The event it is about. */
  event?: string;
  seen: readonly [Sighting<V>, ...Sighting<V>[]];
}

/** In what a finding must agree with one of a rule over a visit: its place there, or the argument `id`. */
export interface RunYield {
  rule: string;
  sharing: readonly ['place' | 'id'];
}

/** The result of a check: findings (none: pass), or why it does not apply. */
export type RunCheckResult<F = RunFinding> = F[] | { inapplicable: string };

/**
 * One statement that all visits of a target in a run are checked against, after the last one. Its verdict belongs to the target.
 */
export interface RunRule extends RuleText {
  /** Parts that it needs: visits whose evidence does not show them are left out. */
  needs: readonly Part[];
  /** The message of each finding code. */
  messages: Messages;
  /** Rules that report it in the visits themselves: a finding is dropped if they do in each visit that shows it. */
  yieldsTo?: readonly RunYield[];
  /** Where a finding shows conversions that TikTok loses by it: what they are worth is at stake. Pure. */
  stakes?<V extends RunVisit>(finding: RunFinding<string, Arguments, V>): readonly Sighting<V>[];
  /**
   * Pure: reads the digests, in any order.
   *
   * @param visits each with all parts that the rule needs, at least one
   */
  check<V extends RunVisit>(visits: readonly V[]): RunCheckResult<RunFinding<string, Arguments, V>>;
}

type RunFindingOf<M extends Messages, V extends RunVisit> = {
  [Code in keyof M & string]: RunFinding<Code, Arguments & ArgsOf<M[Code]>, V>;
}[keyof M & string];

interface RunRuleWith<M extends Messages> extends Omit<RunRule, 'messages' | 'check'> {
  messages: M;
  check<V extends RunVisit>(visits: readonly V[]): RunCheckResult<RunFindingOf<M, V>>;
}

/** A rule over a whole run whose check can only return findings that its messages cover. */
export function defineRunRule<const M extends Messages>(rule: RunRuleWith<M>): RunRule;
export function defineRunRule(rule: RunRule): RunRule {
  return rule;
}

/** An event_id that is wrong regardless of other visits is reported in each visit that sent it. */
export const REPORTED_IN_VISITS: readonly RunYield[] = [
  { rule: 'event-id/not-constant', sharing: ['place'] },
  { rule: 'event-id/not-personal-data', sharing: ['place'] },
  { rule: 'event-id/unique', sharing: ['id'] },
];

/** Why a rule that compares visits does not apply. */
export const ONE_VISIT = { inapplicable: 'There is only one visit, and nothing to compare it with' };

/** What several visits have in common, by a key: with one sighting for each visit. */
export function sharedBy<V extends RunVisit, Item extends { place: string; page?: string }>(
  visits: readonly V[],
  itemsOf: (digest: Digest) => readonly Item[],
  key: (item: Item) => readonly string[],
): { first: Item; seen: [Sighting<V>, Sighting<V>, ...Sighting<V>[]] }[] {
  const found = visits.flatMap((visit) => itemsOf(visit.digest).map((item) => ({ visit, item })));
  return [...Map.groupBy(found, ({ item }) => JSON.stringify(key(item))).values()].flatMap((alike) => {
    const [first, second, ...others] = [...Map.groupBy(alike, ({ visit }) => visit)].map(
      ([visit, [one]]): Sighting<V> => {
        const { place, page } = one!.item;
        return { visit, place, ...(page ? { page } : {}) };
      },
    );
    return first && second ? [{ first: alike[0]!.item, seen: [first, second, ...others] }] : [];
  });
}
