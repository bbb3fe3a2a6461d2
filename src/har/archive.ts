import { gunzipSync } from 'node:zlib';
import { record, text } from '../tiktok/pixel-request.ts';

/** One request in an HTTP archive, whatever program wrote it. */
export interface HarEntry {
  /** Epoch milliseconds at which it was sent, and at which its answer began. */
  at: number;
  answeredAt: number;
  method: string;
  url: URL;
  /** Names in lower case, without HTTP/2's pseudo headers. */
  headers: ReadonlyMap<string, string>;
  /** Missing if the archive has none. */
  body?: string;
  /** 0 if no answer was seen. */
  status: number;
  /** Target of a redirect, as it was sent. */
  location: string;
  /** In Chrome's terms: document, script, ping, xhr; empty if unknown. */
  type: string;
  mimeType: string;
  /** The text of the answer, if the archive has it. */
  content?: string;
  /** Why the browser gave up; empty if it did not. */
  error: string;
  /** Id of its page or, from Playwright, of its tab. */
  page: string;
  /** Playwright's id of its frame. */
  frame: string;
  cookies: Record<string, unknown>[];
}

/** An HTTP archive with its requests in the order in which they were sent. */
export interface Archive {
  /** The program that wrote it, such as WebInspector (Chrome and Edge), Firefox, WebKit Web Inspector, Playwright, mitmproxy. */
  creator: string;
  /** Name and version. */
  browser: string;
  entries: HarEntry[];
}

/**
 * Reads an archive. Entries that are not HTTP requests, or have no time, are left out: WebSockets, data URLs, CONNECT of a proxy.
 */
export function archiveIn(document: unknown): Archive {
  const log = record(record(document).log);
  const [creator, browser] = [record(log.creator), record(log.browser)];
  const named = text(browser.name) ? browser : creator;
  const entries = list(log.entries).flatMap((entry) => entryIn(entry) ?? []);
  return {
    creator: text(creator.name),
    browser: `${text(named.name)} ${text(named.version)}`.trim() || 'unknown',
    entries: entries.sort((a, b) => a.at - b.at),
  };
}

function entryIn(entry: Record<string, unknown>): HarEntry | undefined {
  const [request, response] = [record(entry.request), record(entry.response)];
  const url = URL.parse(text(request.url));
  const at = Date.parse(text(entry.startedDateTime));
  const method = text(request.method).toUpperCase();
  if (!url || !/^https?:$/.test(url.protocol) || Number.isNaN(at) || method === 'CONNECT') return undefined;
  const headers = headersIn(request.headers);
  const body = bodyIn(record(request.postData));
  const content = record(response.content);
  const status = number(response.status);
  return {
    at,
    answeredAt: at + waited(record(entry.timings)),
    method,
    url,
    headers,
    ...(body === undefined ? {} : { body }),
    status: Number.isInteger(status) && status > 0 ? status : 0,
    location: text(response.redirectURL) || (headersIn(response.headers).get('location') ?? ''),
    type: text(entry._resourceType).toLowerCase(),
    mimeType: text(content.mimeType).toLowerCase(),
    ...(typeof content.text === 'string' && content.encoding !== 'base64' ? { content: content.text } : {}),
    error: text(response._error) || text(response._failureText),
    page: text(entry.pageref),
    frame: text(entry._frameref),
    cookies: list(request.cookies),
  };
}

/** NaN for anything but a number or a text. `Number` throws for an object that cannot be turned into one. */
function number(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

/** Milliseconds until the answer began. -1 means that a phase did not occur. */
function waited({ blocked, dns, connect, send, wait }: Record<string, unknown>): number {
  const phases = [blocked, dns, connect, send, wait].map(number).filter((phase) => phase > 0);
  return phases.reduce((sum, phase) => sum + phase, 0);
}

/** Chrome, Firefox and others write a list; a sanitised archive may have none. */
function headersIn(headers: unknown): Map<string, string> {
  return new Map(
    list(headers).flatMap(({ name, value }): [string, string][] =>
      typeof name === 'string' && typeof value === 'string' && !name.startsWith(':')
        ? [[name.toLowerCase(), value]]
        : [],
    ),
  );
}

/** Depending on the program, there is the text, only its parsed parameters, its Base64, or nothing. */
function bodyIn(postData: Record<string, unknown>): string | undefined {
  const { text: whole, encoding, params } = postData;
  if (typeof whole === 'string' && whole !== '') return encoding === 'base64' ? fromBase64(whole) : whole;
  const parts = list(params).map(({ name, value }) => {
    return text(value) === '' ? text(name) : `${text(name)}=${text(value)}`;
  });
  return parts.length > 0 ? parts.join('&') : undefined;
}

/** Largest body that is decoded, in bytes: a beacon holds 64 KiB. */
const MOST = 1 << 20;

function fromBase64(encoded: string): string {
  const bytes = Buffer.from(encoded, 'base64');
  try {
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isPacked ? gunzipSync(bytes, { maxOutputLength: MOST }) : bytes).toString('utf8');
  } catch {
    return bytes.toString('utf8');
  }
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}
