import type { CallRecord, Evidence } from '../evidence/evidence.ts';
import { isFinalConversion } from '../tiktok/event-names.ts';
import { isMissing, record } from '../tiktok/pixel-request.ts';
import { type SiteEvent, siteEvents } from './events.ts';

const IDENTIFYING = ['email', 'phone_number', 'sha256_email', 'sha256_phone_number'];

/** Whether a call identifies somebody. Wrappers call identify by default, and without e-mail and phone that identifies nobody. */
export function isIdentify({ method, args }: Pick<CallRecord, 'method' | 'args'>): boolean {
  if (method !== 'identify') return false;
  // The SDK merges the second argument into the first.
  const given = { ...record(args[0]), ...record(args[1]) };
  return IDENTIFYING.some((key) => isGiven(given[key]));
}

/** The SDK trims what it is given, and drops what is empty or false (measured). */
function isGiven(value: unknown): boolean {
  return Boolean(value) && !isMissing(String(value).trim());
}

/** The visit's calls that identify somebody, in order. */
export function identifyingCalls({ calls }: Pick<Evidence, 'calls'>): CallRecord[] {
  return calls.filter(isIdentify);
}

/**
 * Whether a conversion was sent with its customer: identified before it; only after it, but the SDK's queue made up for that; too
 * late; by an identify without e-mail and phone; or not at all.
 */
export type Identified = 'before' | 'rescued' | 'late' | 'empty' | 'missing';

/** A conversion at a time when the site could know the visitor. */
export interface KnownConversion {
  event: SiteEvent;
  identified: Identified;
  /** JSON Pointer to what shows it best: the call, otherwise the request. */
  place: string;
}

/** The final conversions of a visitor who was known by then, or why there are none. */
export function knownConversions(evidence: Evidence): KnownConversion[] | { inapplicable: string } {
  const known = identityKnownAt(evidence);
  if (known === undefined)
    return { inapplicable: 'The visitor never gave an e-mail address or phone number' };
  const events = siteEvents(evidence).filter(
    ({ canonical, at }) => isFinalConversion(canonical) && at >= known,
  );
  if (events.length === 0) return { inapplicable: 'There was no conversion of a known visitor' };
  return events.map((event) => ({
    event,
    identified: identifiedAt(event, evidence),
    place: event.call?.place ?? event.place,
  }));
}

/**
 * When the site could first know the visitor: when something was typed, or when the site called identify before that, because it
 * already knew the visitor when it rendered the page.
 */
function identityKnownAt({ steps, calls }: Evidence): number | undefined {
  const typed = steps.find((step) => step.typed === 'email' || step.typed === 'phone')?.at;
  const identified = identifyingCalls({ calls })
    .filter(({ at }) => typed === undefined || at < typed)
    .map(({ document }) => calls.find((call) => call.document === document)!.at);
  const times = [...(typed === undefined ? [] : [typed]), ...identified];
  return times.length === 0 ? undefined : Math.min(...times);
}

/** If the event was sent with the customer, that is what counts, whoever called identify: a worker's calls are not seen. */
function identifiedAt({ call, sent }: SiteEvent, { calls }: Evidence): Identified {
  const isMatched = sent.some(({ email, phone }) => email || phone);
  if (!call) return isMatched ? 'before' : 'missing';
  const own = calls.filter(({ document, method }) => document === call.document && method === 'identify');
  const identifies = own.filter(isIdentify);
  if (identifies.some(({ at }) => at <= call.at)) return 'before';
  if (identifies.length > 0) return isMatched ? 'rescued' : 'late';
  if (isMatched) return 'before';
  return own.some(({ at }) => at <= call.at) ? 'empty' : 'missing';
}
