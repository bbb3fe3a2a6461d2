/** What a request's answer depends on. */
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

/** What the double has to hand out. */
export interface Material {
  /** The stand-in SDK, as bundle.ts makes it. */
  sdk: string;
}

type Content = { status: number; type: string; body: string | Buffer };

const SCRIPT = 'application/javascript; charset=utf-8';
const GIF = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
const EMPTY_SCRIPT: Content = { status: 200, type: SCRIPT, body: '' };
const NOT_FOUND: Content = { status: 404, type: 'text/plain; charset=utf-8', body: 'Not found\n' };

/**
 * Where beacons go (measured on real SDK builds): events and auto-collected data under /api/v2/pixel, telemetry, and
 * the IPv6 copy of the first event.
 */
const COLLECT = /^\/(api\/v2\/(pixel(\/.*)?|performance_interaction|monitor)|ipv6\/enrich_ipv6)$/;

/** What the double answers. Pure: the same request and material give the same answer. */
export function answer(request: Asked, material: Material): Answer {
  const cors = corsHeaders(request.headers);
  if (request.method === 'OPTIONS')
    return { status: 204, headers: { ...cors, ...preflight(request) }, body: '' };
  const { status, type, body } = content(request, material);
  return { status, headers: { ...cors, 'content-type': type, 'cache-control': 'no-store' }, body };
}

function content(request: Asked, material: Material): Content {
  const path = URL.parse(request.url)?.pathname ?? '';
  if (COLLECT.test(path)) return collected(request.method);
  if (request.method !== 'GET') return NOT_FOUND;
  switch (path) {
    case '/i18n/pixel/events.js':
      return { status: 200, type: SCRIPT, body: serveSdk(material.sdk, request.url) };
    case '/i18n/pixel/sdk.js': // the loader of 2020: still pasted, answers nothing today
    case '/i18n/pixel/enable_cookie':
    case '/i18n/pixel/disable_cookie':
      return EMPTY_SCRIPT;
    default:
      return NOT_FOUND;
  }
}

/** A GET is the image that the SDK falls back to when sendBeacon is missing or refuses. */
function collected(method: string): Content {
  if (method === 'POST') return { status: 200, type: 'application/json; charset=utf-8', body: '{}' };
  if (method === 'GET') return { status: 200, type: 'image/gif', body: GIF };
  return NOT_FOUND;
}

/**
 * Hands the script its own URL without leaving a global behind. The script prefers document.currentScript.src, which is
 * missing when a page fetches the text and runs it itself.
 */
function serveSdk(sdk: string, url: string): string {
  return `(function (TTQ_SCRIPT_URL) {\n${sdk}})(${JSON.stringify(url)});\n`;
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
    // The double is on loopback; a page from a public address asks for leave to go there.
    'access-control-allow-private-network': 'true',
  };
}
