import { reachesEventsApi } from '../../../src/rules/click-id/reaches-events-api.ts';
import { reachesPixel } from '../../../src/rules/click-id/reaches-pixel.ts';
import { survivesRedirects } from '../../../src/rules/click-id/survives-redirects.ts';
import {
  AT,
  add,
  all,
  beacon,
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

const LANDING = `${SHOP}/?ttclid=${CLICK_ID}`;
const SUFFIXED = `${CLICK_ID}.1795340750123`;

const organic = drop('/clickId');
const lost = all(set('/documents/0/url', `${SHOP}/`), set('/documents/0/hops/1/url', `${SHOP}/`));
const NOT_AN_AD = 'The visitor did not come from an ad';
const LOST = 'The click id was lost on the way: see click-id/survives-redirects';

/** The landing page as its URL would be; the redirect before it keeps the click id. */
const landingAt = (url: string) => all(set('/documents/0/url', url), set('/documents/0/hops/1/url', url));

/** The visitor comes through a page that sends him on from the browser. */
const through =
  (first: string, via: string, second: string): Change =>
  (evidence) => {
    const [landing] = evidence.documents;
    Object.assign(landing!, { via, url: second, hops: [{ url: second, status: 200 }] });
    evidence.documents.unshift({ ...page('interstitial', 50, first, 'goto'), arrival: true });
  };

const allPixelEvents = (clickId: unknown): Change =>
  eachBeacon(({ context }) => {
    context.ad = { callback: clickId };
  });

testRule(survivesRedirects, [
  { name: 'the click id comes through a redirect' },
  { name: 'no redirect', change: drop('/documents/0/hops/0') },
  { name: 'the click id in the fragment', change: landingAt(`${SHOP}/#ttclid=${CLICK_ID}`) },
  {
    name: 'the click id in the fragment, behind a route, where the SDK reads it, too',
    change: landingAt(`${SHOP}/#/cart?ttclid=${CLICK_ID}`),
  },
  {
    name: 'the redirect drops it',
    change: lost,
    findings: [
      {
        code: 'dropped',
        message:
          'The 301 redirect from http://www.shop.example/go/301?ttclid=… to http://www.shop.example/ dropped ttclid',
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'the redirect folds its case',
    change: landingAt(LANDING.toLowerCase()),
    findings: [
      {
        code: 'altered',
        message:
          'The 301 redirect from http://www.shop.example/go/301?ttclid=… to http://www.shop.example/?ttclid=… changed the value of ttclid: upper and lower case were changed',
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'the redirect cuts it',
    change: landingAt(`${SHOP}/?ttclid=${CLICK_ID.slice(0, 10)}`),
    findings: [
      {
        code: 'altered',
        message:
          'The 301 redirect from http://www.shop.example/go/301?ttclid=… to http://www.shop.example/?ttclid=… changed the value of ttclid: it was cut from 23 to 10 characters',
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'the redirect puts another in its place',
    change: landingAt(`${SHOP}/?ttclid=E.C.P.other`),
    findings: [
      {
        code: 'altered',
        message:
          'The 301 redirect from http://www.shop.example/go/301?ttclid=… to http://www.shop.example/?ttclid=… changed the value of ttclid: it is another one',
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'the redirect writes the name in another case, which TikTok does not read',
    change: landingAt(`${SHOP}/?TTCLID=${CLICK_ID}`),
    findings: [
      {
        code: 'dropped',
        message:
          'The 301 redirect from http://www.shop.example/go/301?ttclid=… to ' +
          `http://www.shop.example/?TTCLID=${CLICK_ID} dropped ttclid`,
        place: '/documents/0/hops/1',
      },
    ],
  },
  {
    name: 'a script redirect drops it',
    change: through(`${SHOP}/go/js?ttclid=${CLICK_ID}`, 'script', `${SHOP}/`),
    findings: [
      {
        code: 'dropped',
        message:
          'The script redirect from http://www.shop.example/go/js?ttclid=… to http://www.shop.example/ dropped ttclid',
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
        message:
          'The meta-refresh redirect from http://www.shop.example/go/meta?ttclid=… to http://www.shop.example/ dropped ttclid',
        place: '/documents/1',
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
        message:
          'The 301 redirect from http://www.shop.example/go/301?ttclid=… to http://www.shop.example/welcome dropped ttclid',
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
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
  {
    name: 'no page',
    change: set('/documents', []),
    inconclusive: 'No page was reached',
  },
]);

testRule(reachesPixel, [
  { name: 'every event carries it' },
  { name: 'with the suffix of 2026-09', change: allPixelEvents(SUFFIXED) },
  {
    name: 'the purchase does not',
    change: set(`${AT.sent.Purchase}/body/context/ad`, {}),
    findings: [
      {
        code: 'missing',
        message: 'Purchase from /orders/1001 carries no click id',
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'the purchase carries that of an earlier click',
    change: set(`${AT.sent.Purchase}/body/context/ad/callback`, 'E.C.P.earlier'),
    findings: [
      {
        code: 'other',
        message: 'Purchase from /orders/1001 carries a click id that is not the one of the ad',
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'a suffix that is not 13 digits',
    change: set(`${AT.sent.Purchase}/body/context/ad/callback`, `${CLICK_ID}.179534075012`),
    findings: [
      {
        code: 'other',
        message: 'Purchase from /orders/1001 carries a click id that is not the one of the ad',
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'cut at 20 characters',
    change: set(`${AT.sent.Purchase}/body/context/ad/callback`, CLICK_ID.slice(0, 20)),
    findings: [
      {
        code: 'other',
        message: 'Purchase from /orders/1001 carries a click id that is not the one of the ad',
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: "a worker's image request does not carry it",
    change: add('requests', {
      ...beacon(990, 'AddToWishlist', 'wish-1', `${SHOP}/wishes`),
      method: 'GET',
      image: true,
      body: { event: 'AddToWishlist', event_id: 'wish-1', context: { page: { url: `${SHOP}/wishes` } } },
    }),
    findings: [
      { code: 'missing', message: 'AddToWishlist from /wishes carries no click id', place: '/requests/17' },
    ],
  },
  {
    name: 'automatic events are not asked for it',
    change: all(
      set(`${AT.sent.LandingPageView}/body/context/ad`, {}),
      set(`${AT.sent.EnrichAM}/body/context/ad`, {}),
    ),
  },
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
  { name: 'lost in a redirect', change: all(lost, allPixelEvents('')), inapplicable: LOST },
  { name: 'no event', change: set('/requests', []), inapplicable: 'No event reached TikTok' },
  {
    name: 'a call that was not sent',
    change: add('calls', call('order', 915, 'track', 'Subscribe')),
  },
]);

const USER = `${AT.server}/body/data/0/user`;

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
          message: 'Purchase reached the Events API without ttclid',
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
        message: 'Purchase reached the Events API with a ttclid that is not the one of the ad',
        place: `${AT.server}/body/data/0`,
      },
    ],
  },
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
        message: 'CompletePayment reached the Events API without ttclid',
        place: `${AT.server}/body/batch/1`,
      },
    ],
  },
  { name: 'lost in a redirect', change: all(lost, drop(`${USER}/ttclid`)), inapplicable: LOST },
  {
    name: 'altered in a redirect, and the server passes on what it was given',
    change: all(landingAt(LANDING.toLowerCase()), set(`${USER}/ttclid`, CLICK_ID.toLowerCase())),
    inapplicable: LOST,
  },
  {
    name: 'lost in a redirect, and the server sends another',
    change: all(lost, set(`${USER}/ttclid`, 'E.C.P.earlier')),
    findings: [
      {
        code: 'other',
        message: 'Purchase reached the Events API with a ttclid that is not the one of the ad',
        place: `${AT.server}/body/data/0`,
      },
    ],
  },
  { name: 'an organic visit', change: organic, inapplicable: NOT_AN_AD },
  {
    name: 'no server event',
    change: set('/server/requests', []),
    inapplicable: 'The server sent no event',
  },
]);
