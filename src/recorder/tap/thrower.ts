import { placesIn } from './source.ts';

/**
 * Reading a method of `ttq` shows which function is about to call it, even if an argument throws before the call. An uncaught
 * error of the same function, in the same run of it, is an error of the tracking code.
 */
let read: Error | undefined;
/** The page may replace it. */
const afterThisRun = queueMicrotask.bind(window);
let isClearing = false;

/** Keeps where a method was read until the reading script or handler ends. The stack is formatted only if needed. */
export function noteRead(): void {
  read = new Error();
  if (isClearing) return;
  isClearing = true;
  afterThisRun(() => {
    read = undefined;
    isClearing = false;
  });
}

/** Whether an uncaught error comes from the function that just read a method of `ttq`, at or after the line of the read. */
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

/** Functions called from the same places belong to one run. */
function keyOf(places: ReturnType<typeof placesIn>): string {
  return places.map(({ url, line, column }) => `${url}:${line}:${column}`).join(' ');
}
