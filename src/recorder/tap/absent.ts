import { METHODS } from './methods.ts';
import { placesIn, stackHere } from './source.ts';

/**
 * Because the global is watched, a call on it before it exists fails as a call on undefined, with a message that does not name
 * it. So each read that finds nothing is kept for a while with its stack: an error that follows at one of its places comes from
 * this read.
 */
const reads: { global: string; at: number; places: Place[] }[] = [];
const KEPT = 50;
/** Milliseconds between the read and the error. */
const WITHIN = 100;
/** How many lines after the read the call may be, if a helper returns the global: `const ttq = library(); ttq.page();` */
const LINES = 5;
const COLUMNS = 200;

type Place = ReturnType<typeof placesIn>[number];

export function noteAbsent(global: string): void {
  reads.push({ global, at: performance.now(), places: placesIn(stackHere()) });
  if (reads.length > KEPT) reads.shift();
}

/** Name of the missing global that caused an uncaught error; undefined for any other error. */
export function absentGlobal({ message, stack = '' }: Error): string | undefined {
  const [, method = ''] = /^Cannot (?:read|set) propert\w+ of undefined \(\w+ '(\w+)'\)$/.exec(message) ?? [];
  const [place] = placesIn(stack);
  if (!place || !METHODS.has(method)) return undefined;
  const now = performance.now();
  return reads.findLast(
    ({ at, places }) => now - at <= WITHIN && places.some((read) => isRightBehind(place, read)),
  )?.global;
}

function isRightBehind(place: Place, read: Place): boolean {
  if (place.url !== read.url) return false;
  const lines = place.line - read.line;
  const columns = place.column - read.column;
  return lines === 0 ? columns >= 0 && columns <= COLUMNS : lines > 0 && lines <= LINES;
}
