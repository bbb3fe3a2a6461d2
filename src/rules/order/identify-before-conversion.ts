import { type SiteEvent, siteEvents } from '../../evidence/events.ts';
import type { CallRecord, Evidence } from '../../evidence/evidence.ts';
import { canonicalEvent } from '../../tiktok/event-names.ts';
import { record } from '../../tiktok/pixel-request.ts';
import { finding, pathOf } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

/** Conversions at which the customer is known: what comes before may happen to strangers. */
const AT_THE_END = new Set(
  'Purchase PlaceAnOrder CompleteRegistration Lead Subscribe StartTrial SubmitApplication Contact Schedule'.split(
    ' ',
  ),
);

const IDENTIFYING = ['email', 'phone_number', 'sha256_email', 'sha256_phone_number'];

export const identifyBeforeConversion: Rule = {
  id: 'order/identify-before-conversion',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  title: 'ttq.identify is called with e-mail or phone before the conversion on its page',
  why: 'The SDK forgets an identity at every navigation; a conversion tracked without it is matched to fewer people.',
  mend: 'Call ttq.identify({ email, phone_number }) on the page of the conversion, before ttq.track.',
  source:
    'TikTok help centre, "Advanced Matching": identify first; identity measured to live in page memory only',
  messages: {
    missing: ({ event, page }) => `${event} was tracked on ${page} without ttq.identify before it`,
    empty: ({ event, page }) =>
      `${event} was tracked on ${page} after a ttq.identify that gave neither email nor phone_number`,
    late: ({ event, page, rescued }) => `${event} was tracked on ${page} before ttq.identify${rescued}`,
  },
  check(evidence) {
    const known = identityKnownAt(evidence);
    if (known === undefined)
      return { inapplicable: 'The visitor never gave an e-mail address or phone number' };
    const conversions = siteEvents(evidence).filter(
      ({ canonical, at }) => AT_THE_END.has(canonicalEvent(canonical)) && at >= known,
    );
    if (conversions.length === 0) return { inapplicable: 'There was no conversion of a known visitor' };
    return conversions.flatMap((conversion) => judge(conversion, evidence));
  },
};

/** From when on the site can know who the visitor is: something was typed, or it identified the visitor itself. */
function identityKnownAt({ steps, calls }: Evidence): number | undefined {
  const typed = steps.filter((step) => step.typed === 'email' || step.typed === 'phone').map(({ at }) => at);
  const identified = calls
    .filter(isIdentify)
    .map(({ document }) => calls.find((call) => call.document === document)!.at);
  const times = [...typed, ...identified];
  return times.length === 0 ? undefined : Math.min(...times);
}

/** An identify without e-mail and phone, as wrappers call by default, identifies nobody. */
function isIdentify({ method, args }: CallRecord): boolean {
  return method === 'identify' && IDENTIFYING.some((key) => Boolean(record(args[0])[key]));
}

function judge({ call, sent, event, place, page }: SiteEvent, { calls }: Evidence) {
  const isMatched = sent.some(({ email, phone }) => email || phone);
  if (!call)
    return isMatched ? [] : [finding('missing', place, { args: { event, page: pathOf(page) }, event, page })];
  const identifies = calls.filter((other) => other.document === call.document && isIdentify(other));
  if (identifies.some(({ at }) => at <= call.at)) return [];
  const rescued = isMatched ? "; only the SDK's queue, which replays identify first, saved it" : '';
  const isCalled = calls.some(
    ({ document, method, at }) => document === call.document && method === 'identify' && at <= call.at,
  );
  const code = identifies.length > 0 ? 'late' : isCalled ? 'empty' : 'missing';
  return [finding(code, call.place, { args: { event, page: pathOf(page), rescued }, event, page })];
}
