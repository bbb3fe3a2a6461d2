import { isTikTokHost, SDK_ROOT } from '../tiktok/hosts.ts';
import type { ScriptSource } from './scripts/script.ts';

/** What the answer to a request depends on. */
export interface Asked {
  method: string;
  /** Absolute. */
  url: string;
  headers: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

interface Content {
  status: number;
  type: string;
  body: string | Buffer;
  cache?: string;
}

/** Their names change with their content. */
const CHUNK = /^\/i18n\/pixel\/static\//;
const FOR_EVER = 'public, max-age=31536000, immutable';
const SCRIPT = 'application/javascript; charset=utf-8';
const GIF = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
const NOT_FOUND: Content = { status: 404, type: 'text/plain; charset=utf-8', body: 'Not found\n' };

/**
 * Paths of beacons (measured on real SDK builds): events and auto-collected data under /api/v2/pixel, or shopify_pixel in the
 * variant for Shopify, telemetry, and the IPv6 copy of the first event.
 */
const COLLECT =
  /^\/(api\/v2\/((?:shopify_)?pixel(\/.*)?|performance_interaction|monitor)|ipv6\/enrich_ipv6)$/;

/**
 * The double's answers: scripts come from the source, everything else is swallowed.
 *
 * @throws ScriptError if the source cannot provide a script that the page needs
 */
export async function answer(request: Asked, scripts: ScriptSource): Promise<Answer> {
  const cors = corsHeaders(request.headers);
  if (request.method === 'OPTIONS')
    return { status: 204, headers: { ...cors, ...preflight(request) }, body: '' };
  const { status, type, body, cache = 'no-store' } = await content(request, scripts);
  return { status, headers: { ...cors, 'content-type': type, 'cache-control': cache }, body };
}

async function content(request: Asked, scripts: ScriptSource): Promise<Content> {
  const url = URL.parse(request.url);
  if (url === null) return NOT_FOUND;
  if (COLLECT.test(url.pathname)) return collected(request.method);
  if (request.method !== 'GET' || !url.pathname.startsWith(SDK_ROOT)) return NOT_FOUND;
  const script = await scripts.get(url, request.headers);
  if (!script) return NOT_FOUND;
  const { body, type = SCRIPT } = script;
  return { status: 200, type, body, ...(CHUNK.test(url.pathname) ? { cache: FOR_EVER } : {}) };
}

/** Whether TikTok accepts beacons at a path. */
export function isBeacon(pathname: string): boolean {
  return COLLECT.test(pathname);
}

/** Whether a request carries data for the collector: events, or the SDK's own telemetry. */
export function isCollected({ method, url }: Pick<Asked, 'method' | 'url'>): boolean {
  const { pathname, hostname } = new URL(url);
  return (method === 'POST' || method === 'GET') && COLLECT.test(pathname) && isTikTokHost(hostname);
}

/** A GET is the image that the SDK falls back to if sendBeacon is missing or refuses. */
function collected(method: string): Content {
  if (method === 'POST') return { status: 200, type: 'application/json; charset=utf-8', body: '{}' };
  if (method === 'GET') return { status: 200, type: 'image/gif', body: GIF };
  return NOT_FOUND;
}

function corsHeaders(headers: Record<string, string>): Record<string, string> {
  const origin = headers.origin;
  if (origin === undefined) return { 'access-control-allow-origin': '*' };
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  };
}

function preflight({ headers }: Asked): Record<string, string> {
  return {
    'access-control-allow-methods': headers['access-control-request-method'] ?? 'GET, POST',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    // The double is on loopback, for which a page from a public address needs permission.
    'access-control-allow-private-network': 'true',
  };
}
