import { build } from './build.ts';
import { guarded } from './console.ts';
import type { Sdk } from './sdk.ts';
import { entriesOf, type PixelEntry, type Ttq } from './ttq.ts';

export type Methods = Record<string, (...args: unknown[]) => unknown>;
type QueuedCall = [method: string, ...args: unknown[]];

const CONSENT = ['holdConsent', 'revokeConsent', 'grantConsent'];

/**
 * Makes the calls that the base code has queued, but not in the order of the page. The first hold, revoke, grant and identify go
 * first, in this order (in 2024 the three for consent in that of the page); then each new pixel's own queue; then the rest.
 */
export function replay(ttq: Ttq, sdk: Sdk, methods: Methods): void {
  const queue = Array.isArray(ttq) ? (ttq as unknown[]) : [];
  // This identify also covers pixels that are still being loaded, so it is not queued for them.
  const direct = { ...methods, identify: guarded((fields, more) => sdk.identify(fields, more)) };
  for (const name of [...consentCalls(queue), 'identify']) {
    const index = queue.findIndex((entry) => callIn(entry)?.[0] === name);
    if (index >= 0) run(direct, callIn(queue.splice(index, 1)[0]));
  }
  for (const [code, entry] of entriesOf(ttq)) {
    if (!entry._init && entry.info) mountPixel(sdk, methods, code, entry);
  }
  let before: string | undefined;
  while (queue.length > 0) {
    const call = callIn(queue.shift());
    // Nothing else runs between two of them: the cookies are those that the first has read.
    sdk.hasLooked = call?.[0] === 'track' && before === 'track';
    run(methods, call);
    before = call?.[0];
  }
  sdk.hasLooked = false;
}

function consentCalls(queue: unknown[]): string[] {
  if (build.grantsLast) return CONSENT;
  const names = queue.map((entry) => callIn(entry)?.[0] ?? '');
  return [...new Set(names)].filter((name) => CONSENT.includes(name));
}

/** Calls of the page are also added to the queues of pixels that are still being loaded, which replay them later. */
export function queueForLater(ttq: Ttq, call: QueuedCall): void {
  for (const [, entry] of entriesOf(ttq)) if (!entry._init) entry.push(call);
}

/** A pixel's own page() is a page view for all pixels; its queue is discarded if it is a second copy (measured). */
function mountPixel(sdk: Sdk, methods: Methods, code: string, entry: PixelEntry): void {
  const isNew = sdk.mount(code, entry);
  entry._init = true;
  const own = { ...sdk.find(code)?.handle, page: methods.page! } as Methods;
  const calls = entry.splice(0);
  if (isNew) for (const call of calls) run(own, callIn(call));
}

/** One failing call does not stop the others. Names that are not methods of the SDK do nothing. */
function run(methods: Methods, call: QueuedCall | undefined): void {
  if (call === undefined) return;
  const [name, ...args] = call;
  if (Object.hasOwn(methods, name)) methods[name]!(...args);
}

function callIn(entry: unknown): QueuedCall | undefined {
  const isList = typeof entry === 'object' && entry !== null && 'length' in entry;
  const call = isList ? Array.from(entry as ArrayLike<unknown>) : [];
  return typeof call[0] === 'string' ? (call as QueuedCall) : undefined;
}
