import { OTHER, PIXEL, type Probe, UNKNOWN } from '../probe.ts';

const BOTH = `ttq.load('${PIXEL}'); ttq.load('${OTHER}');`;

/** Several pixels on one page. */
export const PIXELS: Probe[] = [
  {
    name: 'pixels/fan-out',
    about: 'One request for each loaded pixel, with the same event_id.',
    load: BOTH,
    calls: `ttq.page(); ttq.track('Both', {}, { event_id: 'same' });`,
    steps: [{ waitFor: 'Both', count: 2 }],
  },
  {
    name: 'pixels/instance',
    about: 'An instance sends for its pixel only.',
    load: BOTH,
    calls: `ttq.instance('${OTHER}').track('Queued'); ttq.page();`,
    steps: [
      { waitFor: 'Queued' },
      { run: `void ttq.instance('${PIXEL}').track('Mounted', { value: 1 }, { event_id: 'm' })` },
      { waitFor: 'Mounted' },
      { run: `void ttq.instance('${PIXEL}').page({ from: 'instance' })` },
    ],
  },
  {
    name: 'pixels/pixel-code',
    about: 'pixel_code in the third argument picks the pixel.',
    load: BOTH,
    steps: [
      { until: 'ttq.initialize && ttq.instances().length === 2' },
      { run: `ttq.track('Picked', {}, { pixel_code: '${OTHER}' })` },
      { run: `ttq.track('Nobody', {}, { pixel_code: '${UNKNOWN}' })` },
    ],
  },
  {
    name: 'pixels/no-pixel-code',
    about:
      'Only a missing or undefined pixel_code means all pixels: with one that is empty or null, nothing is sent.',
    calls: `ttq.track('QueuedEmpty', {}, { pixel_code: '' }); ttq.track('QueuedUndefined', {}, { pixel_code: undefined });`,
    steps: [
      { until: 'ttq.initialize' },
      { run: `ttq.track('Empty', {}, { pixel_code: '' })` },
      { run: `ttq.track('Null', {}, { pixel_code: null })` },
      { run: `ttq.track('Undefined', {}, { pixel_code: undefined })` },
    ],
  },
  {
    name: 'pixels/null-options',
    about:
      'null as third argument loses the event once the SDK is mounted, and does no harm while it is queued.',
    calls: `ttq.track('Queued', {}, null);`,
    steps: [
      { until: 'ttq.initialize' },
      { run: `ttq.track('Mounted', {}, null)` },
      { run: `ttq.track('Without', {}, undefined)` },
    ],
  },
  {
    name: 'pixels/unknown-instance',
    about: 'An instance that was never loaded sends nothing.',
    steps: [{ until: 'ttq.initialize' }, { run: `void ttq.instance('${UNKNOWN}').track('Nobody')` }],
  },
  {
    name: 'pixels/twice-queued',
    about: 'The same id loaded twice before the SDK is there is one pixel.',
    load: `ttq.load('${PIXEL}'); ttq.load('${PIXEL}');`,
    calls: `ttq.page(); ttq.track('Once');`,
  },
  {
    name: 'pixels/twice-mounted',
    about: 'The same id loaded again later causes a warning, and nothing is sent twice.',
    calls: 'ttq.page();',
    steps: [
      { waitFor: 'Pageview' },
      { run: `ttq.load('${PIXEL}')` },
      {
        until: `performance.getEntriesByType('resource').filter(({ name }) => /events\\.js/.test(name)).length > 1`,
      },
      { run: `ttq.track('Once')` },
    ],
  },
  {
    name: 'pixels/loadPixel',
    about: 'loadPixel adds a pixel to a mounted SDK.',
    steps: [
      { until: 'ttq.initialize' },
      { run: `ttq.track('OnlyFirst')` },
      { waitFor: 'OnlyFirst' },
      { run: `ttq.loadPixel('${OTHER}')` },
      { until: 'ttq.instances().length === 2' },
      { run: `ttq.track('Both')` },
      { waitFor: 'Both', count: 2 },
    ],
  },
  {
    name: 'pixels/late',
    about: 'A pixel whose script has not loaded yet receives the calls made meanwhile.',
    calls: 'ttq.page();',
    steps: [
      { waitFor: 'Pageview' },
      { run: `ttq.load('${OTHER}'); ttq.track('Meanwhile')` },
      { waitFor: 'Meanwhile', count: 2 },
    ],
  },
  {
    name: 'pixels/loadPixel-again',
    about: 'loadPixel with a loaded id is a warning.',
    steps: [{ until: 'ttq.initialize' }, { run: `ttq.loadPixel('${PIXEL}')` }],
  },
];
