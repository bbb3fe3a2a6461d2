import { type ReceivedEvent, receivedEvents, type SiteEvent, siteEvents } from '../../evidence/events.ts';
import { canonicalEvent, isConversion } from '../../tiktok/event-names.ts';
import { absent, finding, listed } from '../finding.ts';
import type { Finding, Rule } from '../rule.ts';

export const matchesServer: Rule = {
  id: 'event-id/matches-server',
  severity: 'blocker',
  title: "The event_id of the browser's event reaches the Events API from the server",
  why: 'Only two copies with the same event_id are merged. With different ids the conversion is counted twice.',
  mend: 'Make the id once, on the server with the order for example, and hand it to the page and to the Events API call.',
  source: 'TikTok help centre, "Event deduplication"',
  messages: {
    'not-sent': ({ event, id }) =>
      `The browser sent ${event} with event_id ${id}, but the server sent no ${event}`,
    differs: ({ event, id, server }) =>
      `The browser sent ${event} with event_id ${id}, but the server sent it with ${server}`,
    extra: ({ event, id }) => `The server sent ${event} with event_id ${id}, which the browser never sent`,
  },
  check(evidence, target) {
    const journey = target.journeys.find(({ name }) => name === evidence.journey);
    const wanted = new Set(
      journey?.expect.filter(({ server }) => server).map(({ event }) => canonicalEvent(event)),
    );
    if (evidence.recorder.eventsApi === 'none') {
      if (wanted.size === 0) return { inapplicable: "The server's calls are not recorded" };
      return {
        inconclusive: `eventsApi.transport is none, so it was not seen whether the server sends ${listed(wanted)}`,
      };
    }
    if (wanted.size > 0 && !evidence.server.seen) {
      return {
        inconclusive:
          "The stub saw no request of this visit reach the site's server: is it the process that serves the site?",
      };
    }
    const browser = Map.groupBy(siteEvents(evidence).filter(hasId), ({ canonical }) => canonical);
    const server = Map.groupBy(receivedEvents(evidence), ({ canonical }) => canonical);
    const names = [...browser.keys()].filter((name) => wanted.has(name) || server.has(name));
    if (names.length === 0) return { inapplicable: 'No event was sent by both sides' };
    return names.flatMap((name) => judge(browser.get(name)!, server.get(name) ?? []));
  },
};

/** An event without an id is a finding of event-id/present. */
function hasId({ eventId, event }: SiteEvent): boolean {
  return (
    eventId !== '' &&
    eventId !== undefined &&
    eventId !== null &&
    (isConversion(event) || event !== 'Pageview')
  );
}

function judge(browser: SiteEvent[], server: ReceivedEvent[]): Finding[] {
  const inBrowser = new Set(browser.map(({ eventId }) => String(eventId)));
  const onServer = new Set(server.map(({ eventId }) => String(eventId ?? '')));
  const unmatched = browser.filter(({ eventId }) => !onServer.has(String(eventId)));
  if (unmatched.length > 0) {
    return unmatched.map(({ event, eventId, page, place }) => {
      const ids = [...onServer].map((id) => (id === '' ? 'none' : id));
      const details = { args: { event, id: String(eventId), server: listed(ids) }, event, page };
      return server.length === 0
        ? absent('not-sent', place, details)
        : finding('differs', server[0]!.place, details);
    });
  }
  return server
    .filter(({ eventId }) => !inBrowser.has(String(eventId ?? '')))
    .map(({ event, eventId, page, place }) =>
      finding('extra', place, { args: { event, id: String(eventId ?? '') || 'none' }, event, page }),
    );
}
