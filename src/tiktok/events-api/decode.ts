import { canonicalEvent } from '../event-names.ts';
import { record, text } from '../pixel-request.ts';

/** One event of an Events API request, whatever the dialect. Fields are as sent. */
export interface ServerEvent {
  dialect: '2.0' | 'legacy' | 'flat';
  /** JSON Pointer of the event within the request's body: empty, `/data/0` or `/batch/0`. */
  place: string;
  event: string;
  canonical: string;
  eventId: unknown;
  pixel: string;
  user: {
    email: unknown;
    phone: unknown;
    externalId: unknown;
    clickId: string;
    ttp: string;
    ip: string;
    userAgent: string;
  };
  page: string;
  properties: Record<string, unknown>;
}

/**
 * Decodes the body of an Events API request: event/track 2.0, the legacy pixel/track and pixel/batch, or the legacy body on the
 * event/track URL (flat), which the service refuses but clients in the field send.
 *
 * @param url of the request; only its path counts
 * @returns no event for a body that holds none
 */
export function decodeServerRequest(url: string, body: unknown): ServerEvent[] {
  const message = record(body);
  if (Array.isArray(message.data)) {
    return message.data.map((item, index) =>
      decodeTrack(record(item), text(message.event_source_id), `/data/${index}`),
    );
  }
  if (Array.isArray(message.batch)) {
    return message.batch.map((item, index) =>
      decodeLegacy(record(item), text(message.pixel_code), 'legacy', `/batch/${index}`),
    );
  }
  if (!('event' in message)) return [];
  const dialect = /\/pixel\/track\/?$/.test(new URL(url).pathname) ? 'legacy' : 'flat';
  return [decodeLegacy(message, text(message.pixel_code), dialect, '')];
}

function decodeTrack(item: Record<string, unknown>, pixel: string, place: string): ServerEvent {
  const user = record(item.user);
  return {
    dialect: '2.0',
    place,
    ...named(item),
    pixel,
    user: {
      email: user.email,
      phone: user.phone,
      externalId: user.external_id,
      clickId: text(user.ttclid),
      ttp: text(user.ttp),
      ip: text(user.ip),
      userAgent: text(user.user_agent),
    },
    page: text(record(item.page).url),
    properties: record(item.properties),
  };
}

/** The flat body differs from the legacy one in where the user stands and in what its phone is called. */
function decodeLegacy(
  item: Record<string, unknown>,
  pixel: string,
  dialect: 'legacy' | 'flat',
  place: string,
): ServerEvent {
  const context = record(item.context);
  const user = { ...record(context.user), ...record(item.user) };
  return {
    dialect,
    place,
    ...named(item),
    pixel: text(item.pixel_code) || pixel,
    user: {
      email: user.email,
      phone: user.phone_number ?? user.phone,
      externalId: user.external_id,
      clickId: text(record(context.ad).callback) || text(user.ttclid),
      ttp: text(user.ttp),
      ip: text(context.ip),
      userAgent: text(context.user_agent),
    },
    page: text(record(context.page).url),
    properties: record(item.properties),
  };
}

function named(item: Record<string, unknown>) {
  const event = text(item.event);
  return { event, canonical: canonicalEvent(event), eventId: item.event_id };
}
