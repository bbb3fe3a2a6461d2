import type { Evidence } from '../evidence/evidence.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { type ReceivedEvent, receivedEvents, type SentEvent, sentEvents } from './events.ts';

/** What was sent of one event by one side. */
export interface InventoryEntry {
  /** By TikTok's newest name for it. */
  event: string;
  by: 'browser' | 'server';
  count: number;
  /** Names of the properties that each copy carries, in alphabetical order. */
  params: string[];
  /** Whether each copy carries an event_id. */
  id: boolean;
  /** Whether each copy carries a click id. */
  clickId: boolean;
}

/** The inventory of a visit: what was tracked, event by event, without what differs from visit to visit. */
export function inventoryOf(evidence: Evidence): InventoryEntry[] {
  const browser = entries('browser', sentEvents(evidence), ({ clickId }) => clickId);
  const server = entries('server', receivedEvents(evidence), ({ user }) => user.clickId);
  // Arrival is not call order, and differs from visit to visit.
  return [...browser, ...server].sort((a, b) => (a.event < b.event ? -1 : a.event > b.event ? 1 : 0));
}

function entries<Copy extends SentEvent | ReceivedEvent>(
  by: InventoryEntry['by'],
  copies: readonly Copy[],
  clickIdOf: (copy: Copy) => string,
): InventoryEntry[] {
  return [...Map.groupBy(copies, ({ canonical }) => canonical)].map(([event, alike]) => ({
    event,
    by,
    count: alike.length,
    params: paramsOf(alike),
    id: alike.every(({ eventId }) => !isMissing(eventId)),
    clickId: alike.every((copy) => clickIdOf(copy) !== ''),
  }));
}

function paramsOf(copies: readonly (SentEvent | ReceivedEvent)[]): string[] {
  return Object.keys(copies[0]!.properties)
    .filter((name) => copies.every(({ properties }) => !isMissing(ownMember(properties, name))))
    .sort();
}

function ownMember(properties: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
