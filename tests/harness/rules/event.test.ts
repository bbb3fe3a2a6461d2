import { expected } from '../../../src/rules/event/expected.ts';
import type { Expectation, Target } from '../../../src/target/target.ts';
import { AT, add, all, beacon, type Change, COLLECTOR, call, drop, OTHER_PIXEL, SHOP, set } from './clean.ts';
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

const secondPurchase = add(
  'requests',
  beacon(990, 'Purchase', 'order-1002', ORDER, { value: 59.98, currency: 'USD' }),
);

testRule(expected, [
  { name: 'every event arrives as expected' },
  {
    name: 'never tracked',
    change: drop(AT.call.Purchase, AT.sent.Purchase),
    findings: [
      {
        code: 'missing',
        message:
          'Purchase was never tracked; tracked were: ViewContent, AddToCart, InitiateCheckout and AddPaymentInfo',
        place: '/calls',
        absence: true,
      },
    ],
  },
  {
    name: 'never tracked, and a page reported an error',
    change: all(
      drop(AT.call.Purchase, AT.sent.Purchase),
      set('/errors', [{ at: 912, message: 'ReferenceError: order is not defined' }]),
    ),
    findings: [
      {
        code: 'missing',
        message:
          'Purchase was never tracked; tracked were: ViewContent, AddToCart, InitiateCheckout and AddPaymentInfo; ' +
          'a page reported "ReferenceError: order is not defined"',
        place: '/calls',
        absence: true,
      },
    ],
  },
  {
    name: 'tracked, but consent was withheld, and the visitor granted it: a finding of consent/released-after-grant',
    change: all(drop(AT.sent.Purchase), add('calls', call('order', 920, 'holdConsent'))),
  },
  {
    name: 'tracked, but consent was withheld',
    change: all(drop(AT.sent.Purchase), add('calls', call('order', 920, 'holdConsent')), set('/consent', [])),
    findings: [
      {
        code: 'not-sent',
        message:
          "ttq.track('Purchase') was called, but the event did not reach TikTok: consent was withheld and not granted",
        place: AT.call.Purchase,
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
    inapplicable: 'The page of what is missing cannot send: see pixel/not-blocked',
  },
  {
    name: 'never tracked, on a page that has no pixel',
    change: noPixelOnOrder,
    inapplicable: 'The page of what is missing cannot send: see pixel/on-every-page',
  },
  {
    name: 'never tracked on a page with the pixel, while a later page has none',
    change: all(noPixelOnOrder, drop(AT.call.ViewContent, AT.sent.ViewContent)),
    findings: [
      {
        code: 'missing',
        message:
          'ViewContent was never tracked; tracked were: AddToCart, InitiateCheckout and AddPaymentInfo',
        place: '/calls',
        absence: true,
      },
    ],
  },
  {
    name: 'tracked on a page whose pixel id is a placeholder',
    change: all(drop(AT.sent.Purchase, '/requests/15'), set(`${AT.load.order}/args/0`, 'YOUR_PIXEL_ID')),
    inapplicable: 'The page of what is missing cannot send: see pixel/id-format',
  },
  {
    name: 'sent twice',
    change: secondPurchase,
    findings: [
      {
        code: 'count',
        message: 'Purchase reached pixel CDEMO000000000000001 2 times; wanted 1',
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
        message: 'Purchase reached pixel CDEMO000000000000001 1 times; wanted 2',
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
  { name: 'wanted never, and never sent', target: expecting({ event: 'Subscribe', count: 0 }) },
  {
    name: 'wanted never, but sent',
    target: expecting({ event: 'Purchase', count: 0 }),
    findings: [
      {
        code: 'count',
        message: 'Purchase reached pixel CDEMO000000000000001 1 times; wanted 0',
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
        message: 'Purchase reached pixel CDEMO000000000000001 2 times; wanted 1',
        // The fan-out adds a copy of each of the 13 requests with a body to the 17 there were.
        place: '/requests/30',
      },
    ],
  },
  {
    name: 'a worker sends it: there is no call',
    change: drop(AT.call.Purchase),
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
        message:
          'LandingPageView was never tracked; tracked were: ViewContent, AddToCart, InitiateCheckout, AddPaymentInfo and Purchase',
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
  { name: 'page views', target: expecting({ event: 'Pageview', count: 4 }) },
  {
    name: 'another value',
    change: set(`${AT.sent.Purchase}/body/properties/value`, 29.99),
    findings: [
      {
        code: 'params',
        message: 'Purchase carries value 29.99; wanted 59.98',
        place: `${AT.sent.Purchase}/body/properties/value`,
      },
    ],
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
        message: 'Purchase carries value "59.9"; wanted 59.98',
        place: `${AT.sent.Purchase}/body/properties/value`,
      },
    ],
  },
  {
    name: 'value and currency are missing: a finding of params/value-and-currency',
    change: set(`${AT.sent.Purchase}/body/properties`, {}),
  },
  {
    // A place is a JSON Pointer that resolves: what is not there cannot be pointed to, what lacks it can.
    name: 'a property is missing',
    target: expecting({ event: 'Purchase', params: { order_id: '1001' } }),
    findings: [
      {
        code: 'params',
        message: 'Purchase carries order_id nothing; wanted "1001"',
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
        message: 'Purchase carries shop/id 7; wanted 8',
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
        message:
          'Purchase carries contents [{"content_id":"product_123","content_type":"product","quantity":2,"price":29.99}]; ' +
          'wanted [{"quantity":3}]',
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
        message: 'ViewContent carries value 5; wanted 1',
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
    name: 'the journey is not in the target any more',
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
        message: "ttq.track('Purchase') was called, but the event did not reach TikTok",
        place: AT.call.Purchase,
        absence: true,
      },
    ],
  },
  {
    name: 'from the server only, and so it came',
    change: drop(AT.sent.Purchase, AT.call.Purchase),
    target: expecting(SERVER_ONLY),
  },
  {
    name: 'from the server only, with the browser too',
    target: expecting(SERVER_ONLY),
    findings: [
      {
        code: 'in-browser',
        message: 'Purchase reached TikTok from the browser, on /orders/1001; wanted it from the server only',
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
        message: 'Purchase carries value 29.99; wanted 59.98',
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
