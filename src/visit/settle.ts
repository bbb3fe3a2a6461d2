import { FETCH_TIMEOUT } from '../double/fetch.ts';
import type { Double } from '../double/server.ts';
import type { CallRecord, DocumentRecord } from '../evidence/evidence.ts';
import { unsentIn } from '../evidence/owed.ts';
import { isRefusedByPolicy } from '../evidence/refusals.ts';
import { SDK_ROOT } from '../tiktok/hosts.ts';
import { isSdkRequest } from '../tiktok/pixel-request.ts';
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
function unsentCalls(recording: Recording): CallRecord[] {
  return unsentIn(recording, (document) => isRunning(document, recording)).filter(
    (call) => !recording.overdue.has(call),
  );
}

/** Whether the SDK of a document is there, or about to be, and may send. */
function isRunning(document: DocumentRecord, recording: Recording): boolean {
  if (isRefusedByPolicy(recording.console.filter(({ at }) => at >= document.at))) return false;
  if (document.mountedAt !== undefined) return true;
  // A document that was left before its SDK came has lost what it queued.
  const isCurrent =
    document.frame === 'child' || recording.documents.findLast(({ frame }) => frame === 'main') === document;
  return isCurrent && sdkIsComing(recording, document);
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
