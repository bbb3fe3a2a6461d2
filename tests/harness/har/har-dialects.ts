/**
 * Playwright's archive as other programs would have written it, according to their sources: names of fields, what they leave out,
 * their order. Sources: devtools-frontend Log.ts, Firefox har-builder.js, WebKit HARBuilder.js, mitmproxy savehar.py; Charles's
 * source is not public.
 */
// biome-ignore lint/suspicious/noExplicitAny: an archive is whatever a program wrote
type Json = any;

export interface Dialect {
  name: string;
  from(har: Json): Json;
  /** Whether it is known which page was in which tab. */
  knowsTabs: boolean;
}

export const DIALECTS: readonly Dialect[] = [
  { name: 'Playwright', from: (har) => har, knowsTabs: true },
  { name: 'Chrome, with sensitive data', from: chrome, knowsTabs: true },
  { name: 'Firefox', from: firefox, knowsTabs: true },
  { name: 'Safari', from: safari, knowsTabs: true },
  { name: 'mitmproxy', from: mitmproxy, knowsTabs: false },
  { name: 'Charles', from: charles, knowsTabs: false },
  { name: 'BrowserMob', from: browserMob, knowsTabs: false },
];

const YEAR = 365 * 86_400_000;

/** Its cookies have domains and expiry, its pages begin with each document, and no URL has a fragment. */
function chrome(har: Json): Json {
  let page = 0;
  return rewritten(har, { name: 'WebInspector', version: '537.36' }, (entry) => {
    const isDocument = entry._resourceType === 'document';
    if (isDocument) page += 1;
    const { hostname } = new URL(entry.request.url);
    const expires = new Date(Date.parse(entry.startedDateTime) + YEAR).toISOString();
    const cookies = entry.request.cookies.map((cookie: Json) => ({
      ...cookie,
      domain: cookie.name === '_ttp' ? `.${hostname.split('.').slice(-2).join('.')}` : hostname,
      path: '/',
      expires,
      httpOnly: cookie.name === 'sid',
      secure: false,
    }));
    return {
      _initiator: { type: isDocument ? 'other' : 'script' },
      _priority: 'VeryHigh',
      _resourceType: entry._resourceType,
      cache: {},
      pageref: `page_${page}`,
      request: { ...entry.request, cookies },
      response: { ...entry.response, _transferSize: 0, _error: null },
    };
  });
}

/** Chrome's export without sensitive data. */
export function sanitised(har: Json): Json {
  const isSensitive = ({ name }: { name: string }) => /^(cookie|set-cookie|authorization)$/i.test(name);
  return rewritten(chrome(har), { name: 'WebInspector', version: '537.36' }, (entry) => ({
    ...entry,
    request: {
      ...entry.request,
      cookies: [],
      headers: entry.request.headers.filter((one: Json) => !isSensitive(one)),
    },
    response: { ...entry.response, cookies: [] },
  }));
}

/** No resource types, one page, the text beside empty parameters. */
function firefox(har: Json): Json {
  return rewritten(har, { name: 'Firefox', version: '145.0' }, (entry) => ({
    pageref: 'page_1',
    request: withText(entry.request, { params: [] }),
    response: entry.response,
    cache: {},
  }));
}

/** One page for all, a list of parameters, no phases where they are unknown. */
function safari(har: Json): Json {
  return rewritten(har, { name: 'WebKit Web Inspector', version: '1.0' }, (entry) => ({
    pageref: 'page_0',
    request: withText(entry.request, { params: [] }),
    response: entry.response,
    cache: {},
    timings: { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 0, wait: 0, receive: 0 },
    _fetchType: 'Network Load',
  }));
}

/** No pages, times with microseconds and an offset, missing phases as null. */
function mitmproxy(har: Json): Json {
  const { log } = rewritten(har, { name: 'mitmproxy', version: '12.1' }, (entry) => ({
    startedDateTime: entry.startedDateTime.replace('Z', '000+00:00'),
    request: entry.request,
    response: entry.response,
    cache: {},
    timings: { ...entry.timings, connect: null, ssl: null, dns: -1 },
  }));
  return { log: { ...log, pages: [] } };
}

/** No pages, the body in Base64 if it is not text, the last request first. */
function charles(har: Json): Json {
  const { log } = rewritten(har, { name: 'Charles Proxy', version: '5.0' }, ({ request, ...entry }) => {
    const { text } = request.postData ?? {};
    const postData = text && { mimeType: '', text: Buffer.from(text).toString('base64'), encoding: 'base64' };
    return { request: { ...request, ...(postData && { postData }) }, response: entry.response, cache: {} };
  });
  return { log: { version: '1.2', creator: log.creator, entries: log.entries.toReversed() } };
}

/** One page for all, no phases of a document, cookies with only their names, bodies unchanged or in Base64. */
function browserMob(har: Json): Json {
  const creator = { name: 'BrowserMob Proxy', version: '2.1.5' };
  const { log } = rewritten(har, creator, ({ request, ...entry }) => ({
    pageref: 'shop',
    request: { ...request, queryString: [], headersSize: 0, ...withBase64(request) },
    response: { ...entry.response, comment: '' },
    cache: {},
    serverIPAddress: '127.0.0.1',
    comment: '',
  }));
  return { log: { ...log, pages: [{ id: 'shop', title: 'shop', pageTimings: {} }] } };
}

function withBase64({ postData }: Json): Json {
  if (!postData?.text) return {};
  return {
    postData: { ...postData, text: Buffer.from(postData.text).toString('base64'), encoding: 'base64' },
  };
}

function withText(request: Json, more: Json): Json {
  return request.postData ? { ...request, postData: { ...request.postData, ...more } } : request;
}

function rewritten(har: Json, creator: Json, entryOf: (entry: Json) => Json): Json {
  const entries = har.log.entries.map((entry: Json) => {
    const { startedDateTime, time, timings } = entry;
    return { startedDateTime, time, timings, ...entryOf(entry) };
  });
  return { log: { version: '1.2', creator, pages: har.log.pages, entries } };
}
