import { canonicalEvent } from '../../tiktok/event-names.ts';
import { asObject, type Fields, isObject } from './values.ts';

/** A call of `track`, taken apart. */
export interface TrackedEvent {
  name: unknown;
  /** "" if the caller gave none: the SDK never makes one up. A number stays a number. */
  eventId: unknown;
  properties: Fields;
  /** `pixel_code` of the third argument: send for this pixel only. */
  pixel: string | undefined;
}

/** Names are sent as the SDK sends them since 2025. Whatever is wrong with one, the event goes out. */
export function readTrack(name: unknown, second: unknown, third: unknown): TrackedEvent {
  const options = asObject(third);
  const { event_id, eventID, ...properties } = readProperties(second);
  return {
    name: typeof name === 'string' ? canonicalEvent(name) : name,
    eventId: options.event_id || options.eventID || event_id || eventID || '',
    properties,
    pixel: options.pixel_code ? String(options.pixel_code) : undefined,
  };
}

/** The caller's object is copied, not changed. Anything but an object becomes a description. */
export function readProperties(value: unknown): Fields {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) return { description: value };
  const properties = { ...value };
  if (typeof properties.currency === 'string') properties.currency = properties.currency.toUpperCase();
  return properties;
}
