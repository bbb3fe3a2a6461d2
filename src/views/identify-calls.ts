import type { CallRecord, Evidence } from '../evidence/evidence.ts';
import { isFinalConversion } from '../tiktok/event-names.ts';
import { isMissing, record } from '../tiktok/pixel-request.ts';
import { type SiteEvent, siteEvents } from './events.ts';

const IDENTIFYING = ['email', 'phone_number', 'sha256_email', 'sha256_phone_number'];

/** Whether a call identifies somebody. Without e-mail and phone, as wrappers call identify by default, it identifies nobody. */
export function isIdentify({ method, args }: Pick<CallRecord, 'method' | 'args'>): boolean {
  // The SDK adds the second argument to the first.
  const given = { ...record(args[0]), ...record(args[1]) };
  return method === 'identify' && IDENTIFYING.some((key) => isGiven(given[key]));
}

/** The SDK trims what it is handed, and drops what is empty or false (measured). */
function isGiven(value: unknown): boolean {
  return Boolean(value) && !isMissing(String(value).trim());
}

/** The calls of the whole visit that identify somebody, in order. */
export function identifyingCalls({ calls }: Pick<Evidence, 'calls'>): CallRecord[] {
  return calls.filter(isIdentify);
}

/**
 * How a conversion came to its customer: identified before it; only after it, and the SDK's queue saved it; too late; by an
 * identify without e-mail and phone; not at all.
 */
export type Identified = 'before' | 'rescued' | 'late' | 'empty' | 'missing';

/** A conversion at a time when the site could know who the visitor is. */
export interface KnownConversion {
  event: SiteEvent;
  identified: Identified;
  /** JSON Pointer of what shows it best: the call, else the request. */
  place: string;
}

/** The final conversions of a visitor who was known by then, or why there is none. */
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
 * From when on the site can know who the visitor is: something was typed, or before that it identified the visitor itself, whom
 * it then knew when it made the page.
 */
function identityKnownAt({ steps, calls }: Evidence): number | undefined {
  const typed = steps.find((step) => step.typed === 'email' || step.typed === 'phone')?.at;
  const identified = identifyingCalls({ calls })
    .filter(({ at }) => typed === undefined || at < typed)
    .map(({ document }) => calls.find((call) => call.document === document)!.at);
  const times = [...(typed === undefined ? [] : [typed]), ...identified];
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Where the customer went out with the event, that counts, whoever called identify: a worker's calls are not seen. */
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
