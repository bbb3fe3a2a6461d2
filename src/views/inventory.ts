import type { Evidence } from '../evidence/evidence.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { type ReceivedEvent, receivedEvents, type SentEvent, sentEvents } from './events.ts';

/** What one side sent of one event. */
export interface InventoryEntry {
  /** TikTok's current name for it. */
  event: string;
  by: 'browser' | 'server';
  count: number;
  /** Names of the properties that every copy carries, in alphabetical order. */
  params: string[];
  /** Whether every copy carries an event_id. */
  id: boolean;
  /** Whether every copy carries a click id. */
  clickId: boolean;
}

/** The inventory of a visit: what was tracked, by event, without what varies from visit to visit. */
export function inventoryOf(evidence: Evidence): InventoryEntry[] {
  const browser = entries('browser', sentEvents(evidence), ({ clickId }) => clickId);
  const server = entries('server', receivedEvents(evidence), ({ user }) => user.clickId);
  // The order of arrival varies from visit to visit, and is not that of the calls.
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
