import type { Probe } from '../probe.ts';

const TAKEN = `['page', 'track', 'identify', 'instance', 'instances', 'loadPixel', 'enableCookie', 'disableCookie',
  'holdConsent', 'revokeConsent', 'grantConsent']`;
const DEAD = `['ready', 'on', 'once', 'off', 'debug', 'alias', 'group']`;

/** `{ name: 'get set enumerable' }`, or the type of a plain value. */
const descriptors = (names: string, object: string) => `Object.fromEntries(${names}.map((name) => {
  const found = Object.getOwnPropertyDescriptor(${object}, name);
  if (!found) return [name, 'missing'];
  const flags = ['get', 'set', 'value', 'writable', 'enumerable', 'configurable'].filter((flag) => found[flag]);
  return [name, flags.join(' ')];
}))`;

/** How the SDK takes over the object of the base code. */
export const MOUNT: Probe[] = [
  {
    name: 'mount/properties',
    about: 'Eleven methods become accessors that ignore assignments.',
    steps: [{ until: 'ttq.initialize' }],
    reports: {
      taken: descriptors(TAKEN, 'ttq'),
      assigned: `(() => { const before = typeof ttq.track; ttq.track = 1; return before + ' ' + typeof ttq.track; })()`,
      fresh: 'ttq.track === ttq.track',
    },
  },
  {
    name: 'mount/same-object',
    about: 'The array that the page holds is taken over; two flags show it.',
    before: '<script>window.ttq = window.mine = [];</script>',
    steps: [{ until: 'ttq.initialize' }],
    reports: {
      same: 'ttq === mine',
      array: 'Array.isArray(ttq)',
      left: 'ttq.length',
      flags: '({ _mounted: ttq._mounted, initialize: ttq.initialize })',
    },
  },
  {
    name: 'mount/dead-methods',
    about: 'ready, on, once, off, debug, alias and group do nothing once mounted.',
    calls: 'ttq.ready(function () { w.readyBefore = true });',
    steps: [
      { until: 'ttq.initialize' },
      { run: 'ttq.ready(() => { window.readyAfter = true }); ttq.debug(); ttq.alias("x"); 0' },
    ],
    reports: {
      dead: descriptors(DEAD, 'ttq'),
      before: 'String(window.readyBefore)',
      after: 'String(window.readyAfter)',
    },
  },
  {
    name: 'mount/returns',
    about: 'What the methods return.',
    steps: [{ until: 'ttq.initialize' }],
    reports: {
      track: `String(ttq.track('Returns'))`,
      page: 'String(ttq.page())',
      identify: `String(ttq.identify({ external_id: '1' }))`,
      instance: `typeof ttq.instance('CAAAAAAAAAAAAAAAAAA1')`,
      instances: 'Array.isArray(ttq.instances()) + " " + ttq.instances().length',
      instanceTrack: `Object.prototype.toString.call(ttq.instance('CAAAAAAAAAAAAAAAAAA1').track('ReturnsOne'))`,
    },
  },
  {
    name: 'mount/other-name',
    about: 'The global may have any name.',
    global: 'tracker',
    calls: `ttq.page(); ttq.track('Named');`,
    reports: { ttq: 'Array.isArray(window.ttq)', tracker: 'tracker._mounted' },
  },
  {
    name: 'mount/own-instance-call',
    about: 'The SDK itself calls ttq.instance while it mounts.',
    calls: `w.asked = []; ttq.instance = function (id) { w.asked.push(id); return {} };`,
    steps: [{ until: 'ttq.initialize' }],
    reports: { called: 'asked.length > 0' },
  },
];
