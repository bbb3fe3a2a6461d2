import { baseCodeInHead } from '../../../src/rules/pixel/base-code-in-head.ts';
import { expectedId } from '../../../src/rules/pixel/expected-id.ts';
import { noDuplicateLoad } from '../../../src/rules/pixel/no-duplicate-load.ts';
import { sdkLoads } from '../../../src/rules/pixel/sdk-loads.ts';
import {
  AT,
  add,
  all,
  beacon,
  type Change,
  call,
  drop,
  eachBeacon,
  OTHER_PIXEL,
  PIXEL,
  page,
  SHOP,
  script,
  set,
} from './clean.ts';
import { type FindingRow, testRule } from './table.ts';

/** No call, no request, no SDK: the shop forgot the pixel. */
const noPixel: Change = (evidence) => {
  Object.assign(evidence, { calls: [], requests: [], server: { seen: true, requests: [] } });
  for (const document of evidence.documents) delete document.mountedAt;
};

/** Nothing of what the order page loads, calls or sends came about, apart from its ttq.load. */
const orderNotRun = all(
  drop('/requests/16', '/requests/15', '/requests/14', AT.script.order),
  drop(`${AT.order}/mountedAt`),
);

/** Every pixel id of the visit, replaced. */
const otherPixel: Change = (evidence) => {
  for (const one of evidence.calls) if (one.method === 'load') one.args = [OTHER_PIXEL];
  evidence.requests = evidence.requests.map((one) =>
    one.method === 'GET' ? script(one.at, OTHER_PIXEL) : one,
  );
  eachBeacon(({ context }) => {
    context.pixel.code = OTHER_PIXEL;
  })(evidence);
};

const productNotRun = all(
  drop('/requests/6', '/requests/5', '/requests/4', AT.script.product),
  drop(`${AT.product}/mountedAt`),
);

const EVENTS_JS = 'https://analytics.tiktok.com/i18n/pixel/events.js';

const notRun = (reason: string) => ({
  code: 'not-run',
  message: `ttq.load was called on /orders/1001, but the script did not take over ttq: ${reason}`,
  place: AT.order,
  absence: true as const,
});

testRule(sdkLoads, [
  { name: 'the SDK takes over ttq on every page' },
  {
    name: 'no page asks for the script',
    change: noPixel,
    findings: [
      {
        code: 'never-requested',
        message: "No page asked for TikTok's script",
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'no page asks for the script because the snippet is a syntax error',
    change: all(noPixel, set('/errors', [{ at: 120, message: 'SyntaxError: Invalid or unexpected token' }])),
    findings: [
      {
        code: 'never-requested',
        message:
          'No page asked for TikTok\'s script; the page reported "SyntaxError: Invalid or unexpected token"',
        place: '/errors/0',
        absence: true,
      },
    ],
  },
  {
    name: 'the browser could not fetch the script',
    change: all(
      orderNotRun,
      set('/failed', [{ at: 931, url: script(0).url, error: 'net::ERR_BLOCKED_BY_CLIENT' }]),
    ),
    findings: [notRun(`the browser could not fetch ${EVENTS_JS} (net::ERR_BLOCKED_BY_CLIENT)`)],
  },
  {
    name: 'the Content-Security-Policy refuses the script',
    change: all(
      orderNotRun,
      set('/console', [
        {
          at: 932,
          type: 'error',
          text: `Loading the script '${script(0).url}' violates the following Content Security Policy directive: "script-src 'self'"`,
        },
      ]),
    ),
    findings: [notRun('the Content-Security-Policy refuses it (script-src)')],
  },
  {
    name: 'TikTok does not know the script',
    change: all(orderNotRun, add('requests', { ...script(931), status: 404 })),
    findings: [notRun('TikTok answers 404 to https://analytics.tiktok.com/i18n/pixel/events.js')],
  },
  {
    name: 'the script was delivered but did not run',
    change: all(orderNotRun, add('requests', script(931))),
    findings: [notRun('it was delivered, but did not run')],
  },
  {
    name: 'the main script was refused',
    change: all(
      orderNotRun,
      add('requests', script(931)),
      set('/failed', [
        {
          at: 932,
          url: 'https://analytics.tiktok.com/i18n/pixel/static/main.MWE.js',
          error: 'net::ERR_BLOCKED_BY_CLIENT',
        },
      ]),
    ),
    findings: [
      notRun(
        'the browser could not fetch https://analytics.tiktok.com/i18n/pixel/static/main.MWE.js (net::ERR_BLOCKED_BY_CLIENT)',
      ),
    ],
  },
  {
    name: 'the script stumbles',
    change: all(
      orderNotRun,
      add('requests', script(931)),
      set('/errors', [
        { at: 932, message: 'TypeError: no queue', source: `${EVENTS_JS}?sdkid=${PIXEL}:1:2` },
      ]),
    ),
    findings: [notRun('it stopped with "TypeError: no queue"')],
  },
  {
    name: 'a build that leaves no mark on ttq, but sends',
    change: drop(`${AT.product}/mountedAt`),
  },
  {
    name: 'a queue without a script',
    change: orderNotRun,
    findings: [notRun('it was never asked for')],
  },
  {
    name: 'the reason is that of the page itself, not of a later one',
    change: productNotRun,
    findings: [
      {
        code: 'not-run',
        message:
          'ttq.load was called on /products/blue-widget, but the script did not take over ttq: it was never asked for',
        place: AT.product,
        absence: true,
      },
    ],
  },
  {
    name: 'an interstitial that was left before its script arrived',
    change: (evidence) => {
      const { mountedAt: _, ...left } = page('interstitial', 50, `${SHOP}/go/js`, 'goto');
      evidence.documents.unshift({ ...left, arrival: true });
      evidence.calls.unshift(call('interstitial', 60, 'load', OTHER_PIXEL));
    },
  },
  {
    name: 'a script element with the pixel id in its URL and no ttq.load',
    change: drop(AT.load.order, AT.load.checkout, AT.load.product, AT.load.landing),
  },
  {
    name: 'a script element that an ad blocker stops',
    change: all(
      noPixel,
      set('/failed', [{ at: 130, url: script(0).url, error: 'net::ERR_BLOCKED_BY_CLIENT' }]),
    ),
    findings: [neverRun(`the browser could not fetch ${EVENTS_JS} (net::ERR_BLOCKED_BY_CLIENT)`)],
  },
  {
    name: 'a script that is only preloaded',
    change: all(noPixel, add('requests', script(130))),
    findings: [neverRun('it was delivered, but did not run')],
  },
]);

function neverRun(reason: string): FindingRow {
  const message = `TikTok's script was asked for, but never took over ttq: ${reason}`;
  return { code: 'never-run', message, place: '/requests', absence: true };
}

testRule(baseCodeInHead, [
  { name: 'the base code stands in <head> on every page' },
  {
    name: 'the base code stands in <body> on two pages',
    change: all(set(`${AT.load.product}/placement`, 'body'), set(`${AT.load.order}/placement`, 'body')),
    findings: [
      {
        code: 'body',
        message: 'The base code stands in <body> on /products/blue-widget',
        place: AT.load.product,
      },
      { code: 'body', message: 'The base code stands in <body> on /orders/1001', place: AT.load.order },
    ],
  },
  {
    name: 'a tag manager loads the pixel on some pages',
    change: all(set(`${AT.load.product}/placement`, 'script'), drop(`${AT.load.order}/placement`)),
  },
  {
    name: 'a tag manager loads the pixel on all pages',
    change: ({ calls }) => {
      for (const one of calls) if (one.placement) one.placement = 'script';
    },
    inapplicable: 'No page has an inline base code',
  },
]);

testRule(expectedId, [
  { name: "the target's pixel is loaded and gets the events" },
  {
    name: 'a second pixel of somebody else gets a copy of each event',
    change: ({ requests }) => {
      for (const request of requests.filter(({ body }) => body !== undefined)) {
        const copy = structuredClone(request);
        Object.assign((copy.body as { context: object }).context, { pixel: { code: OTHER_PIXEL } });
        requests.push(copy);
      }
    },
  },
  {
    name: 'the id stands in the URL of the script only',
    change: drop(AT.load.order, AT.load.checkout, AT.load.product, AT.load.landing),
  },
  {
    name: 'another pixel is loaded',
    change: otherPixel,
    findings: [
      {
        code: 'not-loaded',
        message: 'Pixel CDEMO000000000000001 was never loaded; loaded were: CDEMO000000000000002',
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'one of two pixels of the target is not loaded',
    target: (target) => target.pixels.push(OTHER_PIXEL),
    findings: [
      {
        code: 'not-loaded',
        message: 'Pixel CDEMO000000000000002 was never loaded; loaded were: CDEMO000000000000001',
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'the purchase goes to another pixel only, by ttq.instance',
    change: all(
      set(`${AT.call.Purchase}/pixel`, OTHER_PIXEL),
      set(`${AT.sent.Purchase}/body/context/pixel/code`, OTHER_PIXEL),
    ),
    findings: [
      {
        code: 'elsewhere',
        message: 'Purchase went to CDEMO000000000000002 only, which is not a pixel of the target',
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'two pixels of the target, each with events of its own',
    change: all(
      add('calls', call('order', 914, 'load', OTHER_PIXEL)),
      set(`${AT.call.Purchase}/pixel`, OTHER_PIXEL),
      set(`${AT.sent.Purchase}/body/context/pixel/code`, OTHER_PIXEL),
    ),
    target: (target) => target.pixels.push(OTHER_PIXEL),
  },
  { name: 'no pixel', change: noPixel, inapplicable: 'No pixel was loaded: see pixel/sdk-loads' },
]);

testRule(noDuplicateLoad, [
  { name: 'one load a page' },
  { name: 'two pixels on a page', change: add('calls', call('order', 914, 'load', OTHER_PIXEL)) },
  {
    name: 'the same pixel in the template and in the tag manager',
    change: add('calls', call('order', 914, 'load', 'CDEMO000000000000001')),
    findings: [
      {
        code: 'twice',
        message: 'Pixel CDEMO000000000000001 was loaded again on /orders/1001',
        place: '/calls/15',
      },
    ],
  },
  {
    name: 'three times',
    change: add(
      'calls',
      call('order', 914, 'load', 'CDEMO000000000000001'),
      call('order', 915, 'load', 'CDEMO000000000000001', { historyObserver: false }),
    ),
    findings: ['/calls/15', '/calls/16'].map((place) => ({
      code: 'twice',
      message: 'Pixel CDEMO000000000000001 was loaded again on /orders/1001',
      place,
    })),
  },
  {
    name: 'the same page a second time',
    change: all(
      add('documents', page('again', 1000, `${SHOP}/orders/1001`, 'reload')),
      add('calls', call('again', 1010, 'load', 'CDEMO000000000000001')),
    ),
  },
  { name: 'no pixel', change: noPixel, inapplicable: 'ttq.load was never called' },
  {
    name: 'events of a worker, whose calls are not seen',
    change: (evidence) => {
      evidence.calls = [];
      evidence.requests.push(beacon(990, 'Purchase', 'order-1001', `${SHOP}/orders/1001`));
    },
    inapplicable: 'ttq.load was never called',
  },
]);
