import { canonicalEvent } from '../event-names.ts';
import { isMissing, record, text } from '../pixel-request.ts';
import { endpointOf } from './endpoint.ts';
import { FIELD_ROWS, type Field, type LayoutName } from './fields.ts';
import { epochMilliseconds } from './time.ts';

/** The layout of a request's body: flat is the legacy one on the event/track URL. */
export type Dialect = '2.0' | 'legacy' | 'flat';

/** One event of an Events API request, in any dialect. Fields of unknown type are as sent; texts are empty if missing. */
export interface ServerEvent {
  dialect: Dialect;
  /** JSON Pointer of the event within the request's body: empty, `/data/0`, `/data` or `/batch/0`. */
  place: string;
  /** JSON Pointer within the request's body of each field that is present, even empty. */
  places: Partial<Record<Field, string>>;
  event: string;
  canonical: string;
  eventId: unknown;
  /** Epoch milliseconds; undefined if what was sent is not a time. */
  time: number | undefined;
  timeAsSent: unknown;
  pixel: string;
  /** web, app, offline or crm. */
  source: string;
  user: {
    /** A digest or a list of them, as email, phone and externalId should be. */
    email: unknown;
    phone: unknown;
    externalId: unknown;
    clickId: string;
    ttp: string;
    ip: string;
    userAgent: string;
    locale: string;
    firstName: unknown;
    lastName: unknown;
    zip: unknown;
    city: unknown;
    state: unknown;
    country: unknown;
  };
  /** URL of the page. */
  page: string;
  referrer: string;
  properties: Record<string, unknown>;
  limitedDataUse: unknown;
  testEventCode: string;
  partnerName: string;
}

/** An event within its body. */
interface Item {
  dialect: Dialect;
  place: string;
  value: unknown;
}

/** A path of a layout, split once for all requests. */
interface Path {
  path: string;
  fromBody: boolean;
  names: readonly string[];
}

type Paths = readonly [Field, readonly Path[]][];

const LAYOUTS: Record<Dialect, Paths> = {
  '2.0': pathsOf('track'),
  legacy: pathsOf('legacy'),
  flat: pathsOf('flat'),
};

function pathsOf(layout: LayoutName): Paths {
  return FIELD_ROWS.map(([field, row]) => [
    field,
    row[layout].map((path) => {
      const fromBody = path.startsWith('/');
      return { path, fromBody, names: (fromBody ? path.slice(1) : path).split('/') };
    }),
  ]);
}

/**
 * Decodes the body of an Events API request: event/track 2.0, the legacy pixel/track and pixel/batch, or the legacy body on the
 * event/track URL (flat), which the service refuses but real clients send.
 *
 * @param url of the request; only its path counts
 * @returns no events if the body contains none; never throws
 */
export function decodeServerRequest(url: string, body: unknown): ServerEvent[] {
  return itemsOf(url, record(body)).map((item) => decodeItem(item, body));
}

/** `data` wins over what is beside it, as in the service. A single object as `data` is refused, yet its meaning is clear. */
function itemsOf(url: string, body: Record<string, unknown>): Item[] {
  const older: Dialect = endpointOf(url)?.startsWith('pixel-') ? 'legacy' : 'flat';
  const { data, batch } = body;
  if (Array.isArray(data) && data.length > 0) {
    return data.map((value, index) => ({ dialect: '2.0', place: `/data/${index}`, value }));
  }
  if ('event' in record(data)) return [{ dialect: '2.0', place: '/data', value: data }];
  if (Array.isArray(batch) && batch.length > 0) {
    return batch.map((value, index) => ({ dialect: older, place: `/batch/${index}`, value }));
  }
  return 'event' in body ? [{ dialect: older, place: '', value: body }] : [];
}

function decodeItem({ dialect, place, value }: Item, body: unknown): ServerEvent {
  const places: Partial<Record<Field, string>> = {};
  const values: Partial<Record<Field, unknown>> = {};
  for (const [field, paths] of LAYOUTS[dialect]) {
    const found = firstOf(paths, place, value, body);
    if (!found) continue;
    places[field] = found.place;
    values[field] = found.value;
  }
  const event = text(values.event);
  return {
    dialect,
    place,
    places,
    event,
    canonical: canonicalEvent(event),
    eventId: values.eventId,
    time: epochMilliseconds(values.time),
    timeAsSent: values.time,
    pixel: text(values.pixel),
    source: text(values.source),
    user: {
      email: values.email,
      phone: values.phone,
      externalId: values.externalId,
      clickId: text(values.clickId),
      ttp: text(values.ttp),
      ip: text(values.ip),
      userAgent: text(values.userAgent),
      locale: text(values.locale),
      firstName: values.firstName,
      lastName: values.lastName,
      zip: values.zip,
      city: values.city,
      state: values.state,
      country: values.country,
    },
    page: text(values.page),
    referrer: text(values.referrer),
    properties: record(values.properties),
    limitedDataUse: values.limitedDataUse,
    testEventCode: text(values.testEventCode),
    partnerName: text(values.partnerName),
  };
}

interface Found {
  place: string;
  value: unknown;
}

/** The first of these paths that is not empty, otherwise the first that exists. */
function firstOf(paths: readonly Path[], place: string, item: unknown, body: unknown): Found | undefined {
  let first: Found | undefined;
  for (const { fromBody, path, names } of paths) {
    const value = member(fromBody ? body : item, names);
    if (value === undefined) continue;
    const found = { place: fromBody ? path : `${place}/${path}`, value };
    if (!isMissing(value)) return found;
    first ??= found;
  }
  return first;
}

/** The member at a path of names; undefined if there is none. */
function member(from: unknown, names: readonly string[]): unknown {
  let value = from;
  for (const name of names) {
    const parent = record(value);
    if (!Object.hasOwn(parent, name)) return undefined;
    value = parent[name];
  }
  return value;
}
