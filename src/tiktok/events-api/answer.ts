import { record } from '../pixel-request.ts';
import { CODES, type CodeKey, messageOf } from './codes.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import { type ContractFinding, contractFinding, fieldOf, itemIndexOf } from './finding.ts';
import { judgeBody } from './judge.ts';
import { judgeToken } from './token.ts';

export interface EventsApiRequest {
  /** Upper case. */
  method: string;
  /** Absolute. */
  url: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Parsed, or the text if it is not JSON. */
  body: unknown;
}

/** The service's envelope. */
export interface EventsApiBody {
  code: number;
  message: string;
  /** Fourteen digits of time and twenty upper-case hexadecimal ones. */
  request_id: string;
  data: object;
}

/** What the stub answers, and the findings about the request. As with the service, business errors come with HTTP 200. */
export interface EventsApiAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: EventsApiBody;
  /** Refusals in the order in which the service checks, then warnings. */
  findings: ContractFinding[];
}

/** What distinguishes an answer's request_id. */
export interface Stamp {
  /** Epoch milliseconds of the answer. */
  at: number;
  /** Twenty upper-case hexadecimal digits. */
  entropy: string;
}

/** The findings about a request, whatever is answered: refusals in the order in which the service checks, then warnings. */
export function findingsOf(request: EventsApiRequest): ContractFinding[] {
  const endpoint = endpointOf(request.url);
  return endpoint && request.method === 'POST'
    ? judgeRequest(endpoint, request)
    : answerEventsApi(request, 0, '').findings;
}

const JSON_HEADERS = { 'content-type': 'application/json' };

/**
 * Answers an Events API request as the service does.
 *
 * No answer of the service to another method or path was found. The stub answers with HTTP 405 and 404, so that a client that
 * checks only the status notices too, and code 40000 in the envelope.
 *
 * @param at epoch milliseconds of the answer
 * @param entropy 20 upper-case hexadecimal digits; with the time they make the request_id
 */
export function answerEventsApi(request: EventsApiRequest, at: number, entropy: string): EventsApiAnswer {
  const stamp = { at, entropy };
  const endpoint = endpointOf(request.url);
  if (!endpoint) return unknownPath(request, stamp);
  if (request.method !== 'POST') return wrongMethod(request, stamp);
  const findings = judgeRequest(endpoint, request);
  const outside = findings.find(({ level, path }) => level === 'reject' && !isInBatch(path));
  if (outside) return answerOf(outside.code as CodeKey, stamp, findings, { message: refusalOf(outside) });
  const inBatch = findings.filter(({ level }) => level === 'reject');
  if (inBatch.length === 0) return answerOf('ok', stamp, findings);
  return batchAnswer(inBatch, request.body, stamp, findings);
}

/** The answer for a code in the service's table. */
export function answerOf(
  key: CodeKey,
  { at, entropy }: Stamp,
  findings: ContractFinding[],
  { message = messageOf(key), data = {} }: { message?: string; data?: object } = {},
): EventsApiAnswer {
  const time = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);
  const body = { code: CODES[key].code, message, request_id: `${time}${entropy}`, data };
  return { status: 200, headers: { ...JSON_HEADERS }, body, findings };
}

/** An event of a legacy batch that was refused. */
export interface FailedEvent {
  /** From 0. */
  index: number;
  message: string;
}

/** The answer to a batch that was taken in part. No such answer was recorded: the names within `data` are ours. */
export function partialAnswer(
  failed: FailedEvent[],
  stamp: Stamp,
  findings: ContractFinding[],
): EventsApiAnswer {
  const failedEvents = failed.map(({ index, message }) => ({
    order_in_batch: index,
    error_message: message,
  }));
  return answerOf('partial', stamp, findings, { data: { failed_events: failedEvents } });
}

/** Events of a legacy batch are independent: valid ones are taken. event/track is all or nothing. */
function batchAnswer(
  refusals: ContractFinding[],
  body: unknown,
  stamp: Stamp,
  findings: ContractFinding[],
): EventsApiAnswer {
  const byEvent = Map.groupBy(refusals, ({ path }) => itemIndexOf(path)!);
  const failed = [...byEvent]
    .map(([index, [first]]) => ({ index, message: refusalOf(first!) }))
    .sort((a, b) => a.index - b.index);
  const { length } = record(body).batch as unknown[];
  if (failed.length < length) return partialAnswer(failed, stamp, findings);
  const [first] = refusals;
  return answerOf(first!.code as CodeKey, stamp, findings, { message: refusalOf(first!) });
}

function isInBatch(path: string): boolean {
  return path.startsWith('/body/batch/');
}

function judgeRequest(endpoint: Endpoint, { headers, body }: EventsApiRequest): ContractFinding[] {
  const token = judgeToken(headers);
  const found = [...(token ? [token] : []), ...judgeBody(endpoint, body), ...judgeContentType(headers)];
  return [
    ...found.filter(({ level }) => level === 'reject'),
    ...found.filter(({ level }) => level === 'warn'),
  ];
}

function judgeContentType(headers: Readonly<Record<string, string>>): ContractFinding[] {
  const type = headers['content-type'];
  if (type !== undefined && /^application\/json\s*(;|$)/i.test(type)) return [];
  return [contractFinding('warn', 'content-type', '/headers/content-type', type, 'application/json')];
}

/** A refusal in the service's words, with the bare name of the field, wherever it is (recorded). */
function refusalOf({ code, path, wanted }: ContractFinding): string {
  const key = code as CodeKey;
  const field = fieldOf(path);
  // The only recorded message without "not a valid …"; it leaves out crm, which the reference lists.
  if (field === 'event_source') return messageOf(key, 'event_source: must be web, app or offline');
  if (code === 'pii-not-hashed') return messageOf(key, `${field}: must be hashed with SHA-256`);
  if (wanted.startsWith('a valid')) return messageOf(key, `${field}: not ${wanted}`);
  return messageOf(key, `${field}: must be ${wanted}`);
}

function unknownPath(request: EventsApiRequest, stamp: Stamp): EventsApiAnswer {
  const wanted = '/open_api/v1.3/event/track/, or pixel/track/ or pixel/batch/ under v1.2 or v1.3';
  const path = URL.parse(request.url)?.pathname ?? request.url;
  return notServed(404, 'unknown-path', '/url', path, wanted, stamp);
}

function wrongMethod({ method }: EventsApiRequest, stamp: Stamp): EventsApiAnswer {
  const answer = notServed(405, 'method', '/method', method, 'POST', stamp);
  return { ...answer, headers: { ...answer.headers, allow: 'POST' } };
}

function notServed(
  status: number,
  code: string,
  path: string,
  found: string,
  wanted: string,
  stamp: Stamp,
): EventsApiAnswer {
  const finding = contractFinding('reject', code, path, found, wanted);
  const what = status === 404 ? 'path' : 'method';
  const message = messageOf('invalid-params', `${what}: must be ${wanted}`);
  return { ...answerOf('invalid-params', stamp, [finding], { message }), status };
}
