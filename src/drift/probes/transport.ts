import type { Probe } from '../probe.ts';

const beacon = (value: string) =>
  `<script>Object.defineProperty(navigator, 'sendBeacon', { value: ${value} });</script>`;

/** How events travel. */
export const TRANSPORT: Probe[] = [
  {
    name: 'transport/no-beacon',
    about: 'Without sendBeacon an image carries the event.',
    before: beacon('undefined'),
    calls: `ttq.track('A', { description: '漢字?>~' });`,
    steps: [{ waitFor: 'A' }],
  },
  {
    name: 'transport/beacon-refused',
    about: 'The same if it refuses.',
    before: beacon('() => false'),
    calls: `ttq.track('A');`,
    steps: [{ waitFor: 'A' }],
  },
  {
    name: 'transport/pagehide',
    about: 'Events tracked while the page is left arrive.',
    calls: `ttq.page(); addEventListener('pagehide', function () { ttq.track('Leaving') });`,
    steps: [{ waitFor: 'Pageview' }],
  },
  {
    name: 'transport/click-and-go',
    about: 'A click that tracks and navigates loses nothing.',
    calls: 'if (location.pathname === "/") ttq.page();',
    body: '<a href="/next" onclick="ttq.track(\'Clicked\')">go</a>',
    pages: { '/next': '<!--ttq-->' },
    steps: [
      { waitFor: 'Pageview' },
      { click: 'a' },
      { waitFor: 'Clicked' },
      { until: `location.pathname === '/next'` },
    ],
  },
  {
    name: 'transport/burst',
    about: 'Twenty events in one tick are twenty requests.',
    calls: `for (var n = 0; n < 20; n++) ttq.track('N' + n);`,
    steps: [{ waitFor: 'N19' }],
  },
];
