import type { Evidence } from '../evidence/evidence.ts';

/** Why rules of the scenario events-api-faults do not apply elsewhere. */
export const NO_FAULT = { inapplicable: 'The visit was made without a fault of the Events API' };

/** Why they say nothing of a visit none of whose calls met the fault. */
export function faultNotMet({ server }: Evidence): { inapplicable: string } | { inconclusive: string } {
  if (server.requests.length === 0)
    return { inapplicable: 'The server made no call that could meet the fault' };
  return {
    inconclusive:
      "The server's call met no fault: when it came, nothing in it told the visit that it belongs to. Events with the click id, " +
      '_ttp or user agent of the visitor can be told.',
  };
}
