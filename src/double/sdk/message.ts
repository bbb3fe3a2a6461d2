import type { Identity } from './identify.ts';
import { currentPage, type Page, runtime } from './page.ts';
import type { Pixel } from './pixel.ts';
import { randomDigits } from './random.ts';
import { pageviewIdOf, sessionIdOf } from './session.ts';
import type { Fields } from './values.ts';

/** One event on the wire, in the shape that real SDK builds were measured to send. */
export interface Message {
  event: unknown;
  event_id: unknown;
  message_id: string;
  is_onsite: boolean;
  timestamp: string;
  context: {
    ad: { callback?: string; sdk_env: string; jsb_status: number };
    user: Fields;
    pixel: { code: string; runtime: string };
    page: Page;
    library: { name: string; version: string };
    device: { platform: string };
    session_id: string;
    pageview_id: string;
    userAgent: string;
  };
  _inspection: Fields;
  properties: Fields;
  partner?: unknown;
  limited_data_use?: unknown;
}

export interface Visitor {
  identity: Identity;
  /** The value of `_ttp`. */
  anonymousId: string | undefined;
  clickId: string | undefined;
}

export interface Content {
  name: unknown;
  eventId: unknown;
  properties: Fields;
}

/** `partner` is `ttq._partner`, which partner base codes set; the load option of the same name comes first. */
export function createMessage(pixel: Pixel, content: Content, visitor: Visitor, partner: unknown): Message {
  const now = Date.now();
  return {
    event: content.name,
    event_id: content.eventId,
    message_id: messageId(pixel, now),
    is_onsite: false,
    timestamp: new Date(now).toISOString(),
    context: {
      ad: { ...present({ callback: visitor.clickId }), sdk_env: 'external', jsb_status: 2 },
      user: { ...present({ anonymous_id: visitor.anonymousId }), ...visitor.identity },
      pixel: { code: pixel.code, runtime: runtime() },
      page: currentPage(),
      library: { name: 'pixel.js', version: '2.2.1' },
      device: { platform: platform() },
      session_id: sessionIdOf(pixel.code),
      pageview_id: pageviewIdOf(pixel.code),
      userAgent: navigator.userAgent,
    },
    _inspection: {},
    properties: content.properties,
    ...present({
      partner: pixel.options.partner || partner,
      limited_data_use: pixel.options.limited_data_use,
    }),
  };
}

/** The copy of an event that goes to the IPv6 endpoint. */
export function ipv6Copy(message: Message): Message {
  const { code } = message.context.pixel;
  return { ...message, event: 'EnrichIpv6', event_id: '', message_id: messageId({ code }, Date.now()) };
}

/** Unique for each request, so it is no key for deduplication. */
function messageId({ code }: Pick<Pixel, 'code'>, now: number): string {
  return `messageId-${now}-${randomDigits(13)}-${code}`;
}

function platform(): string {
  if (/android/i.test(navigator.userAgent)) return 'android';
  return /iphone|ipad|ipod/i.test(navigator.userAgent) ? 'ios' : 'pc';
}

/** Without the keys that have no value. */
function present<T extends Fields>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
