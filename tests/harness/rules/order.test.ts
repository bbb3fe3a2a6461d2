import { identifyBeforeConversion } from '../../../src/rules/order/identify-before-conversion.ts';
import { identifyOnEachConversionPage } from '../../../src/rules/order/identify-on-each-conversion-page.ts';
import { loadPageIdentifyTrack } from '../../../src/rules/order/load-page-identify-track.ts';
import { pageCalledOnce } from '../../../src/rules/order/page-called-once.ts';
import { pageFirst } from '../../../src/rules/order/page-first.ts';
import { pageOnceAView } from '../../../src/rules/order/page-once-a-view.ts';
import { queueRescued } from '../../../src/rules/order/queue-rescued.ts';
import {
  AT,
  add,
  all,
  beacon,
  bodyOf,
  type Change,
  call,
  drop,
  OTHER_PIXEL,
  PIXEL,
  page,
  SHOP,
  set,
  swapCalls,
} from './clean.ts';
import { testRule } from './table.ts';

const ORDER = `${SHOP}/orders/1001`;

const noTracking: Change = (evidence) => {
  evidence.calls = evidence.calls.filter(({ method }) => method !== 'track');
};

const nothingSentFromLanding = all(drop(AT.sent.Pageview, AT.sent.LandingPageView), set('/consent', []));

/** On the order's page, only what is forwarded to a worker is tapped. */
const inWorker = all(drop(AT.page.order), drop(AT.load.order));

testRule(pageFirst, [
  { name: 'page() comes first on every page' },
  {
    name: 'page() comes after the event',
    change: swapCalls(AT.page.product, AT.call.ViewContent),
    findings: [
      {
        code: 'late',
        args: { event: 'ViewContent', page: '/products/blue-widget' },
        place: AT.page.product,
      },
    ],
  },
  {
    name: 'page() is never called on a page that tracks',
    change: drop(AT.page.order),
    findings: [
      {
        code: 'missing',
        args: { event: 'Purchase', page: '/orders/1001' },
        place: '/calls/13',
      },
    ],
  },
  {
    name: 'page() is never called on a page that tracks nothing',
    change: all(nothingSentFromLanding, drop(AT.page.landing)),
    findings: [
      {
        code: 'never',
        args: { page: '/' },
        place: AT.landing,
        absence: true,
      },
    ],
  },
  {
    name: 'no page calls page(), and none tracks',
    change: all(noTracking, (evidence) => {
      evidence.calls = evidence.calls.filter(({ method }) => method !== 'page');
      evidence.requests = evidence.requests.filter(({ body }) => body === undefined);
    }),
    findings: ['/', '/products/blue-widget', '/checkout', '/orders/1001'].map((path, index) => ({
      code: 'never',
      args: { page: path },
      place: `/documents/${index}`,
      absence: true as const,
    })),
  },
  {
    name: 'page() is called where the tap does not see it: the Pageview shows it',
    change: drop(AT.page.landing),
  },
  {
    name: 'the pixel is there before the visitor agrees, and calls nothing until then',
    change: all(
      nothingSentFromLanding,
      drop(AT.page.landing),
      set('/consent', [{ at: 305, answer: 'granted', document: 'product', cookies: [] }]),
    ),
  },
  {
    name: 'after the visitor has withdrawn consent nothing is called',
    change: all(
      nothingSentFromLanding,
      drop(AT.page.landing),
      set('/scenario', 'consent-withdrawn'),
      set('/consent', [{ at: 90, answer: 'withdrawn', document: 'landing', cookies: [] }]),
    ),
  },
  {
    name: 'a page that only led on had no time to call it',
    change: all(nothingSentFromLanding, drop(AT.page.landing), set('/steps/0/at', 310)),
  },
  {
    name: 'page() is called in a worker, which has the base code, too: the Pageview shows it',
    change: inWorker,
  },
  {
    name: 'page() is not called in the worker either',
    change: all(inWorker, drop('/requests/15')),
    findings: [
      {
        code: 'missing',
        args: { event: 'Purchase', page: '/orders/1001' },
        place: '/calls/12',
      },
    ],
  },
  {
    name: 'the worker sent nothing: event/expected reports it',
    change: all(inWorker, drop('/requests/16'), drop('/requests/15')),
  },
  {
    name: "track('PageView') is not page()",
    change: all(set(`${AT.page.order}/method`, 'track'), set(`${AT.page.order}/args`, ['PageView'])),
    findings: [
      {
        code: 'missing',
        args: { event: 'PageView', page: '/orders/1001' },
        place: AT.page.order,
      },
    ],
  },
  {
    name: 'page() and load in the other order, as some wrappers have it',
    change: swapCalls(AT.load.order, AT.page.order),
  },
  {
    name: 'the event is tracked on an instance before page()',
    change: all(
      swapCalls(AT.page.product, AT.call.ViewContent),
      set(`${AT.page.product}/pixel`, 'CDEMO000000000000001'),
    ),
    findings: [
      {
        code: 'late',
        args: { event: 'ViewContent', page: '/products/blue-widget' },
        place: AT.page.product,
      },
    ],
  },
  {
    name: 'nothing is tracked, and the page views show it',
    change: noTracking,
    inapplicable: 'ttq.track was never called',
  },
]);

const loadLate = (before: string, place: string) => ({
  code: 'load-late',
  args: { page: '/orders/1001', before },
  place,
});

testRule(loadPageIdentifyTrack, [
  { name: 'load, page, identify and track in this order' },
  {
    name: 'page() before load, as some wrappers have it',
    change: swapCalls(AT.load.order, AT.page.order),
    findings: [loadLate('page', AT.load.order)],
  },
  {
    name: 'load comes last, and an event before page(): a finding of order/page-first',
    change: swapCalls(AT.load.order, AT.call.Purchase),
  },
  {
    name: 'load comes after page and identify',
    change: all(swapCalls(AT.load.order, AT.page.order), swapCalls(AT.page.order, AT.identify.order)),
    findings: [loadLate('page', AT.load.order)],
  },
  {
    name: 'identify before page()',
    change: swapCalls(AT.page.order, AT.identify.order),
    findings: [
      {
        code: 'identify-before-page',
        args: { page: '/orders/1001', before: 'identify' },
        place: AT.page.order,
      },
    ],
  },
  {
    name: 'identify before page(), and on another page an event: a finding of order/page-first',
    change: all(swapCalls(AT.page.order, AT.identify.order), swapCalls(AT.page.product, AT.call.ViewContent)),
  },
  {
    name: 'identify before load',
    change: swapCalls(AT.load.order, AT.identify.order),
    findings: [loadLate('identify', AT.load.order)],
  },
  {
    name: 'an empty identify before page() is none',
    change: all(swapCalls(AT.page.order, AT.identify.order), set(`${AT.page.order}/args`, [{}])),
  },
  {
    name: 'an event before page() is a finding of order/page-first',
    change: swapCalls(AT.page.order, AT.call.Purchase),
  },
  {
    name: 'an identify on a page without page(), which tracks nothing',
    change: all(drop(AT.call.Purchase), drop(AT.page.order)),
  },
  {
    name: 'a second pixel is loaded after page()',
    change: add('calls', call('order', 914, 'load', 'CDEMO000000000000002')),
  },
  {
    name: 'the pixel is only in the address of a script: there is no load',
    change: ({ calls }) => {
      calls.splice(0, calls.length, ...calls.filter(({ method }) => method !== 'load'));
    },
    inapplicable: 'ttq.load was never called',
  },
]);

const nothingTyped: Change = ({ steps }) => {
  for (const step of steps) delete step.typed;
};

/** The conversion was sent without the customer, as it would be after mounting. */
const unmatched = all(
  drop(`${AT.sent.Purchase}/body/context/user/email`),
  drop(`${AT.sent.Purchase}/body/context/user/phone_number`),
);

const late = {
  code: 'late',
  args: { event: 'Purchase', page: '/orders/1001' },
  place: '/calls/13',
};
const NEVER_KNOWN = {
  name: 'nothing was typed, and no visitor was identified',
  change: all(nothingTyped, drop(AT.identify.order, AT.identify.checkout)),
  inapplicable: 'The visitor never gave an e-mail address or phone number',
};
const NO_CONVERSION = {
  name: 'no conversion',
  change: drop(AT.call.Purchase, AT.sent.Purchase),
  inapplicable: 'There was no conversion of a known visitor',
};

testRule(identifyBeforeConversion, [
  { name: 'identify comes before the purchase on its page' },
  {
    name: 'identify comes after the purchase, and too late',
    change: all(swapCalls(AT.identify.order, AT.call.Purchase), unmatched),
    findings: [late],
  },
  {
    name: 'identify comes after the purchase, and the queue rescues it: a finding of order/queue-rescued',
    change: swapCalls(AT.identify.order, AT.call.Purchase),
  },
  {
    name: 'identify comes twice, before and after, as effects that run twice do',
    change: add('calls', call('order', 914, 'identify', { email: 'a'.repeat(64) })),
  },
  {
    name: 'an empty identify before, the real one after',
    change: all(
      swapCalls(AT.identify.order, AT.call.Purchase),
      set(`${AT.identify.order}/at`, 914),
      set(`${AT.call.Purchase}/at`, 915),
      ({ calls }) => void calls.splice(13, 0, call('order', 912, 'identify', {})),
      unmatched,
    ),
    findings: [{ ...late, place: '/calls/14' }],
  },
  {
    name: 'nothing was typed, but the site identifies a customer it knows, too late',
    change: all(nothingTyped, swapCalls(AT.identify.order, AT.call.Purchase), unmatched),
    findings: [late],
  },
  {
    name: 'the page does not identify',
    change: all(drop(AT.identify.order), unmatched),
    inapplicable: 'No conversion page called ttq.identify: see order/identify-on-each-conversion-page',
  },
  NEVER_KNOWN,
  NO_CONVERSION,
]);

testRule(queueRescued, [
  { name: 'identify comes before the purchase on its page' },
  {
    name: 'identify comes after the purchase, and the queue rescues it',
    change: swapCalls(AT.identify.order, AT.call.Purchase),
    findings: [
      {
        code: 'rescued',
        args: { event: 'Purchase', page: '/orders/1001' },
        place: '/calls/13',
      },
    ],
  },
  {
    name: 'identify comes after the purchase, and too late',
    change: all(swapCalls(AT.identify.order, AT.call.Purchase), unmatched),
  },
  NEVER_KNOWN,
  NO_CONVERSION,
]);

const notIdentified = {
  code: 'missing',
  args: { event: 'Purchase', page: '/orders/1001' },
};
const emptyIdentify = {
  code: 'empty',
  args: { event: 'Purchase', page: '/orders/1001' },
};

testRule(identifyOnEachConversionPage, [
  { name: 'each conversion page identifies' },
  {
    name: 'identify comes only on the page before: an identity does not outlive a navigation',
    change: all(drop(AT.identify.order), unmatched),
    findings: [{ ...notIdentified, place: '/calls/13' }],
  },
  {
    name: 'identify with {}, as wrappers call it by default',
    change: all(set(`${AT.identify.order}/args`, [{}]), unmatched),
    findings: [{ ...emptyIdentify, place: AT.call.Purchase }],
  },
  {
    name: 'identify with empty values and a customer number only',
    change: all(
      set(`${AT.identify.order}/args`, [{ email: '', phone_number: ' ', external_id: 'customer-42' }]),
      unmatched,
    ),
    findings: [{ ...emptyIdentify, place: AT.call.Purchase }],
  },
  {
    name: 'identify with {} after the purchase: nothing came before it',
    change: all(
      set(`${AT.identify.order}/args`, [{}]),
      swapCalls(AT.identify.order, AT.call.Purchase),
      unmatched,
    ),
    findings: [{ ...notIdentified, place: '/calls/13' }],
  },
  {
    name: 'identify without arguments',
    change: all(set(`${AT.identify.order}/args`, []), unmatched),
    findings: [{ ...emptyIdentify, place: AT.call.Purchase }],
  },
  {
    name: 'identify with a digest only',
    change: all(set(`${AT.identify.order}/args`, [{ sha256_email: 'a'.repeat(64) }]), unmatched),
  },
  {
    name: 'identify with a customer number first and the rest second',
    change: all(
      set(`${AT.identify.order}/args`, ['customer-42', { sha256_email: 'a'.repeat(64) }]),
      unmatched,
    ),
  },
  {
    name: 'identify on an instance of the pixel',
    change: all(set(`${AT.identify.order}/pixel`, 'CDEMO000000000000001'), unmatched),
  },
  {
    name: 'identify comes late: another finding',
    change: all(swapCalls(AT.identify.order, AT.call.Purchase), unmatched),
  },
  {
    name: 'no call of identify was seen, but the customer was sent with the purchase',
    change: drop(AT.identify.order),
  },
  {
    name: 'the purchase by its old name',
    change: all(drop(AT.identify.order), unmatched, set('/calls/13/args/0', 'CompletePayment')),
    findings: [
      {
        code: 'missing',
        args: { event: 'CompletePayment', page: '/orders/1001' },
        place: '/calls/13',
      },
    ],
  },
  {
    name: "a worker's purchase without a call, sent with the customer",
    change: drop(AT.call.Purchase),
  },
  {
    name: "a worker's purchase without a call, sent without the customer",
    change: all(drop(AT.call.Purchase), unmatched),
    findings: [{ ...notIdentified, place: AT.sent.Purchase }],
  },
  {
    name: 'AddPaymentInfo may happen to strangers',
    change: drop(AT.identify.checkout),
  },
  {
    name: 'a lead before the visitor is known, and a purchase after',
    change: add('calls', { ...call('landing', 112, 'track', 'Lead'), queued: false }),
  },
  {
    name: 'a lead on the page on which the visitor is identified only later, by what is typed there',
    change: add('calls', { ...call('checkout', 613, 'track', 'Lead'), queued: false }),
  },
  {
    name: 'a lead after the visitor is known',
    change: add('calls', call('product', 805, 'track', 'SubmitForm')),
    findings: [
      {
        code: 'missing',
        args: { event: 'SubmitForm', page: '/products/blue-widget' },
        place: '/calls/15',
      },
    ],
  },
  {
    name: 'automatic events are not conversions',
    change: add('requests', beacon(960, 'EngagedSession', '', ORDER)),
  },
  {
    name: 'no page identifies: a finding of identity/called',
    change: all(drop(AT.identify.order, AT.identify.checkout), unmatched),
    inapplicable: 'No page identified the customer at all: see identity/called',
  },
  NEVER_KNOWN,
  NO_CONVERSION,
]);

const spa = {
  target: (target: { spa: boolean }) => {
    target.spa = true;
  },
};
/** The order's page changes its route at 1000, and the visitor does something there. */
const route = (url: string, at = 1000): Change =>
  all((evidence) => {
    evidence.duration = 1500;
    const order = evidence.documents.at(-1)!;
    order.routes = [...(order.routes ?? []), { at, url: SHOP + url }];
  });
const step =
  (at: number): Change =>
  ({ steps }) =>
    void steps.push({ at, action: 'click', on: 'text=Next', text: '{"click":"text=Next"}' });
const pageview = (at: number, url: string, pixel = PIXEL) => {
  const sent = beacon(at, 'Pageview', '', SHOP + url);
  bodyOf(sent).context.pixel.code = pixel;
  return sent;
};
const inFrame = (at: number, url: string) => {
  const sent = pageview(at, url);
  Object.assign(bodyOf(sent).context.pixel, { runtime: '2' });
  return sent;
};
const sentTwice = (place: string) => ({
  code: 'twice',
  args: { pixel: PIXEL, page: '/orders/1001' },
  place,
});
const noneFor = (url: string, place = '/documents/3/routes/0', from = '/orders/1001', hint = '') => ({
  code: 'none',
  args: { pixel: PIXEL, page: url, from, hint },
  place,
  absence: true as const,
});

testRule(pageOnceAView, [
  { name: 'one Pageview for each page' },
  {
    name: 'two Pageviews for one URL',
    change: add('requests', pageview(955, '/orders/1001')),
    findings: [sentTwice('/requests/17')],
  },
  {
    name: 'a second ttq.page() on one URL, which the SDK suppresses, as effects that run twice cause',
    change: add('calls', call('order', 914, 'page')),
  },
  {
    name: 'one for each of two pixels',
    change: add('requests', pageview(955, '/orders/1001', OTHER_PIXEL)),
  },
  {
    name: 'a frame with a copy of its own, which names the page around it',
    change: add('requests', inFrame(955, '/orders/1001'), inFrame(956, '/orders/1001')),
  },
  {
    name: 'the page is reloaded; the first Pageview comes when the second document is there already',
    change: all(
      set('/requests/15/at', 1002),
      add('documents', page('again', 1000, `${SHOP}/orders/1001`, 'reload')),
      add('requests', pageview(1052, '/orders/1001')),
    ),
  },
  {
    name: 'a query that is tidied is another URL, but not another view',
    change: all(
      route('/orders/1001?utm_source=mail'),
      add('requests', pageview(1001, '/orders/1001?utm_source=mail')),
    ),
  },
  {
    name: 'a route that is left and taken again',
    change: all(
      route('/a'),
      route('/b', 1100),
      route('/a', 1200),
      add('requests', pageview(1001, '/a'), pageview(1101, '/b'), pageview(1201, '/a')),
    ),
  },
  {
    name: 'loaded twice on this page: a finding of pixel/no-duplicate-load',
    inapplicable: 'What is wrong is reported by pixel/no-duplicate-load',
    change: all(
      add('requests', pageview(955, '/orders/1001')),
      add('calls', { ...call('order', 914, 'load', PIXEL), global: 'other' }),
    ),
  },
  {
    name: 'tracked by hand: a finding of event/name-reserved',
    change: all(
      add('requests', pageview(955, '/orders/1001')),
      add('calls', call('order', 914, 'track', 'Pageview')),
    ),
  },
  {
    name: 'the page is named in page(), and was never shown',
    change: add('requests', pageview(955, '/canonical'), pageview(956, '/canonical')),
  },
  {
    name: 'a route with its Pageview',
    change: all(route('/thanks'), add('requests', pageview(1002, '/thanks'))),
    ...spa,
  },
  { name: 'a route without a Pageview', change: route('/thanks'), ...spa, findings: [noneFor('/thanks')] },
  {
    name: 'a route without a Pageview, with the build of 2024',
    change: all(route('/thanks'), set('/recorder/sdk/profile', '2024')),
    ...spa,
    findings: [noneFor('/thanks', undefined, undefined, '; the 2024 build does not send one automatically')],
  },
  { name: 'the target is not a single-page application', change: route('/thanks') },
  {
    name: 'only query or fragment change',
    change: all(route('/orders/1001?tab=2'), route('/orders/1001#top', 1100)),
    ...spa,
  },
  {
    name: 'the first of two routes without a Pageview',
    change: all(route('/a'), step(1050), route('/b', 1100), add('requests', pageview(1101, '/b'))),
    ...spa,
    findings: [noneFor('/a')],
  },
  {
    name: 'a route that the router only passed through',
    change: all(route('/account'), route('/login', 1005), add('requests', pageview(1006, '/login'))),
    ...spa,
  },
  {
    name: 'the site reports the route under another URL',
    change: all(
      route('/thanks'),
      add('calls', {
        ...call('order', 1001, 'page', { url: 'https://shop.example/x' }),
        url: `${SHOP}/thanks`,
      }),
    ),
    ...spa,
  },
  {
    name: 'consent is held',
    change: all(route('/thanks'), add('calls', call('order', 990, 'holdConsent'))),
    ...spa,
  },
  {
    name: 'the SDK did not run there',
    change: all(route('/thanks'), drop('/documents/3/mountedAt')),
    ...spa,
  },
  {
    name: 'page() is missing: a finding of order/page-first',
    inapplicable: 'What is wrong is reported by order/page-first',
    change: all(route('/thanks'), drop(AT.page.order)),
    ...spa,
  },
  {
    name: 'no Pageview at all',
    change: ({ requests }) => {
      requests.splice(
        0,
        requests.length,
        ...requests.filter(({ body }) => bodyOf({ body } as never)?.event !== 'Pageview'),
      );
    },
    inapplicable: 'No Pageview was sent: see order/page-first',
  },
]);

const called = (at: number, ...args: unknown[]) => call('product', at, 'page', ...args);

testRule(pageCalledOnce, [
  { name: 'the clean visit' },
  { name: 'twice, as an effect that runs twice does', change: add('calls', called(313)) },
  {
    name: 'three times',
    change: add('calls', called(313), called(314)),
    findings: [{ code: 'often', args: { page: '/products/blue-widget', times: 3 }, place: '/calls/16' }],
  },
  {
    name: 'three times with different properties: pages that the browser does not know',
    change: add('calls', called(313, { page: { url: 'a' } }), called(314, { page: { url: 'b' } })),
  },
  {
    name: 'three times on three pixels',
    change: add('calls', { ...called(313), pixel: PIXEL }, { ...called(314), pixel: 'CDEMO000000000000002' }),
  },
  {
    name: 'a route in between',
    change: all(
      set(`${AT.product}/routes`, [{ at: 400, url: `${SHOP}/products/red-widget` }]),
      add('calls', called(313), { ...called(410), url: `${SHOP}/products/red-widget` }),
    ),
  },
  {
    name: 'no call',
    change: ({ calls }) => void calls.splice(0),
    inapplicable: 'ttq.page was never called',
  },
]);
