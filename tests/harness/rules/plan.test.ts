import { atMostEight } from '../../../src/rules/plan/at-most-eight.ts';
import { audiences } from '../../../src/rules/plan/audiences.ts';
import { bothPaths } from '../../../src/rules/plan/both-paths.ts';
import type { AdPlan, Target } from '../../../src/target/target.ts';
import { AT, add, all, beacon, drop, SHOP, set } from './clean.ts';
import { testRule } from './table.ts';

const planning = (plan: AdPlan) => (target: Target) => {
  target.plan = plan;
};

const EIGHT = [
  'Purchase',
  'AddToCart',
  'InitiateCheckout',
  'AddPaymentInfo',
  'ViewContent',
  'Search',
  'Lead',
  'Subscribe',
];

testRule(atMostEight, [
  { name: 'a few' },
  { name: 'eight', target: planning({ prioritised: EIGHT }) },
  {
    name: 'eight, one of them under both of its names',
    target: planning({ prioritised: [...EIGHT, 'CompletePayment'] }),
  },
  {
    name: 'no plan',
    target: planning({}),
    inapplicable: 'The target names no prioritised events',
  },
  {
    name: 'ten',
    target: planning({ prioritised: [...EIGHT, 'Contact', 'Download'] }),
    findings: [
      {
        code: 'too-many',
        args: { count: 10, rest: 'Contact, Download' },
        place: '/target',
      },
    ],
  },
]);

const ofEvent = (event: string, days = 30, contentIds = false) =>
  planning({ audiences: [{ name: 'Fans', event, days, contentIds }] });

testRule(audiences, [
  { name: 'those who left a cart' },
  { name: 'one day', target: ofEvent('Purchase', 1) },
  { name: 'half a year', target: ofEvent('Purchase', 180) },
  { name: 'an old name', target: ofEvent('CompletePayment') },
  { name: 'a custom event that was not seen', target: ofEvent('ShelfSeen') },
  { name: 'no audiences', target: planning({}), inapplicable: 'The target names no audiences' },
  {
    name: 'by product, with content_ids',
    change: all(
      drop(`${AT.sent.AddPaymentInfo}/body/properties/contents`),
      set(`${AT.sent.AddPaymentInfo}/body/properties/content_ids`, ['product_123']),
      drop(`${AT.call.AddPaymentInfo}/args/1/contents`),
      set(`${AT.call.AddPaymentInfo}/args/1/content_ids`, ['product_123']),
    ),
    target: ofEvent('AddPaymentInfo', 30, true),
  },
  {
    name: 'by product, where the SDK itself misses the content id: a finding of params/',
    change: all(
      drop(`${AT.sent.AddToCart}/body/properties/contents`),
      drop(`${AT.call.AddToCart}/args/1/contents`),
    ),
    target: ofEvent('AddToCart', 30, true),
  },
  {
    name: 'a year',
    target: ofEvent('Purchase', 365),
    findings: [{ code: 'days', args: { audience: 'Fans', event: 'Purchase', days: 365 }, place: '/target' }],
  },
  {
    name: 'no time at all, of no event',
    target: ofEvent('Cart!', 0),
    findings: [
      { code: 'days', args: { audience: 'Fans', event: 'Cart!', days: 0 }, place: '/target' },
      {
        code: 'name',
        args: { audience: 'Fans', event: 'Cart!' },
        place: '/target',
      },
    ],
  },
  {
    name: 'another spelling of a standard event',
    target: ofEvent('add_to_cart'),
    findings: [
      {
        code: 'spelling',
        args: { audience: 'Fans', event: 'add_to_cart', meant: 'AddToCart' },
        place: '/target',
      },
    ],
  },
  {
    name: 'the spelling of the pages, though a standard event has another',
    change: set(`${AT.sent.AddToCart}/body/event`, 'add_to_cart'),
    target: ofEvent('add_to_cart'),
  },
  {
    name: 'by product, without a content id',
    change: all(
      drop(`${AT.sent.AddPaymentInfo}/body/properties/contents`),
      drop(`${AT.call.AddPaymentInfo}/args/1/contents`),
    ),
    target: ofEvent('AddPaymentInfo', 30, true),
    findings: [
      {
        code: 'no-content-ids',
        args: { audience: 'Fans', event: 'AddPaymentInfo', page: '/checkout' },
        place: AT.sent.AddPaymentInfo,
      },
    ],
  },
]);

/** The target does not say which side sends the purchase. */
const unspoken = (target: Target) => {
  for (const one of target.journeys[0]!.expect) delete one.server;
};
const lead = add('requests', beacon(990, 'Lead', 'lead-1', `${SHOP}/orders/1001`));

testRule(bothPaths, [
  { name: 'the purchase came by both' },
  { name: 'by both, where the target says nothing about it', target: unspoken },
  { name: 'one that does not end a journey, by one side', change: drop(AT.sent.AddToCart), target: unspoken },
  {
    name: 'the target wants it of the server: a finding of events-api/sent-for-each-conversion',
    change: set('/server/requests', []),
  },
  {
    name: 'the target wants it of the server only',
    change: drop(AT.sent.Purchase, AT.call.Purchase),
    target: (target) => {
      target.journeys[0]!.expect = [{ event: 'Purchase', server: true, browser: false }];
    },
  },
  {
    name: 'the server has another name for it, and is first: a finding of dedup/counted-once',
    inapplicable: 'What is wrong is reported by dedup/counted-once',
    change: set(`${AT.server}/body/data/0/event`, 'PlaceAnOrder'),
  },
  {
    name: 'the server has another name for it, and the browser is first: a finding of dedup/counted-once',
    inapplicable: 'What is wrong is reported by dedup/counted-once',
    change: all(set(`${AT.server}/body/data/0/event`, 'PlaceAnOrder'), set(`${AT.server}/at`, 960)),
  },
  {
    name: 'the server is not seen',
    change: all(lead, set('/recorder/eventsApi', 'none')),
    inapplicable: "The server's calls are not recorded",
  },
  {
    name: 'nothing but browsing',
    change: all(set('/server/requests', []), set('/calls', []), (evidence) => {
      evidence.requests = evidence.requests.slice(0, 6);
    }),
    inapplicable: 'There was no conversion at the end of a journey',
  },
  {
    name: 'by the browser only, unearned: a finding of event/unexpected',
    inapplicable: 'What is wrong is reported by event/unexpected',
    change: lead,
  },
  {
    name: 'by the browser only',
    change: lead,
    target: (target) => target.journeys[0]!.expect.push({ event: 'Lead' }),
    findings: [
      {
        code: 'browser',
        args: { event: 'Lead', page: '/orders/1001' },
        place: '/requests/17',
        absence: true,
      },
    ],
  },
  {
    name: 'by the server only',
    change: drop(AT.sent.Purchase, AT.call.Purchase),
    target: unspoken,
    findings: [
      {
        code: 'server',
        args: { event: 'Purchase' },
        place: `${AT.server}/body/data/0`,
        absence: true,
      },
    ],
  },
]);
