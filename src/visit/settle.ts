import { FETCH_TIMEOUT } from '../double/fetch.ts';
import type { Double } from '../double/server.ts';
import { isWithheld } from '../evidence/documents.ts';
import { eventsIn, type SiteEvent } from '../evidence/events.ts';
import type { CallRecord, DocumentRecord } from '../evidence/evidence.ts';
import { isRefusedByPolicy } from '../evidence/refusals.ts';
import { SDK_ROOT } from '../tiktok/hosts.ts';
import { decodePixelRequest, isSdkRequest } from '../tiktok/pixel-request.ts';
import type { Recording } from './recording.ts';

/** Scripts that are fetched from TikTok one after another: the loader, the main script, a part of it, and one to spare. */
const ROUNDS = 4;

/**
 * Waits, without ever sleeping, until every call that must be sent has been seen on the wire and the double is quiet. The time
 * that a script takes from TikTok is not the page's.
 *
 * @param timeout milliseconds, the bound for what never comes
 */
export async function settle(recording: Recording, double: Double, timeout: number): Promise<void> {
  const isSettled = () => double.inFlight === 0 && unsentCalls(recording).length === 0;
  let settled = false;
  for (let round = 0; round < ROUNDS && !settled; round += 1) {
    // It comes or fails within this time, since the fetch itself is bounded.
    await recording.until(() => !double.isFetching, 2 * FETCH_TIMEOUT);
    settled = await recording.until(isSettled, timeout);
    if (!double.isFetching) break;
  }
  // What did not come in its time is waited for once only.
  if (!settled) for (const call of unsentCalls(recording)) recording.overdue.add(call);
}

/** The calls that the SDK has yet to send, as far as can be known from here. */
export function unsentCalls(recording: Recording): CallRecord[] {
  const awaited = recording.calls.filter((call) => mustBeSent(call, recording));
  if (awaited.length === 0) return [];
  const events = new Map(eventsIn(recording).map((event) => [event.call?.place, event]));
  return awaited.filter((call) => {
    const event = events.get(`/calls/${recording.calls.indexOf(call)}`);
    return !event || event.sent.length === 0 || missedPixels(call, event, recording).length > 0;
  });
}

/** The pixels that a call is still to be sent for: loaded before it, and seen to send. */
function missedPixels(call: CallRecord, { call: made, sent }: SiteEvent, recording: Recording): string[] {
  if (made?.pixel) return [];
  const loaded = recording.calls
    .filter(({ document, method, at }) => {
      return document === call.document && method === 'load' && (call.queued || at <= call.at);
    })
    .map(({ args }) => args[0]);
  const seen = recording.requests.map(({ url, body }) => decodePixelRequest(url, body)?.pixel ?? '');
  return [...new Set(seen)].filter((pixel) => {
    return loaded.includes(pixel) && !sent.some((request) => request.pixel === pixel);
  });
}

function mustBeSent(call: CallRecord, recording: Recording): boolean {
  if (call.method !== 'track' && call.method !== 'page') return false;
  const document = recording.documents.find(({ id }) => id === call.document);
  const calls = recording.calls.filter(
    (other) => other.document === call.document && other.global === call.global,
  );
  if (!document || isWithheld(calls) || recording.overdue.has(call)) return false;
  if (isRefusedByPolicy(recording.console.filter(({ at }) => at >= document.at))) return false;
  // A document that was left before its SDK came has lost what it queued.
  const isCurrent =
    document.frame === 'child' || recording.documents.findLast(({ frame }) => frame === 'main') === document;
  if (document.mountedAt === undefined && !(isCurrent && sdkIsComing(recording, document))) return false;
  if (call.method === 'track') return typeof call.args[0] === 'string' && call.args[0].trim() !== '';
  // A page view repeated on one URL is suppressed (measured).
  return calls.find((other) => other.method === 'page' && other.url === call.url) === call;
}

/**
 * Whether a document has been given the SDK's first script, and that has not stumbled; or has called for it a moment ago, so that
 * the request is still on its way.
 */
function sdkIsComing(recording: Recording, { id, at: since }: DocumentRecord): boolean {
  if (recording.errors.some(({ at, source }) => at >= since && source?.includes(SDK_ROOT))) return false;
  const requests = recording.requests.filter((request) => request.at >= since && isSdkRequest(request));
  if (requests.some(({ status }) => status === 200)) return true;
  const isAnswered = [...requests, ...recording.failed].some(
    (request) => request.at >= since && isSdkRequest(request),
  );
  return !isAnswered && recording.calls.some(({ document, method }) => document === id && method === 'load');
}
