import { identifyBeforeConversion } from '../../../src/rules/order/identify-before-conversion.ts';
import { pageFirst } from '../../../src/rules/order/page-first.ts';
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

const notIdentified = {
  code: 'missing',
  message: 'Purchase was tracked on /orders/1001 without ttq.identify before it',
};
const emptyIdentify = {
  code: 'empty',
  message:
    'Purchase was tracked on /orders/1001 after a ttq.identify that gave neither email nor phone_number',
};
const RESCUED = "; only the SDK's queue, which replays identify first, saved it";

/** The conversion went out without the customer, as after mount it would. */
const unmatched = all(
  drop(`${AT.sent.Purchase}/body/context/user/email`),
  drop(`${AT.sent.Purchase}/body/context/user/phone_number`),
);

const nothingTyped: Change = ({ steps }) => {
  for (const step of steps) delete step.typed;
};

testRule(identifyBeforeConversion, [
  { name: 'identify comes before the purchase on its page' },
  {
    name: 'identify comes only on the page before: an identity does not outlive a navigation',
    change: drop(AT.identify.order),
    findings: [{ ...notIdentified, place: '/calls/13' }],
  },
  {
    name: 'identify comes after the purchase, and the queue rescues it',
    change: swapCalls(AT.identify.order, AT.call.Purchase),
    findings: [
      {
        code: 'late',
        message: `Purchase was tracked on /orders/1001 before ttq.identify${RESCUED}`,
        place: '/calls/13',
      },
    ],
  },
  {
    name: 'identify comes after the purchase, and too late',
    change: all(swapCalls(AT.identify.order, AT.call.Purchase), unmatched),
    findings: [
      {
        code: 'late',
        message: 'Purchase was tracked on /orders/1001 before ttq.identify',
        place: '/calls/13',
      },
    ],
  },
  {
    name: 'identify with {}, as wrappers call it by default',
    change: set(`${AT.identify.order}/args`, [{}]),
    findings: [{ ...emptyIdentify, place: AT.call.Purchase }],
  },
  {
    name: 'identify with empty values and a customer number only',
    change: set(`${AT.identify.order}/args`, [{ email: '', phone_number: '', external_id: 'customer-42' }]),
    findings: [{ ...emptyIdentify, place: AT.call.Purchase }],
  },
  {
    name: 'identify with {} after the purchase: nothing came before it',
    change: all(set(`${AT.identify.order}/args`, [{}]), swapCalls(AT.identify.order, AT.call.Purchase)),
    findings: [{ ...notIdentified, place: '/calls/13' }],
  },
  {
    name: 'identify without arguments',
    change: set(`${AT.identify.order}/args`, []),
    findings: [{ ...emptyIdentify, place: AT.call.Purchase }],
  },
  {
    name: 'identify with a digest only',
    change: set(`${AT.identify.order}/args`, [{ sha256_email: 'a'.repeat(64) }]),
  },
  {
    name: 'the purchase by its old name',
    change: all(drop(AT.identify.order), set('/calls/13/args/0', 'CompletePayment')),
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
    name: 'nothing was typed, but the site identifies a customer it knows, too late',
    change: all(nothingTyped, swapCalls(AT.identify.order, AT.call.Purchase), unmatched),
    findings: [
      {
        code: 'late',
        message: 'Purchase was tracked on /orders/1001 before ttq.identify',
        place: '/calls/13',
      },
    ],
  },
  {
    name: 'nothing was typed and nobody identified',
    change: all(nothingTyped, drop(AT.identify.order, AT.identify.checkout)),
    inapplicable: 'The visitor never gave an e-mail address or phone number',
  },
  {
    name: 'no conversion',
    change: drop(AT.call.Purchase, AT.sent.Purchase),
    inapplicable: 'There was no conversion of a known visitor',
  },
]);
