/**
 * Domains that belong to TikTok. An audit must never reach them or any host below them.
 *
 * tiktok.com serves the pixel and the Events API, tiktokw.us the pixel's IPv6 endpoint (both measured on real SDK builds). The
 * others serve TikTok's embeds, its login and share buttons, and their static files and telemetry: a shop that shows a video
 * would otherwise contact TikTok during an audit. pangle-ads.com belongs to TikTok's ad network, to which builds until 2025
 * report as well (read in their code).
 */
export const TIKTOK_DOMAINS = [
  'tiktok.com',
  'tiktokw.us',
  'tiktokw.eu',
  'tiktokcdn.com',
  'tiktokcdn-us.com',
  'tiktokcdn-eu.com',
  'tiktokv.com',
  'tiktokv.us',
  'tiktokv.eu',
  'ttwstatic.com',
  'byteoversea.com',
  'ibytedtos.com',
  'ibyteimg.com',
  'muscdn.com',
  'musical.ly',
  'pangle-ads.com',
] as const;

/** The same as host patterns, as a certificate names them: `*.x` does not match `x`. */
export const TIKTOK_HOST_PATTERNS: readonly string[] = TIKTOK_DOMAINS.flatMap((domain) => [
  domain,
  `*.${domain}`,
]);

/** Host of TikTok's script, its beacons and the cookie switches. */
export const PIXEL_HOST = 'analytics.tiktok.com';

/** Path of all the SDK's parts, on any of TikTok's hosts. */
export const SDK_ROOT = '/i18n/pixel/';

/** Receives a copy of a page's first event, to learn the visitor's IPv6 address. */
export const IPV6_HOST = 'analytics-ipv6.tiktokw.us';

/** Host of the Events API, the server-to-server side. Source: TikTok's Events API reference. */
export const EVENTS_API_HOST = 'business-api.tiktok.com';

/** Whether a host name (without a port) belongs to TikTok. Upper case and the trailing dot of a full DNS name are allowed. */
export function isTikTokHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  return TIKTOK_DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`));
}
