import { identifyBeforeConversion } from '../../../src/rules/order/identify-before-conversion.ts';
import { identifyOnEachConversionPage } from '../../../src/rules/order/identify-on-each-conversion-page.ts';
import { loadPageIdentifyTrack } from '../../../src/rules/order/load-page-identify-track.ts';
import { pageFirst } from '../../../src/rules/order/page-first.ts';
import { queueRescued } from '../../../src/rules/order/queue-rescued.ts';
import { AT, add, all, beacon, type Change, call, drop, SHOP, set, swapCalls } from './clean.ts';
import { testRule } from './table.ts';

const ORDER = `${SHOP}/orders/1001`;

const noTracking: Change = (evidence) => {
  evidence.calls = evidence.calls.filter(({ method }) => method !== 'track');
};

testRule(pageFirst, [
  { name: 'page() comes first on every page' },
  {
    name: 'page() comes after the event',
    change: swapCalls(AT.page.product, AT.call.ViewContent),
    findings: [
      {
        code: 'late',
        message: 'ViewContent was tracked on /products/blue-widget before ttq.page()',
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
        message: 'Purchase was tracked on /orders/1001, where ttq.page() was never called',
        place: '/calls/13',
      },
    ],
  },
  { name: 'page() is never called on a page that tracks nothing', change: drop(AT.page.landing) },
  {
    name: "track('PageView') is no page()",
    change: all(set(`${AT.page.order}/method`, 'track'), set(`${AT.page.order}/args`, ['PageView'])),
    findings: [
      {
        code: 'missing',
        message: 'PageView was tracked on /orders/1001, where ttq.page() was never called',
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
        message: 'ViewContent was tracked on /products/blue-widget before ttq.page()',
        place: AT.page.product,
      },
    ],
  },
  { name: 'nothing is tracked', change: noTracking, inapplicable: 'ttq.track was never called' },
]);

const loadLate = (before: string, place: string) => ({
  code: 'load-late',
  message: `On /orders/1001, ttq.${before} was called before ttq.load`,
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
        message: 'On /orders/1001, ttq.identify was called before ttq.page()',
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
    name: 'the pixel stands in the address of a script only: there is no load',
    change: ({ calls }) => {
      calls.splice(0, calls.length, ...calls.filter(({ method }) => method !== 'load'));
    },
    inapplicable: 'ttq.load was never called',
  },
]);

const nothingTyped: Change = ({ steps }) => {
  for (const step of steps) delete step.typed;
};

/** The conversion went out without the customer, as after mount it would. */
const unmatched = all(
  drop(`${AT.sent.Purchase}/body/context/user/email`),
  drop(`${AT.sent.Purchase}/body/context/user/phone_number`),
);

const late = {
  code: 'late',
  message: 'Purchase was tracked on /orders/1001 before ttq.identify, and went out without the customer',
  place: '/calls/13',
};
const NEVER_KNOWN = {
  name: 'nothing was typed and nobody identified',
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
    inapplicable: 'No conversion page identified: see order/identify-on-each-conversion-page',
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
        message:
          "Purchase was tracked on /orders/1001 before ttq.identify; only the SDK's queue, which replays identify first, saved it",
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
  message: 'Purchase was tracked on /orders/1001 without ttq.identify before it',
};
const emptyIdentify = {
  code: 'empty',
  message:
    'Purchase was tracked on /orders/1001 after a ttq.identify that gave neither email nor phone_number',
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
    name: 'identify on an instance of the pixel',
    change: all(set(`${AT.identify.order}/pixel`, 'CDEMO000000000000001'), unmatched),
  },
  {
    name: 'identify comes late: another finding',
    change: all(swapCalls(AT.identify.order, AT.call.Purchase), unmatched),
  },
  {
    name: 'no call of identify was seen, and the customer went out with the purchase all the same',
    change: drop(AT.identify.order),
  },
  {
    name: 'the purchase by its old name',
    change: all(drop(AT.identify.order), unmatched, set('/calls/13/args/0', 'CompletePayment')),
    findings: [
      {
        code: 'missing',
        message: 'CompletePayment was tracked on /orders/1001 without ttq.identify before it',
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
    name: 'a lead after the visitor is known',
    change: add('calls', call('product', 805, 'track', 'SubmitForm')),
    findings: [
      {
        code: 'missing',
        message: 'SubmitForm was tracked on /products/blue-widget without ttq.identify before it',
        place: '/calls/15',
      },
    ],
  },
  {
    name: 'automatic events are no conversions',
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
