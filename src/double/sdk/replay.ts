/** A call that the base code queued: the method's name and its arguments. */
export type QueuedCall = [method: string, ...args: unknown[]];

const BEFORE_ALL = ['holdConsent', 'revokeConsent', 'grantConsent', 'identify'];

/** The calls in a queue. Anything that is no array queues nothing, such as a function or a forwarding object. */
export function readQueue(queue: unknown): QueuedCall[] {
  if (!Array.isArray(queue)) return [];
  return queue.map((entry) => (isArrayLike(entry) ? Array.from(entry) : [])).filter(isCall);
}

/**
 * Splits a queue by when its calls are made: replay is not first in, first out. The first hold, revoke, grant and
 * identify go before everything else, in this order; the rest after each pixel's own queue.
 */
export function splitQueue(queue: QueuedCall[]): { before: QueuedCall[]; rest: QueuedCall[] } {
  const before = BEFORE_ALL.map((method) => queue.find(([name]) => name === method)).filter(
    (call) => call !== undefined,
  );
  return { before, rest: queue.filter((call) => !before.includes(call)) };
}

function isCall(entry: unknown[]): entry is QueuedCall {
  return typeof entry[0] === 'string';
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === 'object' && value !== null && 'length' in value;
}
