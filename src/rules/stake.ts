import type { Evidence } from '../evidence/evidence.ts';
import { isWithin } from '../evidence/pointer.ts';
import { type Amounts, addAmounts, type Conversion } from '../tiktok/dedup.ts';
import { isFinalConversion } from '../tiktok/event-names.ts';
import { CODES } from '../tiktok/events-api/codes.ts';
import { takenOnce } from '../views/copies.ts';
import { receivedEvents, siteEvents } from '../views/events.ts';
import { worthOf } from '../views/worth.ts';

/** How much of one conversion TikTok counts again or drops, or may. */
export interface Stake {
  /** The same object for the same conversion. */
  of: object;
  amounts: Amounts;
}

/** What is at stake in the conversions at a place in the evidence, as far as they have a value. */
export function stakesAt(place: string, evidence: Evidence): Stake[] {
  const counted = takenOnce(evidence).conversions.find(({ copies }) =>
    copies.some((copy) => isWithin(place, copy.place)),
  );
  // What a visitor merely puts into a cart is not revenue yet.
  if (counted)
    return isFinalConversion(counted.event) ? [{ of: counted, amounts: atStakeOf(counted, place) }] : [];
  return uncountedAt(place, evidence)
    .filter(({ canonical }) => isFinalConversion(canonical))
    .map((of) => ({ of, amounts: worthOf(of.properties) }));
}

/** The sum of what several findings put at stake; undefined if no conversion among them has a known value. */
export function sumOfStakes(amounts: readonly (Amounts | undefined)[]): Amounts | undefined {
  const sum = addAmounts(amounts.filter((one) => one !== undefined).map(known));
  return Object.keys(sum).length > 0 ? sum : undefined;
}

/** Leaves out amounts of 0 or less, and text that is not a currency, which may be anything. */
function known(amounts: Amounts): Amounts {
  const valued = Object.entries(amounts).filter(([, amount]) => Number(amount) > 0);
  return addAmounts(valued.map(([currency, amount]) => ({ [currencyOf(currency)]: amount })));
}

function currencyOf(currency: string): string {
  return /^[A-Z]{3}$/.test(currency) ? currency : '';
}

/**
 * What is proven to be counted again or dropped; otherwise, what may be. Everything that the browser's conversions count for is at
 * stake: one without an id counts again as soon as the server sends it, too.
 */
function atStakeOf({ excess, lost, atRisk, counted }: Conversion, place: string): Amounts {
  const proven = [excess, lost, atRisk].find((amounts) => Object.keys(amounts).length > 0);
  return proven ?? (place.startsWith('/server/') ? {} : counted);
}

/** What did not reach TikTok: the server's events that it refused at a place, or the browser's that was called and not sent. */
function uncountedAt(place: string, evidence: Evidence) {
  const [request] = /^\/server\/requests\/\d+/.exec(place) ?? [];
  if (request === undefined) return siteEvents(evidence).filter((event) => event.place === place);
  const refused = receivedEvents(evidence).filter((event) => !event.taken && isWithin(event.place, request));
  // A request that is not taken in part is refused as a whole.
  return refused.filter(
    ({ answer, place: own }) =>
      answer.code !== CODES.partial.code || place === request || isWithin(place, own),
  );
}
