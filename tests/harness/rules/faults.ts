import type { Fault } from '../../../src/tiktok/events-api/faults.ts';
import { AT, all, type Change, set } from './clean.ts';

/** The visit is made under the fault, which affects the server's first call. */
export function under(
  fault: Fault,
  status = 200,
  body: unknown = { code: 40100, message: 'Too many' },
): Change {
  return all(
    set('/scenario', 'events-api-faults'),
    set('/fault', fault),
    set(`${AT.server}/fault`, fault.kind),
    set(`${AT.server}/status`, status),
    set(`${AT.server}/answer`, body),
    fault.delay === undefined ? () => {} : set(`${AT.server}/delay`, fault.delay),
  );
}
