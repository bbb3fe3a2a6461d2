import type { Evidence } from '../../../src/evidence/evidence.ts';
import { maskText } from '../../../src/masking/mask.ts';
import { inQuery } from '../../../src/rules/click-id/in-query.ts';
import { landingHasIt } from '../../../src/rules/click-id/landing-has-it.ts';
import { newestWins } from '../../../src/rules/click-id/newest-wins.ts';
import { reachesEventsApi } from '../../../src/rules/click-id/reaches-events-api.ts';
import { reachesPixel } from '../../../src/rules/click-id/reaches-pixel.ts';
import { storedFirstParty } from '../../../src/rules/click-id/stored-first-party.ts';
import { survivesNavigation } from '../../../src/rules/click-id/survives-navigation.ts';
import { survivesNewTab } from '../../../src/rules/click-id/survives-new-tab.ts';
import { survivesOpenInBrowser } from '../../../src/rules/click-id/survives-open-in-browser.ts';
import { survivesRedirects } from '../../../src/rules/click-id/survives-redirects.ts';
import { unaltered } from '../../../src/rules/click-id/unaltered.ts';
import type { Target } from '../../../src/target/target.ts';
import {
  AT,
  add,
  all,
  beacon,
  bodyOf,
  type Change,
  CLICK_ID,
  call,
  drop,
  eachBeacon,
  page,
  SHOP,
  set,
} from './clean.ts';
import { testRule } from './table.ts';

const USER = `${AT.server}/body/data/0/user`;
const LANDING = `${SHOP}/?ttclid=${CLICK_ID}`;
const SUFFIXED = `${CLICK_ID}.1795340750123`;

const organic = drop('/clickId');
const lost = all(set('/documents/0/url', `${SHOP}/`), set('/documents/0/hops/1/url', `${SHOP}/`));
/** A script of the landing page has put it back before the SDK mounts. */
const restored = all(lost, set('/documents/0/routes', [{ at: 145, url: LANDING }]));
const NOT_AN_AD = 'The visitor did not come from an ad';
const LOST = 'The click id was lost on the way: see click-id/survives-redirects';
const ALTERED = 'The click id was lost on the way: see click-id/unaltered';

const excludeLogin = (target: Target) => {
  target.exclude = ['/login'];
};

/** The landing page under another URL; the redirect before it keeps the click id. */
const landingAt = (url: string) => all(set('/documents/0/url', url), set('/documents/0/hops/1/url', url));

/** The visitor comes through a page that redirects by script. */
const through =
  (first: string, via: string, second: string): Change =>
  (evidence) => {
    const [landing] = evidence.documents;
    Object.assign(landing!, { via, url: second, hops: [{ url: second, status: 200 }] });
    evidence.documents.unshift({ ...page('interstitial', 50, first, 'goto'), arrival: true });
  };

const EARLIER = 'E.C.P.Zmlyc3QtY2xpY2s';

/** All but the landing happens in a second tab, which no ad opened. */
const comesBack: Change = (evidence) => {
  evidence.scenario = 'returning';
  for (const document of evidence.documents.slice(1)) document.tab = 1;
};

/** The pixel runs only once the consent banner has opened the landing page again. */
const openedAgain: Change = ({ documents, calls, requests }) => {
  const [landing] = documents;
  const { mountedAt, ...again } = { ...landing!, id: 'again', at: 108, url: `${SHOP}/`, via: 'script' };
  delete landing!.mountedAt;
  documents.splice(1, 0, { ...again, mountedAt: mountedAt!, arrival: false, hops: [] });
  for (const one of calls) if (one.document === 'landing') one.document = 'again';
  for (const { body } of requests.filter(({ at, body }) => body !== undefined && at < 300)) {
    (body as ReturnType<typeof bodyOf> & { context: { page: { url: string } } }).context.page.url =
      `${SHOP}/`;
  }
};

/** The checkout opens in a new tab, and the visitor stays there. */
const inPopUp: Change = ({ documents }) => {
  const checkout = documents.findIndex(({ url }) => url.endsWith('/checkout'));
  documents[checkout]!.via = 'pop-up';
  for (const document of documents.slice(checkout)) document.tab = 1;
};

/** The first tab came by another ad. The ad of the visit opens the second, on the product's page. */
const secondClick: Change = (evidence) => {
  comesBack(evidence);
  evidence.scenario = 'second-click';
  evidence.earlierClickId = EARLIER;
  const [first, second] = evidence.documents;
  first!.arrival = false;
  second!.arrival = true;
  first!.url = `${SHOP}/?ttclid=${EARLIER}`;
  first!.hops = [{ url: first!.url, status: 200 }];
  second!.via = 'goto';
  second!.url = `${second!.url}?ttclid=${CLICK_ID}`;
  second!.hops = [{ url: second!.url, status: 200 }];
};

const allPixelEvents = (clickId: unknown): Change =>
  eachBeacon(({ context }) => {
    context.ad = { callback: clickId };
  });

/** What is reported about the landing's redirect, with the hop table. */
const from301 = (to: string, state: string, change?: string) => ({
  how: '301 redirect',
  from: `${SHOP}/go/301?ttclid=…`,
  to,
  ...(change === undefined ? {} : { change }),
  way:
    `\nad            ${'alive'.padEnd(state.length)}  ${SHOP}/go/301?ttclid=…\n` +
    `301 redirect  ${state.padEnd(5)}  ${to}`,
});

testRule(survivesRedirects, [
  { name: 'the click id comes through a redirect' },
  { name: 'no redirect', change: drop('/documents/0/hops/0') },
  { name: 'the click id in the fragment', change: landingAt(`${SHOP}/#ttclid=${CLICK_ID}`) },
  {
    name: 'the redirect drops it',
    change: lost,
    findings: [
      {
        code: 'dropped',
        args: from301(`${SHOP}/`, 'dropped'),
        place: '/documents/0/hops/1',
      },
    ],
  },
  { name: 'the redirect drops it, the site restores it, and every event carries it', change: restored },
  ...Object.entries({
    'that only after the pixel has read the URL': set('/documents/0/routes', [{ at: 170, url: LANDING }]),
    'the first event was sent without it': set(`${AT.sent.Pageview}/body/context/ad`, {}),
    "a later page's event lacks it": set(`${AT.sent.Purchase}/body/context/ad`, {}),
    "a later page's event carries another": set(`${AT.sent.Purchase}/body/context/ad`, { callback: EARLIER }),
    'the server sends its event without it': drop(`${USER}/ttclid`),
    'the server sends another': set(`${USER}/ttclid`, EARLIER),
    'nothing was sent at all': ({ requests, server }: Evidence) => {
      requests.splice(0);
      server.requests.splice(0);
    },
  }).map(([name, change]) => ({
    name: `the redirect drops it, the site restores it, and ${name}`,
    change: all(restored, change),
    findings: [{ code: 'dropped', args: from301(`${SHOP}/`, 'dropped'), place: '/documents/0/hops/1' }],
  })),
  {
    name: 'the redirect leaves the name without a value',
    change: landingAt(`${SHOP}/?ttclid=&a=1`),
    findings: [
      {
        code: 'dropped',
        args: from301(`${SHOP}/?ttclid=&a=1`, 'dropped'),
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'the redirect leads to a login',
    change: landingAt(`${SHOP}/account/login`),
    findings: [
      {
        code: 'dropped',
        args: { ...from301(`${SHOP}/account/login`, 'dropped'), wall: '/account/login' },
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'a login that is excluded drops it, and so does what comes after',
    change: landingAt(`${SHOP}/login`),
    target: excludeLogin,
    inconclusive:
      'The ad led to /login, which the target excludes, and the click id was lost there: start the visit logged in, with setup or storageState',
  },
  {
    name: 'a login that is excluded, and the landing behind it has the click id',
    change: all(
      landingAt(`${SHOP}/login`),
      set('/documents/1/url', `${SHOP}/products/blue-widget?ttclid=${CLICK_ID}`),
      set('/documents/1/hops', [{ url: `${SHOP}/products/blue-widget?ttclid=${CLICK_ID}`, status: 200 }]),
    ),
    target: excludeLogin,
  },
  { name: 'the redirect folds its case: another rule reports it', change: landingAt(LANDING.toLowerCase()) },
  {
    name: 'a script redirect drops it',
    change: through(`${SHOP}/go/js?ttclid=${CLICK_ID}`, 'script', `${SHOP}/`),
    findings: [
      {
        code: 'dropped',
        args: {
          how: 'script redirect',
          from: 'http://www.shop.example/go/js?ttclid=…',
          to: 'http://www.shop.example/',
          way: `
ad               alive    http://www.shop.example/go/js?ttclid=…
script redirect  dropped  http://www.shop.example/`,
        },
        place: '/documents/1/hops/0',
      },
    ],
  },
  {
    name: 'a meta refresh drops it, without a recorded hop',
    change: all(
      through(`${SHOP}/go/meta?ttclid=${CLICK_ID}`, 'meta-refresh', `${SHOP}/`),
      set('/documents/1/hops', []),
    ),
    findings: [
      {
        code: 'dropped',
        args: {
          how: 'meta-refresh redirect',
          from: 'http://www.shop.example/go/meta?ttclid=…',
          to: 'http://www.shop.example/',
          way: `
ad                     alive    http://www.shop.example/go/meta?ttclid=…
meta-refresh redirect  dropped  http://www.shop.example/`,
        },
        place: '/documents/1',
      },
    ],
  },
  {
    name: 'a service worker drops it',
    change: all(lost, set('/documents/0/hops/0/serviceWorker', true)),
    findings: [
      {
        code: 'dropped',
        args: {
          how: 'service worker redirect',
          from: 'http://www.shop.example/go/301?ttclid=…',
          to: 'http://www.shop.example/',
          way: `
ad                       alive    http://www.shop.example/go/301?ttclid=…
service worker redirect  dropped  http://www.shop.example/`,
        },
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'the link by which a page leads on drops it',
    change: through(`${SHOP}/go/link?ttclid=${CLICK_ID}`, 'link', `${SHOP}/`),
    findings: [
      {
        code: 'dropped',
        args: {
          how: 'link',
          from: 'http://www.shop.example/go/link?ttclid=…',
          to: 'http://www.shop.example/',
          way: `
ad    alive    http://www.shop.example/go/link?ttclid=…
link  dropped  http://www.shop.example/`,
        },
        place: '/documents/1/hops/0',
      },
    ],
  },
  {
    name: 'the first of two redirects that drop it is named',
    change: all(
      set('/documents/0/hops/1/url', `${SHOP}/welcome`),
      set('/documents/0/hops/1/status', 302),
      set('/documents/0/hops/2', { url: `${SHOP}/`, status: 200 }),
      set('/documents/0/url', `${SHOP}/`),
    ),
    findings: [
      {
        code: 'dropped',
        args: {
          how: '301 redirect',
          from: 'http://www.shop.example/go/301?ttclid=…',
          to: 'http://www.shop.example/welcome',
          way: `
ad            alive    http://www.shop.example/go/301?ttclid=…
301 redirect  dropped  http://www.shop.example/welcome
302 redirect  dropped  http://www.shop.example/`,
        },
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'a redirect loses it on the way and the next one brings it back',
    change: set('/documents/0/hops', [
      { url: `${SHOP}/go/301?ttclid=${CLICK_ID}`, status: 302, location: '/welcome' },
      { url: `${SHOP}/welcome`, status: 302, location: LANDING },
      { url: LANDING, status: 200 },
    ]),
  },
  {
    name: 'a wrapped link has it within another URL until it leads there',
    change: set('/documents/0/hops/0/url', `${SHOP}/l?url=%2F%3Fttclid%3D${CLICK_ID}`),
  },
  {
    name: 'a wrapped link does not carry over what was appended to it',
    change: all(lost, set('/documents/0/hops/0/url', `${SHOP}/l?url=%2F&ttclid=${CLICK_ID}`)),
    findings: [
      {
        code: 'dropped',
        args: {
          how: '301 redirect',
          from: 'http://www.shop.example/l?url=%2F&ttclid=…',
          to: 'http://www.shop.example/',
          way: `
ad            alive    http://www.shop.example/l?url=%2F&ttclid=…
301 redirect  dropped  http://www.shop.example/`,
        },
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'a wrapped link drops the query of what it wraps',
    change: all(lost, set('/documents/0/hops/0/url', `${SHOP}/l?url=%2F%3Fttclid%3D${CLICK_ID}`)),
    findings: [
      {
        code: 'dropped',
        args: {
          how: '301 redirect',
          from: 'http://www.shop.example/l?url=%2F%3Fttclid%3D…',
          to: 'http://www.shop.example/',
          way: `
ad            elsewhere  http://www.shop.example/l?url=%2F%3Fttclid%3D…
301 redirect  dropped    http://www.shop.example/`,
        },
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'the visitor came back in a new tab: only the landing in the first tab counts',
    change: comesBack,
  },
  {
    name: 'a second click in a new tab: the way of that click counts',
    change: all(
      secondClick,
      (evidence) => {
        evidence.documents[1]!.hops = [
          { url: LANDING, status: 302 },
          { url: `${SHOP}/`, status: 200 },
        ];
      },
      set('/documents/1/url', `${SHOP}/`),
    ),
    findings: [
      {
        code: 'dropped',
        args: {
          how: '302 redirect',
          from: 'http://www.shop.example/?ttclid=…',
          to: 'http://www.shop.example/',
          way: `
ad            alive    http://www.shop.example/?ttclid=…
302 redirect  dropped  http://www.shop.example/`,
        },
        place: '/documents/1/hops/1',
      },
    ],
  },
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
  {
    name: 'no page',
    change: set('/documents', []),
    inconclusive: 'The visit broke off before this could be judged',
  },
]);

const ALTERATIONS: [string, string, string, string][] = [
  ['folds its case', LANDING.toLowerCase(), 'letter case was changed', '?ttclid=…'],
  ['cuts it', `${SHOP}/?ttclid=${CLICK_ID.slice(0, 10)}`, 'it was cut from 23 to 10 characters', '?ttclid=…'],
  ['puts another in its place', `${SHOP}/?ttclid=E.C.P.other`, 'it is another one', '?ttclid=…'],
  [
    'encodes it twice',
    `${SHOP}/?ttclid=${CLICK_ID.replaceAll('.', '%252E')}`,
    'it was encoded twice',
    '?ttclid=…',
  ],
  [
    'adds a second one',
    `${LANDING}&ttclid=E.C.P.other`,
    'it occurs more than once, with different values',
    '?ttclid=…&ttclid=…',
  ],
  [
    'writes the name in another case, which TikTok does not read',
    `${SHOP}/?TTCLID=${CLICK_ID}`,
    'it is called TTCLID there, and the case of its name counts',
    '?TTCLID=…',
  ],
];

testRule(unaltered, [
  { name: 'the click id arrives as it was' },
  { name: 'twice, with one value', change: landingAt(`${LANDING}&ttclid=${CLICK_ID}`) },
  { name: 'among other parameters', change: landingAt(`${SHOP}/?a=%2E&ttclid=${CLICK_ID}&b=1`) },
  { name: 'its dots encoded once', change: landingAt(LANDING.replaceAll('E.C.P.', 'E%2EC%2EP%2E')) },
  ...ALTERATIONS.map(([name, url, change, shown]) => ({
    name: `the redirect ${name}`,
    change: landingAt(url),
    findings: [
      {
        code: 'altered',
        args: from301(`${SHOP}/${shown}`, 'altered', change),
        place: '/documents/0/hops/1',
      },
    ],
  })),
  {
    name: 'the redirect gives it another name',
    change: landingAt(`${SHOP}/?click=${CLICK_ID}`),
    findings: [
      {
        code: 'moved',
        args: from301(
          `${SHOP}/?click=${CLICK_ID}`,
          'elsewhere',
          'it is now under another name or inside another URL',
        ),
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'the redirect moves it into the fragment, where this SDK has read it, and the server got it',
    change: landingAt(`${SHOP}/#a=1&ttclid=${CLICK_ID}`),
  },
  ...[
    ['the pixel has not read it', allPixelEvents('')] as const,
    ['the server was not told', drop(`${AT.server}/body/data/0/user/ttclid`)] as const,
  ].map(([name, change]) => ({
    name: `the redirect moves it into the fragment, and ${name}`,
    change: all(landingAt(`${SHOP}/#/cart?ttclid=${CLICK_ID}`), change),
    findings: [
      {
        code: 'moved',
        args: from301(`${SHOP}/#/cart?ttclid=…`, 'fragment', 'it is only in the fragment'),
        place: '/documents/0/hops/1',
      },
    ],
  })),
  {
    name: 'the first of two hops that change it is named, though the second drops it',
    change: all(
      set('/documents/0/hops/1/url', LANDING.toLowerCase()),
      set('/documents/0/hops/1/status', 302),
      set('/documents/0/hops/2', { url: `${SHOP}/`, status: 200 }),
      set('/documents/0/url', `${SHOP}/`),
    ),
    findings: [
      {
        code: 'altered',
        args: {
          how: '301 redirect',
          from: 'http://www.shop.example/go/301?ttclid=…',
          to: 'http://www.shop.example/?ttclid=…',
          change: 'letter case was changed',
          way: `
ad            alive    http://www.shop.example/go/301?ttclid=…
301 redirect  altered  http://www.shop.example/?ttclid=…
302 redirect  dropped  http://www.shop.example/`,
        },
        place: '/documents/0/hops/1',
      },
    ],
  },
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
  { name: 'dropped in a redirect', change: lost, inapplicable: LOST },
  {
    name: 'no page',
    change: set('/documents', []),
    inconclusive: 'The visit broke off before this could be judged',
  },
]);

/** The landing page's URL before the SDK mounts. */
const strippedTo = (url: string) => set(`${AT.landing}/routes`, [{ at: 115, url }]);

/** What is reported about the last thing that a script of the landing page did, with the hop table. */
const stripped = (to: string, state: string, change = '') => {
  const alive = 'alive'.padEnd(state.length);
  const way =
    `\nad                  ${alive}  ${SHOP}/go/301?ttclid=…` +
    `\n301 redirect        ${alive}  ${SHOP}/?ttclid=…` +
    `\nscript of the page  ${state}  ${to}`;
  return { from: `${SHOP}/?ttclid=…`, to, change, way };
};

testRule(landingHasIt, [
  { name: 'the URL stays as it is' },
  { name: 'a script takes it out, but the pixel still knows it', change: strippedTo(`${SHOP}/`) },
  {
    name: 'a router takes it out after the pixel was loaded',
    change: all(set(`${AT.landing}/routes`, [{ at: 170, url: `${SHOP}/` }]), allPixelEvents('')),
  },
  {
    name: 'a script takes it out before the base code',
    change: all(strippedTo(`${SHOP}/`), allPixelEvents('')),
    findings: [
      {
        code: 'removed',
        args: stripped(`${SHOP}/`, 'dropped'),
        place: AT.landing,
      },
    ],
  },
  {
    name: 'seen by a call only',
    change: all(
      set(`${AT.load.landing}/url`, `${SHOP}/`),
      set(`${AT.page.landing}/url`, `${SHOP}/`),
      allPixelEvents(''),
    ),
    findings: [
      {
        code: 'removed',
        args: stripped(`${SHOP}/`, 'dropped'),
        place: AT.landing,
      },
    ],
  },
  {
    name: 'a router moves it behind its hash',
    change: all(strippedTo(`${SHOP}/#/?ttclid=${CLICK_ID}`), allPixelEvents('')),
    findings: [
      {
        code: 'altered',
        args: stripped(`${SHOP}/#/?ttclid=…`, 'fragment', 'it is only in the fragment'),
        place: AT.landing,
      },
    ],
  },
  {
    name: 'a router leaves it where it is',
    change: all(strippedTo(`${SHOP}/home?ttclid=${CLICK_ID}`), allPixelEvents('')),
  },
  {
    name: 'the SDK did not run there',
    change: drop(`${AT.landing}/mountedAt`),
    inapplicable: 'The SDK did not run on the landing page',
  },
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
  { name: 'lost in a redirect', change: lost, inapplicable: LOST },
  {
    name: 'no page',
    change: set('/documents', []),
    inconclusive: 'The visit broke off before this could be judged',
  },
]);

const PAGEVIEW = AT.sent.Pageview;

testRule(reachesPixel, [
  { name: 'every event carries it' },
  { name: 'with the suffix of 2026-09', change: allPixelEvents(SUFFIXED) },
  {
    name: 'no event carries it: the landing page is the one to look at',
    change: allPixelEvents(''),
    findings: [{ code: 'missing', args: { event: 'Pageview', page: '/' }, place: PAGEVIEW }],
  },
  {
    name: 'a later page does not: another rule reports it',
    change: set(`${AT.sent.Purchase}/body/context/ad`, {}),
  },
  {
    name: 'only a frame of another site has the pixel',
    change: (evidence) => {
      evidence.consent = [];
      const frame = page('frame', 105, 'http://embed.builder.example/custom', 'frame');
      evidence.documents.push({ ...frame, frame: 'child', arrival: true });
      const landing = evidence.documents[0]!;
      delete landing.mountedAt;
      for (const one of evidence.calls) if (one.document === landing.id) one.document = 'frame';
      for (const one of evidence.requests) if (one.at < 300) one.page = 'http://embed.builder.example/';
      set(`${AT.sent.LandingPageView}/body/context/page/url`, frame.url)(evidence);
      set(`${PAGEVIEW}/body/context/page/url`, frame.url)(evidence);
      set(`${PAGEVIEW}/body/context/ad`, {})(evidence);
    },
    inapplicable: 'What is wrong is reported by pixel/on-every-page',
    brokenOff: [{ code: 'missing', args: { event: 'Pageview', page: '/custom' }, place: PAGEVIEW }],
  },
  ...['E.C.P.earlier', `${CLICK_ID}.179534075012`, CLICK_ID.slice(0, 20)].map((value) => ({
    name: `the landing page's event carries ${value}`,
    change: set(`${PAGEVIEW}/body/context/ad/callback`, value),
    findings: [
      {
        code: 'other',
        args: { event: 'Pageview', page: '/' },
        place: PAGEVIEW,
      },
    ],
  })),
  {
    name: "a worker's image request from the landing page does not carry it",
    change: add('requests', {
      ...beacon(990, 'AddToWishlist', 'wish-1', LANDING),
      method: 'GET',
      image: true,
      body: { event: 'AddToWishlist', event_id: 'wish-1', context: { page: { url: LANDING } } },
    }),
    findings: [{ code: 'missing', args: { event: 'AddToWishlist', page: '/' }, place: '/requests/17' }],
  },
  {
    name: 'automatic events need not carry it',
    change: all(
      set(`${AT.sent.LandingPageView}/body/context/ad`, {}),
      set(`${AT.sent.EnrichAM}/body/context/ad`, {}),
    ),
  },
  {
    name: 'the landing page sends nothing: the first page that does counts',
    change: all(allPixelEvents(''), drop(PAGEVIEW, AT.page.landing)),
    findings: ['Pageview', 'ViewContent', 'AddToCart'].map((event, index) => ({
      code: 'missing',
      args: { event, page: '/products/blue-widget' },
      place: `/requests/${index + 3}`,
    })),
  },
  {
    name: 'the pixel did not run on the landing page',
    change: all(
      allPixelEvents(''),
      drop(PAGEVIEW, AT.page.landing, AT.load.landing, `${AT.landing}/mountedAt`),
    ),
    inapplicable: 'The pixel did not run on the landing page',
  },
  {
    name: 'the consent banner opens the landing page again, with it',
    change: openedAgain,
  },
  {
    name: 'the consent banner opens the landing page again, without it',
    change: all(allPixelEvents(''), openedAgain),
    findings: [{ code: 'reloaded', args: { event: 'Pageview', page: '/' }, place: PAGEVIEW }],
  },
  {
    name: 'a script took it out of the URL',
    change: all(strippedTo(`${SHOP}/`), allPixelEvents('')),
    inapplicable: 'What is wrong is reported by click-id/landing-has-it',
  },
  {
    name: 'the visitor came back in a new tab, which cannot carry it',
    change: all(comesBack, (evidence) => {
      for (const request of evidence.requests.slice(3)) {
        if (request.body) Object.assign((request.body as { context: object }).context, { ad: {} });
      }
    }),
  },
  {
    name: 'after a second click the events carry the first: another rule reports it',
    change: all(secondClick, allPixelEvents(EARLIER)),
  },
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
  { name: 'lost in a redirect', change: all(lost, allPixelEvents('')), inapplicable: LOST },
  {
    name: 'altered in a redirect',
    change: all(landingAt(LANDING.toLowerCase()), allPixelEvents(CLICK_ID.toLowerCase())),
    inapplicable: ALTERED,
  },
  { name: 'no event', change: set('/requests', []), inapplicable: 'No event reached TikTok' },
  {
    name: 'a call that was not sent',
    change: add('calls', call('order', 915, 'track', 'Subscribe')),
  },
]);

/** From a page on, the events carry another click id or none. */
const from =
  (request: number, clickId: string): Change =>
  (evidence) => {
    for (const { body } of evidence.requests.slice(request)) {
      const { context } = (body ?? {}) as { context?: { ad: object } };
      if (context) context.ad = { callback: clickId };
    }
  };

const inApp = set('/scenario', 'in-app');
const routed = (...routes: { at: number; url: string }[]) => set('/documents/0/routes', routes);

testRule(survivesOpenInBrowser, [
  { name: 'the URL keeps it', change: inApp },
  { name: 'an organic visit', change: all(inApp, organic), inapplicable: NOT_AN_AD },
  {
    name: 'a script tidies the URL up',
    change: all(inApp, routed({ at: 150, url: `${SHOP}/` })),
    findings: [
      {
        code: 'dropped',
        args: { page: '/' },
        place: '/documents/0',
      },
    ],
  },
  {
    name: 'a script spares ttclid',
    change: all(inApp, routed({ at: 150, url: `${SHOP}/?ttclid=${CLICK_ID}&lang=en` })),
  },
  {
    name: 'a route that the visitor went on to',
    change: all(inApp, (evidence) => {
      const [first] = evidence.steps;
      evidence.documents[0]!.routes = [{ at: first!.at + 1, url: `${SHOP}/next` }];
    }),
  },
  {
    name: 'opened in a browser, the page sends its events without the click id',
    change: all(inApp, set('/inBrowser', { url: LANDING, events: 2, withClickId: 0 })),
    findings: [{ code: 'lost', args: { page: '/' }, place: '/documents/0' }],
  },
  {
    name: 'opened in a browser, the page sends the click id',
    change: all(inApp, set('/inBrowser', { url: LANDING, events: 2, withClickId: 1 })),
  },
  {
    name: 'a script tidies the URL up, and the site knows the click again',
    change: all(
      inApp,
      routed({ at: 150, url: `${SHOP}/?visit=7` }),
      set('/inBrowser', { url: `${SHOP}/?visit=7`, events: 2, withClickId: 2 }),
    ),
  },
  {
    name: 'a page that sends nothing in the browser: its URL shows it',
    change: all(inApp, set('/inBrowser', { url: LANDING, events: 0, withClickId: 0 })),
  },
  { name: 'lost on the way', change: all(inApp, lost), inapplicable: LOST },
]);

testRule(survivesNavigation, [
  { name: 'every event carries it' },
  { name: 'with the suffix of 2026-09', change: from(3, SUFFIXED) },
  {
    name: 'gone on the checkout page and after it',
    change: from(7, ''),
    findings: [
      {
        code: 'lost',
        args: {
          events: 'Pageview, InitiateCheckout, AddPaymentInfo and Purchase',
          page: '/checkout',
          before: '/products/blue-widget',
        },
        place: '/requests/8',
      },
    ],
  },
  {
    name: 'one event of a later page',
    change: set(`${AT.sent.Purchase}/body/context/ad`, {}),
    findings: [
      {
        code: 'lost',
        args: { events: 'Purchase', page: '/orders/1001', before: '/checkout' },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'the checkout has an origin of its own',
    change: all(from(7, ''), set('/documents/2/url', 'http://pay.shop.example/checkout')),
    findings: [
      {
        code: 'origin',
        args: {
          events: 'Pageview, InitiateCheckout, AddPaymentInfo and Purchase',
          page: 'http://pay.shop.example/checkout',
          before: 'http://www.shop.example/products/blue-widget',
        },
        place: '/requests/8',
      },
    ],
  },
  {
    name: 'the order is tracked in a sandboxed frame, which has no storage',
    change: all(
      set(`${AT.sent.Purchase}/body/context/ad`, {}),
      set(`${AT.call.Purchase}/document`, 'sandbox'),
      add('documents', {
        ...page('sandbox', 905, `${SHOP}/sandbox`, 'frame'),
        frame: 'child',
        opaque: true,
        hops: [],
      }),
    ),
    findings: [
      {
        code: 'frame',
        args: { events: 'Purchase', page: '/orders/1001', before: '/checkout', frame: 'a sandboxed frame' },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'the order is tracked in a frame of another host, which has its own storage',
    change: all(
      set(`${AT.sent.Purchase}/body/context/ad`, {}),
      set(`${AT.call.Purchase}/document`, 'checkout-frame'),
      add('documents', {
        ...page('checkout-frame', 905, 'http://pay.example/frame', 'frame'),
        frame: 'child',
        hops: [],
      }),
    ),
    findings: [
      {
        code: 'frame',
        args: {
          events: 'Purchase',
          page: '/orders/1001',
          before: '/checkout',
          frame: 'a frame of pay.example',
        },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'overwritten on the thank-you page',
    change: from(13, 'E.C.P.stale'),
    findings: [
      {
        code: 'other',
        args: { events: 'Pageview and Purchase', page: '/orders/1001', before: '/checkout' },
        place: '/requests/15',
      },
    ],
  },
  {
    name: 'the checkout opens in a new tab, which does not share the sessionStorage',
    change: all(inPopUp, from(7, '')),
    findings: [
      {
        code: 'tab',
        args: {
          events: 'InitiateCheckout, AddPaymentInfo and Purchase',
          page: '/checkout',
          before: '/products/blue-widget',
        },
        place: AT.sent.InitiateCheckout,
      },
    ],
  },
  { name: 'the checkout opens in a new tab, which shares the sessionStorage', change: inPopUp },
  {
    name: 'the terms open in a new tab, and only their page view lacks it',
    change: all(
      add('documents', { ...page('terms', 950, `${SHOP}/terms`, 'pop-up'), tab: 1 }),
      add('requests', {
        ...beacon(960, 'Pageview', '', `${SHOP}/terms`),
        body: { ...bodyOf(beacon(960, 'Pageview', '', `${SHOP}/terms`)), context: {} },
      }),
    ),
  },
  {
    name: 'a new tab is not asked',
    change: all(comesBack, from(3, '')),
    inapplicable: 'No later page of the tab sent an event to TikTok',
  },
  {
    name: 'the second click has the first id: another rule reports it',
    change: all(secondClick, from(7, EARLIER)),
  },
  {
    name: 'no event carries it',
    change: allPixelEvents(''),
    inapplicable: 'The first page did not send it either: see click-id/reaches-pixel',
  },
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
  { name: 'lost in a redirect', change: all(lost, allPixelEvents('')), inapplicable: LOST },
  {
    name: 'no event',
    change: set('/requests', []),
    inapplicable: 'No later page of the tab sent an event to TikTok',
  },
]);

/** A page of the clean visit has no pixel; `from` and `to`: when its requests are made. */
const withoutPixel =
  (id: string, from: number, to: number): Change =>
  (evidence) => {
    evidence.consent = [];
    const document = evidence.documents.find((one) => one.id === id)!;
    delete document.mountedAt;
    delete document.snippets;
    evidence.calls = evidence.calls.filter((one) => one.document !== id);
    evidence.requests = evidence.requests.filter(({ at }) => at < from || at >= to);
  };

testRule(reachesEventsApi, [
  { name: 'the server event carries it' },
  { name: 'with the suffix, as the cookie has it', change: set(`${USER}/ttclid`, SUFFIXED) },
  ...[drop(`${USER}/ttclid`), set(`${USER}/ttclid`, ''), set(`${USER}/ttclid`, null), drop(USER)].map(
    (change, index) => ({
      name: `the server event lacks it (${index + 1})`,
      change,
      findings: [
        {
          code: 'missing',
          args: { event: 'Purchase' },
          place: `${AT.server}/body/data/0`,
        },
      ],
    }),
  ),
  {
    name: 'the server event carries another',
    change: set(`${USER}/ttclid`, 'E.C.P.earlier'),
    findings: [
      {
        code: 'other',
        args: { event: 'Purchase', change: 'it is another one' },
        place: `${AT.server}/body/data/0`,
      },
    ],
  },
  ...(
    [
      [CLICK_ID.slice(0, 12), `it was cut from ${CLICK_ID.length} to 12 characters`],
      [CLICK_ID.replaceAll('.', '%252E'), 'it was encoded twice'],
    ] as const
  ).map(([value, change]) => ({
    name: `the server event carries ${value}`,
    change: set(`${USER}/ttclid`, value),
    findings: [{ code: 'other', args: { event: 'Purchase', change }, place: `${AT.server}/body/data/0` }],
  })),
  {
    name: 'a legacy batch: the second event lacks it',
    change: all(
      set(`${AT.server}/url`, 'https://business-api.tiktok.com/open_api/v1.3/pixel/batch/'),
      set(`${AT.server}/body`, {
        pixel_code: 'CDEMO000000000000001',
        batch: [
          { type: 'track', event: 'AddToCart', context: { ad: { callback: CLICK_ID } } },
          { type: 'track', event: 'CompletePayment', context: { ad: {} } },
        ],
      }),
    ),
    findings: [
      {
        code: 'missing',
        args: { event: 'CompletePayment' },
        place: `${AT.server}/body/batch/1`,
      },
    ],
  },
  { name: 'lost in a redirect', change: all(lost, drop(`${USER}/ttclid`)), inapplicable: LOST },
  {
    name: 'the landing page has no pixel, which would have stored it for the server',
    change: all(withoutPixel('landing', 100, 300), drop(`${USER}/ttclid`)),
    inapplicable: 'What is wrong is reported by pixel/on-every-page',
    brokenOff: [{ code: 'missing', args: { event: 'Purchase' }, place: `${AT.server}/body/data/0` }],
  },
  {
    name: 'a later page has no pixel, which explains nothing',
    change: all(withoutPixel('order', 900, Number.POSITIVE_INFINITY), drop(`${USER}/ttclid`)),
    findings: [{ code: 'missing', args: { event: 'Purchase' }, place: `${AT.server}/body/data/0` }],
  },
  {
    name: 'altered in a redirect, and the server passes on what it was given',
    change: all(landingAt(LANDING.toLowerCase()), set(`${USER}/ttclid`, CLICK_ID.toLowerCase())),
    inapplicable: ALTERED,
  },
  {
    name: 'lost in a redirect, and the server sends another',
    change: all(lost, set(`${USER}/ttclid`, 'E.C.P.earlier')),
    findings: [
      {
        code: 'other',
        args: { event: 'Purchase', change: 'it is another one' },
        place: `${AT.server}/body/data/0`,
      },
    ],
  },
  {
    name: 'after a second click the server sends the first: another rule reports it',
    change: all(secondClick, set(`${USER}/ttclid`, EARLIER)),
  },
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
  {
    name: 'no server event',
    change: set('/server/requests', []),
    inapplicable: 'The server sent no event',
  },
]);

testRule(survivesNewTab, [
  { name: 'the server still has it', change: comesBack },
  { name: 'with the suffix', change: all(comesBack, set(`${USER}/ttclid`, SUFFIXED)) },
  {
    name: 'the server has forgotten it',
    change: all(comesBack, drop(`${USER}/ttclid`)),
    findings: [
      {
        code: 'missing',
        args: { event: 'Purchase' },
        place: `${AT.server}/body/data/0`,
      },
    ],
  },
  {
    name: 'the server sends another',
    change: all(comesBack, set(`${USER}/ttclid`, 'E.C.P.other')),
    findings: [
      {
        code: 'other',
        args: { event: 'Purchase' },
        place: `${AT.server}/body/data/0`,
      },
    ],
  },
  {
    name: 'no second tab',
    change: set('/scenario', 'returning'),
    inconclusive: 'No second tab was opened',
  },
  {
    name: 'no server event',
    change: all(comesBack, set('/server/requests', [])),
    inapplicable: "The server sent no event, and the pixel's events cannot carry it in a new tab",
  },
  { name: 'lost in a redirect', change: all(comesBack, lost, drop(`${USER}/ttclid`)), inapplicable: LOST },
  { name: 'an organic visit', change: all(comesBack, organic), inapplicable: NOT_AN_AD },
]);

testRule(newestWins, [
  { name: 'everything carries the second', change: secondClick },
  {
    name: 'the server keeps the first',
    change: all(secondClick, set(`${USER}/ttclid`, EARLIER)),
    findings: [
      {
        code: 'server',
        args: { event: 'Purchase' },
        place: `${AT.server}/body/data/0`,
      },
    ],
  },
  {
    name: "the server's event of the first tab carries the first",
    change: all(secondClick, set(`${USER}/ttclid`, EARLIER), set(`${AT.server}/at`, 200)),
  },
  {
    name: "the pixel's events of the first tab carry the first",
    change: all(secondClick, set(`${PAGEVIEW}/body/context/ad/callback`, EARLIER)),
  },
  {
    name: 'the pixel is given the first again',
    change: all(secondClick, from(7, `${EARLIER}.1795340750123`)),
    findings: [
      {
        code: 'pixel',
        args: { events: 'Pageview, InitiateCheckout, AddPaymentInfo and Purchase', page: '/checkout' },
        place: '/requests/8',
      },
    ],
  },
  {
    name: 'one click only',
    change: all(secondClick, drop('/earlierClickId')),
    inapplicable: 'The visitor clicked only one ad',
  },
  {
    name: 'no page',
    change: all(secondClick, set('/documents', [])),
    inconclusive: 'The visit broke off before this could be judged',
  },
  {
    name: 'the second was lost on the way',
    change: all(
      secondClick,
      set('/documents/1/url', `${SHOP}/`),
      set(`${USER}/ttclid`, EARLIER),
      (evidence) => {
        evidence.documents[1]!.hops = [
          { url: LANDING, status: 302 },
          { url: `${SHOP}/`, status: 200 },
        ];
      },
    ),
    inapplicable: LOST,
  },
]);

const COOKIE = '/cookies/1';
const STARTED = Date.parse('2026-11-22T09:45:50.000Z') / 1000;
const HOURS = 3600;
const nowhere = drop(COOKIE);
const NOWHERE = {
  code: 'nowhere',
  args: {},
  place: '/cookies',
  absence: true,
} as const;

const inStorage = (area: 'local' | 'session', value: string): Change => {
  return (evidence) => {
    evidence.storage.push({
      origin: SHOP,
      area,
      key: 'click',
      value: maskText(value, 'storage'),
      holdsClickId: true,
    });
  };
};

testRule(storedFirstParty, [
  { name: 'in a cookie that the server has set' },
  {
    name: 'with the suffix, as the SDK has it',
    change: all(allPixelEvents(SUFFIXED), set(`${COOKIE}/value`, maskText(SUFFIXED, 'cookie'))),
  },
  {
    name: 'among other things',
    change: set(`${COOKIE}/value`, maskText(JSON.stringify({ id: CLICK_ID, at: 1 }), 'cookie')),
  },
  { name: 'for seven days to the second', change: set(`${COOKIE}/expires`, STARTED + 7 * 24 * HOURS) },
  {
    name: "in a ttclid cookie of the site's own that is kept longer",
    change: all(set(`${COOKIE}/name`, 'ttclid'), set(`${COOKIE}/value`, CLICK_ID)),
  },
  { name: 'in localStorage', change: all(nowhere, inStorage('local', CLICK_ID)) },
  { name: 'nowhere', change: nowhere, findings: [NOWHERE] },
  { name: 'in sessionStorage', change: all(nowhere, inStorage('session', CLICK_ID)), findings: [NOWHERE] },
  {
    name: 'another value',
    change: all(set(`${COOKIE}/value`, maskText('E-other', 'cookie')), drop(`${COOKIE}/holdsClickId`)),
    inapplicable: 'A cookie set by the server may be the key to a click id stored there',
  },
  {
    name: "TikTok's own cookie, for a day",
    change: all(
      set(`${COOKIE}/name`, 'ttclid'),
      set(`${COOKIE}/value`, CLICK_ID),
      set(`${COOKIE}/expires`, STARTED + 24 * HOURS),
    ),
    findings: [NOWHERE],
  },
  {
    name: 'in a cookie for the browser session',
    change: set(`${COOKIE}/expires`, -1),
    findings: [
      {
        code: 'short',
        args: { cookie: 'click_id', life: 'only until the browser is closed' },
        place: COOKIE,
      },
    ],
  },
  {
    name: 'in a cookie that the browser has cut to a day',
    change: all(set('/scenario', 'cookies-limited'), set(`${COOKIE}/expires`, STARTED + 24 * HOURS)),
    findings: [{ code: 'short', args: { cookie: 'click_id', life: 'for only 24 hours' }, place: COOKIE }],
  },
  {
    name: 'the server lacks it from the start',
    change: all(nowhere, drop(`${USER}/ttclid`)),
    inapplicable: "The server's events lack it from the start: see click-id/reaches-events-api",
  },
  { name: 'no server event', change: set('/server/requests', []), inapplicable: 'The server sent no event' },
  { name: 'lost in a redirect', change: lost, inapplicable: LOST },
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
]);

testRule(inQuery, [
  { name: 'the clean visit' },
  {
    name: 'behind the #, where this SDK has read it, and the server got it',
    change: landingAt(`${SHOP}/#a=1&ttclid=${CLICK_ID}`),
    findings: [{ code: 'fragment', args: { url: `${SHOP}/#a=1&ttclid=…` }, place: '/documents/0/hops/1' }],
  },
  {
    name: 'behind the #, where nobody has read it: reported for that',
    change: all(
      landingAt(`${SHOP}/#ttclid=${CLICK_ID}`),
      eachBeacon(({ context: { ad } }) => {
        if (ad) ad.callback = '';
      }),
    ),
    inapplicable: 'The click id was lost on the way: see click-id/unaltered',
  },
  {
    name: 'dropped by a redirect, and restored by the site',
    change: restored,
    findings: [{ code: 'restored', args: from301(`${SHOP}/`, 'dropped'), place: '/documents/0/hops/1' }],
  },
  {
    name: 'in the query and behind the #',
    change: landingAt(`${SHOP}/?ttclid=${CLICK_ID}#ttclid=${CLICK_ID}`),
  },
  { name: 'no ad', change: drop('/clickId'), inapplicable: 'The visitor did not come from an ad' },
  {
    name: 'no page',
    change: ({ documents }) => void documents.splice(0),
    inconclusive: 'The visit broke off before this could be judged',
  },
]);
