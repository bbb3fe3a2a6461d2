import { WIRE_RENAMES } from '../../tiktok/event-names.ts';
import { build } from './build.ts';
import { asObject, type Fields, isObject } from './values.ts';

/** The last two names to be replaced, which a build of 2024 still sent unchanged. */
const RENAMED_LAST = ['CompletePayment', 'SubmitForm'];
const RENAMES: ReadonlyMap<string, string> = build.renamesConversions
  ? WIRE_RENAMES
  : new Map([...WIRE_RENAMES].filter(([old]) => !RENAMED_LAST.includes(old)));

/** An event before its pixel and visitor are added. */
export interface Content {
  name: unknown;
  /** "" if the caller gave none: the SDK never generates one. A number stays a number. */
  eventId: unknown;
  properties: Fields;
  /** Overrides of the page's own values from `page({ url, referrer })`, of any type. */
  page?: { url?: unknown; referrer?: unknown } | undefined;
}

/** Whatever is wrong with the name, the event is sent. */
export function readTrack(name: unknown, second: unknown, third: unknown): Content {
  const { event_id, eventID } = asObject(third);
  const content = withEventId(name, readProperties(second));
  return { ...content, eventId: event_id || eventID || content.eventId };
}

/** Each character of a text or item of a list becomes a property; anything else that is not an object has none (measured). */
export function readPage(value: unknown, name: string): Content {
  const all = Object.assign({}, withUpperCurrency(value)) as Fields;
  if (!build.pageMayBeNamed) return withEventId(name, all);
  const { url = all.page, referrer, ...properties } = all;
  return {
    ...withEventId(name, properties),
    page: { ...(url ? { url } : {}), ...(referrer ? { referrer } : {}) },
  };
}

/** An event of the SDK itself. */
export function ownEvent(name: string, properties: Fields): Content {
  return { name, eventId: '', properties };
}

function withEventId(name: unknown, { event_id, eventID, ...properties }: Fields): Content {
  return {
    name: nameOnWire(name),
    eventId: event_id || eventID || '',
    properties,
  };
}

/** TikTok's own names are looked up as keys of an object, so `constructor` finds a function, which JSON leaves out (measured). */
function nameOnWire(name: unknown): unknown {
  if (typeof name !== 'string') return name;
  return RENAMES.get(name) ?? Reflect.get({}, name) ?? name;
}

/** A copy; dates and anything that is not an object become a description. */
function readProperties(value: unknown): Fields {
  if (value === undefined) return {};
  if (isObject(value) && !(value instanceof Date)) return { ...withUpperCurrency(value) };
  return build.describes ? { description: JSON.stringify(value) } : {};
}

/** The currency is converted to upper case in the caller's own object. */
function withUpperCurrency<T>(value: T): T {
  if (isObject(value) && typeof value.currency === 'string')
    Reflect.set(value, 'currency', value.currency.toUpperCase());
  return value;
}
