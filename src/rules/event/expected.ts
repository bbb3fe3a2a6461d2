import type { Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { PAGEVIEW } from '../../tiktok/event-names.ts';
import { answerOf, keptBack } from '../../views/consent.ts';
import { isWithheld, sdkRan } from '../../views/documents.ts';
import { trackingErrors } from '../../views/errors.ts';
import { receivedEvents, type SiteEvent, siteEvents } from '../../views/events.ts';
import { nearMisses, sameAs } from '../../views/near-misses.ts';
import { eventCallStates, isUnpaid } from '../../views/owed.ts';
import { isRefusedByPolicy } from '../../views/refusals.ts';
import { type Cause, causesIn, isAbout } from '../causes.ts';
import { stableOnReload } from '../event-id/stable-on-reload.ts';
import { type ExpectedEvent, expectedEvents, wantedNames } from '../expected-events.ts';
import { absent, finding, listed, pathOf } from '../finding.ts';
import { journeyBegan } from '../journey-began.ts';
import { lossOn } from '../loss.ts';
import { valueInUnits } from '../params/value-in-units.ts';
import { valueIsOrderTotal } from '../params/value-is-order-total.ts';
import { valueNotZero } from '../params/value-not-zero.ts';
import { ttqIsArray } from '../pixel/ttq-is-array.ts';
import { type Args, defineRule, type FindingOf, type Messages, type Rule } from '../rule.ts';
import { WHOLE_JOURNEY } from '../scenarios.ts';
import { eventNames } from '../server-side.ts';
import { isSilentBetween, silentPages } from '../silent-pages.ts';
import { type Carried, paramFindings } from '../wanted-params.ts';
import { notOnLoad } from './not-on-load.ts';
import { pixelCode } from './pixel-code.ts';

/** The rules that say what is wrong with a value. */
const OF_VALUE = [valueIsOrderTotal, valueInUnits, valueNotZero];

const messages = {
  missing: ({ event, tracked, error }: Args<'event' | 'tracked' | 'error'>) =>
    `${event} was never tracked; tracked were: ${tracked}${error ? `; a page reported "${error}"` : ''}`,
  'not-sent': ({ event, reason }: Args<'event' | 'reason'>) =>
    `ttq.track('${event}') was called, but the event did not reach TikTok${reason ? `: ${reason}` : ''}`,
  count: ({ event, wanted, found, pixel }: Args<'event' | 'wanted' | 'found' | 'pixel'>) =>
    `${event} reached pixel ${pixel} ${found} times; wanted ${wanted}`,
  params: ({ event, name, wanted, found }: Args<'event' | 'name' | 'wanted' | 'found'>) =>
    `${event} carries ${name} ${found}; wanted ${wanted}`,
  'in-browser': ({ event, page }: Args<'event' | 'page'>) =>
    `${event} reached TikTok from the browser, on ${page}; wanted it from the server only`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const expected = defineRule({
  id: 'event/expected',
  severity: 'blocker',
  scenarios: WHOLE_JOURNEY,
  needs: ['messages'],
  title:
    'The events that the journey must cause reach TikTok, as often and with the properties that the target says',
  why: 'A campaign is optimised and billed by these events.',
  mend:
    'Call ttq.track for the event where the visitor earns it, once, with the properties of what was really done; where it was ' +
    'called and not sent, mend what is named: consent, or the pixel it was called on.',
  source: 'The target file: journeys[].expect',
  messages,
  check(evidence, target) {
    const expectations = expectedEvents(evidence, target);
    if (expectations.length === 0) return { inapplicable: 'The journey expects no event' };
    if (!sdkRan(evidence) && expectations.some(({ browser }) => browser !== false))
      return { inconclusive: 'The SDK did not run, so nothing could be sent: see pixel/sdk-loads' };
    const events = siteEvents(evidence);
    const causes = causesIn(
      [pixelCode, ttqIsArray, stableOnReload, notOnLoad, ...OF_VALUE],
      evidence,
      target,
    );
    // Tracked, but under another name: a finding of event/standard-where-custom-was-used.
    const misnamed = nearMisses(evidence, wantedNames(evidence, target)).flatMap(({ standard }) =>
      sameAs(standard),
    );
    const findings = expectations
      .filter(({ canonical }) => !misnamed.includes(canonical))
      .flatMap((expectation) =>
        expectation.browser === false
          ? judgeServerOnly(expectation, events, causes, evidence)
          : judge(expectation, events, causes, evidence, target),
      );
    const { documents, rules } = silentPages(evidence, target);
    const own = findings.filter((one) => {
      if (one.code === 'not-sent') return !documents.some(({ id }) => id === documentOf(one, events));
      if (one.code !== 'missing') return true;
      const [from, to] = timeOf(one.event!, expectations, events);
      return !isSilentBetween(from, to, documents, evidence);
    });
    return own.length === 0 && findings.length > 0
      ? { inapplicable: `The page of what is missing cannot send: see ${listed(rules)}` }
      : own;
  },
});

function documentOf({ place }: Found, events: readonly SiteEvent[]): string | undefined {
  return events.find((event) => event.place === place)?.call?.document;
}

/** Between which times an event that was never tracked was to come: targets name events in the order of the journey. */
function timeOf(
  name: string,
  expectations: readonly ExpectedEvent[],
  events: readonly SiteEvent[],
): [number, number] {
  const index = expectations.findIndex(({ event }) => event === name);
  const times = expectations.map(
    (expectation) => events.find(({ canonical }) => canonical === expectation.canonical)?.at,
  );
  const before = times.slice(0, index).findLast((at) => at !== undefined);
  const after = times.slice(index + 1).find((at) => at !== undefined);
  return [before ?? 0, after ?? Number.POSITIVE_INFINITY];
}

/** That it was sent at all is a matter of events-api/sent-for-each-conversion. */
function judgeServerOnly(
  { event, canonical: name, params = {} }: ExpectedEvent,
  events: readonly SiteEvent[],
  causes: Cause[],
  evidence: Evidence,
): Found[] {
  const inBrowser = events.find(({ canonical, sent }) => canonical === name && sent.length > 0);
  if (inBrowser) {
    const { place, page } = inBrowser;
    return [finding('in-browser', place, { args: { event, page: pathOf(page) }, event, page })];
  }
  const received = receivedEvents(evidence).filter(({ canonical }) => canonical === name);
  if (received.length === 0) return [];
  const copies = received.map(({ canonical, properties, place, places, page }) => {
    return { canonical, properties, place: places.properties ?? place, page };
  });
  return paramFindings(event, params, copies, isNotTold(causes, ...OF_VALUE));
}

function judge(
  expectation: ExpectedEvent,
  events: readonly SiteEvent[],
  causes: Cause[],
  evidence: Evidence,
  target: Target,
): Found[] {
  const { event, canonical, count, params = {} } = expectation;
  const own = events.filter((one) => one.canonical === canonical);
  const sent = own.filter((one) => one.sent.length > 0);
  if (sent.length === 0) {
    if (count === 0 || isKeptBack(own, evidence)) return [];
    if (own.some((one) => isLostByCall(one, causes, evidence))) return [];
    return own.length > 0 ? [notSent(event, own[0]!, evidence)] : [missing(event, events, evidence)];
  }
  // What a page tracks as it opens comes in place of the right event, or beside it.
  const earned = sent.filter(isNotTold(causes, notOnLoad));
  if (earned.length === 0) return [];
  const isCounted = count !== undefined && earned.length === sent.length;
  const began = journeyBegan(evidence, target);
  const counted = sent.filter(isNotTold(causes, stableOnReload)).filter(({ at }) => at >= began);
  return [
    ...(isCounted ? judgeCount(event, count, counted, target) : []),
    ...paramFindings(event, params, earned.map(asSent), isNotTold(causes, ...OF_VALUE)),
  ];
}

/** Whether no finding of these rules is about an event. */
function isNotTold(causes: Cause[], ...rules: Rule[]): (event: { place: string }) => boolean {
  const ids = rules.map(({ id }) => id);
  return ({ place }) => !causes.some(({ rule, finding }) => ids.includes(rule) && isAbout(finding, [place]));
}

/** Whether nothing but consent stopped them, although the visitor had granted it: see consent/released-after-grant. */
function isKeptBack(events: readonly SiteEvent[], evidence: Evidence): boolean {
  const grant = answerOf(evidence, 'granted');
  if (!grant || isRefusedByPolicy(evidence.console)) return false;
  const kept = new Set(keptBack(grant, evidence).map(({ place }) => place));
  return events.length > 0 && events.every(({ place }) => kept.has(place));
}

function missing(event: string, events: readonly SiteEvent[], evidence: Evidence): Found {
  const tracked = eventNames(events.filter((one) => one.event !== PAGEVIEW).map((one) => one.event));
  const [error] = [...trackingErrors(evidence), ...evidence.errors];
  return absent('missing', '/calls', { args: { event, tracked, error: error?.message ?? '' }, event });
}

function notSent(event: string, { call, place, page }: SiteEvent, evidence: Evidence): Found {
  const document = evidence.documents.find(({ id }) => id === call?.document);
  const reason = isWithheld(evidence.calls.filter((one) => one.document === document?.id))
    ? 'consent was withheld and not granted'
    : isOwed(call, evidence) && document
      ? lossOn(document, evidence)
      : '';
  return absent('not-sent', place, { args: { event, reason }, event, page });
}

/** Whether it was called for a pixel that is not there, or on a queue that the SDK drops: the rules about that report it. */
function isLostByCall({ call, place, page }: SiteEvent, causes: Cause[], evidence: Evidence): boolean {
  const state = eventCallStates(evidence).find(({ event }) => event.call === call);
  return causes.some(
    ({ rule, finding }) =>
      (rule === pixelCode.id && isAbout(finding, [place])) ||
      (rule === ttqIsArray.id &&
        state?.because === 'no-array' &&
        pathOf(finding.page ?? '') === pathOf(page)),
  );
}

/** Whether the SDK was there and had to send it. */
function isOwed(call: SiteEvent['call'], evidence: Evidence): boolean {
  return eventCallStates(evidence).some((state) => state.event.call === call && isUnpaid(state));
}

/** Each pixel gets a copy of every event, so the count is taken for each by itself. */
function judgeCount(event: string, wanted: number, sent: readonly SiteEvent[], target: Target): Found[] {
  const perPixel = Map.groupBy(
    sent.flatMap((one) => one.sent),
    ({ pixel }) => pixel,
  );
  return [...perPixel].flatMap(([pixel, copies]) => {
    const found = copies.length;
    if (found === wanted || (!target.pixels.includes(pixel) && perPixel.size > 1)) return [];
    const last = copies.at(-1)!;
    const details = { args: { event, wanted, found, pixel }, event, page: last.page };
    return [found < wanted ? absent('count', last.place, details) : finding('count', last.place, details)];
  });
}

function asSent({ canonical, sent, page }: SiteEvent): Carried {
  const { properties, place } = sent[0]!;
  return { canonical, properties, place: `${place}/body/properties`, page };
}
