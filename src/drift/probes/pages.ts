import type { Probe } from '../probe.ts';

const started = [{ waitFor: 'Pageview' }] as const;
/** A change of the URL, then an event that shows whether it was noticed. */
const changed = (script: string, pageviews = 1) => [
  { run: script },
  ...settled(pageviews),
  { run: `ttq.track('Changed')` },
  { waitFor: 'Changed' },
];
/** Automatic Pageviews come slightly after the change, if at all. */
const settled = (count: number) => (count > 1 ? [{ waitFor: 'Pageview', count, within: 500 }] : []);

/** Page views, called and automatic. */
export const PAGES: Probe[] = [
  { name: 'page/queued', about: 'page() is sent as Pageview.', calls: 'ttq.page();' },
  { name: 'page/none', about: 'Without page() there is no Pageview.', calls: `ttq.track('A');` },
  {
    name: 'page/repeated',
    about: 'A second page() on the same URL is suppressed.',
    calls: 'ttq.page(); ttq.page();',
    steps: [...started, { run: 'ttq.page()' }],
  },
  {
    name: 'page/properties',
    about: 'The argument of page() gives the properties, and may name page and referrer.',
    calls: `ttq.page({ a: 1, event_id: 'p1' });`,
  },
  {
    name: 'page/own-url',
    about: 'page() may name another URL and referrer.',
    calls: `ttq.page({ page: 'https://www.shop.example/virtual', referrer: 'https://www.shop.example/before' });`,
  },
  {
    name: 'page/text',
    about: 'Each character of a text is a property.',
    calls: `ttq.page('ab');`,
  },
  {
    name: 'page/list',
    about: 'So is each item of a list.',
    calls: `ttq.page(['a']);`,
  },
  {
    name: 'page/no-object',
    about: 'Anything else that is not an object gives no properties.',
    calls: 'ttq.page(5);',
  },
  {
    name: 'page/page-object',
    about: 'An object as page is taken as the URL unchanged.',
    calls: `ttq.page({ page: { url: 'https://www.shop.example/virtual' } });`,
  },
  {
    name: 'page/referrer',
    about: 'URL with query and hash, and the referrer, are reported.',
    path: '/deep/page?q=1&r=2#part',
    referer: 'https://www.elsewhere.example/from?x=1',
    calls: 'ttq.page();',
  },
  {
    name: 'spa/push',
    about: 'pushState sends a Pageview, once a first one was sent.',
    calls: 'ttq.page();',
    steps: [...started, ...changed(`history.pushState({}, '', '/pushed')`, 2)],
  },
  {
    name: 'spa/replace',
    about: 'So does replaceState.',
    calls: 'ttq.page();',
    steps: [...started, ...changed(`history.replaceState({}, '', '/replaced')`, 2)],
  },
  {
    name: 'spa/popstate',
    about: 'So does going back.',
    calls: 'ttq.page();',
    steps: [
      ...started,
      ...changed(`history.pushState({}, '', '/pushed')`, 2),
      {
        run: `new Promise((done) => { addEventListener('popstate', done, { once: true }); history.back() }).then(() => 0)`,
      },
      ...settled(3),
      { run: `ttq.track('Back')` },
      { waitFor: 'Back' },
    ],
  },
  {
    name: 'spa/hash',
    about: 'So does a new hash.',
    calls: 'ttq.page();',
    steps: [
      ...started,
      {
        run: `new Promise((done) => { addEventListener('hashchange', done, { once: true }); location.hash = 'part' }).then(() => 0)`,
      },
      ...settled(2),
      { run: `ttq.track('Changed')` },
      { waitFor: 'Changed' },
    ],
  },
  {
    name: 'spa/same-url',
    about: 'A change to the same URL sends nothing.',
    calls: 'ttq.page();',
    steps: [...started, ...changed('history.pushState({ a: 1 }, "", location.href)')],
  },
  {
    name: 'spa/manual',
    about: 'page() right after an automatic Pageview is swallowed.',
    calls: 'ttq.page();',
    steps: [...started, ...changed(`history.pushState({}, '', '/pushed'); ttq.page()`, 2)],
  },
  {
    name: 'spa/before-first',
    about: 'Before a first Pageview a new URL sends nothing.',
    steps: [{ until: 'ttq.initialize' }, ...changed(`history.pushState({}, '', '/pushed')`)],
  },
  {
    name: 'spa/switched-off',
    about: 'historyObserver: false leaves page views to the page.',
    options: '{ historyObserver: false }',
    calls: 'ttq.page();',
    steps: [...started, ...changed(`history.pushState({}, '', '/pushed')`), { run: 'ttq.page()' }],
  },
];
