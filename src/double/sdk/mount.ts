import { build } from './build.ts';
import { grantConsent, holdConsent } from './consent.ts';
import { guarded } from './console.ts';
import { disableCookies, enableCookies } from './cookies.ts';
import { type Methods, queueForLater, replay } from './replay.ts';
import type { Handle } from './reporter.ts';
import { Sdk } from './sdk.ts';
import { requestCookieScript } from './transport.ts';
import { put, type Ttq } from './ttq.ts';

/**
 * Takes over the object that the base code made, as the real SDK does. It replays the queue, then defines accessors on the object
 * that ignore assignments, then sets the two flags. ready, on, once, off, debug, alias and group stay as the base code
 * made them, and have no effect.
 */
export function mount(ttq: Ttq): void {
  const sdk = new Sdk(ttq);
  const methods = methodsOf(ttq, sdk);
  put(ttq, 'getPlugin', (name) => sdk.getPlugin(name));
  put(ttq, '_container', { replay: () => replay(ttq, sdk, methods) });
  guarded(replay)(ttq, sdk, methods);
  // Once mounted, it fails on null as the third argument, and the event is lost; a queued call does not fail.
  const track = guarded((...args) => (args[2] === null ? {} : methods.track!(...args)));
  for (const [name, method] of Object.entries({ ...methods, track })) define(ttq, name, method);
  if (build.setsMountedFlag) put(ttq, '_mounted', true);
  put(ttq, 'initialize', true);
}

function methodsOf(ttq: Ttq, sdk: Sdk): Methods {
  const methods: Methods = {
    instance: (code) => sdk.find(String(code))?.handle ?? unknownPixel(ttq, String(code)),
    instances: () => sdk.handles,
    loadPixel: (code, options) => loadPixel(ttq, sdk, String(code), options),
    enableCookie: () => {
      enableCookies();
      requestCookieScript('enable_cookie');
    },
    disableCookie: () => {
      disableCookies();
      requestCookieScript('disable_cookie');
    },
    holdConsent,
    revokeConsent: () => sdk.revokeConsent(),
    grantConsent,
    page: (properties) => {
      queueForLater(ttq, ['page', properties]);
      sdk.page(properties);
    },
    track: (name, properties, options) => {
      queueForLater(ttq, ['track', name, properties, options]);
      sdk.track(name, properties, options);
    },
    identify: (fields, more) => {
      queueForLater(ttq, ['identify', fields, more]);
      sdk.identify(fields, more);
    },
  };
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, guarded(method)]));
}

/** Sends nothing; if the pixel is still being loaded, its events go to its queue. */
function unknownPixel(ttq: Ttq, code: string): Handle {
  return {
    track: (...args) => {
      const entry = ttq._i?.[code];
      if (Array.isArray(entry) && !entry._init) entry.push(['track', ...args]);
      return Promise.resolve(null);
    },
    page: () => {},
    identify: () => {},
    setPixelInfo: () => {},
  };
}

function loadPixel(ttq: Ttq, sdk: Sdk, code: string, options: unknown): void {
  if (sdk.find(code) === undefined) ttq.load?.(code, options || {});
  else sdk.complain('DUPLICATE_PIXEL_CODE');
}

/**
 * Each read gives a new function. Other tools may redefine the property (measured). One that cannot be defined, for example on a
 * frozen object, is left alone.
 */
function define(ttq: Ttq, name: string, method: (...args: unknown[]) => unknown): void {
  const get =
    () =>
    (...args: unknown[]) =>
      method(...args);
  guarded(() => Object.defineProperty(ttq, name, { configurable: true, get, set() {} }))();
}
