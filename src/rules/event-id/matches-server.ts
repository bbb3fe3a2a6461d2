import { type ReceivedEvent, receivedEvents, type SiteEvent, siteEvents } from '../../evidence/events.ts';
import type { Target } from '../../target/target.ts';
import { canonicalEvent } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { absent, finding, listed } from '../finding.ts';
import type { Finding, Rule } from '../rule.ts';

export const matchesServer: Rule = {
  id: 'event-id/matches-server',
  severity: 'blocker',
  title: "The event_id of the browser's event reaches the Events API from the server",
  why: 'Only two copies with the same event_id are merged. With different ids the conversion is counted twice.',
  mend:
    'Send the event from the server, too, and make its id once, on the server with the order for example: hand it to the page ' +
    'and to the Events API call.',
  source: 'TikTok help centre, "Event deduplication"',
  messages: {
    'not-sent': ({ event, id, sent }) =>
      `The browser sent ${event} with event_id ${id}, but the server sent no ${event}; it sent ${sent}`,
    'other-pixel': ({ event, id, pixel, server }) =>
      `The browser sent ${event} with event_id ${id} to pixel ${pixel}, but the server sent it to ${server}`,
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
    const sent = listed([...server.values()].flatMap((events) => events.map(({ event }) => event)));
    return names.flatMap((name) => judge(browser.get(name)!, server.get(name) ?? [], sent, target));
  },
};

/** An event without an id is a finding of event-id/present. */
function hasId({ eventId }: SiteEvent): boolean {
  return !isMissing(eventId);
}

function judge(browser: SiteEvent[], server: ReceivedEvent[], sent: string, target: Target): Finding[] {
  const inBrowser = new Set(browser.map(({ eventId }) => String(eventId)));
  const onServer = new Set(server.map(({ eventId }) => String(eventId ?? '')));
  const unmatched = browser.filter(({ eventId }) => !onServer.has(String(eventId)));
  if (unmatched.length > 0) {
    return unmatched.map(({ event, eventId, page, place }) => {
      const ids = [...onServer].map((id) => (id === '' ? 'none' : id));
      const details = { args: { event, id: String(eventId), server: listed(ids), sent }, event, page };
      return server.length === 0
        ? absent('not-sent', place, details)
        : finding('differs', server[0]!.place, details);
    });
  }
  return [...otherPixels(browser, server, target), ...extras(inBrowser, server)];
}

/** The pixel is a part of TikTok's key, so a copy for another pixel is another event. */
function otherPixels(browser: SiteEvent[], server: ReceivedEvent[], target: Target): Finding[] {
  return browser.flatMap(({ event, eventId, sent, page }) => {
    const copies = server.filter((copy) => String(copy.eventId) === String(eventId));
    const pixels = sent.map(({ pixel }) => pixel);
    // A browser event for a pixel that is not the target's is a finding of pixel/expected-id.
    if (!pixels.some((pixel) => target.pixels.includes(pixel))) return [];
    if (copies.some(({ pixel }) => pixels.includes(pixel))) return [];
    const args = {
      event,
      id: String(eventId),
      pixel: listed(pixels),
      server: listed(copies.map(({ pixel }) => pixel || 'none')),
    };
    return [finding('other-pixel', copies[0]!.place, { args, event, page })];
  });
}

function extras(inBrowser: Set<string>, server: ReceivedEvent[]): Finding[] {
  return server
    .filter(({ eventId }) => !inBrowser.has(String(eventId ?? '')))
    .map(({ event, eventId, page, place }) =>
      finding('extra', place, { args: { event, id: String(eventId ?? '') || 'none' }, event, page }),
    );
}
