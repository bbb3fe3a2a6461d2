import type { Evidence } from '../evidence/evidence.ts';
import { type Difference, differences } from '../tiktok/event-contents.ts';
import { PAGEVIEW } from '../tiktok/event-names.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { eventCopies } from './copies.ts';
import { type ReceivedEvent, receivedEvents, type SiteEvent, siteEvents } from './events.ts';
import { perEvidence } from './memo.ts';
import { trackedAgainWithOtherId } from './reloads.ts';

/** What browser and server sent under one event name, side by side. */
export interface Sides {
  /** Canonical. */
  name: string;
  /** One event_id on both sides. */
  matched: { browser: SiteEvent; server: ReceivedEvent[] }[];
  /** The rest of both sides, paired in order of time: apparently one event under two ids. */
  unlike: { browser: SiteEvent; server: ReceivedEvent }[];
  /** The rest of one side. */
  browserOnly: SiteEvent[];
  serverOnly: ReceivedEvent[];
}

/**
 * Lays the events of browser and server side by side, by name and event_id. Copies with one id count once. An event that repeats
 * an order under another id is left out, as it has no counterpart.
 */
export const sidesOf = perEvidence((evidence): readonly Sides[] => {
  const orders = new Map(eventCopies(evidence).map(({ place, order }) => [place, order]));
  const reloaded = new Set(trackedAgainWithOtherId(evidence).map(({ again }) => again.place));
  const browser = Map.groupBy(
    siteEvents(evidence).filter(({ canonical }) => canonical !== PAGEVIEW),
    ({ canonical }) => canonical,
  );
  const server = Map.groupBy(receivedEvents(evidence), ({ canonical }) => canonical);
  const names = new Set([...browser.keys(), ...server.keys()]);
  return [...names].map((name) =>
    sidesOfOne(name, browser.get(name) ?? [], server.get(name) ?? [], { orders, reloaded }),
  );
});

/** What is known of events, by their place: the order, and which exist only because a page was loaded again. */
interface Known {
  orders: Map<string, string | undefined>;
  reloaded: Set<string>;
}

function sidesOfOne(name: string, browser: SiteEvent[], server: ReceivedEvent[], known: Known): Sides {
  const byId = Map.groupBy(server.filter(hasId), idOf);
  const inBrowser = new Set(browser.filter(hasId).map(idOf));
  const matched = firstOfEach(browser)
    .filter((event) => hasId(event) && byId.has(idOf(event)))
    .map((event) => ({ browser: event, server: byId.get(idOf(event))! }));
  const isMatched = (event: SiteEvent | ReceivedEvent) =>
    hasId(event) && byId.has(idOf(event)) && inBrowser.has(idOf(event));
  const restInBrowser = unrepeated(firstOfEach(browser), isMatched, known);
  const restOnServer = unrepeated(firstOfEach(server), isMatched, known);
  const pairs = Math.min(restInBrowser.length, restOnServer.length);
  return {
    name,
    matched,
    unlike: restInBrowser
      .slice(0, pairs)
      .map((event, index) => ({ browser: event, server: restOnServer[index]! })),
    browserOnly: restInBrowser.slice(pairs),
    serverOnly: restOnServer.slice(pairs),
  };
}

/** Without further copies of an event with the same id. */
function firstOfEach<E extends { eventId: unknown }>(events: E[]): E[] {
  const seen = new Set<string>();
  return events.filter((event) => {
    if (!hasId(event)) return true;
    const isFirst = !seen.has(idOf(event));
    seen.add(idOf(event));
    return isFirst;
  });
}

/** Those without a match, one for each order, and none of an order that has a match. */
function unrepeated<E extends SiteEvent | ReceivedEvent>(
  events: E[],
  isMatched: (event: E) => boolean,
  { orders, reloaded }: Known,
): E[] {
  const seen = new Set(events.filter(isMatched).map(({ place }) => orders.get(place)));
  return events.filter((event) => {
    if (isMatched(event) || reloaded.has(event.place)) return false;
    const order = orders.get(event.place);
    if (order === undefined) return true;
    const isRepeated = seen.has(order);
    seen.add(order);
    return !isRepeated;
  });
}

function hasId({ eventId }: { eventId: unknown }): boolean {
  return !isMissing(eventId);
}

function idOf({ eventId }: { eventId: unknown }): string {
  return String(eventId);
}

/** JSON Pointers of the server events whose browser copy carries the same id. */
export function pairedPlaces(evidence: Evidence): string[] {
  return sidesOf(evidence).flatMap(({ matched }) =>
    matched.flatMap(({ server }) => server.map(({ place }) => place)),
  );
}

/** A server event whose parameters differ from those of the browser's copy with the same id. */
export interface Disagreement {
  browser: SiteEvent;
  server: ReceivedEvent;
  differences: Difference[];
}

/** Every event on which browser and server disagree. Each server copy is compared with the browser's as it was sent. */
export const disagreeing = perEvidence((evidence): readonly Disagreement[] => {
  return sidesOf(evidence).flatMap(({ matched }) =>
    matched.flatMap(({ browser, server: copies }) => {
      const properties = browser.sent[0]?.properties ?? browser.properties;
      return copies
        .map((server) => ({ browser, server, differences: differences(properties, server.properties) }))
        .filter(({ differences }) => differences.length > 0);
    }),
  );
});
