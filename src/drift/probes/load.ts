import { PIXEL, type Probe } from '../probe.ts';

const SDK = 'https://analytics.tiktok.com/i18n/pixel';
const calls = `ttq.identify({ email: 'jo@shop.example' }); ttq.page(); ttq.track('ViewContent', { content_id: 'a' });`;

/** The chain of scripts, whole and broken. */
export const LOAD: Probe[] = [
  { name: 'load/all', about: 'Each script requests the next, then events are sent.', calls },
  {
    name: 'load/events-blocked',
    about: 'Without the first script the queue stays and nothing is sent.',
    calls,
    blocked: /events\.js$/,
    reports: { queue: 'ttq.map((call) => call[0])', mounted: 'String(ttq._mounted)' },
    end: 'none',
  },
  {
    name: 'load/main-blocked',
    about: 'Without the main script nothing mounts.',
    calls,
    blocked: /static\/main/,
    end: 'none',
    reports: { mounted: 'String(ttq._mounted)' },
  },
  {
    name: 'load/identify-blocked',
    about: 'Without the identify script, events are sent, and the identity is dropped.',
    calls,
    blocked: /static\/identify/,
    steps: [{ waitFor: 'ViewContent' }],
  },
  {
    name: 'load/events-slow',
    about: 'Calls before the first script loads are queued.',
    calls,
    held: /events\.js$/,
    steps: [
      { until: `typeof ttq === 'object'` },
      { run: `ttq.track('WhileWaiting')` },
      { release: true },
      { waitFor: 'WhileWaiting' },
    ],
  },
  {
    name: 'load/identify-slow',
    about: 'Events wait for an identity that is still being hashed.',
    calls,
    held: /static\/identify/,
    steps: [
      { until: 'ttq.initialize' },
      { run: `ttq.track('Waits')` },
      { release: true },
      { waitFor: 'Waits' },
    ],
  },
  {
    name: 'load/no-id',
    about: 'The first script is requested without a pixel id.',
    head: `<script>window.TiktokAnalyticsObject = 'ttq'; window.ttq = [];</script><script src="${SDK}/events.js"></script>`,
    end: 'none',
  },
  {
    name: 'load/sdk-2020',
    about: 'The script of 2020, which sites still paste, does nothing.',
    head: `<script src="${SDK}/sdk.js?sdkid=${PIXEL}"></script>`,
    end: 'none',
    reports: { ttq: 'typeof window.ttq' },
  },
  {
    name: 'load/without-options',
    about: 'A base code that never sets _o loads, and its options are lost.',
    calls: `ttq.page();`,
    load: `ttq.load('${PIXEL}', { limited_data_use: true }); delete ttq._o;`,
  },
  {
    name: 'load/plain-http',
    about: 'The page is not a secure context.',
    origin: 'http://www.shop.example',
    calls,
    steps: [{ waitFor: 'ViewContent' }],
  },
];
