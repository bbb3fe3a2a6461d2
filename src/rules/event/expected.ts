import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { canonicalEvent, PAGEVIEW } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { answerOf, keptBack } from '../../views/consent.ts';
import { endOf, hasSent, isWithheld, sdkRan } from '../../views/documents.ts';
import { causesNamed, trackingErrors } from '../../views/errors.ts';
import {
  receivedEvents,
  type SentEvent,
  type SiteEvent,
  sentEvents,
  siteEvents,
} from '../../views/events.ts';
import { nearMisses, sameAs } from '../../views/near-misses.ts';
import { trackedOnLoad } from '../../views/on-load.ts';
import { type EventCallState, eventCallStates, isUnpaid, unknownOfStandIn } from '../../views/owed.ts';
import { trackedAgainWithOtherId } from '../../views/reloads.ts';
import { type ExpectedEvent, expectedEvents, wantedNames } from '../expected-events.ts';
import { absent, finding, lineOf, listed, pathOf, quoted } from '../finding.ts';
import { journeyBegan } from '../journey-began.ts';
import { lossOn } from '../loss.ts';
import { type About, type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { WHOLE_JOURNEY } from '../scenarios.ts';
import { eventNames } from '../server-side.ts';
import { silentPages, toSilence } from '../silent-pages.ts';
import { type Carried, paramFindings } from '../wanted-params.ts';

const HOW = {
  all: 'ttq.track sends to every pixel that the page has loaded; call ttq.instance(pixel).track, or pass pixel_code in the third argument',
  named: 'it was called on that pixel by name',
  server: 'the server sent it with that event_source_id',
  unknown: 'the call that sent it was not seen',
};

const messages = {
  missing: ({ event, tracked, error, source }: Args<'event' | 'tracked' | 'error', 'source'>) =>
    `${event} was never tracked; events tracked: ${tracked}${error ? `; a page reported "${error}"${source ? ` at ${source}` : ''}` : ''}`,
  'not-sent': ({ event, reason }: Args<'event' | 'reason'>) =>
    `ttq.track('${event}') was called, but the event did not reach TikTok${reason ? `: ${reason}` : ''}`,
  count: ({ event, wanted, found, pixel, copies }: Args<'event' | 'wanted' | 'found' | 'pixel' | 'copies'>) =>
    `${event} reached pixel ${pixel} ${Number(found) === 1 ? 'once' : `${found} times`}; wanted ${wanted}: ${copies}`,
  params: ({ event, name, wanted, found }: Args<'event' | 'name' | 'wanted' | 'found'>) =>
    `${event} carries ${name} ${found}; wanted ${wanted}`,
  'not-for-pixel': ({ event, pixel, found }: Args<'event' | 'pixel' | 'found'>) =>
    `${event} did not reach pixel ${pixel}, which should get it; it reached ${found}`,
  'other-pixel': ({ event, pixel, meant, how }: Args<'event' | 'pixel' | 'meant' | 'how'>) =>
    `${event} reached pixel ${pixel}, but only ${meant} should get it: ${HOW[how as How] ?? how}`,
  'in-browser': ({ event, page }: Args<'event' | 'page'>) =>
    `${event} reached TikTok from the browser, on ${page}, but only the server should send it`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

/** How an event reached a pixel that it is not meant for. */
type How = keyof typeof HOW;

export const expected = defineRule({
  id: 'event/expected',
  severity: 'blocker',
  scenarios: WHOLE_JOURNEY,
  needs: ['messages'],
  yieldsTo: [
    // Tracked, but under another name.
    { rule: 'event/standard-where-custom-was-used', yielding: ['missing'], sharing: ['event'] },
    ...toSilence(['missing', 'not-sent']),
    { rule: 'event/pixel-code', yielding: ['not-sent'], sharing: ['place'] },
    { rule: 'consent/released-after-grant', yielding: ['not-sent'], sharing: ['held'] },
    // What a page tracks as it opens replaces the right event, or comes beside it.
    { rule: 'event/not-on-load', yielding: ['count', 'params'], sharing: ['early'] },
    { rule: 'event-id/stable-on-reload', yielding: ['count'], sharing: ['again'] },
    ...['params/value-is-order-total', 'params/value-in-units', 'params/value-not-zero'].map((rule) => ({
      rule,
      yielding: ['params'],
      sharing: ['place', 'parameter'],
    })),
  ],
  title:
    'The events expected of the journey reach TikTok, as often and with the properties that the target says',
  why: 'A campaign is optimised and billed by these events.',
  fix:
    'Call ttq.track for the event where the visitor completes it, once, with the properties of what was actually done. If it was ' +
    'called but not sent, fix the reason named here: consent, or the pixel it was called on. From a sandboxed frame, pass the event to ' +
    'the surrounding page or send it from the server. If there are several pixels, call the one that should get the event: ' +
    'ttq.instance(pixel).track. If only one of them is meant, name it as "pixel" in the target. If two programs send it with one event_id ' +
    'on purpose, which TikTok counts once, leave "count" out of the target.',
  source: 'The target file: journeys[].expect',
  messages,
  stakes: ({ code, place, absence }) =>
    code === 'not-sent' || code === 'not-for-pixel' || (code === 'count' && !absence) ? [place] : [],
  check(evidence, target) {
    const expectations = expectedEvents(evidence, target);
    if (expectations.length === 0) return { inapplicable: 'The journey expects no event' };
    if (!sdkRan(evidence) && expectations.some(({ browser }) => browser !== false))
      return { inconclusive: 'The SDK did not run, so nothing could be sent: see pixel/sdk-loads' };
    const events = siteEvents(evidence);
    const found = expectations.flatMap((expectation) =>
      expectation.browser === false
        ? judgeServerOnly(expectation, events, evidence)
        : judge(expectation, events, evidence, target),
    );
    found.push(...onOtherPixels(expectations, events, evidence));
    const { unknown, known } = byKnowledge(found, evidence);
    return known.length === 0 && unknown.length > 0 ? { inconclusive: SHOPIFYS } : known;
  },
});

const SHOPIFYS =
  "A sandboxed frame with Shopify's variant of the SDK called the missing event, and the stand-in does not know what that variant " +
  'sends there: give the target an "sdk" with mode live or file, or judge a HAR of the checkout';

/** Separates events that one of Shopify's sandboxed frames did not send, which the stand-in does not know, from all others. */
function byKnowledge(found: readonly Found[], evidence: Evidence): { unknown: Found[]; known: Found[] } {
  const called = new Map(unknownOfStandIn(evidence).map(({ event }) => [event.place, event]));
  const isUnknown = ({ code, place }: Found) => code === 'not-sent' && called.has(place);
  return { unknown: found.filter(isUnknown), known: found.filter((one) => !isUnknown(one)) };
}

/** Between which times an event that was never tracked was due: targets list events in the order of the journey. */
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

/** Whether it was sent at all is left to events-api/sent-for-each-conversion. */
function judgeServerOnly(
  { event, canonical: name, params = {} }: ExpectedEvent,
  events: readonly SiteEvent[],
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
  return paramFindings(event, params, copies);
}

function judge(
  expectation: ExpectedEvent,
  events: readonly SiteEvent[],
  evidence: Evidence,
  target: Target,
): Found[] {
  const { event, canonical, count, pixel, params = {} } = expectation;
  const own = events.filter((one) => one.canonical === canonical);
  const everywhere = own.filter((one) => one.sent.length > 0);
  const sent = pixel === undefined ? everywhere : everywhere.flatMap((one) => forPixel(one, pixel));
  if (pixel !== undefined && everywhere.length > 0 && sent.length === 0 && count !== 0)
    return [notForPixel(event, pixel, everywhere)];
  if (sent.length === 0) {
    if (count === 0) return [];
    return own.length > 0
      ? [notSent(event, own, evidence)]
      : [missing(expectation, events, evidence, target)];
  }
  const onLoad = new Set(trackedOnLoad(evidence).map(({ event }) => event.place));
  const early = sent.map(({ place }) => place).filter((place) => onLoad.has(place));
  const earned = sent.filter(({ place }) => !onLoad.has(place));
  const carried = earned.length > 0 ? earned : sent;
  return [
    ...(pixel === undefined && count !== 0 ? leftOut(event, sent, evidence, target) : []),
    ...(count === undefined ? [] : judgeCount(event, count, sent, evidence, target)).map((one) =>
      withAbout(one, { early }),
    ),
    ...paramFindings(event, params, carried.map(asSent)).map((one) =>
      earned.length > 0 ? one : withAbout(one, { early }),
    ),
  ];
}

/** The part of an event that went to a pixel; empty if none did. */
function forPixel(event: SiteEvent, pixel: string): SiteEvent[] {
  const sent = event.sent.filter((one) => one.pixel === pixel);
  return sent.length > 0 ? [{ ...event, sent }] : [];
}

/**
 * Pixels of the target that other events reached, but not this one, which reached another of them. A pixel that nothing reached, and an
 * event that reached only foreign ones, are left to pixel/expected-id.
 */
function leftOut(event: string, sent: readonly SiteEvent[], evidence: Evidence, target: Target): Found[] {
  const reached = new Set(sent.flatMap((one) => one.sent.map(({ pixel }) => pixel)));
  const served = new Set(sentEvents(evidence).map(({ pixel }) => pixel));
  if (!target.pixels.some((pixel) => reached.has(pixel))) return [];
  return target.pixels
    .filter((pixel) => served.has(pixel) && !reached.has(pixel))
    .map((pixel) => notForPixel(event, pixel, sent));
}

function notForPixel(event: string, pixel: string, sent: readonly SiteEvent[]): Found {
  const { place, page } = sent[0]!;
  const found = listed([...new Set(sent.flatMap((one) => one.sent.map((request) => request.pixel)))]);
  return absent('not-for-pixel', place, { args: { event, pixel, found }, event, page });
}

/** Events that an expectation assigns to one pixel and that went to another, in the browser or on the server. */
function onOtherPixels(
  expectations: readonly ExpectedEvent[],
  events: readonly SiteEvent[],
  evidence: Evidence,
): Found[] {
  return [...Map.groupBy(expectations, ({ canonical }) => canonical)].flatMap(([canonical, same]) => {
    const pixels = same.flatMap(({ pixel }) => pixel ?? []);
    if (pixels.length < same.length) return [];
    const [{ event }] = same as [ExpectedEvent];
    const sent = events.filter((one) => one.canonical === canonical);
    const stray = [
      ...sent.flatMap(({ call, sent: requests, page }) => {
        const how: How = !call ? 'unknown' : call.pixel ? 'named' : 'all';
        return requests.map(({ pixel, place }) => ({ pixel, place, page, how }));
      }),
      ...receivedEvents(evidence)
        .filter((one) => one.canonical === canonical)
        .map(({ pixel, place, page }) => ({ pixel, place, page, how: 'server' as const })),
    ].filter(({ pixel }) => pixel !== '' && !pixels.includes(pixel));
    const once = Map.groupBy(stray, ({ pixel, how }) => `${pixel} ${how}`);
    return [...once.values()].map(([first]) => {
      const { pixel, place, page, how } = first!;
      return finding('other-pixel', place, {
        args: { event, pixel, meant: listed(pixels), how },
        event,
        page,
      });
    });
  });
}

function withAbout<F extends Found>(one: F, about: About): F {
  return { ...one, about: { ...one.about, ...about } };
}

function missing(
  { event, canonical }: ExpectedEvent,
  events: readonly SiteEvent[],
  evidence: Evidence,
  target: Target,
): Found {
  const tracked = eventNames(events.filter((one) => one.event !== PAGEVIEW).map((one) => one.event));
  const [error] = [...trackingErrors(evidence), ...evidence.errors];
  const [from, to] = timeOf(event, expectedEvents(evidence, target), events);
  const between = evidence.documents.filter(
    (document) => document.at < to && endOf(document, evidence) > from,
  );
  // An event that was sent under another name is not missing because of an error.
  const isMisnamed = nearMisses(evidence, wantedNames(evidence, target)).some(({ standard }) =>
    sameAs(standard).includes(canonical),
  );
  const about = {
    page: silentPages(between, evidence),
    error: error && !isMisnamed ? causesNamed(error) : [],
  };
  const source = lineOf(error?.source ?? '');
  const args = { event, tracked, error: error?.message ?? '', ...(source ? { source } : {}) };
  return absent('missing', '/calls', { args, event, about });
}

function notSent(event: string, own: readonly SiteEvent[], evidence: Evidence): Found {
  const { call, place, page } = own[0]!;
  const document = evidence.documents.find(({ id }) => id === call?.document);
  const states = eventCallStates(evidence).filter((state) => own.includes(state.event));
  const reason = reasonOf(own[0]!, document, states, evidence);
  const dropped = states.filter(({ because }) => because === 'no-array');
  const places = own.map((one) => one.place);
  const about = {
    place: places,
    page: [...silentPages(document ? [document] : [], evidence), ...dropped.map((state) => state.event.page)],
    held: isKeptBack(own, evidence) ? places : [],
  };
  return absent('not-sent', place, { args: { event, reason }, event, page, about });
}

/** Why an event was not sent, as far as the evidence shows it. */
function reasonOf(
  { call }: SiteEvent,
  document: DocumentRecord | undefined,
  states: readonly EventCallState[],
  evidence: Evidence,
): string {
  if (isWithheld(evidence.calls.filter((one) => one.document === document?.id)))
    return 'consent was withheld and not granted';
  if (states.length > 0 && states.every(({ because }) => because === 'opaque-frame'))
    return "it was called in a sandboxed frame without an origin of its own, where TikTok's SDK sends nothing";
  if (!document) return '';
  if (isOfElsewhere(states, document, evidence)) return ELSEWHERE;
  return isOwed(call, evidence) ? lossOn(document, evidence) : '';
}

const ELSEWHERE =
  'it was called on a ttq that no SDK took over, while the SDK ran elsewhere on the page, as in a worker or frame: pass the call on to ' +
  'it, with Partytown by its setting forward';

/** Whether the events were called on a ttq of the page while its SDK ran in a worker or frame. */
function isOfElsewhere(
  states: readonly EventCallState[],
  document: DocumentRecord,
  evidence: Evidence,
): boolean {
  const isIdle = states.length > 0 && states.every(({ because }) => because === 'not-running');
  return isIdle && document.mountedAt === undefined && hasSent(document, evidence);
}

/** Whether only consent stopped them, although the visitor had granted it. */
function isKeptBack(events: readonly SiteEvent[], evidence: Evidence): boolean {
  const grant = answerOf(evidence, 'granted');
  if (!grant) return false;
  const kept = new Set(keptBack(grant, evidence).map(({ place }) => place));
  return events.every(({ place }) => kept.has(place));
}

/** Whether the SDK was there and had to send it. */
function isOwed(call: SiteEvent['call'], evidence: Evidence): boolean {
  return eventCallStates(evidence).some((state) => state.event.call === call && isUnpaid(state));
}

/** Repeats on a reload count only if nothing else is wrong with the number. */
function judgeCount(
  event: string,
  wanted: number,
  sent: readonly SiteEvent[],
  evidence: Evidence,
  target: Target,
): Found[] {
  const began = journeyBegan(evidence, target);
  const counted = sent.filter(({ at }) => at >= began);
  const reloaded = new Set(trackedAgainWithOtherId(evidence).map(({ again }) => again.place));
  const once = counted.filter(({ place }) => !reloaded.has(place));
  const wrong = wrongCounts(event, wanted, once, target);
  if (wrong.length > 0) return wrong;
  const again = counted.map(({ place }) => place).filter((place) => reloaded.has(place));
  return wrongCounts(event, wanted, counted, target).map((one) => withAbout(one, { again }));
}

/** Each pixel gets a copy of every event, so each is counted separately. */
function wrongCounts(event: string, wanted: number, sent: readonly SiteEvent[], target: Target): Found[] {
  const perPixel = Map.groupBy(
    sent.flatMap((one) => one.sent),
    ({ pixel }) => pixel,
  );
  return [...perPixel].flatMap(([pixel, requests]) => {
    const found = requests.length;
    if (found === wanted || (!target.pixels.includes(pixel) && perPixel.size > 1)) return [];
    const last = requests.at(-1)!;
    const about = { enough: canonicalEvent(event) };
    const copies = listed(requests.map(sentFrom));
    const details = { args: { event, wanted, found, pixel, copies }, event, page: last.page, about };
    return [found < wanted ? absent('count', last.place, details) : finding('count', last.place, details)];
  });
}

/** For a message: where a copy of an event was sent, and as which. */
function sentFrom({ page, eventId }: SentEvent): string {
  const id = isMissing(eventId) ? 'without event_id' : `with event_id ${quoted(String(eventId))}`;
  return `from ${pathOf(page)} ${id}`;
}

function asSent({ canonical, sent, page }: SiteEvent): Carried {
  const { properties, place } = sent[0]!;
  return { canonical, properties, place: `${place}/body/properties`, page };
}
