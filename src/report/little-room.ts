import { setFlagsFromString } from 'node:v8';

/** V8's option for a process that has to do with little room for young objects. V8 reads it only when it starts. */
export const LITTLE_ROOM = '--max-semi-space-size=4';

/**
 * Keeps V8's room for young objects from growing any further. Reports are megabytes of short-lived strings, and V8 keeps more
 * memory the more room it has for them.
 */
export function leaveLittleRoom(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
