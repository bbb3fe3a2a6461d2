import type { Evidence } from '../evidence/evidence.ts';

/** Why rules of the scenario events-api-faults do not apply elsewhere. */
export const NO_FAULT = { inapplicable: 'The visit was made without a fault of the Events API' };

/** Why they cannot judge a visit none of whose calls met the fault. */
export function faultNotMet({ server }: Evidence): { inapplicable: string } | { inconclusive: string } {
  if (server.requests.length === 0)
    return { inapplicable: 'The server made no call that the fault could affect' };
  return {
    inconclusive:
      "The fault hit none of the server's calls: nothing in the call showed which visit it belongs to when it arrived. Send the " +
      "visitor's click id, _ttp or user agent with each event.",
  };
}
