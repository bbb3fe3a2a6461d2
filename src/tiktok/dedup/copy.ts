import { canonicalEvent } from '../event-names.ts';
import { isMissing } from '../pixel-request.ts';

export type Side = 'pixel' | 'server';

/** One event as it reached TikTok. Leave out what TikTok refused, and the events the SDK sends unasked. */
export interface EventCopy {
  side: Side;
  /** When TikTok received it, not when it happened: the windows are of arrival. Finite milliseconds, one clock for all. */
  at: number;
  pixel: string;
  /** In any spelling. */
  event: string;
  /** As sent. Empty, null or undefined: it has none, and is never deduplicated by key. */
  eventId: unknown;
  /** The `_ttp` cookie; empty is none. */
  ttp?: string;
  value?: number;
  /** In any case; empty is none. */
  currency?: string;
  /**
   * Which conversion it tells of, in the site's own words: the order number, else its contents, made into text by the caller in
   * one way for both sides. It outweighs value and currency; without it, these alone tell conversions apart.
   */
  order?: string;
  /** Where it stands in the evidence; unique, as it breaks ties. */
  place: string;
}

/** Pixel, canonical event and event_id, as text; undefined without an event_id: nothing is deduplicated by half a key. */
export function keyOf(copy: EventCopy): string | undefined {
  const id = idOf(copy);
  return id === undefined ? undefined : JSON.stringify([copy.pixel, canonicalEvent(copy.event), id]);
}

export function idOf({ eventId }: EventCopy): string | undefined {
  if (isMissing(eventId)) return undefined;
  return typeof eventId === 'object' ? JSON.stringify(eventId) : String(eventId);
}

export function byArrival(a: EventCopy, b: EventCopy): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.side !== b.side) return a.side === 'pixel' ? -1 : 1;
  if (a.place.length !== b.place.length) return a.place.length - b.place.length;
  return a.place < b.place ? -1 : Number(a.place > b.place);
}

export function nameOf({ event }: EventCopy): string {
  return canonicalEvent(event);
}
