import { addressOf } from './address.ts';
import { AUTOMATIC_EVENTS, canonicalEvent } from './event-names.ts';

/** The content of a request to the pixel's collector. Fields are as sent: the site guarantees nothing about their types. */
export interface PixelEvent {
  /** event: the site's own; automatic: sent by the SDK unasked; telemetry: carries no event. */
  kind: 'event' | 'automatic' | 'telemetry';
  event: string;
  /** TikTok's current name of the event. */
  canonical: string;
  eventId: unknown;
  pixel: string;
  /** The click id, `context.ad.callback`. */
  clickId: string;
  /** The `_ttp` cookie, `context.user.anonymous_id`. */
  ttp: string;
  email: string;
  phone: string;
  page: string;
  properties: Record<string, unknown>;
}

/** Path of the collector of page views and tracked events, one for each request. The SDK's variant for Shopify has its own. */
const EVENT_PATH = /\/api\/v\d+\/(?:shopify_)?pixel\/?$/;
const TELEMETRY_PATH =
  /\/(api\/v\d+\/((?:shopify_)?pixel\/\w+|performance_interaction|monitor)|ipv6\/enrich_ipv6)\/?$/;
const SDK_PATH = /\/i18n\/pixel\/(events|sdk)\.js$/;

/**
 * Decodes a request to TikTok.
 *
 * @param url of the request, absolute
 * @param body parsed, or the decoded `analytics_message` of an image request
 * @returns undefined if the request is not to the collector
 */
export function decodePixelRequest(url: string, body: unknown): PixelEvent | undefined {
  const { pathname } = addressOf(url) ?? new URL(url);
  const isEvent = EVENT_PATH.test(pathname);
  if (!isEvent && !TELEMETRY_PATH.test(pathname)) return undefined;
  const message = record(body);
  const context = record(message.context);
  const user = record(context.user);
  const event = text(message.event);
  return {
    kind:
      !isEvent || !event
        ? 'telemetry'
        : (AUTOMATIC_EVENTS as readonly string[]).includes(event)
          ? 'automatic'
          : 'event',
    event,
    canonical: canonicalEvent(event),
    eventId: message.event_id,
    pixel: text(record(context.pixel).code),
    clickId: text(record(context.ad).callback),
    ttp: text(user.anonymous_id),
    email: text(user.email),
    phone: text(user.phone_number),
    page: text(record(context.page).url),
    properties: record(message.properties),
  };
}

/** The pixel id in a request for the SDK's first script; undefined for any other request. */
export function requestedPixel(url: string): string | undefined {
  const { pathname, searchParams } = addressOf(url) ?? new URL(url);
  return SDK_PATH.test(pathname) ? (searchParams.get('sdkid') ?? '') : undefined;
}

/** The message of an image request, sent if sendBeacon is missing or refuses: base64url JSON (measured). */
export function decodeAnalyticsMessage(url: string): unknown {
  const message = new URL(url).searchParams.get('analytics_message');
  if (message === null) return undefined;
  try {
    const binary = atob(message.replaceAll('-', '+').replaceAll('_', '/'));
    // A loop: Uint8Array.from takes ten times as long, and a page can have thousands of images.
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return message;
  }
}

/**
 * The event_id that the SDK takes from a track call: from the third argument first, then the properties, in both spellings (read
 * in SDK code, 2024 to 2026). Empty if there is none: the SDK never generates one.
 */
export function eventIdOf(properties: unknown, options: unknown): unknown {
  const [inProperties, inOptions] = [record(properties), record(options)];
  return inOptions.event_id || inOptions.eventID || inProperties.event_id || inProperties.eventID || '';
}

/** Names in a track call that are meant as an event_id but that the SDK does not read, such as `eventId`. */
export function misnamedIds(properties: unknown, options: unknown): string[] {
  const names = [...Object.keys(record(options)), ...Object.keys(record(properties))];
  return names.filter((name) => /^event[ _-]?id$/i.test(name) && name !== 'event_id' && name !== 'eventID');
}

/** Whether the event_id that the SDK takes is in the properties, not in the third argument. */
export function hasIdInProperties(properties: unknown, options: unknown): boolean {
  return eventIdOf({}, options) === '' && eventIdOf(properties, {}) !== '';
}

/** Whether a parameter is missing; on the wire and in real clients, it can be so in each of these ways. */
export function isMissing(value: unknown): boolean {
  return value === '' || value === undefined || value === null;
}

/** Whether a path is that of the SDK's first script or of the event collector. */
export function isPixelPath(pathname: string): boolean {
  return SDK_PATH.test(pathname) || EVENT_PATH.test(pathname);
}

/** Whether a request is for the SDK's first script. */
export function isSdkRequest({ url }: { url: string }): boolean {
  return requestedPixel(url) !== undefined;
}

/** The value as a plain object, empty if it is not one. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The value if it is text, otherwise empty. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
