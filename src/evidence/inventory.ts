import { isMissing } from '../tiktok/pixel-request.ts';
import { receivedEvents, sentEvents } from './events.ts';
import type { Evidence } from './evidence.ts';

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

interface Copy {
  event: string;
  eventId: unknown;
  clickId: string;
  properties: Record<string, unknown>;
}

/** The inventory of a visit: what was tracked, event by event, without what differs from visit to visit. */
export function inventoryOf(evidence: Evidence): InventoryEntry[] {
  const browser = sentEvents(evidence).map((event) => ({ ...event, event: event.canonical }));
  const server = receivedEvents(evidence).map((event) => ({
    ...event,
    event: event.canonical,
    clickId: event.user.clickId,
  }));
  // Arrival is not call order, and differs from visit to visit.
  return [...entries('browser', browser), ...entries('server', server)].sort((a, b) =>
    a.event < b.event ? -1 : a.event > b.event ? 1 : 0,
  );
}

function entries(by: InventoryEntry['by'], copies: Copy[]): InventoryEntry[] {
  return [...Map.groupBy(copies, ({ event }) => event)].map(([event, alike]) => ({
    event,
    by,
    count: alike.length,
    params: paramsOf(alike),
    id: alike.every(({ eventId }) => !isMissing(eventId)),
    clickId: alike.every(({ clickId }) => clickId !== ''),
  }));
}

function paramsOf(copies: Copy[]): string[] {
  const [first, ...others] = copies.map(({ properties }) =>
    Object.keys(properties).filter((name) => !isMissing(properties[name])),
  );
  return (first ?? []).filter((name) => others.every((names) => names.includes(name))).sort();
}
