import type { LoggedCall } from './call.ts';
import { type Turn, turnOf } from './fault-script.ts';
import type { RunLog } from './run-log.ts';
import { ownerOf, tieCall, visitsIn } from './tie.ts';

/** A turn of a visit's faults. */
export interface VisitTurn extends Turn {
  /** The visit that it belongs to. */
  faultOf: string;
}

/**
 * The turn of a call among the faults of its visit, according to the run's log. The processes of a site's server count together,
 * because each call is logged before it is answered.
 *
 * @param request the visit whose request caused the call, if known
 * @returns undefined if the call belongs to no visit, or to one without faults
 */
export function visitTurn(log: RunLog, call: LoggedCall, request?: string): VisitTurn | undefined {
  const entries = log.read();
  const visits = visitsIn(entries);
  if (visits.every(({ faults }) => faults.length === 0)) return undefined;
  const owner = ownerOf(tieCall(call, request, visits));
  const visit = visits.find(({ id }) => id === owner);
  if (!visit || visit.faults.length === 0) return undefined;
  const before = entries.filter((entry) => entry.type === 'call' && entry.faultOf === visit.id);
  return { ...turnOf(visit.faults, before.length), faultOf: visit.id };
}
