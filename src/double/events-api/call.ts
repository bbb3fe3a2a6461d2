import { randomBytes } from 'node:crypto';
import type { ServerRecord } from '../../evidence/evidence.ts';
import { kindOfField } from '../../masking/fields.ts';
import { mask, maskText } from '../../masking/mask.ts';
import { answerWithFault, delayOf, type FaultedAnswer } from '../../tiktok/events-api/faults.ts';
import type { ContractFinding } from '../../tiktok/events-api/finding.ts';
import type { Turn } from './fault-script.ts';

/** A request as a door of the stub receives it. */
export interface Received {
  method: string;
  /** Absolute. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  text: string;
}

/** One Events API call, with secrets and personal data masked. `at`: epoch milliseconds at which its body had arrived. */
export type LoggedCall = ServerRecord;

/** A call with the contract's findings about it. */
export interface EventsApiCall extends LoggedCall {
  findings: ContractFinding[];
}

/** Answers a request, in the same way behind every door. Writes and sends nothing. */
export function answerCall(
  { method, url, headers, text }: Received,
  { fault, index }: Turn,
  at = Date.now(),
): { call: EventsApiCall; answer: FaultedAnswer } {
  const entropy = randomBytes(10).toString('hex').toUpperCase();
  const request = { method, url: withoutPrefix(url), headers, body: parsed(text) };
  const answer = answerWithFault(request, fault, index, at, entropy);
  const isFaulty = fault !== undefined && index < (fault.times ?? Number.POSITIVE_INFINITY);
  const logged: LoggedCall = mask({
    at,
    ...request,
    headers: maskHeaders(headers),
    status: answer.kind === 'answer' ? answer.status : 0,
    answer: answer.kind === 'answer' ? answer.body : null,
    ...(isFaulty ? { fault: fault.kind } : {}),
    ...(isFaulty && delayOf(fault) > 0 ? { delay: delayOf(fault) } : {}),
  });
  return { call: { ...logged, findings: answer.findings }, answer };
}

/** Headers that reveal nothing about anybody. Any other may be personal, whatever its name. */
const OPEN_HEADERS =
  /^(accept|content|sec-fetch|sec-ch-ua|cache)-|^(accept|host|connection|user-agent|transfer-encoding|expect|date|origin|pragma|te|keep-alive|priority|referer|traceparent|via)$/;

function maskHeaders(headers: Received['headers']): Received['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const isOpen = OPEN_HEADERS.test(name) || value.trim() === '';
      return [name, isOpen ? value : maskText(value, kindOfField(name) ?? 'header')];
    }),
  );
}

/** The call as it is logged: without the findings, which can be computed again. */
export function withoutFindings({ findings: _findings, ...call }: EventsApiCall): LoggedCall {
  return call;
}

/** A gateway or a base URL may prefix the API's path, and the contract knows only the API's own. */
function withoutPrefix(text: string): string {
  const url = URL.parse(text);
  const start = url?.pathname.indexOf('/open_api/') ?? -1;
  if (!url || start <= 0) return text;
  url.pathname = url.pathname.slice(start);
  return url.href;
}

/** The body as JSON if it is valid JSON, whatever its declared type: clients do not always declare it. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
