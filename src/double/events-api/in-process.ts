import type { Fault } from '../../tiktok/events-api/faults.ts';
import { answerCall, type EventsApiCall } from './call.ts';
import { FaultScript } from './fault-script.ts';
import { answerOnNock } from './on-nock.ts';

export interface EventsApiStubOptions {
  /** Further host names that are answered as the Events API, such as a regional endpoint. TikTok's own always are. */
  hosts?: readonly string[];
  /** What the first calls are answered with instead of the usual answer, in order. */
  faults?: readonly Fault[];
  /** Called with each call before it is answered. */
  onCall?: (call: EventsApiCall) => void;
}

export interface EventsApiStub {
  /** Every call so far, masked, with what the contract says about it. `at`: epoch milliseconds. */
  calls: EventsApiCall[];
  /** Ends it. Calls that wait for an answer fail with ECONNRESET; later ones go where they would without the stub. */
  stop(): void;
}

/**
 * Stands in for the Events API in this process, for a back end that runs in the test's process. Other requests, including
 * Playwright's, are left alone.
 *
 *     const stub = startEventsApiStub({ faults: [{ kind: 'http-502', times: 1 }] });
 *     await placeOrder();                         // the shop's own code, which retries
 *     expect(stub.calls.map(({ status }) => status)).toEqual([502, 200]);
 *     expect(stub.calls.flatMap(({ findings }) => findings)).toEqual([]);
 *     stub.stop();
 *
 * It can be started again, with other options, once it is stopped. If two run at once for the same host, the first answers.
 */
export function startEventsApiStub({
  hosts = [],
  faults = [],
  onCall,
}: EventsApiStubOptions = {}): EventsApiStub {
  const script = new FaultScript(faults);
  const calls: EventsApiCall[] = [];
  const stop = answerOnNock(hosts, (received) => {
    const { call, answer } = answerCall(received, script.next());
    calls.push(call);
    onCall?.(call);
    return answer;
  });
  return { calls, stop };
}
