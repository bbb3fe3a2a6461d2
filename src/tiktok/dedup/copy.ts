import { canonicalEvent } from '../event-names.ts';
import { isMissing } from '../pixel-request.ts';

export type Side = 'pixel' | 'server';

/** One event as it reached TikTok. Leave out what TikTok refused, and the SDK's automatic events. */
export interface EventCopy {
  side: Side;
  /** When TikTok received it, not when it happened: the windows run from arrival. Finite milliseconds, one clock for all. */
  at: number;
  pixel: string;
  /** In any spelling. */
  event: string;
  /** As sent. Empty, null or undefined means none: such a copy is never deduplicated by key. */
  eventId: unknown;
  /** The `_ttp` cookie; empty means none. */
  ttp?: string;
  value?: number;
  /** In any case; empty means none. */
  currency?: string;
  /**
   * Which conversion it belongs to, in the site's terms: the order number, otherwise its contents, as text that the caller makes in
   * the same way for both sides. It outweighs value and currency; without it, only these tell conversions apart.
   */
  order?: string;
  /** Its place in the evidence; unique, as it breaks ties. */
  place: string;
}

/** Pixel, canonical event and event_id, as text; undefined without an event_id, as half a key deduplicates nothing. */
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
