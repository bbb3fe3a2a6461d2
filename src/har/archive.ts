import { gunzipSync } from 'node:zlib';
import { record, text } from '../tiktok/pixel-request.ts';

/** One request of an HTTP archive, whoever wrote it. */
export interface HarEntry {
  /** Epoch milliseconds: when it was sent, and when its answer began. */
  at: number;
  answeredAt: number;
  method: string;
  url: URL;
  /** Names in lower case, without HTTP/2's pseudo headers. */
  headers: ReadonlyMap<string, string>;
  /** Missing where the archive has none. */
  body?: string;
  /** 0 where no answer was seen. */
  status: number;
  /** Where a redirect leads, as it was sent. */
  location: string;
  /** As Chrome calls it: document, script, ping, xhr; empty where nothing says it. */
  type: string;
  mimeType: string;
  /** The text of the answer, where the archive has it as such. */
  content?: string;
  /** Why the browser gave up; empty where it did not. */
  error: string;
  /** Id of its page or, as Playwright has it, of its tab. */
  page: string;
  /** Playwright's id of its frame. */
  frame: string;
  cookies: Record<string, unknown>[];
}

/** An HTTP archive with its requests in the order in which they were sent. */
export interface Archive {
  /** What wrote it, such as WebInspector (Chrome and Edge), Firefox, WebKit Web Inspector, Playwright, mitmproxy. */
  creator: string;
  /** Name and version. */
  browser: string;
  entries: HarEntry[];
}

/** Reads an archive. What is no HTTP request, or has no time, is left out: WebSockets, data URLs, CONNECT of a proxy. */
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
  const status = Number(response.status);
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

/** Milliseconds until the answer began. -1 stands for a phase that there was not. */
function waited({ blocked, dns, connect, send, wait }: Record<string, unknown>): number {
  const phases = [blocked, dns, connect, send, wait].map(Number).filter((phase) => phase > 0);
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

/** Some have the text, some only the parameters that they took it for, some Base64 of it, and some nothing. */
function bodyIn(postData: Record<string, unknown>): string | undefined {
  const { text: whole, encoding, params } = postData;
  if (typeof whole === 'string' && whole !== '') return encoding === 'base64' ? fromBase64(whole) : whole;
  const parts = list(params).map(({ name, value }) => {
    return text(value) === '' ? text(name) : `${text(name)}=${text(value)}`;
  });
  return parts.length > 0 ? parts.join('&') : undefined;
}

/** Largest body that is unpacked, in bytes: a beacon holds 64 KiB. */
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
