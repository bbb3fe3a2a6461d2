import type { FaultedAnswer } from '../../tiktok/events-api/faults.ts';
import { answerCall, type EventsApiCall, type Received, withoutFindings } from './call.ts';
import { NO_FAULT, type Turn } from './fault-script.ts';
import type { RunLog } from './run-log.ts';
import { visitTurn } from './visit-faults.ts';

/**
 * Answers a request under the faults of its visit, and logs it before the answer is sent.
 *
 * @param visit the visit whose request caused the call, if known
 * @param otherwise the turn of a call to which no visit's faults apply
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
