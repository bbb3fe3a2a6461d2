import { EVIDENCE_VERSION, type Evidence, PARTS, type ServerRecord } from '../evidence/evidence.ts';
import { identitySecrets, type Known } from '../masking/identity.ts';
import { mask, maskText } from '../masking/mask.ts';
import { seal, sealName } from '../masking/seal.ts';
import { answerEventsApi } from '../tiktok/events-api/answer.ts';
import { decodeServerRequest } from '../tiktok/events-api/decode.ts';
import { epochMilliseconds } from '../tiktok/events-api/time.ts';
import { record } from '../tiktok/pixel-request.ts';

/** One call of a list: a body, or a request with what else was logged about it. */
interface ListedCall {
  method: string;
  url: string;
  /** Names in lower case; undefined if they were not logged. */
  headers: Record<string, string> | undefined;
  body: unknown;
  /** Epoch milliseconds; undefined if it was not logged. */
  at: number | undefined;
  status: number | undefined;
  answer: unknown;
}

const API = 'https://business-api.tiktok.com/open_api/v1.3';
const NO_TOKEN = 'not-in-the-list';
const NEVER = "A list of Events API calls shows what the site's server sent, but nothing of a browser";

/**
 * The evidence in a list of Events API calls, as a tag manager's server container or a connector logs them: masked, and with only
 * the server's part.
 */
export function callListToEvidence(items: readonly unknown[], site: Known, journey: string): Evidence {
  const calls = items.map(callOf);
  const times = calls.map(timeOf);
  const start = times.length > 0 ? Math.min(...times) : 0;
  const requests = calls.map((call, index) => recordOf(call, times[index]!, start));
  const evidence: Evidence = {
    version: EVIDENCE_VERSION,
    target: site.name,
    journey,
    scenario: 'organic',
    startedAt: new Date(start).toISOString(),
    duration: Math.max(0, ...times) - start,
    outcome: 'complete',
    recorder: {
      browser: '',
      capture: 'list',
      network: 'open',
      sdk: { mode: 'live', libraries: [], scripts: [] },
      eventsApi: 'server',
      seal: sealName(),
      blind: PARTS.filter((part) => part !== 'server').map((part) => ({ part, by: 'format', why: NEVER })),
    },
    steps: [],
    consent: [],
    documents: [],
    calls: [],
    requests: [],
    failed: [],
    server: { seen: true, requests },
    cookies: [],
    storage: [],
    console: [],
    errors: [],
  };
  return seal(mask(evidence, identitySecrets(site)), site.identity);
}

function callOf(item: unknown): ListedCall {
  const { method, url, headers, body, at, time, timestamp, status, answer, response } = record(item);
  if (body === undefined) {
    return {
      method: 'POST',
      url: endpointFor(item),
      headers: undefined,
      body: item,
      at: undefined,
      status: undefined,
      answer: undefined,
    };
  }
  const parsed = typeof body === 'string' ? parsedText(body) : body;
  return {
    method: typeof method === 'string' ? method.toUpperCase() : 'POST',
    url: typeof url === 'string' ? url : endpointFor(parsed),
    headers: headers === undefined ? undefined : headersOf(headers),
    body: parsed,
    at: epochMilliseconds(at ?? time ?? timestamp),
    status: typeof status === 'number' ? status : undefined,
    answer: answer ?? response,
  };
}

/** The endpoint of a body without a URL, from its layout. */
function endpointFor(body: unknown): string {
  const { data, batch, event_source } = record(body);
  if (data !== undefined || event_source !== undefined) return `${API}/event/track/`;
  return batch === undefined ? `${API}/pixel/track/` : `${API}/pixel/batch/`;
}

function headersOf(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(headers)).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function parsedText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** When a call was made or, if that was not logged, when the last of its events happened. */
function timeOf({ at, url, body }: ListedCall): number {
  if (at !== undefined) return at;
  const times = decodeServerRequest(url, body).flatMap(({ time }) => time ?? []);
  return times.length > 0 ? Math.max(...times) : 0;
}

function recordOf(
  { method, url, headers, body, at, status, answer }: ListedCall,
  time: number,
  start: number,
): ServerRecord {
  const known = headers ?? { 'access-token': NO_TOKEN, 'content-type': 'application/json' };
  const own = answerEventsApi({ method, url, headers: known, body }, time, '0'.repeat(20));
  const unseen = [
    ...(at === undefined ? (['time'] as const) : []),
    ...(headers === undefined ? (['headers'] as const) : []),
    ...(answer === undefined && status === undefined ? (['answer'] as const) : []),
  ];
  return {
    at: time - start,
    method,
    url,
    headers: headers === undefined ? {} : masked(headers),
    body,
    status: status ?? own.status,
    answer: answer ?? own.body,
    ...(unseen.length > 0 ? { unseen } : {}),
  };
}

/** Whatever a log kept of the token is masked as one. */
function masked(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      /token|authorization/.test(name) && value !== '' ? maskText(value, 'token') : value,
    ]),
  );
}
