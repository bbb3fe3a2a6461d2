import type { Evidence } from '../evidence/evidence.ts';
import { canonicalEvent, eventsThat, isOrder } from '../tiktok/event-names.ts';
import { nearMissOf } from '../tiktok/near-miss.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { blindSpot } from './blind.ts';
import { receivedEvents } from './events.ts';
import { firstOfEachName, type TrackedEvent, trackedEvents } from './tracked.ts';

/** A custom event sent where a standard event belongs. */
export interface NearMiss {
  tracked: TrackedEvent;
  /** The standard event that it seems to stand for. */
  standard: string;
}

/**
 * Custom events instead of standard ones, each name once. If the browser tracks the standard event as well, the custom one is
 * for somebody else. The same holds if only the server is to send the standard event, or if the target expects the custom one.
 *
 * @param expected canonical names of the events that the journey must cause in the browser
 */
export function nearMisses(evidence: Evidence, expected: ReadonlySet<string>): NearMiss[] {
  const events = trackedEvents(evidence);
  const tracked = new Set(events.flatMap(({ canonical }) => sameAs(canonical)));
  const received = receivedEvents(evidence);
  const isServers = (standard: string, { eventId }: TrackedEvent) => {
    // The server's events are not shown: it may well have sent this one.
    if (blindSpot(evidence, 'server')) return !sameAs(standard).some((name) => expected.has(name));
    const copies = received.filter(({ canonical }) => sameAs(standard).includes(canonical));
    return (
      copies.length > 0 &&
      !sameAs(standard).some((name) => expected.has(name)) &&
      (isMissing(eventId) || !copies.some((copy) => String(copy.eventId) === String(eventId)))
    );
  };
  return firstOfEachName(events).flatMap((event) => {
    const standard = nearMissOf(event.event);
    if (standard === undefined || expected.has(event.event)) return [];
    if (sameAs(standard).some((name) => tracked.has(name))) return [];
    return isServers(standard, event) ? [] : [{ tracked: event, standard }];
  });
}

/** Canonical names under which a standard event counts as sent: two of them may report an order. */
export function sameAs(standard: string): string[] {
  const canonical = canonicalEvent(standard);
  return isOrder(canonical) ? ORDERS : [canonical];
}

const ORDERS = [...new Set(eventsThat(({ buys }) => buys === 'order').map(canonicalEvent))];
