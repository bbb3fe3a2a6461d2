import type { Fault } from '../../tiktok/events-api/faults.ts';
import { answerCall, type EventsApiCall } from './call.ts';
import { FaultScript } from './fault-script.ts';
import { answerOnNock } from './on-nock.ts';

export interface EventsApiStubOptions {
  /** Further host names that are answered as the Events API, such as a regional endpoint. TikTok's own always are. */
  hosts?: readonly string[];
  /** Faults that answer the first calls, in order. */
  faults?: readonly Fault[];
  /** Called with each call before it is answered. */
  onCall?: (call: EventsApiCall) => void;
}

export interface EventsApiStub {
  /** Every call so far, masked, with the contract's findings about it. `at`: epoch milliseconds. */
  calls: EventsApiCall[];
  /** Stops the stub. Pending calls fail with ECONNRESET; later ones go where they would without the stub. */
  stop(): void;
}

/**
 * Answers the Events API in this process, for a back end that runs in the test's process. Other requests, including Playwright's,
 * are left alone.
 *
 * const stub = startEventsApiStub({ faults: [{ kind: 'http-502', times: 1 }] }); await placeOrder();                         //
 * the shop's own code, which retries expect(stub.calls.map(({ status }) => status)).toEqual([502, 200]);
 * expect(stub.calls.flatMap(({ findings }) => findings)).toEqual([]); stub.stop();
 *
 * Once stopped, it can be started again with other options. If two run at once for the same host, the first answers.
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
