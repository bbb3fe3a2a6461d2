import { FETCH_TIMEOUT } from '../double/fetch.ts';
import type { Double } from '../double/server.ts';
import { isWithheld } from '../evidence/documents.ts';
import { eventsIn, type SiteEvent } from '../evidence/events.ts';
import type { CallRecord } from '../evidence/evidence.ts';
import { isRefusedByPolicy } from '../evidence/refusals.ts';
import { decodePixelRequest } from '../tiktok/pixel-request.ts';
import { isMounting, mountingDocuments } from './mounting.ts';
import type { Recording } from './recording.ts';

/**
 * Milliseconds that scripts may take from TikTok, all in all: those that are fetched one after another are the loader, the main
 * script, a part of it, and one to spare, and each comes or fails within its time.
 */
const SCRIPTS_TIMEOUT = 4 * FETCH_TIMEOUT;

/**
 * Waits, without ever sleeping, until every SDK that a page asked for has taken over or failed by itself, every call that must be
 * sent has been seen on the wire, and the double is quiet. The time that a script takes from TikTok is not the page's.
 *
 * @param timeout milliseconds, the bound for what never comes
 */
export async function settle(recording: Recording, double: Double, timeout: number): Promise<void> {
  const isSettled = () =>
    double.inFlight === 0 && mountingDocuments(recording).length === 0 && unsentCalls(recording).length === 0;
  const left = { page: timeout, scripts: SCRIPTS_TIMEOUT };
  while (left.page > 0 && left.scripts > 0 && !recording.problem) {
    left.scripts -= await timed(recording.until(() => !double.isFetching, left.scripts));
    if (isSettled()) return;
    left.page -= await timed(recording.until(() => isSettled() || double.isFetching, left.page));
  }
  if (isSettled()) return;
  // What did not come in its time is waited for once only.
  for (const call of unsentCalls(recording)) recording.overdue.add(call);
  for (const { id } of mountingDocuments(recording)) recording.unmounted.add(id);
}

/** Milliseconds that something took. */
async function timed(waiting: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await waiting;
  return performance.now() - start;
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
  if (document.mountedAt === undefined && !isMounting(document, recording)) return false;
  if (call.method === 'track') return typeof call.args[0] === 'string' && call.args[0].trim() !== '';
  // A page view repeated on one URL is suppressed (measured).
  return calls.find((other) => other.method === 'page' && other.url === call.url) === call;
}
