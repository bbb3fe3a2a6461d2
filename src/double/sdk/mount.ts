import { grantConsent, holdConsent, revokeConsent } from './consent.ts';
import { diagnose, guarded } from './console.ts';
import { disableCookies, enableCookies } from './cookies.ts';
import { createPixel, type Pixel } from './pixel.ts';
import { type QueuedCall, readQueue, splitQueue } from './replay.ts';
import { Sdk } from './sdk.ts';
import { requestScript } from './transport.ts';
import { asObject, type Fields, isObject } from './values.ts';

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

/** The SDK as mounted on one global. */
export interface Mounted {
  /** Called for each further events.js on the page. */
  add(code: string | undefined): void;
}

/**
 * Takes over the very object that the base code made, in the manner of the real SDK: accessors that ignore assignments,
 * then the two flags. ready, on, once, off, debug, alias and group stay what the base code made them, and are dead.
 */
export function mount(global: string, code: string | undefined): Mounted {
  const target = takeTarget(global);
  const mountedAt = Date.now();
  const sdk = new Sdk(() => target._partner);
  const methods = globalMethods(sdk, target, global);
  const codes = new Set([...Object.keys(asObject(target._i)), ...(code === undefined ? [] : [code])]);
  for (const each of codes) sdk.pixels.set(each, createPixel(each, target));
  if (codes.size === 0) diagnose('MISSING_PIXEL_CODE');
  for (const [name, method] of Object.entries(methods)) define(target, name, guarded(method));
  for (const each of codes) guarded(() => (target.instance as Method)(each))(); // so does the real SDK while it mounts
  for (const flag of ['_mounted', 'initialize']) Reflect.set(target, flag, true); // a frozen object throws otherwise
  replay(sdk, methods, target);
  return { add: (added) => add(sdk, target, mountedAt, added) };
}

/** Whatever stands there is taken; a new queue is made only where there is nothing to define properties on. */
function takeTarget(global: string): Fields {
  const globals = window as unknown as Fields;
  if (!isObject(globals[global])) globals[global] = [];
  return globals[global] as Fields;
}

function globalMethods(sdk: Sdk, target: Fields, global: string): Methods {
  return {
    ...pixelMethods(sdk, undefined),
    instance: (code) => instance(sdk, String(code)),
    instances: () => [...sdk.pixels.keys()].map((code) => instance(sdk, code)),
    loadPixel: (code, options) => loadPixel(target, global, String(code), options),
    enableCookie: () => {
      enableCookies();
      requestScript('/i18n/pixel/enable_cookie');
    },
    disableCookie: () => {
      disableCookies();
      requestScript('/i18n/pixel/disable_cookie');
    },
    holdConsent,
    revokeConsent,
    grantConsent,
  };
}

/** What can be called on `ttq` and on `ttq.instance(id)` alike. */
function pixelMethods(sdk: Sdk, pixel: Pixel | undefined): Methods {
  return {
    page: (properties) => sdk.page(pixel, properties),
    track: (name, properties, options) => sdk.track(pixel, name, properties, options),
    identify: (fields) => sdk.identify(fields),
  };
}

/** An unknown id gets methods that do nothing. */
function instance(sdk: Sdk, code: string): Methods {
  const pixel = sdk.pixels.get(code);
  if (pixel === undefined) diagnose('INVALID_PIXEL_CODE', code);
  const methods = Object.entries(pixelMethods(sdk, pixel));
  return Object.fromEntries(
    methods.map(([name, run]) => [name, pixel === undefined ? () => {} : guarded(run)]),
  );
}

/** A property that refuses to be redefined, of a frozen object say, is left alone. */
function define(target: Fields, name: string, value: Method): void {
  guarded(() => Object.defineProperty(target, name, { get: () => value, set() {} }))();
}

function replay(sdk: Sdk, methods: Methods, target: Fields): void {
  const { before, rest } = splitQueue(readQueue(target));
  run(methods, before);
  sdk.start();
  for (const pixel of sdk.pixels.values()) replayInstance(sdk, pixel, target);
  run(methods, rest);
}

function replayInstance(sdk: Sdk, pixel: Pixel, target: Fields): void {
  run(pixelMethods(sdk, pixel), readQueue(asObject(target._i)[pixel.code]));
}

/** One call that fails does not keep back the others. Names that are no method of the SDK are dead. */
function run(methods: Methods, calls: QueuedCall[]): void {
  for (const [name, ...args] of calls) {
    if (Object.hasOwn(methods, name)) guarded(methods[name]!)(...args);
  }
}

/** Adds a pixel that was loaded after the SDK mounted. What was sent before is not repeated for it. */
function add(sdk: Sdk, target: Fields, mountedAt: number, code: string | undefined): void {
  if (code === undefined) {
    diagnose('MISSING_PIXEL_CODE');
  } else if (sdk.pixels.has(code)) {
    if (loadedAfter(mountedAt, target, code)) diagnose('DUPLICATE_PIXEL_CODE', code);
  } else {
    const pixel = createPixel(code, target);
    sdk.pixels.set(code, pixel);
    sdk.land(pixel);
    replayInstance(sdk, pixel, target);
  }
}

/** Ids that were queued twice before the mount are one, silently. The base code notes the time of each load in `_t`. */
function loadedAfter(mountedAt: number, target: Fields, code: string): boolean {
  const loadedAt = asObject(target._t)[code];
  return typeof loadedAt !== 'number' || loadedAt > mountedAt;
}

/** What `load` of the base code does, for pages that have only the mounted object. */
function loadPixel(target: Fields, global: string, code: string, options: unknown): void {
  for (const [name, value] of [
    ['_i', []],
    ['_t', Date.now()],
    ['_o', asObject(options)],
  ] as const) {
    const table = asObject(target[name]);
    table[code] = value;
    target[name] = table;
  }
  requestScript(`/i18n/pixel/events.js?sdkid=${encodeURIComponent(code)}&lib=${encodeURIComponent(global)}`);
}
