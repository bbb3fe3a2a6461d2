import type { Probe } from '../probe.ts';

/** Milliseconds for the slow ones. */
const SLOW = 12_000;

/** What the SDK sends unasked. */
export const AUTOMATIC: Probe[] = [
  {
    name: 'automatic/landing',
    about: 'LandingPageView at the start of a session, and not again on its next page.',
    calls: 'ttq.page();',
    pages: { '/next': '<!--ttq-->' },
    steps: [{ waitFor: 'Pageview' }, { goto: '/next' }, { waitFor: 'Pageview', count: 2 }],
  },
  {
    name: 'automatic/engaged',
    about: 'EngagedSession, once a session.',
    calls: 'ttq.page();',
    body: '<button>go</button>',
    steps: [{ waitFor: 'Pageview' }, { click: 'button' }, { waitFor: 'EngagedSession', within: SLOW }],
  },
  {
    name: 'automatic/engaged-second-page',
    about: 'EngagedSession at once on the second page.',
    calls: 'ttq.page();',
    pages: { '/next': '<!--ttq-->' },
    steps: [{ waitFor: 'Pageview' }, { goto: '/next' }, { waitFor: 'EngagedSession' }],
  },
  {
    name: 'automatic/enrich-email',
    about: 'EnrichAM after an identify with e-mail or phone.',
    calls: 'ttq.page();',
    steps: [
      { waitFor: 'Pageview' },
      { run: `ttq.identify({ email: 'jo@shop.example' })` },
      { waitFor: 'EnrichAM' },
    ],
  },
  {
    name: 'automatic/enrich-external-id',
    about: 'None after an identify with an external id only.',
    calls: 'ttq.page();',
    steps: [
      { waitFor: 'Pageview' },
      { run: `ttq.identify({ external_id: 'a' })` },
      { waitFor: 'EnrichAM', within: 300 },
    ],
  },
  {
    name: 'automatic/ipv6',
    about: 'A copy of the first event goes to the IPv6 host.',
    calls: 'ttq.page();',
    steps: [{ waitFor: 'EnrichIpv6' }],
  },
  {
    name: 'automatic/metadata',
    about: 'Metadata of the page goes to /act.',
    before: `<title>Shoe</title><meta property="og:title" content="Shoe">
      <script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Shoe","sku":"s1"}</script>`,
    calls: 'ttq.page();',
    steps: [{ waitFor: 'Metadata' }],
  },
  {
    name: 'automatic/click',
    about: 'Clicks on buttons go to /act.',
    calls: 'ttq.page();',
    body: '<button id="buy" class="big">Buy now</button>',
    steps: [{ waitFor: 'Pageview' }, { click: '#buy' }, { waitFor: 'Click' }],
  },
  {
    name: 'automatic/matching',
    about: 'With automatic advanced matching, form fields are read on clicks.',
    calls: 'ttq.page();',
    body: '<form onsubmit="return false"><input type="email" name="email" value="jo@shop.example"><button>Send</button></form>',
    steps: [
      { waitFor: 'Pageview' },
      { click: 'button' },
      { waitFor: 'Click' },
      { run: `ttq.track('Matched')` },
      { waitFor: 'Matched' },
    ],
  },
  {
    name: 'automatic/inter',
    about: 'Telemetry of what the visitor did goes to /inter, at the latest when the page is left.',
    calls: 'if (location.pathname === "/") ttq.page();',
    body: '<button>go</button>',
    pages: { '/next': '<!--ttq-->' },
    steps: [{ waitFor: 'Pageview' }, { click: 'button' }, { goto: '/next' }, { waitFor: 'inter' }],
  },
];
