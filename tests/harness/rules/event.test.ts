import type { CallRecord, RequestRecord } from '../../../src/evidence/evidence.ts';
import { expected } from '../../../src/rules/event/expected.ts';
import { nameAsDocumented } from '../../../src/rules/event/name-as-documented.ts';
import { nameDeprecated } from '../../../src/rules/event/name-deprecated.ts';
import { nameReserved } from '../../../src/rules/event/name-reserved.ts';
import { nameValid } from '../../../src/rules/event/name-valid.ts';
import { notDoubled } from '../../../src/rules/event/not-doubled.ts';
import { notOnLoad } from '../../../src/rules/event/not-on-load.ts';
import { notRepeated } from '../../../src/rules/event/not-repeated.ts';
import { onFirstView } from '../../../src/rules/event/on-first-view.ts';
import { standardWhereCustomWasUsed } from '../../../src/rules/event/standard-where-custom-was-used.ts';
import { trackedOnce } from '../../../src/rules/event/tracked-once.ts';
import { unexpected } from '../../../src/rules/event/unexpected.ts';
import type { Expectation, Target } from '../../../src/target/target.ts';
import {
  AT,
  add,
  all,
  beacon,
  type Change,
  COLLECTOR,
  call,
  clean,
  drop,
  noticesAll,
  OTHER_PIXEL,
  PIXEL,
  page,
  SHOP,
  set,
} from './clean.ts';
import { testRule } from './table.ts';

const ORDER = `${SHOP}/orders/1001`;
const expecting =
  (...expect: Expectation[]) =>
  (target: Target) => {
    target.journeys[0]!.expect = expect;
  };

const SERVER_ONLY = { event: 'Purchase', server: true, browser: false, params: { value: 59.98 } };

/** The SDK sends each event once for every pixel, with the same event_id (measured). */
const fanOut: Change = ({ requests }) => {
  for (const request of requests.filter(({ body }) => body !== undefined)) {
    const copy = structuredClone(request);
    Object.assign((copy.body as { context: object }).context, { pixel: { code: OTHER_PIXEL } });
    requests.push(copy);
  }
};

const sdkDidNotRun: Change = (evidence) => {
  evidence.requests = [];
  for (const document of evidence.documents) delete document.mountedAt;
};

/** The order page as it is without a base code: no call, no request, the SDK is not there. */
const noPixelOnOrder: Change = (evidence) => {
  evidence.calls = evidence.calls.filter(({ document }) => document !== 'order');
  evidence.requests = evidence.requests.filter(({ at }) => at < 930);
  for (const key of ['mountedAt', 'snippets'] as const) delete evidence.documents[3]![key];
};

/** The landing page shows a product, too. */
const viewedBefore: Change = (evidence) => {
  evidence.calls.push(call('landing', 112, 'track', 'ViewContent', {}, { event_id: 'view-0' }));
  evidence.requests.push(beacon(162, 'ViewContent', 'view-0', `${SHOP}/`));
};

/** All but the landing page is in a second tab. */
const inSecondTab: Change = ({ documents }) => {
  for (const document of documents.slice(1)) document.tab = 1;
};

const secondPurchase = add(
  'requests',
  beacon(990, 'Purchase', 'order-1002', ORDER, { value: 59.98, currency: 'USD' }),
);

/** Where the purchases were sent from. */
const ONCE = 'from /orders/1001 with event_id "order-1001"';
const TWICE = `${ONCE} and from /orders/1001 with event_id "order-1002"`;
const VIEWED_TWICE = 'from / with event_id "view-0" and from /products/blue-widget with event_id "view-1"';

/** An event that is tracked and sent under another name. */
const renamed = (event: keyof typeof AT.call, name: unknown): Change =>
  all(set(`${AT.call[event]}/args/0`, name), set(`${AT.sent[event]}/body/event`, name));

/** A custom event of this name, called and sent. */
const tracking = (...names: string[]): Change =>
  all(
    ...names.flatMap((name) => [
      add('calls', call('order', 920, 'track', name)),
      add('requests', beacon(960, name, '', ORDER)),
    ]),
  );

const nothingTracked: Change = (evidence) => {
  evidence.calls = evidence.calls.filter(({ method }) => method !== 'track');
  evidence.requests = evidence.requests.filter(
    ({ body }) => ((body as { event?: string })?.event ?? 'Pageview') === 'Pageview',
  );
};

const OF_SANDBOX = {
  code: 'not-sent',
  args: {
    event: 'Purchase',
    reason:
      "it was called in a sandboxed frame without an origin of its own, where TikTok's SDK sends nothing",
  },
  place: AT.call.Purchase,
  absence: true,
} as const;

const SHOPIFYS =
  "A sandboxed frame with Shopify's variant of the SDK called the missing event, and the stand-in does not know what that variant " +
  'sends there: give the target an "sdk" with mode live or file, or judge a HAR of the checkout';

/** The Purchase is sent to another pixel of the page, too: the last request of the visit. */
const copyToOther: Change = ({ requests }) => {
  const copy = structuredClone(
    requests.find(({ body }) => (body as { event?: string })?.event === 'Purchase')!,
  );
  (copy.body as { context: { pixel: { code: string } } }).context.pixel.code = OTHER_PIXEL;
  requests.push(copy);
};
const LAST = `/requests/${clean().requests.length}`;

/** The order is tracked in a sandboxed frame of its page, and nothing is sent. */
const inSandbox = (options?: object): Change =>
  all(
    (evidence) => {
      const purchase = evidence.calls.at(-1)!;
      purchase.document = 'sandbox';
      if (options)
        evidence.calls.push({ ...call('sandbox', purchase.at - 1, 'load', PIXEL, options), global: 'ttq' });
    },
    drop(AT.sent.Purchase),
    add('documents', {
      ...page('sandbox', 905, 'about:srcdoc', 'frame'),
      frame: 'child',
      opaque: true,
      mountedAt: 906,
      hops: [],
    }),
  );

testRule(expected, [
  { name: 'every event arrives as expected' },
  {
    name: 'never tracked',
    change: drop(AT.call.Purchase, AT.sent.Purchase),
    findings: [
      {
        code: 'missing',
        args: {
          event: 'Purchase',
          tracked: 'ViewContent, AddToCart, InitiateCheckout and AddPaymentInfo',
          error: '',
        },
        place: '/calls',
        absence: true,
      },
    ],
  },
  {
    name: 'never tracked, and a page reported an error',
    change: all(
      drop(AT.call.Purchase, AT.sent.Purchase),
      set('/errors', [
        { at: 912, message: 'ReferenceError: order is not defined', source: `${ORDER}:12:3`, byCaller: true },
      ]),
    ),
    findings: [
      {
        code: 'missing',
        args: {
          event: 'Purchase',
          tracked: 'ViewContent, AddToCart, InitiateCheckout and AddPaymentInfo',
          error: 'ReferenceError: order is not defined',
          source: '1001:12:3',
        },
        place: '/calls',
        absence: true,
      },
    ],
  },
  {
    name: 'tracked, but consent was withheld, and the visitor granted it: a finding of consent/released-after-grant',
    inapplicable: 'What is wrong is reported by consent/released-after-grant',
    change: all(drop(AT.sent.Purchase), add('calls', call('order', 920, 'holdConsent'))),
  },
  {
    name: 'tracked, but consent was withheld',
    change: all(drop(AT.sent.Purchase), add('calls', call('order', 920, 'holdConsent')), set('/consent', [])),
    findings: [
      {
        code: 'not-sent',
        args: { event: 'Purchase', reason: 'consent was withheld and not granted' },
        place: AT.call.Purchase,
        absence: true,
      },
    ],
  },
  { name: 'meant for one pixel, and it went there', target: expecting({ event: 'Purchase', pixel: PIXEL }) },
  {
    name: 'meant for one pixel, and called for all that the page has loaded',
    change: copyToOther,
    target: expecting({ event: 'Purchase', pixel: PIXEL, count: 1 }),
    findings: [
      {
        code: 'other-pixel',
        args: { event: 'Purchase', pixel: OTHER_PIXEL, meant: PIXEL, how: 'all' },
        place: LAST,
      },
    ],
  },
  {
    name: 'meant for both, each of which is named',
    change: copyToOther,
    target: expecting(
      { event: 'Purchase', pixel: PIXEL, count: 1 },
      { event: 'Purchase', pixel: OTHER_PIXEL, count: 1 },
    ),
  },
  {
    name: 'meant for another pixel than the one that it was called on',
    change: set(`${AT.call.Purchase}/pixel`, PIXEL),
    target: expecting({ event: 'Purchase', pixel: OTHER_PIXEL }),
    findings: [
      {
        code: 'not-for-pixel',
        args: { event: 'Purchase', pixel: OTHER_PIXEL, found: PIXEL },
        place: AT.sent.Purchase,
        absence: true,
      },
      {
        code: 'other-pixel',
        args: { event: 'Purchase', pixel: PIXEL, meant: OTHER_PIXEL, how: 'named' },
        place: AT.sent.Purchase,
      },
      {
        code: 'other-pixel',
        args: { event: 'Purchase', pixel: PIXEL, meant: OTHER_PIXEL, how: 'server' },
        place: `${AT.server}/body/data/0`,
      },
    ],
  },
  {
    name: 'meant for one pixel, and sent to another by something that was not seen to call it',
    change: all(copyToOther, drop(AT.call.Purchase)),
    target: expecting({ event: 'Purchase', pixel: PIXEL }),
    findings: [
      {
        code: 'other-pixel',
        args: { event: 'Purchase', pixel: OTHER_PIXEL, meant: PIXEL, how: 'unknown' },
        place: LAST,
      },
    ],
  },
  {
    name: 'tracked in a sandboxed frame, from which the SDK sends nothing',
    change: inSandbox(),
    findings: [OF_SANDBOX],
  },
  {
    name: "tracked in a sandboxed frame of Shopify's, which the stand-in does not know",
    change: inSandbox({ partner: 'Shopify' }),
    inconclusive: SHOPIFYS,
  },
  {
    name: "the same, where the base code names Shopify and TikTok's own script gives it",
    change: all(inSandbox(), ({ documents }) => {
      documents.at(-1)!.snippets = [{ text: "ttq._partner = 'Shopify'; ttq.load('C')", placement: 'head' }];
    }),
    inconclusive: SHOPIFYS,
  },
  {
    name: "nothing was sent with TikTok's own script, which the stand-in says nothing about",
    change: all(inSandbox({ partner: 'Shopify' }), set('/recorder/sdk/mode', 'live')),
    findings: [OF_SANDBOX],
  },
  {
    name: "what is missing beside what Shopify's frame called is reported",
    change: all(inSandbox({ partner: 'Shopify' }), drop(AT.call.AddToCart, AT.sent.AddToCart)),
    findings: [
      {
        code: 'missing',
        args: {
          event: 'AddToCart',
          tracked: 'ViewContent, InitiateCheckout, AddPaymentInfo and Purchase',
          error: '',
        },
        place: '/calls',
        absence: true,
      },
    ],
  },
  {
    name: 'tracked, but the Content-Security-Policy refuses all that its page sends',
    change: all(
      drop(AT.sent.Purchase, '/requests/15'),
      set('/console', [
        {
          at: 954,
          type: 'error',
          text: `Connecting to '${COLLECTOR}' violates the following Content Security Policy directive: "connect-src 'self'"`,
        },
      ]),
    ),
    inapplicable: 'What is wrong is reported by pixel/not-blocked',
  },
  {
    name: 'never tracked, on a page that has no pixel',
    change: noPixelOnOrder,
    inapplicable: 'What is wrong is reported by pixel/on-every-page',
  },
  {
    name: 'never tracked on a page with the pixel, while a later page has none',
    change: all(noPixelOnOrder, drop(AT.call.ViewContent, AT.sent.ViewContent)),
    findings: [
      {
        code: 'missing',
        args: { event: 'ViewContent', tracked: 'AddToCart, InitiateCheckout and AddPaymentInfo', error: '' },
        place: '/calls',
        absence: true,
      },
    ],
  },
  {
    name: 'tracked on a page whose pixel id is a placeholder',
    change: all(drop(AT.sent.Purchase, '/requests/15'), set(`${AT.load.order}/args/0`, 'YOUR_PIXEL_ID')),
    inapplicable: 'What is wrong is reported by pixel/id-format',
  },
  {
    name: 'sent twice',
    change: secondPurchase,
    findings: [
      {
        code: 'count',
        args: { event: 'Purchase', wanted: 1, found: 2, pixel: 'CDEMO000000000000001', copies: TWICE },
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'sent once, wanted twice',
    target: expecting({ event: 'Purchase', count: 2 }),
    findings: [
      {
        code: 'count',
        args: { event: 'Purchase', wanted: 2, found: 1, pixel: 'CDEMO000000000000001', copies: ONCE },
        place: AT.sent.Purchase,
        absence: true,
      },
    ],
  },
  {
    name: 'sent twice, with no count wanted',
    change: secondPurchase,
    target: expecting({ event: 'Purchase' }),
  },
  {
    name: 'sent again on a reload, with another id: a finding of event-id/stable-on-reload',
    inapplicable: 'What is wrong is reported by event-id/stable-on-reload',
    change: all(add('documents', page('again', 980, ORDER, 'reload')), secondPurchase),
  },
  { name: 'wanted never, and never sent', target: expecting({ event: 'Subscribe', count: 0 }) },
  {
    name: 'wanted never, but sent',
    target: expecting({ event: 'Purchase', count: 0 }),
    findings: [
      {
        code: 'count',
        args: { event: 'Purchase', wanted: 0, found: 1, pixel: 'CDEMO000000000000001', copies: ONCE },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'the site calls it CompletePayment, the wire Purchase',
    change: set(`${AT.call.Purchase}/args/0`, 'CompletePayment'),
  },
  {
    name: 'an old build sends CompletePayment',
    change: all(
      set(`${AT.call.Purchase}/args/0`, 'CompletePayment'),
      set(`${AT.sent.Purchase}/body/event`, 'CompletePayment'),
    ),
  },
  {
    name: 'once by an earlier click, once in the journey',
    change: all(set('/scenario', 'second-click'), viewedBefore, inSecondTab),
    target: expecting({ event: 'ViewContent', count: 1 }),
  },
  {
    name: 'once where the ad led, from which the visitor went on to the start',
    change: all(viewedBefore, set('/steps/0', { at: 250, action: 'goto', on: '/', text: '{"goto":"/"}' })),
    target: expecting({ event: 'ViewContent', count: 1 }),
  },
  {
    name: 'twice in the journey',
    change: viewedBefore,
    target: expecting({ event: 'ViewContent', count: 1 }),
    findings: [
      {
        code: 'count',
        args: {
          event: 'ViewContent',
          wanted: 1,
          found: 2,
          pixel: 'CDEMO000000000000001',
          copies: VIEWED_TWICE,
        },
        place: AT.sent.ViewContent,
      },
    ],
  },
  {
    name: 'twice, once as the page opens: a finding of event/not-on-load',
    inapplicable: 'What is wrong is reported by event/not-on-load',
    change: all(
      add('calls', call('checkout', 613, 'track', 'Purchase', {}, { event_id: 'early-1' })),
      add('requests', beacon(663, 'Purchase', 'early-1', `${SHOP}/checkout`)),
    ),
    target: expecting({ event: 'Purchase', count: 1 }),
  },
  {
    name: 'a sum that is off in its last digit',
    change: set(`${AT.sent.Purchase}/body/properties/value`, 59.980000000000004),
    target: expecting({ event: 'Purchase', params: { value: 59.98 } }),
  },
  {
    name: 'the target says CompletePayment',
    target: expecting({ event: 'CompletePayment', count: 1, server: true, params: { value: 59.98 } }),
  },
  { name: 'two pixels: each gets its copy, and it is one event', change: fanOut },
  {
    name: 'two pixels of the target, one of which gets the purchase twice',
    change: all(fanOut, secondPurchase),
    target: (target) => target.pixels.push(OTHER_PIXEL),
    findings: [
      {
        code: 'count',
        args: { event: 'Purchase', wanted: 1, found: 2, pixel: 'CDEMO000000000000001', copies: TWICE },
        // The fan-out adds a copy of each of the 13 requests with a body to the 17 there were.
        place: '/requests/30',
      },
    ],
  },
  {
    name: 'two pixels of the target, one of which the purchase was not called on',
    change: (evidence) => {
      fanOut(evidence);
      evidence.requests = evidence.requests.filter(
        ({ body }) => !/"event":"Purchase".*"code":"CDEMO000000000000002"/.test(JSON.stringify(body) ?? ''),
      );
    },
    target: (target) => target.pixels.push(OTHER_PIXEL),
    findings: [
      {
        code: 'not-for-pixel',
        args: { event: 'Purchase', pixel: OTHER_PIXEL, found: PIXEL },
        place: AT.sent.Purchase,
        absence: true,
      },
    ],
  },
  {
    name: "it went only to a pixel that is not one of the target's",
    change: set(`${AT.sent.Purchase}/body/context/pixel/code`, 'COLD0000000000000007'),
  },
  {
    name: 'a worker sends it: there is no call',
    change: drop(AT.call.Purchase),
  },
  {
    name: 'the SDK runs in a worker, which the call of the page does not reach',
    change: all(drop(AT.sent.Purchase, `${AT.order}/mountedAt`)),
    findings: [
      {
        code: 'not-sent',
        args: {
          event: 'Purchase',
          reason:
            'it was called on a ttq that no SDK took over, while the SDK ran elsewhere on the page, as in a worker or frame: pass the ' +
            'call on to it, with Partytown by its setting forward',
        },
        place: AT.call.Purchase,
        absence: true,
      },
    ],
  },
  {
    name: 'sent as an image request',
    change: all(
      set(`${AT.sent.Purchase}/method`, 'GET'),
      set(`${AT.sent.Purchase}/image`, true),
      drop(`${AT.sent.Purchase}/contentType`),
    ),
  },
  {
    name: "automatic events are not the site's",
    target: expecting({ event: 'LandingPageView' }),
    findings: [
      {
        code: 'missing',
        args: {
          event: 'LandingPageView',
          tracked: 'ViewContent, AddToCart, InitiateCheckout, AddPaymentInfo and Purchase',
          error: '',
        },
        place: '/calls',
        absence: true,
      },
    ],
  },
  {
    name: 'the case of a name counts',
    change: add('requests', beacon(990, 'purchase', 'order-1002', ORDER)),
    target: expecting({ event: 'Purchase', count: 1 }),
  },
  {
    name: 'tracked under a near miss of its name: a finding of event/standard-where-custom-was-used',
    inapplicable: 'What is wrong is reported by event/standard-where-custom-was-used',
    change: renamed('Purchase', 'purchase'),
  },
  {
    name: 'tracked without a name, which event/name-valid also reports: the event is still lost',
    change: all(set(`${AT.call.Purchase}/args/0`, { $: 'undefined' }), drop(AT.sent.Purchase)),
    findings: [
      {
        code: 'missing',
        args: {
          event: 'Purchase',
          tracked: 'ViewContent, AddToCart, InitiateCheckout, AddPaymentInfo and an event without a name',
          error: '',
        },
        place: '/calls',
        absence: true,
      },
    ],
  },
  {
    name: 'a near miss of another event does not explain it',
    change: all(renamed('AddToCart', 'add_to_cart'), drop(AT.call.Purchase, AT.sent.Purchase)),
    findings: [
      {
        code: 'missing',
        args: {
          event: 'Purchase',
          tracked: 'ViewContent, add_to_cart, InitiateCheckout and AddPaymentInfo',
          error: '',
        },
        place: '/calls',
        absence: true,
      },
    ],
  },
  { name: 'page views', target: expecting({ event: 'Pageview', count: 4 }) },
  {
    name: 'another value',
    change: set(`${AT.sent.Purchase}/body/properties/value`, 39.99),
    findings: [
      {
        code: 'params',
        args: { event: 'Purchase', name: 'value', wanted: '59.98', found: '39.99' },
        place: `${AT.sent.Purchase}/body/properties/value`,
      },
    ],
  },
  {
    name: 'the value of one item: a finding of params/value-is-order-total',
    inapplicable: 'What is wrong is reported by params/value-is-order-total',
    change: set(`${AT.sent.Purchase}/body/properties/value`, 29.99),
  },
  {
    name: 'the value as text, which TikTok reads as the number',
    change: set(`${AT.sent.Purchase}/body/properties/value`, '59.98'),
  },
  {
    name: 'another value as text',
    change: set(`${AT.sent.Purchase}/body/properties/value`, '59.9'),
    findings: [
      {
        code: 'params',
        args: { event: 'Purchase', name: 'value', wanted: '59.98', found: '"59.9"' },
        place: `${AT.sent.Purchase}/body/properties/value`,
      },
    ],
  },
  {
    name: 'value and currency are missing: a finding of params/value-and-currency',
    change: set(`${AT.sent.Purchase}/body/properties`, {}),
  },
  {
    // A place is a JSON Pointer that resolves: it points to what should contain a missing value.
    name: 'a property is missing',
    target: expecting({ event: 'Purchase', params: { order_id: '1001' } }),
    findings: [
      {
        code: 'params',
        args: { event: 'Purchase', name: 'order_id', wanted: '"1001"', found: 'nothing' },
        place: `${AT.sent.Purchase}/body/properties`,
      },
    ],
  },
  {
    name: 'a property whose name has a slash in it',
    change: set(`${AT.sent.Purchase}/body/properties/shop~1id`, 7),
    target: expecting({ event: 'Purchase', params: { 'shop/id': 8 } }),
    findings: [
      {
        code: 'params',
        args: { event: 'Purchase', name: 'shop/id', wanted: '8', found: '7' },
        place: `${AT.sent.Purchase}/body/properties/shop~1id`,
      },
    ],
  },
  {
    name: 'of an object, what the target names must be there',
    target: expecting({
      event: 'Purchase',
      params: { contents: [{ content_id: 'product_123', quantity: 2 }] },
    }),
  },
  {
    name: 'another quantity within contents',
    target: expecting({ event: 'Purchase', params: { contents: [{ quantity: 3 }] } }),
    findings: [
      {
        code: 'params',
        args: {
          event: 'Purchase',
          name: 'contents',
          wanted: '[{"quantity":3}]',
          found: '[{"content_id":"product_123","content_type":"product","quantity":2,"price":29.99}]',
        },
        place: `${AT.sent.Purchase}/body/properties/contents`,
      },
    ],
  },
  {
    name: 'one of two events carries what is wanted',
    change: add('requests', beacon(990, 'ViewContent', 'view-2', ORDER, { value: 5, currency: 'EUR' })),
    target: expecting({ event: 'ViewContent', params: { value: 29.99 } }),
  },
  {
    name: 'none of two events carries what is wanted: the last one is shown',
    change: add('requests', beacon(990, 'ViewContent', 'view-2', ORDER, { value: 5, currency: 'EUR' })),
    target: expecting({ event: 'ViewContent', params: { value: 1 } }),
    findings: [
      {
        code: 'params',
        args: { event: 'ViewContent', name: 'value', wanted: '1', found: '5' },
        place: '/requests/17/body/properties/value',
      },
    ],
  },
  {
    name: 'the journey expects nothing',
    target: expecting(),
    inapplicable: 'The journey expects no event',
  },
  {
    name: 'the journey is no longer in the target',
    change: set('/journey', 'return'),
    inapplicable: 'The journey expects no event',
  },
  {
    name: 'the SDK did not run',
    change: sdkDidNotRun,
    inconclusive: 'The SDK did not run, so nothing could be sent: see pixel/sdk-loads',
  },
  {
    name: 'the SDK mounted, but the collector got nothing',
    change: set('/requests', []),
    target: expecting({ event: 'Purchase' }),
    findings: [
      {
        code: 'not-sent',
        args: {
          event: 'Purchase',
          reason:
            "no request left the browser: something replaces navigator.sendBeacon, or a service worker answers in TikTok's place",
        },
        place: AT.call.Purchase,
        absence: true,
      },
    ],
  },
  {
    name: 'called for a pixel that is not there: a finding of event/pixel-code',
    inapplicable: 'What is wrong is reported by event/pixel-code',
    change: all(drop(AT.sent.Purchase), set(`${AT.call.Purchase}/args/2/pixel_code`, '')),
    target: expecting({ event: 'Purchase' }),
  },
  {
    name: 'called on a queue that the SDK drops: a finding of pixel/ttq-is-array',
    inapplicable: 'What is wrong is reported by pixel/ttq-is-array',
    change: all(drop(AT.sent.ViewContent), set(`${AT.product}/ttqIs`, 'function')),
    target: expecting({ event: 'ViewContent' }),
  },
  {
    name: 'from the server only, as it was sent',
    change: drop(AT.sent.Purchase, AT.call.Purchase),
    target: expecting(SERVER_ONLY),
  },
  {
    name: 'from the server only, but the browser sends it, too',
    target: expecting(SERVER_ONLY),
    findings: [
      {
        code: 'in-browser',
        args: { event: 'Purchase', page: '/orders/1001' },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'from the server only, with another value',
    change: all(
      drop(AT.sent.Purchase, AT.call.Purchase),
      set(`${AT.server}/body/data/0/properties/value`, 29.99),
    ),
    target: expecting(SERVER_ONLY),
    findings: [
      {
        code: 'params',
        args: { event: 'Purchase', name: 'value', wanted: '59.98', found: '29.99' },
        place: `${AT.server}/body/data/0/properties/value`,
      },
    ],
  },
  {
    name: 'from the server only, and never sent: a finding of events-api/sent-for-each-conversion',
    change: all(drop(AT.sent.Purchase, AT.call.Purchase), set('/server/requests', [])),
    target: expecting(SERVER_ONLY),
  },
  {
    name: 'from the server only, where no SDK ran',
    change: sdkDidNotRun,
    target: expecting(SERVER_ONLY),
  },
]);

const NOT_TRACKED = {
  name: 'nothing is tracked',
  change: nothingTracked,
  inapplicable: 'No event was tracked',
};

const unnamed = (found: string, length: number) => ({
  code: 'empty',
  args: { page: '/orders/1001', found, length },
  place: '/calls/15',
});
const LONG = 'a'.repeat(51);

testRule(nameValid, [
  { name: 'standard names' },
  {
    name: 'a custom name with a blank and a digit, which the SDK accepts',
    change: tracking('Quiz completed 2'),
  },
  { name: 'a name of one letter', change: tracking('q') },
  { name: 'a name of 50 characters', change: tracking('a'.repeat(50)) },
  {
    name: 'undefined, as the tap has it',
    change: add('calls', call('order', 920, 'track', { $: 'undefined' })),
    findings: [unnamed('undefined', 9)],
  },
  {
    name: 'no argument',
    change: add('calls', call('order', 920, 'track')),
    findings: [unnamed('nothing', 9)],
  },
  { name: 'null', change: add('calls', call('order', 920, 'track', null)), findings: [unnamed('null', 4)] },
  {
    name: 'an empty text',
    change: add('calls', call('order', 920, 'track', '')),
    findings: [unnamed('""', 0)],
  },
  {
    name: '"undefined" as a text',
    change: tracking('undefined'),
    findings: [{ ...unnamed('"undefined"', 9), place: '/requests/17' }],
  },
  {
    name: 'an object, as other libraries accept',
    change: add('calls', call('order', 920, 'track', { event: 'Purchase' })),
    findings: [unnamed('{"event":"Purchase"}', 9)],
  },
  { name: 'a number, which the SDK turns into text', change: add('calls', call('order', 920, 'track', 404)) },
  {
    name: 'characters that the SDK does not accept',
    change: tracking('Sale: 20% off'),
    findings: [
      {
        code: 'characters',
        args: { page: '/orders/1001', found: '"Sale: 20% off"', length: 13 },
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'letters that are not of the English alphabet, tracked twice: one finding',
    change: tracking('購入', '購入'),
    findings: [
      {
        code: 'characters',
        args: { page: '/orders/1001', found: '"購入"', length: 2 },
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'too long',
    change: tracking(LONG),
    findings: [
      {
        code: 'long',
        args: { page: '/orders/1001', found: `"${LONG}"`, length: 51 },
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'a near miss of a standard name: a finding of event/standard-where-custom-was-used',
    change: tracking('Purchase!'),
  },
  NOT_TRACKED,
]);

const loose = (name: string) => ({
  code: 'loose',
  args: { event: name, page: '/orders/1001' },
  place: '/requests/17',
});

testRule(nameAsDocumented, [
  { name: 'a custom name as it should be', change: tracking('Quiz_completed-2') },
  { name: 'a blank in it', change: tracking('Quiz completed'), findings: [loose('Quiz completed')] },
  { name: 'a digit first', change: tracking('3rd_visit'), findings: [loose('3rd_visit')] },
  {
    name: 'what the SDK does not accept is a finding of event/name-valid',
    change: tracking('Sale: 20% off'),
  },
  {
    name: 'a near miss and a page view are findings of others',
    change: tracking('Order Completed', 'Page View'),
  },
  NOT_TRACKED,
]);

const reserved = (name: string, place: string) => ({
  code: 'reserved',
  args: { event: name, page: '/orders/1001' },
  place,
});
const pageView = (name: string, place = '/requests/17') => ({
  code: 'page-view',
  args: { event: name, page: '/orders/1001' },
  place,
});

testRule(nameReserved, [
  { name: 'names of the site, and page views by page()' },
  { name: 'Click', change: tracking('Click'), findings: [reserved('Click', '/requests/17')] },
  {
    // What it sends looks like what the SDK sends: only the call shows it.
    name: 'LandingPageView',
    change: tracking('LandingPageView'),
    findings: [reserved('LandingPageView', '/calls/15')],
  },
  {
    name: 'what the SDK sends on its own',
    change: add('requests', beacon(960, 'EngagedSession', '', ORDER)),
  },
  ...['PageView', 'pageview', 'page_view', 'Page View', 'page'].map((name) => ({
    name: `track('${name}')`,
    change: tracking(name),
    findings: [pageView(name)],
  })),
  {
    name: "track('Pageview') is the event of page() by its name only",
    change: tracking('Pageview'),
    findings: [pageView('Pageview')],
  },
  {
    name: "a worker's Pageview, which page() may have sent",
    change: add('requests', beacon(960, 'Pageview', '', ORDER)),
  },
  { name: 'other clicks and pages', change: tracking('click', 'ClickCTA', 'PageScrolled', 'LandingPage') },
  NOT_TRACKED,
]);

const replaced = (name: string, now: string) => ({
  code: 'replaced',
  args: { event: name, now, page: '/orders/1001' },
  place: AT.sent.Purchase,
});

testRule(nameDeprecated, [
  { name: 'current names' },
  {
    name: 'CompletePayment, which goes out as Purchase',
    change: set(`${AT.call.Purchase}/args/0`, 'CompletePayment'),
    findings: [replaced('CompletePayment', 'Purchase')],
  },
  {
    name: 'CompletePayment, which an old build sends as it is',
    change: renamed('Purchase', 'CompletePayment'),
    findings: [replaced('CompletePayment', 'Purchase')],
  },
  {
    name: 'CompletePayment from the server',
    change: set(`${AT.server}/body/data/0/event`, 'CompletePayment'),
    findings: [
      {
        code: 'server',
        args: { event: 'CompletePayment', now: 'Purchase' },
        place: `${AT.server}/body/data/0/event`,
      },
    ],
  },
  {
    name: 'CompletePayment from both sides, said once',
    change: all(
      set(`${AT.call.Purchase}/args/0`, 'CompletePayment'),
      set(`${AT.server}/body/data/0/event`, 'CompletePayment'),
    ),
    findings: [replaced('CompletePayment', 'Purchase')],
  },
  {
    name: 'Checkout, which goes out as PlaceAnOrder',
    change: all(
      set(`${AT.call.Purchase}/args/0`, 'Checkout'),
      set(`${AT.sent.Purchase}/body/event`, 'PlaceAnOrder'),
    ),
    findings: [replaced('Checkout', 'PlaceAnOrder')],
  },
  {
    name: 'SubmitForm goes out as Lead, but is on the list',
    change: add('calls', call('order', 920, 'track', 'SubmitForm')),
  },
  {
    name: 'PlaceAnOrder',
    change: tracking('PlaceAnOrder'),
    findings: [
      {
        code: 'leaving',
        args: { event: 'PlaceAnOrder', now: 'PlaceAnOrder', page: '/orders/1001' },
        place: '/requests/17',
      },
    ],
  },
  { name: 'a custom event', change: tracking('QuizCompleted') },
  { ...NOT_TRACKED, change: all(nothingTracked, set('/server/requests', [])) },
]);

const nearMiss = (name: string, standard: string, place: string, page = '/orders/1001') => ({
  code: 'near-miss',
  args: { event: name, page, standard },
  place,
});
const noServer = set('/server/requests', []);
const expectingNoPurchase = expecting({ event: 'ViewContent' });

testRule(standardWhereCustomWasUsed, [
  { name: 'standard names' },
  {
    name: 'purchase in lower case',
    change: renamed('Purchase', 'purchase'),
    findings: [nearMiss('purchase', 'Purchase', AT.sent.Purchase)],
  },
  {
    name: 'a name of GA4',
    change: renamed('AddToCart', 'add_to_cart'),
    findings: [nearMiss('add_to_cart', 'AddToCart', AT.sent.AddToCart, '/products/blue-widget')],
  },
  {
    name: 'called, and not sent',
    change: all(renamed('Purchase', 'OrderCompleted'), drop(AT.sent.Purchase)),
    findings: [nearMiss('OrderCompleted', 'Purchase', AT.call.Purchase)],
  },
  {
    name: "a worker's event without a call",
    change: all(renamed('Purchase', 'purchase'), drop(AT.call.Purchase)),
    findings: [nearMiss('purchase', 'Purchase', AT.sent.Purchase)],
  },
  {
    name: 'several times: one finding for the name',
    change: all(renamed('ViewContent', 'view_item'), tracking('view_item')),
    findings: [nearMiss('view_item', 'ViewContent', AT.sent.ViewContent, '/products/blue-widget')],
  },
  { name: 'names of GA4 beside those of TikTok', change: tracking('purchase', 'add_to_cart', 'view_item') },
  {
    name: 'a name of GA4 beside an old name of TikTok',
    change: all(set(`${AT.call.Purchase}/args/0`, 'CompletePayment'), tracking('purchase')),
  },
  {
    name: 'the order is reported by PlaceAnOrder',
    change: all(renamed('Purchase', 'PlaceAnOrder'), tracking('Order Completed')),
  },
  { name: 'true custom events', change: tracking('QuizCompleted', 'CartViewed', 'newsletter_signup') },
  {
    name: "the server alone sends the Purchase, and the browser's event is another",
    change: all(
      renamed('Purchase', 'purchase'),
      set(`${AT.call.Purchase}/args/2`, {}),
      set(`${AT.sent.Purchase}/body/event_id`, ''),
    ),
    target: expectingNoPurchase,
  },
  {
    name: "the server sends the Purchase, and the browser's event carries its id",
    change: renamed('Purchase', 'purchase'),
    target: expectingNoPurchase,
    findings: [nearMiss('purchase', 'Purchase', AT.sent.Purchase)],
  },
  {
    name: 'nobody sends the standard event, and the target does not expect it',
    change: all(renamed('Purchase', 'purchase'), noServer),
    target: expectingNoPurchase,
    findings: [nearMiss('purchase', 'Purchase', AT.sent.Purchase)],
  },
  {
    name: 'the target itself expects the custom event',
    change: tracking('sign_up'),
    target: expecting({ event: 'sign_up', count: 1 }),
  },
  NOT_TRACKED,
]);

const unearned = (event: string, times: string, page: string, place: string) => ({
  code: 'unearned',
  args: { event, page, times, journey: 'purchase' },
  place,
});

testRule(unexpected, [
  { name: 'conversions before the end that the target does not list are no finding' },
  {
    name: 'a lead on two pages: one finding',
    change: add('requests', beacon(180, 'Lead', 'lead-1', `${SHOP}/`), beacon(960, 'Lead', 'lead-2', ORDER)),
    findings: [unearned('Lead', '2 times', '/', '/requests/17')],
  },
  {
    name: 'SubmitForm, which is a lead',
    change: all(
      add('calls', call('order', 920, 'track', 'SubmitForm')),
      add('requests', beacon(960, 'Lead', 'lead-1', ORDER)),
    ),
    findings: [unearned('SubmitForm', 'once', '/orders/1001', '/requests/17')],
  },
  {
    name: 'the target expects SubmitForm, and a lead is sent',
    change: add('requests', beacon(960, 'Lead', 'lead-1', ORDER)),
    target: expecting({ event: 'SubmitForm' }, { event: 'Purchase' }),
  },
  {
    name: 'a purchase in a journey that only looks around',
    target: expectingNoPurchase,
    findings: [unearned('Purchase', 'once', '/orders/1001', AT.sent.Purchase)],
  },
  { name: 'PlaceAnOrder, where a Purchase is expected', change: tracking('PlaceAnOrder') },
  {
    name: 'one that the target says must not come is counted by event/expected',
    target: expecting({ event: 'ViewContent' }, { event: 'Purchase', count: 0 }),
  },
  { name: 'called, but not sent', change: add('calls', call('order', 920, 'track', 'Lead')) },
  { name: 'a custom event', change: tracking('QuizCompleted') },
  { name: 'the journey expects nothing', target: expecting(), inapplicable: 'The journey expects no event' },
]);

const PRODUCT = `${SHOP}/products/blue-widget`;
const under = (scenario: string) => set('/scenario', scenario);
const widgets = (quantity: number) => ({
  contents: [{ content_id: 'product_123', content_type: 'product', quantity, price: 29.99 }],
  value: 29.99 * quantity,
  currency: 'USD',
});
/** An event of a page that has just opened, with its request. */
const onOpening = (document: string, url: string, at: number, event: string, properties: object = {}) =>
  all(
    add('calls', call(document, at, 'track', event, properties, { event_id: 'early-1' })),
    add('requests', beacon(at + 50, event, 'early-1', url, properties)),
  );
const FORM = {
  code: 'form',
  args: { event: 'Lead', page: '/checkout' },
  place: '/requests/17',
};
const BUTTON = {
  code: 'button',
  args: { event: 'AddToCart', page: '/products/blue-widget' },
  place: AT.sent.AddToCart,
};
const early = set(`${AT.call.AddToCart}/at`, 313);
const leadOnOpening = onOpening('checkout', `${SHOP}/checkout`, 613, 'Lead');
const expectingLead = expecting({ event: 'Lead', count: 1 });

testRule(notOnLoad, [
  { name: 'the cart of a click, the purchase of a form' },
  { name: 'a lead before its form', change: leadOnOpening, target: expectingLead, findings: [FORM] },
  {
    name: 'a lead that the journey has not earned: a finding of event/unexpected',
    change: leadOnOpening,
    target: (target) => {
      expecting({ event: 'Purchase' })(target);
      noticesAll(target);
    },
    inapplicable: 'What is wrong is reported by event/unexpected',
  },
  {
    name: 'a lead of a click, before its form is filled in',
    change: all(
      leadOnOpening,
      set('/steps/3', { at: 605, action: 'click', on: 'text=Ask us', text: '{"click":"text=Ask us"}' }),
    ),
    target: expectingLead,
  },
  {
    name: 'a form before, and another on its thank-you page',
    change: all(
      leadOnOpening,
      set('/steps/0', {
        at: 250,
        action: 'fill',
        on: '#email',
        text: '{"fill":"#email","with":"{email}"}',
        typed: 'email',
      }),
    ),
    target: expectingLead,
  },
  { name: 'the cart as the product is shown', change: early, findings: [BUTTON] },
  {
    name: 'of another product, to which it leads',
    change: all(early, set(`${AT.sent.AddToCart}/body/properties/contents/0/content_id`, 'product_7')),
  },
  {
    name: 'back on the product after the click',
    change: all(
      early,
      add('documents', page('before', 200, PRODUCT, 'link')),
      add('calls', call('before', 210, 'track', 'ViewContent', widgets(1), { event_id: 'view-0' })),
    ),
  },
  {
    name: 'the cart is seen on the page after the click',
    change: onOpening('checkout', `${SHOP}/checkout`, 613, 'AddToCart', widgets(1)),
  },
  {
    name: 'only looks',
    change: all(nothingTracked, onOpening('product', PRODUCT, 312, 'ViewContent', widgets(1))),
    inapplicable: 'No event was of a kind that a button or a form triggers',
  },
]);

/** A second call of an event and its request. */
const again = (document: string, url: string, at: number, event: string, properties: object, id: string) =>
  all(
    add('calls', { ...call(document, at, 'track', event, properties, { event_id: id }), queued: false, url }),
    add('requests', beacon(at + 1, event, id, url, properties)),
  );
const addedAgain = (id: string, { quantity = 2, at = 505 } = {}) =>
  all(under('double-click'), again('product', PRODUCT, at, 'AddToCart', widgets(quantity), id));
const withoutId = (event: 'AddToCart' | 'Purchase'): Change =>
  all(set(`${AT.call[event]}/args/2`, {}), set(`${AT.sent[event]}/body/event_id`, ''));

/** The order's page is shown again, by a step of this kind, and sends its Purchase again. */
const shownAgain = (kind: 'reload' | 'back', id: string, properties: object = widgets(2)) =>
  all(
    under('reload-and-back'),
    ({ steps }) => void steps.push({ at: 980, action: kind, text: `{"${kind}":true}` }),
    add('documents', page('again', 1000, ORDER, kind === 'reload' ? 'reload' : 'history')),
    again('again', ORDER, 1013, 'Purchase', properties, id),
  );
/** The same, by a route of the page. */
const routedAgain = (event: string, id: string) =>
  all(
    under('spa'),
    ({ steps }) =>
      void steps.push(
        { at: 980, action: 'back', text: '{"back":true}' },
        { at: 1000, action: 'forward', text: '{"forward":true}' },
      ),
    set(`${AT.order}/routes`, [
      { at: 990, url: `${SHOP}/checkout` },
      { at: 1010, url: ORDER },
    ]),
    again('order', ORDER, 1013, event, widgets(2), id),
  );

const secondClick = (ids: string) => ({
  code: 'second-click',
  args: { event: 'AddToCart', page: '/products/blue-widget', ids },
  place: '/requests/17',
});
const returned = (ids: string) => ({
  code: 'return',
  args: { event: 'Purchase', page: '/orders/1001', ids },
  place: '/requests/17',
});

testRule(notRepeated, [
  { name: 'nothing is sent again after a double click', change: under('double-click') },
  { name: 'nothing is sent again after a reload', change: under('reload-and-back') },
  {
    name: 'the second click sends the event with another id',
    change: addedAgain('add-2'),
    findings: [secondClick('with event_id "add-1" and then "add-2"')],
  },
  {
    name: 'the second click sends the event when the server has answered, while the visitor waits',
    change: all(
      addedAgain('add-2', { at: 530 }),
      set('/steps/2', {
        at: 520,
        action: 'waitFor',
        on: 'text=In your cart',
        text: '{"waitFor":"text=In your cart"}',
      }),
    ),
    findings: [secondClick('with event_id "add-1" and then "add-2"')],
  },
  {
    name: 'the second click sends the event with another id and quantity',
    change: addedAgain('add-2', { quantity: 4 }),
    findings: [secondClick('with event_id "add-1" and then "add-2"')],
  },
  {
    name: 'the first click has changed the route by the time of the second',
    change: all(addedAgain('add-2'), ({ calls }) => {
      calls.at(-1)!.url = `${SHOP}/cart`;
    }),
    findings: [secondClick('with event_id "add-1" and then "add-2"')],
  },
  {
    name: 'the second click sends the event once the visitor waits for what it leads to',
    change: all(addedAgain('add-2'), ({ steps }) => {
      steps.splice(2, 0, { at: 503, action: 'waitFor', on: 'text=Added', text: '{"waitFor":"text=Added"}' });
    }),
    findings: [secondClick('with event_id "add-1" and then "add-2"')],
  },
  {
    name: 'the second click sends the event without an id, as the first did',
    change: all(withoutId('AddToCart'), addedAgain('')),
    findings: [secondClick('without an event_id')],
  },
  {
    name: 'the second click sends the event without the id that the first had',
    change: addedAgain(''),
    findings: [secondClick('without an event_id at one time')],
  },
  { name: 'the second click sends the event with the same id', change: addedAgain('add-1') },
  {
    name: 'one click puts two things into the cart',
    change: all(
      under('double-click'),
      again(
        'product',
        PRODUCT,
        505,
        'AddToCart',
        { contents: [{ content_id: 'product_456', quantity: 1 }] },
        'add-2',
      ),
    ),
  },
  {
    name: 'a later click puts the same thing into the cart again',
    change: all(addedAgain('add-2', { at: 570 })),
  },
  {
    name: 'a page that the click led to sends the event twice: event/expected counts it',
    change: all(under('double-click'), again('order', ORDER, 920, 'Purchase', widgets(2), 'order-1002')),
  },
  {
    name: 'looking at the same thing twice',
    change: all(under('double-click'), again('product', PRODUCT, 505, 'ViewContent', widgets(1), 'view-2')),
  },
  {
    name: 'called a second time, and not sent',
    change: all(under('double-click'), add('calls', call('product', 505, 'track', 'AddToCart', widgets(2)))),
  },
  {
    name: 'a reload sends the purchase again, without an id',
    change: all(withoutId('Purchase'), shownAgain('reload', '')),
    findings: [returned('without an event_id')],
  },
  {
    name: 'going back to the page sends the purchase again, without an id',
    change: shownAgain('back', ''),
    findings: [returned('without an event_id at one time')],
  },
  { name: 'a reload sends the purchase again, with its id', change: shownAgain('reload', 'order-1001') },
  {
    name: 'a reload sends the purchase with another id: a finding of event-id/stable-on-reload',
    change: shownAgain('reload', 'order-1002'),
  },
  {
    name: 'another order, on a page that was reloaded',
    change: all(withoutId('Purchase'), shownAgain('reload', '', widgets(1))),
  },
  {
    name: 'the same things under another order number',
    change: all(
      withoutId('Purchase'),
      set(`${AT.call.Purchase}/args/1/order_id`, '1001'),
      shownAgain('reload', '', { ...widgets(2), order_id: '1002' }),
    ),
  },
  {
    name: 'a route that is taken again sends the purchase with another id',
    change: routedAgain('Purchase', 'order-1002'),
    findings: [returned('with event_id "order-1001" and then "order-1002"')],
  },
  {
    name: 'a visitor who comes back to a checkout begins it again',
    change: all(
      again('order', ORDER, 914, 'InitiateCheckout', widgets(2), 'checkout-2'),
      routedAgain('InitiateCheckout', 'checkout-3'),
    ),
  },
  {
    name: 'no conversion is sent',
    change: all(under('double-click'), nothingTracked),
    inapplicable: 'No conversion was sent',
  },
]);

/** A view of the order page that comes after the first, by what the visitor did at 1020, and tracks the Purchase. */
const orderAgain =
  (action: 'reload' | 'back' | 'goto', via: string, took = 10): Change =>
  (evidence) => {
    const { calls, requests, documents, steps } = evidence;
    const purchase = calls.pop()!;
    const sent = requests.pop()!;
    steps.push({ at: 1020, action, text: `{"${action}":true}` });
    documents.push(page('again', 1030, ORDER, via));
    calls.push({ ...purchase, at: 1030 + took, document: 'again' });
    requests.push({ ...sent, at: 1090 });
    evidence.duration = 1200;
  };
const orderPage = { event: 'Purchase', page: '/orders/1001' };

testRule(onFirstView, [
  { name: 'the clean visit' },
  {
    name: 'a Purchase that only the reloaded page tracks',
    change: orderAgain('reload', 'reload'),
    findings: [{ code: 'reload', args: orderPage, place: '/requests/16' }],
  },
  {
    name: 'the same under the name that the SDK replaces',
    change: all(orderAgain('reload', 'reload'), set('/calls/14/args/0', 'CompletePayment')),
    findings: [{ code: 'reload', args: { ...orderPage, event: 'CompletePayment' }, place: '/requests/16' }],
  },
  {
    name: 'a page that is opened again instead of reloaded',
    change: orderAgain('goto', 'goto'),
    findings: [{ code: 'reload', args: orderPage, place: '/requests/16' }],
  },
  {
    name: 'a Purchase that comes when the visitor comes back to the page',
    change: all(orderAgain('back', 'history'), ({ documents, steps }) => {
      documents.splice(4, 0, page('help', 990, `${SHOP}/help`, 'link'));
      steps.splice(-1, 0, { at: 985, action: 'click', on: '#help', text: '{"click":"#help"}' });
    }),
    findings: [{ code: 'return', args: orderPage, place: '/requests/16' }],
  },
  {
    name: 'a Purchase that the first view tracked, too',
    change: all(orderAgain('reload', 'reload'), ({ calls }) => {
      calls.splice(14, 0, { ...structuredClone(calls[14]!), at: 913, document: 'order' });
    }),
  },
  {
    name: 'a click on the reloaded page',
    change: all(orderAgain('reload', 'reload'), ({ steps }) => {
      steps.push({ at: 1035, action: 'click', on: '#order', text: '{"click":"#order"}' });
    }),
  },
  {
    name: 'a page that was reloaded before it had time for what it tracks late',
    change: orderAgain('reload', 'reload', 65),
  },
  {
    name: 'a page that the visitor clicked on just before it was reloaded',
    change: all(orderAgain('reload', 'reload'), ({ steps }) => {
      steps.splice(-1, 0, { at: 1010, action: 'click', on: '#confirm', text: '{"click":"#confirm"}' });
    }),
  },
  {
    name: 'a banner that was answered in between',
    change: all(orderAgain('reload', 'reload'), ({ consent }) => {
      consent.push({ at: 1000, answer: 'granted', document: 'order', cookies: [] });
    }),
  },
  {
    name: 'a page that its own script reloads',
    change: all(orderAgain('reload', 'reload'), ({ steps }) => void steps.pop()),
  },
  {
    name: 'a checkout that is begun when its page is seen again',
    change: all(orderAgain('reload', 'reload'), ({ calls, requests }) => {
      calls.splice(8, 1);
      requests.splice(9, 1);
      calls.at(-1)!.args[0] = 'InitiateCheckout';
      (requests.at(-1)!.body as { event: string }).event = 'InitiateCheckout';
    }),
  },
  {
    name: 'another page of the same tab',
    change: all(orderAgain('reload', 'reload'), set('/documents/4/url', `${SHOP}/orders/1001/thanks`)),
  },
  {
    name: 'a first view without the pixel',
    change: all(orderAgain('reload', 'reload'), (evidence) => {
      evidence.calls = evidence.calls.filter(({ document }) => document !== 'order');
      evidence.requests = evidence.requests.filter(({ at }) => at < 930 || at > 1000);
      for (const key of ['mountedAt', 'snippets'] as const) delete evidence.documents[3]![key];
    }),
    findings: [{ code: 'reload', args: orderPage, place: '/requests/13' }],
  },
  {
    name: 'no conversion',
    change: ({ calls, requests }) => {
      calls.splice(0);
      requests.splice(0);
    },
    inapplicable: 'No conversion was tracked',
  },
]);

/** ViewContent called again a moment later; both without an event_id. */
const doubled = (change: (again: { call: CallRecord; sent: RequestRecord }) => void = () => {}): Change =>
  all(
    drop(`${AT.call.ViewContent}/args/2`),
    set(`${AT.sent.ViewContent}/body/event_id`, ''),
    ({ calls, requests }) => {
      const again = {
        call: structuredClone({ ...calls[4]!, at: 313 }),
        sent: structuredClone({ ...requests[5]!, at: 353 }),
      };
      change(again);
      calls.splice(5, 0, again.call);
      requests.splice(6, 0, again.sent);
    },
  );
/** The same with an event_id for each. */
const named = (second = 'view-2'): Change =>
  all(
    doubled(({ call: { args }, sent }) => {
      args[2] = { event_id: second };
      (sent.body as { event_id: string }).event_id = second;
    }),
    set(`${AT.call.ViewContent}/args/2`, { event_id: 'view-1' }),
    set(`${AT.sent.ViewContent}/body/event_id`, 'view-1'),
  );
const anyNumber = expecting({ event: 'ViewContent' });
const PRODUCT_PAGE = '/products/blue-widget';

testRule(notDoubled, [
  { name: 'the clean visit' },
  {
    name: 'ViewContent twice, with no difference',
    change: doubled(),
    target: anyNumber,
    findings: [
      { code: 'twice', args: { event: 'ViewContent', page: PRODUCT_PAGE, times: 2 }, place: '/requests/6' },
    ],
  },
  {
    name: 'the journey says how many there are',
    change: doubled(),
    inapplicable: 'What is wrong is reported by event/expected',
  },
  {
    name: 'another product',
    change: doubled(({ call: { args }, sent }) => {
      args[1] = { ...(args[1] as object), contents: [] };
      (sent.body as { properties: object }).properties = args[1] as object;
    }),
    target: anyNumber,
  },
  {
    name: 'a new event_id for each, as the page opens',
    change: named(),
    target: anyNumber,
    findings: [
      { code: 'apart', args: { event: 'ViewContent', page: PRODUCT_PAGE, times: 2 }, place: '/requests/6' },
    ],
  },
  {
    name: 'an event_id of its own for each, after the visitor did something on the page',
    change: all(named(), ({ steps }) => {
      steps[0]!.at = 309;
    }),
    target: anyNumber,
  },
  {
    name: 'one event_id for both: a finding of event/tracked-once',
    change: named('view-1'),
    target: anyNumber,
  },
  {
    name: 'an event_id for one of them: one of them is not a copy that can be known',
    change: doubled(({ call: { args }, sent }) => {
      args[2] = { event_id: 'view-2' };
      (sent.body as { event_id: string }).event_id = 'view-2';
    }),
    target: anyNumber,
  },
  {
    name: 'another route of the document',
    change: doubled(({ call }) => {
      call.url = `${SHOP}/products/blue-widget/large`;
    }),
    target: anyNumber,
  },
  {
    name: 'the visitor did something in between',
    change: all(doubled(), ({ steps }) => {
      steps[0]!.at = 312.5;
    }),
    target: anyNumber,
  },
  {
    name: 'the visitor waited in between',
    change: all(doubled(), ({ steps }) => {
      steps.unshift({ at: 312.5, action: 'waitFor', on: 'h1', text: '{"waitFor":"h1"}' });
    }),
    target: anyNumber,
    findings: [
      { code: 'twice', args: { event: 'ViewContent', page: PRODUCT_PAGE, times: 2 }, place: '/requests/6' },
    ],
  },
  {
    name: 'one for each of two pixels',
    change: doubled(({ call: { args }, sent }) => {
      args[2] = { pixel_code: OTHER_PIXEL };
      (sent.body as { context: object }).context = { pixel: { code: OTHER_PIXEL } };
    }),
    target: (target) => {
      anyNumber(target);
      target.pixels.push(OTHER_PIXEL);
    },
  },
  {
    name: 'a custom event, which may be sent any number of times',
    change: all(
      doubled(({ call: { args }, sent }) => {
        args[0] = 'Scrolled';
        (sent.body as { event: string }).event = 'Scrolled';
      }),
      set(`${AT.call.ViewContent}/args/0`, 'Scrolled'),
      set(`${AT.sent.ViewContent}/body/event`, 'Scrolled'),
    ),
    target: expecting(),
  },
  {
    name: 'a conversion without an event_id, which is reported for that',
    change: all(
      drop(`${AT.call.AddToCart}/args/2`),
      set(`${AT.sent.AddToCart}/body/event_id`, ''),
      ({ calls, requests }) => {
        calls.splice(6, 0, structuredClone({ ...calls[5]!, at: 501 }));
        requests.splice(7, 0, structuredClone({ ...requests[6]!, at: 502 }));
      },
    ),
    inapplicable: 'What is wrong is reported by event-id/present',
  },
  {
    name: 'no standard event',
    change: ({ calls, requests }) => {
      calls.splice(0);
      requests.splice(0);
    },
    inapplicable: 'No standard event was sent',
  },
]);

/** ViewContent is tracked again, with its event_id. */
const duplicated: Change = ({ calls, requests }) => {
  calls.splice(5, 0, structuredClone({ ...calls[4]!, at: 313 }));
  requests.splice(6, 0, structuredClone({ ...requests[5]!, at: 353 }));
};

testRule(trackedOnce, [
  { name: 'the clean visit' },
  {
    name: 'ViewContent twice, with one event_id',
    change: duplicated,
    target: anyNumber,
    findings: [
      {
        code: 'copy',
        args: { event: 'ViewContent', id: 'view-1', page: PRODUCT_PAGE, times: 2 },
        place: '/requests/6',
      },
    ],
  },
  {
    name: 'the journey says how many there are',
    change: duplicated,
    inapplicable: 'What is wrong is reported by event/expected',
  },
  { name: 'without an event_id: a finding of event/not-doubled', change: doubled(), target: anyNumber },
  {
    name: 'the visitor did something in between',
    change: all(duplicated, ({ steps }) => {
      steps[0]!.at = 312.5;
    }),
    target: anyNumber,
  },
  {
    name: 'no event has an id',
    change: (evidence) => {
      for (const { body } of evidence.requests)
        if (typeof body === 'object' && body && 'event_id' in body) body.event_id = '';
    },
    target: anyNumber,
    inapplicable: 'No standard event with an event_id was sent',
  },
]);
