import {
  answerEventsApi,
  answerOf,
  type EventsApiAnswer,
  type EventsApiRequest,
  partialAnswer,
} from './answer.ts';
import { type CodeKey, messageOf } from './codes.ts';
import { decodeServerRequest } from './decode.ts';
import { endpointOf } from './endpoint.ts';
import type { ContractFinding } from './finding.ts';

/** Faults that the Events API stub can simulate. */
export const FAULT_KINDS = [
  'token-empty',
  'token-expired',
  'token-invalid',
  'no-permission',
  'param-error',
  'batch-size',
  'pii-not-hashed',
  'too-frequent',
  'http-500',
  'http-502',
  'timeout',
  'reset',
  'slow',
  'partial',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** How many calls it affects, from the first; without it, every call. */
  times?: number;
  /** Milliseconds before the answer or the reset; by default 3,000 for `slow`, otherwise none. */
  delay?: number;
}

/** Faults that a retry can find gone. A wrong token, permission or parameter stays wrong. */
const RETRYABLE = new Set<FaultKind>(['too-frequent', 'http-500', 'http-502', 'timeout', 'reset']);

/** Whether an event that meets the fault can still be delivered, directly or by a retry. */
export function isPassing({ kind, times }: Fault): boolean {
  return kind === 'slow' || (times !== undefined && RETRYABLE.has(kind));
}

/** Milliseconds that a call waits under the fault before it is answered or reset. */
export function delayOf({ kind, delay = kind === 'slow' ? SLOW : 0 }: Fault): number {
  return delay;
}

/** For people: `token-expired`, `too-frequent twice`, `slow after 1500 ms`. Every fault has its own name. */
export function faultName({ kind, times, delay }: Fault): string {
  const often = times === undefined ? '' : times === 1 ? ' once' : times === 2 ? ' twice' : ` ${times} times`;
  return `${kind}${often}${delay === undefined ? '' : ` after ${delay} ms`}`;
}

/** How a door of the stub handles a call. */
export type FaultedAnswer =
  | {
      kind: 'answer';
      status: number;
      /** Names in lower case. */
      headers: Record<string, string>;
      /** The service's envelope, or the page of a gateway. */
      body: EventsApiAnswer['body'] | string;
      findings: ContractFinding[];
      /** Milliseconds. */
      delay: number;
    }
  /** Does not answer, and leaves the connection open until the client gives up. */
  | { kind: 'timeout'; findings: ContractFinding[] }
  /** Closes the connection without an answer. */
  | { kind: 'reset'; findings: ContractFinding[]; delay: number };

const SLOW = 3_000;
const GATEWAY_ERRORS: Partial<Record<FaultKind, [status: number, reason: string]>> = {
  'http-500': [500, 'Internal Server Error'],
  'http-502': [502, 'Bad Gateway'],
};

/**
 * Answers a request under a fault. The findings are about the request itself: a fault says nothing about it.
 *
 * `partial` exists only for the legacy batch, and fails its first event. The service has no such answer to other requests or to a
 * batch of one, so these are answered as usual.
 *
 * @param fault none for the usual answer
 * @param callIndex how many calls were answered under this fault before, from 0
 * @param at epoch milliseconds of the answer
 * @param entropy 20 upper-case hexadecimal digits
 */
export function answerWithFault(
  request: EventsApiRequest,
  fault: Fault | undefined,
  callIndex: number,
  at: number,
  entropy: string,
): FaultedAnswer {
  const usual = answerEventsApi(request, at, entropy);
  if (!fault || callIndex >= (fault.times ?? Number.POSITIVE_INFINITY)) {
    return { kind: 'answer', ...usual, delay: 0 };
  }
  const { findings } = usual;
  const { kind } = fault;
  const delay = delayOf(fault);
  const gateway = GATEWAY_ERRORS[kind];
  if (gateway) return { kind: 'answer', ...gatewayPage(...gateway), findings, delay };
  switch (kind) {
    case 'timeout':
      return { kind, findings };
    case 'reset':
      return { kind, findings, delay };
    case 'slow':
      return { kind: 'answer', ...usual, delay };
    case 'partial':
      return { kind: 'answer', ...(partialOf(request, usual, at, entropy) ?? usual), delay };
    default: {
      const key = kind as FaultKind & CodeKey;
      const options = { message: messageOf(key, subjectOf(key, request)) };
      return { kind: 'answer', ...answerOf(key, { at, entropy }, findings, options), delay };
    }
  }
}

function partialOf(
  { url, body }: EventsApiRequest,
  { body: { code }, findings }: EventsApiAnswer,
  at: number,
  entropy: string,
): EventsApiAnswer | undefined {
  const events = decodeServerRequest(url, body);
  if (endpointOf(url) !== 'pixel-batch' || code !== 0 || events.length < 2) return undefined;
  const failed = [{ index: 0, message: messageOf('param-error', 'event: not a valid string') }];
  return partialAnswer(failed, { at, entropy }, findings);
}

/** What the message of a code is about. */
function subjectOf(key: CodeKey, { url, body }: EventsApiRequest): string {
  const [event] = decodeServerRequest(url, body);
  if (key === 'no-permission') return event?.pixel ?? '';
  if (key === 'batch-size') return 'data: must be a list of at most 1000 events';
  if (key === 'pii-not-hashed') return 'email: must be hashed with SHA-256';
  return 'event_id: not a valid string';
}

function gatewayPage(status: number, reason: string) {
  const title = `${status} ${reason}`;
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<html>\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`,
  };
}
