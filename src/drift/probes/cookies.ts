import type { Probe } from '../probe.ts';

/** Cookies: names, values, expiry, domains, switches. */
export const COOKIES: Probe[] = [
  {
    name: 'cookie/all',
    about: 'Cookies of a page with a click id.',
    path: '/?ttclid=E.C.P.1',
    calls: 'ttq.page();',
  },
  {
    name: 'cookie/bare-domain',
    about: 'On another host of the site the same cookies are set for the whole site.',
    origin: 'https://other.shop.example',
    calls: 'ttq.page();',
  },
  {
    name: 'cookie/single-label',
    about: 'A host of one label.',
    origin: 'http://intranet',
    path: '/?ttclid=E.C.P.1',
    calls: 'ttq.page();',
  },
  {
    name: 'cookie/kept',
    about: 'An existing _ttp is kept.',
    before: `<script>document.cookie = '_ttp=01DRIFTDRIFTDRIFTDRIFTDRIFT.tt.1; path=/; domain=.shop.example';</script>`,
    calls: 'ttq.page();',
  },
  {
    name: 'cookie/kept-old',
    about: 'One in the older form is rewritten in the newer one.',
    before: `<script>document.cookie = '_ttp=2aDRIFTDRIFTDRIFTDRIFTDRIFT; path=/; domain=.shop.example';</script>`,
    calls: 'ttq.page();',
  },
  {
    name: 'cookie/kept-suffix',
    about: 'So is one with another suffix.',
    before: `<script>document.cookie = '_ttp=01DRIFTDRIFTDRIFTDRIFTDRIFT.tt.3.1795340752200; path=/; domain=.shop.example';</script>`,
    calls: 'ttq.page();',
  },
  {
    name: 'cookie/deleted',
    about: 'A _ttp that the page deletes is gone from the next event.',
    calls: 'ttq.page();',
    steps: [
      { waitFor: 'Pageview' },
      { run: `document.cookie = '_ttp=; max-age=0; path=/; domain=.shop.example'; ttq.track('Without')` },
      { waitFor: 'Without' },
    ],
  },
  {
    name: 'cookie/next-page',
    about: 'The next page has the same _ttp.',
    calls: 'ttq.page();',
    pages: { '/next': '<!--ttq-->' },
    steps: [{ waitFor: 'Pageview' }, { goto: '/next' }, { waitFor: 'Pageview', count: 2 }],
  },
  {
    name: 'cookie/disable',
    about: 'disableCookie deletes _ttp, and events carry no anonymous_id.',
    steps: [
      { until: 'ttq.initialize' },
      { run: 'ttq.disableCookie()' },
      { waitFor: 'disable_cookie' },
      { run: `ttq.track('Without')` },
      { waitFor: 'Without' },
    ],
  },
  {
    name: 'cookie/disable-queued',
    about: 'The same, called before the SDK is there.',
    calls: `ttq.disableCookie(); ttq.page();`,
  },
  {
    name: 'cookie/enable-again',
    about: 'enableCookie sets it again.',
    steps: [
      { until: 'ttq.initialize' },
      { run: 'ttq.disableCookie()' },
      { waitFor: 'disable_cookie' },
      { run: 'ttq.enableCookie()' },
      { waitFor: 'enable_cookie' },
      { run: `ttq.track('With')` },
      { waitFor: 'With' },
    ],
  },
  {
    name: 'cookie/disable-is-for-the-page',
    about: 'The next page sets the cookies again.',
    pages: { '/next': '<!--ttq-->' },
    calls: 'ttq.page();',
    steps: [
      { waitFor: 'Pageview' },
      { run: 'ttq.disableCookie()' },
      { waitFor: 'disable_cookie' },
      { goto: '/next' },
      { waitFor: 'Pageview', count: 2 },
    ],
  },
];
