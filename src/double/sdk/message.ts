import { build } from './build.ts';
import type { Content } from './event.ts';
import { type Identity, identityParams, signalLabels, userOf } from './identity.ts';
import { currentPage, pageIndex, pageviewId, runtime } from './page.ts';
import { randomDigits } from './random.ts';
import type { Visits } from './session.ts';
import type { PixelOptions } from './ttq.ts';
import type { Fields } from './values.ts';

/** What all messages of a page say about it and its visitor. */
export interface Visitor {
  /** The value of `_ttp`. */
  anonymousId: string | undefined;
  clickId: string | undefined;
  organicClickId: string | undefined;
  testId: string | undefined;
  sessionId: string;
  variation: string | undefined;
  experiments: string | undefined;
}

/** The pixel that an event is for. */
export interface Addressee {
  code: string;
  options: PixelOptions;
  loadId: string | undefined;
  partner: unknown;
}

/** Properties that the wire has in `_inspection`. */
const INSPECTED = [
  ...['event_experiment', 'dynamic_parameter_config', 'eb_version', 'eb_rule_id', 'tf', 'trigger_source'],
  'inter_id',
];

/**
 * One event as real SDK builds were measured to send it, created when it is sent. The visitor's identity is added last: see
 * addIdentity.
 *
 * @param visits undefined if the browser refuses their cookies
 */
export function createMessage(
  { code, options, loadId, partner }: Addressee,
  { name, eventId, properties: given, page }: Content,
  visitor: Visitor,
  visits: Visits | undefined,
): Fields {
  const { limited_data_use, pixelMethod: _method, reporterId: _id, ...properties } = given;
  const inspection: Fields = { vids: visitor.experiments };
  for (const key of INSPECTED.filter((key) => key in properties)) {
    inspection[key] = properties[key];
    delete properties[key];
  }
  const limited = limited_data_use ?? options.limited_data_use;
  const now = Date.now();
  return {
    event: name,
    event_id: eventId,
    ...envelope(now, `-${code}`),
    context: {
      ...contextOf(visitor, { code, runtime: runtime() }, `-${code}`, `::${loadId ?? ''}-${code}`),
      page: { ...currentPage(), ...page },
      ...(visits && {
        csid: visits.pixel.id,
        page_csid: visits.page.id,
        csct: visits.pixel.count,
        ...(visits.opened ? { css: 1 } : {}),
      }),
    },
    _inspection: inspection,
    properties,
    ...(limited == null ? {} : { limited_data_use: Boolean(limited) }),
    ...(partner ? { partner } : {}),
    ...(visitor.testId ? { tt_test_id: visitor.testId } : {}),
  };
}

/** What the SDK collected unasked: a message without an event, in the name of all pixels. */
export function createAction(
  { code, loadId }: Addressee,
  codes: string[],
  action: string,
  collected: Fields,
  visitor: Visitor,
): Fields {
  const pixel = { code, runtime: runtime(), codes: codes.join('|') };
  return {
    ...envelope(Date.now(), ''),
    context: { ...contextOf(visitor, pixel, '', `::${loadId ?? ''}`), index: pageIndex() },
    _inspection: {},
    properties: {},
    action,
    auto_collected_properties: collected,
  };
}

/** Adds what is known about the visitor when a message is sent. */
export function addIdentity(
  message: Fields,
  identity: Identity,
  { code }: Addressee,
  visitor: Visitor,
): Fields {
  const context = message.context as Fields;
  const { organicClickId } = visitor;
  const known: Identity = organicClickId
    ? { ...identity, user: { ...identity.user, ttoclid: organicClickId } }
    : identity;
  return {
    ...message,
    context: { ...context, user: { ...(context.user as Fields), ...userOf(known, code) } },
    _inspection: { ...identityParams(identity), ...(message._inspection as Fields) },
    ...('event' in message ? { signal_diagnostic_labels: signalLabels(identity) } : {}),
  };
}

/** The copy of an event for the IPv6 endpoint, with the same event_id. */
export function ipv6Copy(message: Fields): Fields {
  const { event, message_id } = message;
  return { ...message, event: 'EnrichIpv6', trigger_event: event, message_id: `${message_id}#source=2` };
}

/** message_id is unique for each request, so it cannot be used for deduplication. */
function envelope(now: number, suffix: string): Fields {
  return {
    message_id: `messageId-${now}-${randomDigits(13)}${suffix}`,
    is_onsite: false,
    timestamp: new Date(now).toISOString(),
  };
}

function contextOf(visitor: Visitor, pixel: Fields, ofPixel: string, ofLoad: string): Fields {
  const { anonymousId, clickId, sessionId, testId, variation } = visitor;
  return {
    // A test event does not carry the ad.
    ad: testId ? {} : { ...(clickId ? { callback: clickId } : {}), sdk_env: 'external', jsb_status: 2 },
    device: { platform: platform() },
    user: anonymousId ? { anonymous_id: anonymousId } : {},
    pixel,
    page: currentPage(),
    library: { name: 'pixel.js', version: build.version },
    session_id: `${sessionId}${ofPixel}`,
    pageview_id: `${pageviewId(sessionId.split('::', 1)[0]!)}${ofLoad}`,
    variation_id: variation ?? '',
    userAgent: navigator.userAgent,
  };
}

function platform(): string {
  const { userAgent } = navigator;
  if (/windows phone/i.test(userAgent)) return 'Windows Phone';
  if (/android/i.test(userAgent)) return 'android';
  return /iPad|iPhone|iPod/.test(userAgent) ? 'ios' : 'pc';
}
