import { baseCode, loaded, PIXEL } from '../double/support.ts';

/** A way in which pages define and call their queue. */
export interface Shape {
  /** For the head: defines the queue and the page's function `send(name, properties, options)`, which tracks an event with it. */
  head: string;
  /** Name of the global; ttq by default. */
  global?: string;
  /** The recorded call before mounting, if it differs from what was sent. */
  early?: (name: string, properties: unknown, options: object) => unknown[];
  pixel?: string;
}

const script = (text: string) => `<script>\n${text}\n</script>`;
const SEND = 'window.send = (name, properties, options) => ttq.track(name, properties, options);';
/** Loads the SDK for pages whose queue has no `load`. */
const sdk = (global = 'ttq') =>
  `<script async src="https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${PIXEL}&lib=${global}"></script>`;

export const SHAPES: Record<string, Shape> = {
  'the official snippet': { head: loaded() + script(SEND) },

  "the snippet's own local reference": {
    head: loaded('w.send = function (name, properties, options) { ttq.track(name, properties, options) };'),
  },

  'a reference kept by a wrapper of the page': {
    head: `${loaded()}<script>(function (queue) {
      window.send = (name, properties, options) => queue.track(name, properties, options);
    })(window.ttq);</script>`,
  },

  // The SDK redefines ttq.track when it mounts: from then on the wrapper is bypassed, as with the real one.
  "the site's own wrapper around ttq.track, which adds an event_id": {
    head: `${loaded()}${script(`
      const original = ttq.track;
      ttq.track = function (name, properties, options) {
        return original.call(this, name, properties, { ...options, event_id: 'wrapped' });
      };
      ${SEND}`)}`,
    early: (name, properties, options) => [name, properties, { ...options, event_id: 'wrapped' }],
  },

  'a custom global': {
    head: `${baseCode(`ttq.load('${PIXEL}');`, 'shopPixel')}
      ${script('window.send = (name, properties, options) => shopPixel.track(name, properties, options);')}`,
    global: 'shopPixel',
  },

  'ttq.instance(id)': {
    head: `${loaded()}${script(
      `window.send = (name, properties, options) => ttq.instance('${PIXEL}').track(name, properties, options);`,
    )}`,
    pixel: PIXEL,
  },

  'ttq.push before mounting': {
    head: `${loaded()}${script(`window.send = (...args) =>
      ttq._mounted ? ttq.track(...args) : ttq.push(['track', ...args]);`)}`,
  },

  'a plain object that forwards': {
    head: `${script(`
      const kept = [];
      window.TiktokAnalyticsObject = 'ttq';
      window.ttq = { track(...args) { kept.push(args); } };
      ${SEND}`)}${sdk()}`,
  },

  'a function with a queue': {
    head: `${script(`
      window.TiktokAnalyticsObject = 'ttq';
      window.ttq = function () { ttq.queue.push(arguments); };
      ttq.queue = [];
      window.send = (name, properties, options) => ttq('track', name, properties, options);`)}${sdk()}`,
  },

  'window.ttq made with Object.defineProperty': {
    head: `${script(`Object.defineProperty(window, 'ttq', { value: [], writable: true });`)}${loaded()}${script(SEND)}`,
  },

  'window.ttq made with a getter': {
    head: `${script(`
      const queue = [];
      Object.defineProperty(window, 'ttq', { configurable: true, get: () => queue, set() {} });`)}
      ${loaded()}${script(SEND)}`,
  },

  'window.ttq made read-only afterwards': {
    head: `${loaded()}${script(`
      Object.defineProperty(window, 'ttq', { value: ttq, writable: false, configurable: false });
      ${SEND}`)}`,
  },
};
