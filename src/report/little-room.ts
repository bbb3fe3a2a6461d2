import { setFlagsFromString } from 'node:v8';

/** V8's option for a process that has to do with little room for young objects. V8 reads it only when it starts. */
export const LITTLE_ROOM = '--max-semi-space-size=4';

/**
 * Keeps V8's room for young objects from growing any further, in all threads. Reports are megabytes of short-lived strings, and V8
 * keeps more memory the more room it has for them. Threads that judge need the room: without it, what belongs to one visit counts as
 * old before the visit is judged.
 */
export function leaveLittleRoom(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Lets V8 collect old objects once they have grown by 30%, in all threads. By default it waits until there are several times as many,
 * which is what a thread then keeps, however many files it judges.
 */
export function collectEarly(): void {
  setFlagsFromString('--heap-growing-percent=30');
}
