import { placesIn } from './source.ts';

/**
 * Reading a method of `ttq` shows which function is about to call it, even if the call never happens because one of its
 * arguments throws. An uncaught error of that same function, in the same run of it, is an error of the tracking code.
 */
let read: Error | undefined;
/** The page may replace it. */
const afterThisRun = queueMicrotask.bind(window);
let isClearing = false;

/** Keeps where a method was read until the script or handler that reads it is over. Its stack is written out only where it is needed. */
export function noteRead(): void {
  read = new Error();
  if (isClearing) return;
  isClearing = true;
  afterThisRun(() => {
    read = undefined;
    isClearing = false;
  });
}

/**
 * Whether an uncaught error comes of the function that has just read a method of `ttq`, further on in it, or of the line on which it did
 * so.
 */
export function isOfReader({ stack = '' }: Error): boolean {
  const reader = placesIn(read?.stack ?? '');
  const [place] = reader;
  if (!place) return false;
  const callers = keyOf(reader.slice(1));
  const thrown = placesIn(stack);
  return thrown.some(
    (one, depth) =>
      one.url === place.url &&
      (one.line === place.line || (depth === 0 && one.line > place.line)) &&
      keyOf(thrown.slice(depth + 1)) === callers,
  );
}

/** Functions that were called from the same places belong to one run. */
function keyOf(places: ReturnType<typeof placesIn>): string {
  return places.map(({ url, line, column }) => `${url}:${line}:${column}`).join(' ');
}
