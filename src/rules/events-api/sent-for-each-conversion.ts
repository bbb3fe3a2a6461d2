import type { Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { canonicalEvent, isConversion } from '../../tiktok/event-names.ts';
import { endpointOf } from '../../tiktok/events-api/endpoint.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { spanOf } from '../../views/event-age.ts';
import { type ReceivedEvent, receivedEvents, type SiteEvent } from '../../views/events.ts';
import { sidesOf } from '../../views/pairs.ts';
import { type ExpectedEvent, expectedEvents } from '../expected-events.ts';
import { absent, listed, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { SERVER_SENDS } from '../scenarios.ts';
import { eventNames, onlyFromServer, wantedFromServer } from '../server-side.ts';

/** How long it was awaited; empty if the target does not expect it. */
const within = (wait: string | number) => (wait ? ` within ${wait} (timeouts.settle)` : '');

export const sentForEachConversion = defineRule({
  id: 'events-api/sent-for-each-conversion',
  severity: 'critical',
  scenarios: SERVER_SENDS,
  needs: ['server', 'messages'],
  yieldsTo: [
    // What the browser sends too early or too often has no copy.
    { rule: 'event/not-on-load', yielding: ['not-sent'], sharing: ['place'] },
    { rule: 'event/expected', yielding: ['not-sent'], to: ['count'], sharing: ['enough'] },
  ],
  title: 'Each conversion that the server should send reaches the Events API',
  why: "When an ad blocker or the browser stops the pixel, only the server's copy of the conversion remains.",
  fix:
    'Send the event where the order is saved, for every way to order, and retry when the call fails. If a queue sends it later, say ' +
    'how long that may take: timeouts.settle for all events, or settle on the expected event.',
  source:
    'The target file: journeys[].expect[].server; TikTok help centre, "Events API": send what the pixel sends',
  messages: {
    'not-sent': ({ event, id, sent, wait }: Args<'event' | 'id' | 'sent' | 'wait'>) =>
      `The browser sent ${event}${id ? ` with event_id ${quoted(id)}` : ''}, but the server sent no ${event} for it${within(wait)}; it sent ${sent}`,
    'never-sent': ({ event, sent, wait }: Args<'event' | 'sent' | 'wait'>) =>
      `Only the server should send ${event}, but it sent none${within(wait)}; it sent ${sent}`,
  },
  stakes: ({ place }) => [place],
  check(evidence, target) {
    const wanted = wantedFromServer(evidence, target);
    if (evidence.recorder.eventsApi === 'none') {
      if (wanted.size === 0) return { inapplicable: "The server's calls are not recorded" };
      return {
        inconclusive: `eventsApi.transport is none, so it is not known whether the server sends ${listed(wanted)}`,
      };
    }
    if (wanted.size > 0 && !evidence.server.seen) {
      return {
        inconclusive:
          evidence.recorder.eventsApi === 'preload'
            ? 'The stub saw no request of this visit reach the site\'s server: if another process serves the site, set eventsApi.transport to "proxy" or "server"'
            : `No call of the run has reached the stub, so it is not known whether the server sends ${listed(wanted)}: if it does, its client bypasses the stub`,
      };
    }
    const received = receivedEvents(evidence);
    const fromServer = new Set(received.map(({ canonical }) => canonical));
    const names = sidesOf(evidence).filter(
      ({ name, matched, unlike, browserOnly }) =>
        matched.length + unlike.length + browserOnly.length > 0 &&
        (wanted.has(name) || (isConversion(name) && fromServer.has(name))),
    );
    const serverOnly = [...onlyFromServer(evidence, target)].filter(
      (event) => !names.some(({ name }) => name === event),
    );
    if (names.length === 0 && serverOnly.length === 0)
      return { inapplicable: 'There was no conversion for the server to send' };
    // Under another name it counts as a separate conversion: see dedup/counted-once.
    const isRenamed = ({ eventId }: SiteEvent) =>
      !isMissing(eventId) &&
      received.some((event) => event.event !== '' && String(event.eventId) === String(eventId));
    const enough = enoughOf(received, evidence, target);
    const missing = names.flatMap(({ browserOnly }) => browserOnly).filter((event) => !isRenamed(event));
    const never = serverOnly.filter((event) => !fromServer.has(event));
    if (missing.length + never.length > 0 && hasUnreadable(evidence, received))
      return { inapplicable: 'It may be in a request that cannot be read: see events-api/accepted' };
    const missed = new Set([...missing.map(({ canonical }) => canonical), ...never]);
    const untied = untiedThatMayBe(missed, evidence);
    if (untied.length > 0) {
      return {
        inconclusive:
          `${untied.length === 1 ? 'A call' : `${untied.length} calls`} to the Events API could not be matched to a visit ` +
          `(${listed(untied)}), so it is not known whether the server sent ${listed(missed)} for this one. Send event_id, ttclid or ttp with each event`,
      };
    }
    const sent = received.length === 0 ? 'nothing' : eventNames(received.map(({ event }) => event));
    return [
      ...missing.map(({ event, canonical, eventId, page, place }) => {
        const id = isMissing(eventId) ? '' : String(eventId);
        const about = { enough: enough.has(canonical) ? [canonical] : [] };
        return absent('not-sent', place, {
          args: { event, id, sent, wait: waitFor(canonical, evidence, target) },
          event,
          page,
          about,
        });
      }),
      ...never.map((event) =>
        absent('never-sent', '/server/requests', {
          args: { event, sent, wait: waitFor(event, evidence, target) },
          event,
        }),
      ),
    ];
  },
});

/** For a message: how long the server's copy of an event was awaited. */
function waitFor(name: string, evidence: Evidence, target: Target): string {
  const expected = expectedEvents(evidence, target).find((one) => one.server && one.canonical === name);
  return expected ? spanOf(expected.settle ?? target.timeouts.settle) : '';
}

/** Canonical names of the events that the server sent as often as the browser was to send them. */
function enoughOf(received: readonly ReceivedEvent[], evidence: Evidence, target: Target): Set<string> {
  const isEnough = ({ canonical, count = 0 }: ExpectedEvent) =>
    received.filter((copy) => copy.canonical === canonical).length >= count;
  return new Set(
    expectedEvents(evidence, target)
      .filter(isEnough)
      .map(({ canonical }) => canonical),
  );
}

/** Calls without a visit that may be the missing ones, as text: those that carry such an event, or cannot be read. */
function untiedThatMayBe(missed: ReadonlySet<string>, { server }: Evidence): string[] {
  if (missed.size === 0) return [];
  return (server.unattributed ?? [])
    .filter(
      ({ events }) =>
        events.length === 0 || events.some((one) => missed.has(canonicalEvent(one.split(' ')[0]!))),
    )
    .map(({ events }) => (events.length === 0 ? 'one that cannot be read' : listed(events)));
}

/** Whether a call that should carry events carries none, or one without a name. */
function hasUnreadable({ server }: Evidence, received: readonly ReceivedEvent[]): boolean {
  return server.requests.some(({ url, method }, index) => {
    const own = received.filter(({ request }) => request === index);
    return (
      method === 'POST' && endpointOf(url) && (own.length === 0 || own.some(({ event }) => event === ''))
    );
  });
}
