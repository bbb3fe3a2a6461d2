import { FETCH_TIMEOUT } from '../double/fetch.ts';
import type { Double } from '../double/server.ts';
import type { CallRecord, DocumentRecord } from '../evidence/evidence.ts';
import { unsentIn } from '../views/owed.ts';
import { isRefusedByPolicy } from '../views/refusals.ts';
import { isMounting, mountingDocuments } from './mounting.ts';
import type { Recording } from './recording.ts';

/**
 * Milliseconds for all scripts from TikTok: the loader, the main script, a chunk and one to spare are fetched one after another,
 * each with its own limit.
 */
const SCRIPTS_TIMEOUT = 4 * FETCH_TIMEOUT;

/** Most times the limit for what never comes, where one call after another is sent: a page may make them faster than that. */
const MOST_TIMES = 12;

/**
 * Waits, without a fixed pause, until every SDK that a page requested has taken over or failed, every call that must be sent has
 * been seen on the wire, and the double is idle. Time that a script takes from TikTok does not count against the page.
 *
 * @param timeout milliseconds, the limit for what never comes: of several calls, for the next of them to be sent
 */
export async function settle(
  recording: Recording,
  double: Pick<Double, 'inFlight' | 'isFetching'>,
  timeout: number,
): Promise<void> {
  const isSettled = () =>
    double.inFlight === 0 &&
    recording.see(mountingDocuments).length === 0 &&
    unsentCalls(recording).length === 0;
  const left = { page: timeout, inAll: MOST_TIMES * timeout, scripts: SCRIPTS_TIMEOUT };
  let awaited: readonly CallRecord[] = [];
  while (Math.min(left.page, left.inAll, left.scripts) > 0 && !recording.problem) {
    left.scripts -= await timed(recording.until(() => !double.isFetching, left.scripts));
    if (isSettled()) return;
    // Calls that are made meanwhile are no progress: a page may make one every second, beside one that is never sent.
    awaited = stillOf(awaited, recording);
    if (awaited.length === 0) awaited = unsentCalls(recording);
    const isProgress = () => stillOf(awaited, recording).length < awaited.length;
    const isOver = () => isSettled() || double.isFetching || isProgress();
    const took = await timed(recording.until(isOver, Math.min(left.page, left.inAll)));
    left.inAll -= took;
    left.page = isProgress() ? timeout : left.page - took;
  }
  if (isSettled()) return;
  // What did not come in time is not awaited again.
  for (const call of unsentCalls(recording)) recording.overdue.add(call);
  for (const { id } of mountingDocuments(recording)) recording.unmounted.add(id);
  recording.wake();
}

/** The duration of something in milliseconds. */
async function timed(waiting: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await waiting;
  return performance.now() - start;
}

/** Those of some calls that the SDK has yet to send. */
function stillOf(calls: readonly CallRecord[], recording: Recording): CallRecord[] {
  const unsent = new Set(unsentCalls(recording));
  return calls.filter((call) => unsent.has(call));
}

/** The calls that the SDK has yet to send, as far as can be known here. */
function unsentCalls(recording: Recording): CallRecord[] {
  return recording.see(owedCalls).filter((call) => !recording.overdue.has(call));
}

function owedCalls(recording: Recording): CallRecord[] {
  return unsentIn(recording, (document) => isRunning(document, recording));
}

/** Whether a document's SDK is loaded, or about to be, and may send. */
function isRunning(document: DocumentRecord, recording: Recording): boolean {
  if (isRefusedByPolicy(recording.console.filter(({ at }) => at >= document.at))) return false;
  if (document.mountedAt !== undefined) return true;
  // A document that was left before its SDK arrived has lost its queue.
  return isMounting(document, recording);
}
