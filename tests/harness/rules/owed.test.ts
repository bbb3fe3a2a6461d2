import { pixelCode } from '../../../src/rules/event/pixel-code.ts';
import { sent } from '../../../src/rules/event/sent.ts';
import { ttqIsArray } from '../../../src/rules/pixel/ttq-is-array.ts';
import {
  AT,
  add,
  all,
  beacon,
  type Change,
  COLLECTOR,
  call,
  drop,
  OTHER_PIXEL,
  page,
  SHOP,
  set,
} from './clean.ts';
import { testRule } from './table.ts';

const LANDING = `${SHOP}/`;
const PAGEVIEW = { checkout: '/requests/8', product: '/requests/4' };
const NO_SDK = 'The SDK did not run: see pixel/sdk-loads';
const _ELSEWHERE = 'Other rules report why nothing was sent, such as event/expected';
const SILENT =
  "no request left the browser: something replaces navigator.sendBeacon, or a service worker answers in TikTok's place";

const nothingExpected = (target: { journeys: { expect: unknown[] }[] }) => {
  target.journeys[0]!.expect = [];
};

const lost = (events: string, path: string, place: string, reason = SILENT) => ({
  code: 'lost',
  args: { events, page: path, reason },
  place,
  absence: true as const,
});

/** What the checkout sends, gone. */
const checkoutIsSilent = drop(
  AT.sent.AddPaymentInfo,
  AT.sent.EnrichAM,
  AT.sent.InitiateCheckout,
  PAGEVIEW.checkout,
);

/** A page between checkout and order that redirects by script. */
const passing: Change = (evidence) => {
  evidence.documents.splice(3, 0, page('passing', 850, `${SHOP}/processing`, 'form'));
  evidence.calls.push(call('passing', 852, 'page'));
};

/** A second call on the landing page, of a page that was shown before. */
const onLanding = (...args: Parameters<typeof call> extends [string, ...infer Rest] ? Rest : never): Change =>
  add('calls', call('landing', ...args));
const unqueued: Change = ({ calls }) => {
  calls.at(-1)!.queued = false;
};

const secondPixelLoaded: Change = (evidence) => {
  const load = { ...call('checkout', 609, 'load', OTHER_PIXEL), placement: 'head' as const };
  evidence.calls.push(load);
  for (const name of ['Pageview', 'InitiateCheckout']) {
    const copy = beacon(655, name, name === 'Pageview' ? '' : 'checkout-1', `${SHOP}/checkout`);
    Object.assign((copy.body as { context: object }).context, { pixel: { code: OTHER_PIXEL } });
    evidence.requests.push(copy);
  }
};

testRule(sent, [
  { name: 'all that was called was sent' },
  {
    name: 'no request of a page left the browser',
    change: checkoutIsSilent,
    findings: [lost('Pageview, InitiateCheckout and AddPaymentInfo', '/checkout', AT.page.checkout)],
  },
  {
    name: 'nothing at all was sent, and nothing was expected',
    change: (evidence) => {
      evidence.requests = evidence.requests.filter(({ body }) => body === undefined);
    },
    target: nothingExpected,
    findings: [
      lost('Pageview', '/', AT.page.landing),
      lost('Pageview, ViewContent and AddToCart', '/products/blue-widget', AT.page.product),
      lost('Pageview, InitiateCheckout and AddPaymentInfo', '/checkout', AT.page.checkout),
      lost('Pageview and Purchase', '/orders/1001', AT.page.order),
    ],
  },
  {
    name: 'a page view alone was lost: the one of its page',
    change: drop(AT.sent.Pageview, AT.sent.LandingPageView),
    findings: [lost('Pageview', '/', AT.page.landing)],
  },
  {
    name: 'a service worker repeats the request without the body: a finding of pixel/not-blocked',
    inapplicable: 'What is wrong is reported by pixel/not-blocked',
    change: all(
      checkoutIsSilent,
      add('requests', { at: 652, method: 'GET', url: COLLECTOR, status: 200 }),
      add('requests', { at: 653, method: 'GET', url: COLLECTOR, status: 200 }),
    ),
  },
  {
    name: 'the same, where that rule is switched off',
    change: all(
      checkoutIsSilent,
      add('requests', { at: 652, method: 'GET', url: COLLECTOR, status: 200 }),
      add('requests', { at: 653, method: 'GET', url: COLLECTOR, status: 200 }),
    ),
    target: ({ rules }) => {
      rules['pixel/not-blocked'] = 'off';
    },
    findings: [
      lost(
        'Pageview, InitiateCheckout and AddPaymentInfo',
        '/checkout',
        AT.page.checkout,
        'TikTok got 2 requests with nothing in them, as from a service worker that asks again without the body',
      ),
    ],
  },
  {
    name: 'the browser could not send',
    change: all(
      checkoutIsSilent,
      set('/failed', [{ at: 652, url: COLLECTOR, error: 'net::ERR_BLOCKED_BY_CLIENT' }]),
    ),
    findings: [
      lost(
        'Pageview, InitiateCheckout and AddPaymentInfo',
        '/checkout',
        AT.page.checkout,
        'the browser could not send it (net::ERR_BLOCKED_BY_CLIENT)',
      ),
    ],
  },
  {
    name: 'one of two pixels got nothing of an event',
    change: secondPixelLoaded,
    findings: [
      {
        code: 'lost-for-pixel',
        args: { events: 'AddPaymentInfo', page: '/checkout', pixels: OTHER_PIXEL },
        place: AT.sent.AddPaymentInfo,
        absence: true,
      },
    ],
  },
  {
    name: 'a pixel that was loaded after the call is owed nothing',
    change: all(secondPixelLoaded, ({ calls }) => {
      Object.assign(calls.at(-1)!, { at: 900, queued: false });
    }),
  },
  {
    name: 'an event for one of two pixels is owed to that one',
    change: all(secondPixelLoaded, set(`${AT.call.AddPaymentInfo}/pixel`, 'CDEMO000000000000001')),
  },
  {
    name: 'a journey expects it: a finding of event/expected',
    change: drop(AT.sent.Purchase),
    inapplicable: 'What is wrong is reported by event/expected',
  },
  { name: 'page() again on one URL', change: onLanding(160, 'page') },
  {
    name: 'page() twice on a page that is loaded again',
    change: (evidence) => {
      evidence.documents.push(page('again', 1000, `${SHOP}/orders/1001`, 'reload'));
      evidence.calls.push(
        call('order', 914, 'page'),
        call('again', 1010, 'page'),
        call('again', 1011, 'page'),
      );
      evidence.requests.push(beacon(1055, 'Pageview', '', `${SHOP}/orders/1001`));
    },
  },
  {
    name: 'page() again after a route of the page: the SDK had sent a Pageview for it already',
    change: all(
      set(`${AT.landing}/routes`, [{ at: 120, url: `${SHOP}/a` }]),
      set('/requests/2/body/context/page/url', `${SHOP}/a`),
      onLanding(160, 'page'),
      unqueued,
      ({ calls }) => {
        calls.at(-1)!.url = `${SHOP}/a`;
      },
    ),
  },
  {
    name: 'page() on a new route that sent nothing',
    change: all(
      set(`${AT.landing}/routes`, [{ at: 200, url: `${SHOP}/a` }]),
      onLanding(201, 'page'),
      unqueued,
      ({ calls }) => {
        calls.at(-1)!.url = `${SHOP}/a`;
      },
    ),
    findings: [lost('Pageview', '/a', '/calls/15')],
  },
  { name: 'consent is held', change: all(onLanding(112, 'holdConsent'), onLanding(113, 'track', 'Search')) },
  {
    name: 'called while consent was revoked, which is granted later',
    change: all(
      set('/consent', []),
      onLanding(160, 'revokeConsent'),
      unqueued,
      onLanding(161, 'track', 'Search'),
      unqueued,
      onLanding(162, 'grantConsent'),
      unqueued,
    ),
  },
  {
    name: 'called once consent was granted',
    change: all(
      set('/consent', []),
      onLanding(160, 'revokeConsent'),
      unqueued,
      onLanding(161, 'grantConsent'),
      unqueued,
      onLanding(162, 'track', 'Search'),
      unqueued,
    ),
    findings: [lost('Search', '/', '/calls/17')],
  },
  {
    name: 'held, and lost although it was granted: a finding of consent/released-after-grant',
    change: all(
      onLanding(112, 'holdConsent'),
      onLanding(113, 'grantConsent'),
      onLanding(114, 'track', 'Search'),
    ),
    inapplicable: 'What is wrong is reported by consent/released-after-grant',
  },
  { name: 'a call without a name', change: all(onLanding(112, 'track'), onLanding(113, 'track', ' ')) },
  { name: 'a pixel_code that is empty', change: onLanding(112, 'track', 'Search', {}, { pixel_code: '' }) },
  { name: 'null as third argument', change: all(onLanding(160, 'track', 'Search', {}, null), unqueued) },
  {
    name: 'a sandboxed frame, where the SDK sends nothing',
    change: all(
      add('documents', {
        ...page('frame', 120, 'about:srcdoc', 'frame'),
        frame: 'child',
        opaque: true,
        hops: [],
      }),
      add('calls', call('frame', 125, 'page')),
    ),
  },
  {
    name: 'a frame of the site',
    change: all(
      add('documents', { ...page('frame', 120, `${SHOP}/frame`, 'frame'), frame: 'child' }),
      add('calls', call('frame', 125, 'page')),
    ),
    findings: [lost('Pageview', '/frame', '/calls/15')],
  },
  {
    name: 'a page that was left before its SDK came',
    change: all(passing, ({ documents }) => {
      delete documents[3]!.mountedAt;
    }),
  },
  {
    name: 'a page that moved on by itself before it could send, and was waited on',
    change: all(passing, ({ steps }) => {
      steps.push({ at: 860, action: 'waitFor', on: 'text=Thank you', text: '{"waitFor":"text=Thank you"}' });
    }),
    inapplicable: 'Every page from which something was not sent was left at once',
  },
  {
    name: 'made again by the page itself under the same event_id',
    change: onLanding(112, 'track', 'ViewContent', {}, { event_id: 'view-1' }),
  },
  {
    name: 'a Content-Security-Policy refuses it: a finding of pixel/not-blocked',
    change: all(
      checkoutIsSilent,
      set('/console', [
        {
          at: 652,
          type: 'error',
          text: `Refused to connect to '${COLLECTOR}' because it violates the following Content Security Policy directive: "connect-src 'self'".`,
        },
      ]),
    ),
    inapplicable: 'What is wrong is reported by pixel/not-blocked',
  },
  {
    name: 'no SDK ran',
    change: (evidence) => {
      evidence.requests = [];
      for (const document of evidence.documents) delete document.mountedAt;
    },
    inapplicable: NO_SDK,
  },
]);

const SEARCH = { place: '/calls/15' };

testRule(pixelCode, [
  { name: 'no event is called for one pixel' },
  {
    name: 'an event for the pixel of the page',
    change: all(
      onLanding(112, 'track', 'Search', {}, { pixel_code: 'CDEMO000000000000001' }),
      add('requests', beacon(165, 'Search', '', LANDING)),
    ),
  },
  {
    name: 'a pixel_code that a template left empty',
    change: onLanding(112, 'track', 'Search', {}, { pixel_code: '' }),
    findings: [
      {
        code: 'empty',
        args: { event: 'Search', page: '/', code: '""' },
        ...SEARCH,
      },
    ],
  },
  {
    name: 'null as pixel_code',
    change: onLanding(112, 'track', 'Search', {}, { pixel_code: null }),
    findings: [
      {
        code: 'empty',
        args: { event: 'Search', page: '/', code: 'null' },
        ...SEARCH,
      },
    ],
  },
  {
    name: 'a pixel that the page does not load, twice',
    change: all(
      onLanding(112, 'track', 'Search', {}, { pixel_code: OTHER_PIXEL }),
      onLanding(113, 'track', 'Search', {}, { pixel_code: OTHER_PIXEL }),
    ),
    findings: [
      {
        code: 'unknown',
        args: { event: 'Search', page: '/', code: `"${OTHER_PIXEL}"` },
        ...SEARCH,
      },
    ],
  },
  {
    name: 'an instance of a pixel that the page does not load',
    change: all(onLanding(112, 'track', 'Search'), set('/calls/15/pixel', OTHER_PIXEL)),
    findings: [
      {
        code: 'unknown',
        args: { event: 'Search', page: '/', code: `"${OTHER_PIXEL}"` },
        ...SEARCH,
      },
    ],
  },
  {
    name: 'null as third argument once the SDK is there',
    change: all(onLanding(160, 'track', 'Search', {}, null), unqueued),
    findings: [
      {
        code: 'null-options',
        args: { event: 'Search', page: '/', code: 'nothing' },
        ...SEARCH,
      },
    ],
  },
  {
    name: 'null as third argument before that, which does no harm',
    change: all(
      onLanding(112, 'track', 'Search', {}, null),
      add('requests', beacon(165, 'Search', '', LANDING)),
    ),
  },
  {
    name: 'no SDK ran',
    change: (evidence) => {
      evidence.requests = [];
      for (const document of evidence.documents) delete document.mountedAt;
    },
    inapplicable: NO_SDK,
  },
]);

const isFunction = set(`${AT.landing}/ttqIs`, 'function');
const isObject = set(`${AT.landing}/ttqIs`, 'object');

testRule(ttqIsArray, [
  { name: 'every ttq is an array' },
  {
    name: 'a function with a queue',
    change: all(
      isFunction,
      drop(AT.sent.Pageview),
      onLanding(112, 'track', 'Search'),
      onLanding(113, 'identify', { external_id: '7' }),
    ),
    findings: [
      {
        code: 'queue-dropped',
        args: { page: '/', kind: 'function', calls: 'page(), track("Search") and identify()' },
        place: AT.landing,
        absence: true,
      },
    ],
  },
  {
    name: 'an object with a queue',
    change: all(isObject, drop(AT.sent.Pageview)),
    findings: [
      {
        code: 'queue-dropped',
        args: { page: '/', kind: 'object', calls: 'page()' },
        place: AT.landing,
        absence: true,
      },
    ],
  },
  {
    name: 'an object that nothing was called on before the SDK came',
    change: all(isObject, set(`${AT.page.landing}/queued`, false)),
  },
  {
    name: 'an object whose page calls again what it kept',
    change: all(
      isObject,
      onLanding(112, 'identify', { external_id: '7' }),
      onLanding(155, 'page'),
      unqueued,
      onLanding(156, 'identify', { external_id: '7' }),
      unqueued,
    ),
  },
  {
    name: 'no SDK took it over',
    change: (evidence) => {
      evidence.requests = [];
      for (const document of evidence.documents) delete document.mountedAt;
    },
    inapplicable: 'The SDK took over no ttq: see pixel/sdk-loads',
  },
]);
