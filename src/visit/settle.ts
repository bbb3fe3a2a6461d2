import type { Double } from '../double/server.ts';
import { isWithheld, refusalByPolicy } from '../evidence/documents.ts';
import { siteEvents } from '../evidence/events.ts';
import type { CallRecord } from '../evidence/evidence.ts';
import { isSdkRequest } from '../tiktok/pixel-request.ts';
import type { Recording } from './recording.ts';

/**
 * Waits, without ever sleeping, until every call that must be sent has been seen on the wire and the double is quiet.
 *
 * @param timeout milliseconds, the bound for what never comes
 */
export async function settle(recording: Recording, double: Double, timeout: number): Promise<void> {
  const settled = await recording.until(
    () => double.inFlight === 0 && unsentCalls(recording).length === 0,
    timeout,
  );
  // What did not come in its time is waited for once only.
  if (!settled) for (const call of unsentCalls(recording)) recording.overdue.add(call);
}

/** The calls that the SDK has yet to send, as far as can be known from here. */
export function unsentCalls(recording: Recording): CallRecord[] {
  const awaited = recording.calls.filter((call) => mustBeSent(call, recording));
  if (awaited.length === 0) return [];
  const sent = new Set(
    siteEvents(recording)
      .filter((event) => event.sent.length > 0)
      .map((event) => event.call?.place),
  );
  return awaited.filter((call) => !sent.has(`/calls/${recording.calls.indexOf(call)}`));
}

function mustBeSent(call: CallRecord, recording: Recording): boolean {
  if (call.method !== 'track' && call.method !== 'page') return false;
  const document = recording.documents.find(({ id }) => id === call.document);
  const calls = recording.calls.filter(
    (other) => other.document === call.document && other.global === call.global,
  );
  if (!document || isWithheld(calls) || recording.overdue.has(call)) return false;
  if (refusalByPolicy(recording.console.filter(({ at }) => at >= document.at))) return false;
  // A document that was left before its SDK came has lost what it queued.
  const isCurrent =
    document.frame === 'child' || recording.documents.findLast(({ frame }) => frame === 'main') === document;
  if (document.mountedAt === undefined && !(isCurrent && sdkIsComing(recording, document.at))) return false;
  if (call.method === 'track') return typeof call.args[0] === 'string' && call.args[0].trim() !== '';
  // A page view repeated on one URL is suppressed (measured).
  return calls.find((other) => other.method === 'page' && other.url === call.url) === call;
}

/** Whether a document that was made at `since` has been given the SDK's first script. */
function sdkIsComing(recording: Recording, since: number): boolean {
  return recording.requests.some(
    (request) => request.at >= since && request.status === 200 && isSdkRequest(request),
  );
}
