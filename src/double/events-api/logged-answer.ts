import type { FaultedAnswer } from '../../tiktok/events-api/faults.ts';
import { answerCall, type EventsApiCall, type Received, withoutFindings } from './call.ts';
import { NO_FAULT, type Turn } from './fault-script.ts';
import type { RunLog } from './run-log.ts';
import { visitTurn } from './visit-faults.ts';

/**
 * Answers a request with what the faults of its visit have for it, and writes it into the log of the run before it is answered.
 *
 * @param visit the visit whose request the call came of, if that is known
 * @param otherwise the turn of a call that meets the faults of no visit
 */
export function answerInLog(
  log: RunLog,
  received: Received,
  visit?: string,
  otherwise: () => Turn = () => NO_FAULT,
): { call: EventsApiCall; answer: FaultedAnswer } {
  const own = visitTurn(log, answerCall(received, NO_FAULT).call, visit);
  const { call, answer } = answerCall(received, own ?? otherwise());
  log.append({
    type: 'call',
    ...(visit === undefined ? {} : { visit }),
    ...(own ? { faultOf: own.faultOf } : {}),
    call: withoutFindings(call),
  });
  return { call, answer };
}
