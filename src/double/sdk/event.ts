import { canonicalEvent } from '../../tiktok/event-names.ts';
import { build } from './build.ts';
import { asObject, type Fields, isObject } from './values.ts';

/** An event before it is known for which pixel and visitor. */
export interface Content {
  name: unknown;
  /** "" if the caller gave none: the SDK never makes one up. A number stays a number. */
  eventId: unknown;
  properties: Fields;
  /** What `page({ url, referrer })` says in place of the page's own. */
  page?: { url?: string; referrer?: string };
}

/** Whatever is wrong with a name, the event goes out. */
export function readTrack(name: unknown, second: unknown, third: unknown): Content {
  const { event_id, eventID } = asObject(third);
  const content = withEventId(name, readProperties(second));
  return { ...content, eventId: event_id || eventID || content.eventId };
}

export function readPage(value: unknown, name: string): Content {
  const all = readProperties(value);
  if (!build.pageMayBeNamed) return withEventId(name, all);
  const { url = all.page, referrer, ...properties } = all;
  return {
    ...withEventId(name, properties),
    page: { ...(url ? { url: String(url) } : {}), ...(referrer ? { referrer: String(referrer) } : {}) },
  };
}

/** An event of the SDK's own. */
export function ownEvent(name: string, properties: Fields): Content {
  return { name, eventId: '', properties };
}

function withEventId(name: unknown, { event_id, eventID, ...properties }: Fields): Content {
  return {
    name: build.renames && typeof name === 'string' ? canonicalEvent(name) : name,
    eventId: event_id || eventID || '',
    properties,
  };
}

/** A copy; anything but an object becomes a description. The currency is upper-cased in the caller's own object. */
function readProperties(value: unknown): Fields {
  if (value === undefined) return {};
  if (!isObject(value)) return { description: JSON.stringify(value) };
  if (typeof value.currency === 'string') Reflect.set(value, 'currency', value.currency.toUpperCase());
  return { ...value };
}
