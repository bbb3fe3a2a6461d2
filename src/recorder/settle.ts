import { FETCH_TIMEOUT } from '../double/fetch.ts';
import type { Double } from '../double/server.ts';
import type { CallRecord, DocumentRecord } from '../evidence/evidence.ts';
import { unsentIn } from '../views/owed.ts';
import { isRefusedByPolicy } from '../views/refusals.ts';
import { isMounting, mountingDocuments } from './mounting.ts';
import type { Recording } from './recording.ts';

/**
 * Milliseconds that scripts from TikTok may take in total: the loader, the main script, a part of it and one to spare are fetched one
 * after another, and each arrives or fails within its own limit.
 */
const SCRIPTS_TIMEOUT = 4 * FETCH_TIMEOUT;

/**
 * Waits, without ever sleeping, until every SDK that a page asked for has taken over or failed, every call that must be
 * sent has been seen on the wire, and the double is quiet. The time that a script takes from TikTok is not the page's.
 *
 * @param timeout milliseconds, the bound for what never comes
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
  const left = { page: timeout, scripts: SCRIPTS_TIMEOUT };
  while (left.page > 0 && left.scripts > 0 && !recording.problem) {
    left.scripts -= await timed(recording.until(() => !double.isFetching, left.scripts));
    if (isSettled()) return;
    left.page -= await timed(recording.until(() => isSettled() || double.isFetching, left.page));
  }
  if (isSettled()) return;
  // What did not come in time is not waited for again.
  for (const call of unsentCalls(recording)) recording.overdue.add(call);
  for (const { id } of mountingDocuments(recording)) recording.unmounted.add(id);
  recording.wake();
}

/** Milliseconds that something took. */
async function timed(waiting: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await waiting;
  return performance.now() - start;
}

/** The calls that the SDK has yet to send, as far as can be known from here. */
function unsentCalls(recording: Recording): CallRecord[] {
  return recording.see(owedCalls).filter((call) => !recording.overdue.has(call));
}

function owedCalls(recording: Recording): CallRecord[] {
  return unsentIn(recording, (document) => isRunning(document, recording));
}

/** Whether the SDK of a document is loaded, or about to be, and may send. */
function isRunning(document: DocumentRecord, recording: Recording): boolean {
  if (isRefusedByPolicy(recording.console.filter(({ at }) => at >= document.at))) return false;
  if (document.mountedAt !== undefined) return true;
  // A document that was left before its SDK came has lost what it queued.
  return isMounting(document, recording);
}
