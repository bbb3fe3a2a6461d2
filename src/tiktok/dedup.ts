import type { EventCopy } from './dedup/copy.ts';
import { type Conversion, type Expects, judge } from './dedup/judge.ts';
import { type Group, keepFirsts } from './dedup/kept.ts';
import { joinAcrossKeys } from './dedup/links.ts';
import { addAmounts, type Money } from './dedup/money.ts';
import { tellApart } from './dedup/story.ts';

export { type EventCopy, keyOf, type Side } from './dedup/copy.ts';
export type { Conversion, Expects, Outcome } from './dedup/judge.ts';
export { DROP_WINDOW_MS, type Group, MERGE_WINDOW_MS } from './dedup/kept.ts';
export { type Amounts, addAmounts, type Money } from './dedup/money.ts';

/**
 * How TikTok counts the copies of events that a site's browsers and servers send, and what became of each conversion.
 *
 * Source: TikTok help centre, "About event deduplication" (May 2025; the `_ttp` sentence as of December 2023 and May 2024). Where
 * it is silent, this file assumes:
 *
 * - Both windows run from the copy that was kept, not from the last copy seen, and include their end: the wording is "within" and
 * "after 5 minutes". A copy at exactly 5 minutes is merged, at exactly 48 hours dropped, one millisecond later counted.
 * - A copy's role depends only on the kept copy: a second server copy within 5 minutes of the browser's is merged as well.
 * - Whether CompletePayment on one side matches Purchase on the other is not documented. They are treated as one event, like all
 * names that the SDK replaces.
 * - Ids are compared as text: a number stays a number in the pixel's request, and the Events API refuses it, so a site that
 * numbers its orders must at least send text from the server.
 */

export interface Deduplication<C extends EventCopy = EventCopy> {
  groups: Group<C>[];
  conversions: Conversion<C>[];
  total: Money;
}

/**
 * Deduplicates as TikTok does, and judges each conversion.
 *
 * The order of the input does not matter: copies are sorted by arrival, at equal times the browser's first, then by place,
 * shorter first, then by code unit. O(n log n). A conversion none of whose copies arrived leaves no trace here.
 *
 * What TikTok keeps is exact for any copies. Where the keys do not decide what is one conversion, the copies are assumed to be
 * one visitor's: among many visitors, equal orders of two strangers would be merged.
 *
 * @param expects none by default, so nothing is reported as lost
 * @throws RangeError if a copy's `at` is not a finite number
 */
export function deduplicate<C extends EventCopy>(
  copies: readonly C[],
  expects: Expects = () => [],
): Deduplication<C> {
  for (const { at, place } of copies) {
    if (!Number.isFinite(at)) throw new RangeError(`at of ${place} is ${at}; wanted finite milliseconds`);
  }
  const groups = keepFirsts(copies);
  const conversions = joinAcrossKeys(tellApart(groups)).map((story) => judge(story, expects));
  const sum = (field: keyof Money) => addAmounts(conversions.map((conversion) => conversion[field]));
  return {
    groups,
    conversions,
    // Not every caller wants it.
    get total() {
      return { counted: sum('counted'), excess: sum('excess'), lost: sum('lost'), atRisk: sum('atRisk') };
    },
  };
}
