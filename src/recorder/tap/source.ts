/** Name of the tap's own frames in a stack, from the bundle's sourceURL. */
const TAP_SOURCE = 'ttq-conformance-tap.js';

/** On TikTok's hosts, or behind one of the site's own paths. */
const SDK_SCRIPT = /^https?:\/\/[^/]+(\/[\w.-]+)*\/i18n\/pixel\//;

/** The engine's own stack, whatever the page has done to Error. */
export function stackHere(): string {
  const { prepareStackTrace, stackTraceLimit } = Error as ErrorConstructor & V8Error;
  const host = Error as ErrorConstructor & V8Error;
  try {
    // Reflect.set does not throw if the page has made them read-only.
    Reflect.set(host, 'prepareStackTrace', undefined);
    Reflect.set(host, 'stackTraceLimit', 20);
    return String(new Error().stack ?? '');
  } finally {
    Reflect.set(host, 'prepareStackTrace', prepareStackTrace);
    Reflect.set(host, 'stackTraceLimit', stackTraceLimit);
  }
}

interface V8Error {
  prepareStackTrace?: unknown;
  stackTraceLimit?: number | undefined;
}

/** Every place in a stack, innermost first, without the tap's own. */
export function placesIn(stack: string): { url: string; line: number; column: number }[] {
  return stack.split('\n').flatMap((frame) => {
    if (frame.includes(TAP_SOURCE)) return [];
    const [, url, line, column] = /(?:\(|at |@)(\S+?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
    return url ? [{ url, line: Number(line), column: Number(column) }] : [];
  });
}

/** `url:line:column` of the innermost frame outside the tap; undefined if there is none. */
export function callerOf(stack: string): string | undefined {
  for (const line of stack.split('\n').slice(1)) {
    if (line.includes(TAP_SOURCE)) continue;
    const place = /(?:\(|at |@)(\S+:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place) return place;
  }
  return undefined;
}

/** Whether the SDK itself made the call: it calls `ttq.instance(id)` while it mounts, and its own instances when it fans out. */
export function isFromSdk(stack: string): boolean {
  return SDK_SCRIPT.test(callerOf(stack) ?? '');
}
