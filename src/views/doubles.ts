import type { Evidence } from '../evidence/evidence.ts';
import { isStandardEvent } from '../tiktok/event-names.ts';
import { type SiteEvent, siteEvents } from './events.ts';
import { isAct } from './steps.ts';

/** The standard events that were called and sent. */
export function standardEventsSent(evidence: Evidence): SiteEvent[] {
  return siteEvents(evidence).filter(
    ({ event, call, sent }) => isStandardEvent(event) && call && sent.length > 0,
  );
}

/**
 * Groups of events that are apparently one event, sent several times: with the same properties and event_id, on one document and
 * route, to one pixel, without an action of the visitor in between.
 *
 * @param idOf the event_id to go by, if that is not the event's own
 */
export function doublesAmong(
  events: readonly SiteEvent[],
  evidence: Evidence,
  idOf: (event: SiteEvent) => unknown = ({ eventId }) => eventId,
): (readonly SiteEvent[])[] {
  const alike = Map.groupBy(events, (event) => keyOf(event, idOf(event), evidence));
  return [...alike.values()].map(repeatedOf).filter(({ length }) => length > 1);
}

function keyOf(
  { canonical, properties, call, page }: SiteEvent,
  eventId: unknown,
  { steps }: Evidence,
): string {
  const acts = steps.filter((step) => isAct(step) && step.at <= call!.at).length;
  return JSON.stringify([canonical, eventId, properties, call!.document, page, acts]);
}

/** Events that reached a pixel which an earlier one had reached: several pixels get one copy each. */
function repeatedOf(events: readonly SiteEvent[]): readonly SiteEvent[] {
  const pixels = Map.groupBy(
    events.flatMap((event) => event.sent.map(({ pixel }) => ({ event, pixel }))),
    ({ pixel }) => pixel,
  );
  const most = [...pixels.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  return most.map(({ event }) => event);
}
