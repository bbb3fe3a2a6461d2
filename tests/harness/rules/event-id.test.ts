// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates that were never filled are cases

import { createHash } from 'node:crypto';
import { expect } from '@playwright/test';
import { mask } from '../../../src/masking/mask.ts';
import { countedOnce } from '../../../src/rules/dedup/counted-once.ts';
import { matchesServer } from '../../../src/rules/event-id/matches-server.ts';
import { notConstant } from '../../../src/rules/event-id/not-constant.ts';
import { notPersonalData } from '../../../src/rules/event-id/not-personal-data.ts';
import { oneName } from '../../../src/rules/event-id/one-name.ts';
import { present } from '../../../src/rules/event-id/present.ts';
import { stableOnReload } from '../../../src/rules/event-id/stable-on-reload.ts';
import { string } from '../../../src/rules/event-id/string.ts';
import { thirdArgument } from '../../../src/rules/event-id/third-argument.ts';
import { unique } from '../../../src/rules/event-id/unique.ts';
import { sentForEachConversion } from '../../../src/rules/events-api/sent-for-each-conversion.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import type { Target } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { test } from '../test.ts';
import {
  AT,
  add,
  all,
  beacon,
  type Change,
  call,
  clean,
  cleanTarget,
  drop,
  eachBeacon,
  noticesAll,
  OTHER_PIXEL,
  page,
  SHOP,
  set,
} from './clean.ts';
import { testRule } from './table.ts';

const ORDER = `${SHOP}/orders/1001`;
const SERVER_EVENT = `${AT.server}/body/data/0`;

/** The purchase goes out without an id, as the SDK sends it then. */
const withoutId = all(set(`${AT.call.Purchase}/args/2`, {}), set(`${AT.sent.Purchase}/body/event_id`, ''));

const fanOut: Change = ({ requests }) => {
  for (const request of requests.filter(({ body }) => body !== undefined)) {
    const copy = structuredClone(request);
    Object.assign((copy.body as { context: object }).context, { pixel: { code: OTHER_PIXEL } });
    requests.push(copy);
  }
};

const reloaded = (properties: object) =>
  all(
    add('documents', page('again', 1000, ORDER, 'reload')),
    add('calls', call('again', 1013, 'track', 'Purchase', properties, { event_id: 'order-1001' })),
    add('requests', beacon(1053, 'Purchase', 'order-1001', ORDER, properties)),
  );
const SAME_ORDER = {
  contents: [{ content_id: 'product_123', content_type: 'product', quantity: 2, price: 29.99 }],
  value: 59.98,
  currency: 'USD',
};

/** Only events of browsing remain, and no server event. */
const onlyBrowsing: Change = (evidence) => {
  const isBrowsing = (name: unknown) => name === 'ViewContent' || name === 'Pageview';
  evidence.calls = evidence.calls.filter(({ method, args }) => method !== 'track' || isBrowsing(args[0]));
  evidence.requests = evidence.requests.filter(({ body }) => isBrowsing((body as { event?: string })?.event));
  evidence.server.requests = [];
};

const noServerExpected = {
  target: (target: { journeys: { expect: { server?: boolean }[] }[] }) => {
    for (const one of target.journeys[0]!.expect) delete one.server;
  },
};

const missing = (event: string, place: string) => ({
  code: 'missing',
  args: { event, page: '/orders/1001' },
  place,
});

testRule(present, [
  { name: 'every conversion has an id' },
  { name: 'no id', change: withoutId, findings: [missing('Purchase', AT.sent.Purchase)] },
  {
    name: 'a spelling that the SDK does not read',
    change: all(withoutId, set(`${AT.call.Purchase}/args/2`, { eventId: 'order-1001' })),
    findings: [
      {
        code: 'misnamed',
        args: { event: 'Purchase', page: '/orders/1001', names: 'eventId' },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'no third argument',
    change: all(drop(`${AT.call.Purchase}/args/2`), set(`${AT.sent.Purchase}/body/event_id`, '')),
    findings: [missing('Purchase', AT.sent.Purchase)],
  },
  {
    name: 'called without an id, and not sent',
    change: all(set(`${AT.call.Purchase}/args/2`, {}), drop(AT.sent.Purchase)),
    findings: [missing('Purchase', AT.call.Purchase)],
  },
  {
    name: 'the id in the properties, where SDKs since 2024 also read it',
    change: all(drop(`${AT.call.Purchase}/args/2`), set(`${AT.call.Purchase}/args/1/event_id`, 'order-1001')),
  },
  {
    name: 'the id in the properties, which the build of 2022 leaves there',
    change: all(
      drop(`${AT.call.Purchase}/args/2`),
      set(`${AT.call.Purchase}/args/1/event_id`, 'order-1001'),
      set(`${AT.sent.Purchase}/body/event_id`, ''),
    ),
    findings: [missing('Purchase', AT.sent.Purchase)],
  },
  {
    name: 'the other spelling, eventID',
    change: set(`${AT.call.Purchase}/args/2`, { eventID: 'order-1001' }),
  },
  {
    name: 'a number',
    change: all(
      set(`${AT.call.Purchase}/args/2`, { event_id: 1001 }),
      set(`${AT.sent.Purchase}/body/event_id`, 1001),
    ),
  },
  {
    name: 'the old name of the event',
    change: all(withoutId, set(`${AT.call.Purchase}/args/0`, 'CompletePayment')),
    findings: [missing('CompletePayment', AT.sent.Purchase)],
  },
  {
    name: "a worker's event without a call",
    change: all(withoutId, drop(AT.call.Purchase)),
    findings: [missing('Purchase', AT.sent.Purchase)],
  },
  {
    name: 'sent as an image request',
    change: all(withoutId, set(`${AT.sent.Purchase}/method`, 'GET'), set(`${AT.sent.Purchase}/image`, true)),
    findings: [missing('Purchase', AT.sent.Purchase)],
  },
  {
    name: 'tracked on an instance',
    change: all(withoutId, set(`${AT.call.Purchase}/pixel`, 'CDEMO000000000000001')),
    findings: [missing('Purchase', AT.sent.Purchase)],
  },
  {
    name: 'two pixels: one event, one finding',
    change: all(withoutId, fanOut),
    findings: [missing('Purchase', AT.sent.Purchase)],
  },
  {
    name: 'a view of a product needs no id',
    change: all(set(`${AT.call.ViewContent}/args/2`, {}), set(`${AT.sent.ViewContent}/body/event_id`, '')),
  },
  {
    name: 'a view of a product that the server sends, too, needs one',
    change: all(
      set(`${AT.call.ViewContent}/args/2`, {}),
      set(`${AT.sent.ViewContent}/body/event_id`, ''),
      set(`${AT.server}/body/data/1`, { event: 'ViewContent', event_time: 1795340751, event_id: 'view-1' }),
    ),
    findings: [
      {
        code: 'missing',
        args: { event: 'ViewContent', page: '/products/blue-widget' },
        place: AT.sent.ViewContent,
      },
    ],
  },
  {
    name: 'a custom event that the target expects from the server needs one',
    change: add(
      'requests',
      beacon(990, 'GiftWrapped', '', ORDER),
      // A page view has none, whatever the target says: page() can carry none.
      beacon(991, 'Pageview', '', ORDER),
    ),
    target: (target) =>
      target.journeys[0]!.expect.push(
        { event: 'GiftWrapped', server: true },
        { event: 'Pageview', server: true },
      ),
    findings: [missing('GiftWrapped', '/requests/17')],
  },
  { name: 'a custom event needs none', change: add('requests', beacon(990, 'GiftWrapped', '', ORDER)) },
  {
    name: 'only looked around',
    change: onlyBrowsing,
    ...noServerExpected,
    inapplicable: 'There was no conversion',
  },
]);

testRule(unique, [
  { name: 'every id identifies one event' },
  {
    name: 'one id for the whole journey: the names differ',
    change: all(
      set(`${AT.call.AddPaymentInfo}/args/2/event_id`, 'order-1001'),
      set(`${AT.sent.AddPaymentInfo}/body/event_id`, 'order-1001'),
    ),
  },
  {
    name: 'the same order again on a reload, its properties in another order',
    change: reloaded(Object.fromEntries(Object.entries(SAME_ORDER).toReversed())),
  },
  {
    name: 'the id of the product',
    change: all(
      set(`${AT.call.AddToCart}/args/2/event_id`, 'SKU-1'),
      set(`${AT.sent.AddToCart}/body/event_id`, 'SKU-1'),
      set(`${AT.sent.AddToCart}/body/properties/contents/0/content_id`, 'SKU-1'),
      set(`${AT.call.AddToCart}/args/1/contents/0/content_id`, 'SKU-1'),
    ),
    findings: [{ code: 'of-a-product', args: { id: 'SKU-1', event: 'AddToCart' }, place: AT.sent.AddToCart }],
  },
  { name: 'the same order again on a reload: the id is for that', change: reloaded(SAME_ORDER) },
  {
    name: 'another order with the same id',
    change: reloaded({ ...SAME_ORDER, value: 29.99 }),
    findings: [
      {
        code: 'two-contents',
        args: { id: 'order-1001', event: 'Purchase' },
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'the same order by its old and its new name',
    change: all(reloaded(SAME_ORDER), set('/calls/15/args/0', 'CompletePayment')),
  },
  { name: 'two pixels: the copies are one event', change: fanOut },
  {
    name: 'one event for each of two instances',
    change: all(
      fanOut,
      set(`${AT.call.Purchase}/pixel`, 'CDEMO000000000000001'),
      add('calls', {
        ...call('order', 914, 'track', 'Purchase', SAME_ORDER, { event_id: 'order-1001' }),
        pixel: OTHER_PIXEL,
      }),
    ),
  },
  {
    name: 'no event has an id',
    change: (evidence) => {
      eachBeacon((body) => {
        body.event_id = '';
      })(evidence);
      for (const { args } of evidence.calls) args.splice(2);
    },
    inapplicable: 'No event carried an event_id',
  },
]);

testRule(oneName, [
  { name: 'every event has an id of its own' },
  {
    name: 'one id for the whole journey',
    change: all(
      set(`${AT.call.AddPaymentInfo}/args/2/event_id`, 'order-1001'),
      set(`${AT.sent.AddPaymentInfo}/body/event_id`, 'order-1001'),
    ),
    findings: [
      {
        code: 'shared',
        args: { id: 'order-1001', event: 'Purchase', other: 'AddPaymentInfo' },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'the same number as text and as number',
    change: all(
      set(`${AT.call.AddPaymentInfo}/args/2/event_id`, 7),
      set(`${AT.sent.AddPaymentInfo}/body/event_id`, 7),
      set(`${AT.call.Purchase}/args/2/event_id`, '7'),
      set(`${AT.sent.Purchase}/body/event_id`, '7'),
    ),
    findings: [
      {
        code: 'shared',
        args: { id: '7', event: 'Purchase', other: 'AddPaymentInfo' },
        place: AT.sent.Purchase,
      },
    ],
  },
  { name: 'the same order again on a reload', change: reloaded(SAME_ORDER) },
  {
    name: 'no event has an id',
    change: (evidence) => {
      eachBeacon((body) => {
        body.event_id = '';
      })(evidence);
      for (const { args } of evidence.calls) args.splice(2);
    },
    inapplicable: 'No event carried an event_id',
  },
]);

testRule(matchesServer, [
  { name: 'the server sends the purchase with the id of the browser' },
  {
    name: 'the server sends it by its old name',
    change: set(`${SERVER_EVENT}/event`, 'CompletePayment'),
  },
  {
    name: 'the browser calls it by its old name',
    change: set(`${AT.call.Purchase}/args/0`, 'CompletePayment'),
  },
  {
    name: 'the server sends another id',
    change: set(`${SERVER_EVENT}/event_id`, '1001'),
    findings: [
      {
        code: 'differs',
        args: { event: 'Purchase', id: 'order-1001', server: '"1001"', only: '' },
        place: SERVER_EVENT,
      },
    ],
  },
  ...(
    [
      ['ORDER-1001', 'only letter case differs'],
      ['order-1001 ', 'only blanks differ'],
      ['Order -1001', 'only blanks and letter case differ'],
    ] as const
  ).map(([id, only]) => ({
    name: `the server's id looks alike: ${only}`,
    change: set(`${SERVER_EVENT}/event_id`, id),
    findings: [
      {
        code: 'differs',
        args: { event: 'Purchase', id: 'order-1001', server: JSON.stringify(id), only },
        place: SERVER_EVENT,
      },
    ],
  })),
  {
    name: 'the server sends neither an id nor _ttp',
    change: drop(`${SERVER_EVENT}/event_id`, `${SERVER_EVENT}/user/ttp`),
    findings: [
      {
        code: 'without-id',
        args: { event: 'Purchase', id: 'order-1001', ttp: '' },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'the server sends no id',
    change: drop(`${SERVER_EVENT}/event_id`),
    findings: [
      {
        code: 'without-id',
        args: { event: 'Purchase', id: 'order-1001', ttp: 'same' },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'the server sends a second one that the browser never sent',
    change: set(`${AT.server}/body/data/1`, {
      event: 'Purchase',
      event_time: 1795340751,
      event_id: 'order-1002',
    }),
    findings: [
      {
        code: 'extra',
        args: { event: 'Purchase', id: '"order-1002"' },
        place: `${AT.server}/body/data/1`,
      },
    ],
  },
  {
    name: 'the server sends a renewal, which has a number of its own',
    change: all(
      set(`${AT.server}/body/data/0/properties/order_id`, '1001'),
      set(`${AT.server}/body/data/1`, {
        event: 'Purchase',
        event_time: 1795340751,
        event_id: 'order-1002',
        properties: { order_id: '1002' },
      }),
    ),
  },
  {
    name: 'the server sends a second one without an id',
    change: set(`${AT.server}/body/data/1`, { event: 'Purchase', event_time: 1795340751 }),
    findings: [
      {
        code: 'extra',
        args: { event: 'Purchase', id: 'none' },
        place: `${AT.server}/body/data/1`,
      },
    ],
  },
  {
    name: 'a number in the browser, the same as text on the server',
    change: all(
      set(`${AT.call.Purchase}/args/2/event_id`, 1001),
      set(`${AT.sent.Purchase}/body/event_id`, 1001),
      set(`${SERVER_EVENT}/event_id`, '1001'),
    ),
  },
  {
    name: 'a legacy body',
    change: all(
      set(`${AT.server}/url`, 'https://business-api.tiktok.com/open_api/v1.3/pixel/track/'),
      set(`${AT.server}/body`, {
        pixel_code: 'CDEMO000000000000001',
        event: 'CompletePayment',
        event_id: 'order-1',
      }),
    ),
    findings: [
      {
        code: 'differs',
        args: { event: 'Purchase', id: 'order-1001', server: '"order-1"', only: '' },
        place: `${AT.server}/body`,
      },
    ],
  },
  {
    name: 'two pixels: one event, matched once',
    change: fanOut,
  },
  {
    name: "a worker's event without a call",
    change: all(drop(AT.call.Purchase), set(`${SERVER_EVENT}/event_id`, 'other')),
    findings: [
      {
        code: 'differs',
        args: { event: 'Purchase', id: 'order-1001', server: '"other"', only: '' },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'an event that the target does not expect of the server, which sends it',
    change: set(`${SERVER_EVENT}/event`, 'AddPaymentInfo'),
    ...noServerExpected,
    findings: [
      {
        code: 'differs',
        args: { event: 'AddPaymentInfo', id: 'payment-1', server: '"order-1001"', only: '' },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'the browser event has no id: a finding of event-id/present',
    change: withoutId,
    inapplicable: 'No event was sent by both sides',
  },
  {
    name: 'nothing expected of the server, and nothing sent',
    change: set('/server/requests', []),
    ...noServerExpected,
    inapplicable: 'No event was sent by both sides',
  },
  {
    name: 'the server sends nothing: a finding of events-api/sent-for-each-conversion',
    change: set('/server/requests', []),
    inapplicable: 'No event was sent by both sides',
  },
  {
    name: 'the server sends another event only',
    change: set(`${SERVER_EVENT}/event`, 'PlaceAnOrder'),
    inapplicable: 'No event was sent by both sides',
  },
  {
    name: 'the server sends it to another pixel: a finding of events-api/pixel-matches',
    change: set(`${AT.server}/body/event_source_id`, OTHER_PIXEL),
  },
  {
    name: 'the server sends the same order a second time: a finding of dedup/counted-once',
    change: ({ server }) => {
      const { data } = server.requests[0]!.body as { data: object[] };
      data.push({ ...structuredClone(data[0]!), event_id: 'job-1001' });
    },
  },
  {
    name: 'a second order that only the browser sends: a finding of events-api/sent-for-each-conversion',
    change: add('requests', beacon(990, 'Purchase', 'order-1002', ORDER, { value: 5, currency: 'USD' })),
  },
  {
    name: 'two orders, and the server has ids of its own for both',
    change: all(
      add('requests', beacon(990, 'Purchase', 'order-1002', ORDER, { value: 5, currency: 'USD' })),
      set(`${SERVER_EVENT}/event_id`, 'a'),
      set(`${AT.server}/body/data/1`, { event: 'Purchase', event_time: 1795340750, event_id: 'b' }),
    ),
    findings: [
      {
        code: 'differs',
        args: { event: 'Purchase', id: 'order-1001', server: '"a"', only: '' },
        place: SERVER_EVENT,
      },
      {
        code: 'differs',
        args: { event: 'Purchase', id: 'order-1002', server: '"b"', only: '' },
        place: `${AT.server}/body/data/1`,
      },
    ],
  },
  {
    name: 'the id is in the properties of the server event: a finding of events-api/layout',
    change: all(drop(`${SERVER_EVENT}/event_id`), set(`${SERVER_EVENT}/properties/event_id`, 'order-1001')),
  },
  {
    name: 'an id that is not text: a finding of events-api/accepted',
    change: set(`${SERVER_EVENT}/event_id`, { id: 'order-1001' }),
  },
]);

/** The purchase carries another id in its call and on the wire. */
const purchaseId = (eventId: unknown) =>
  all(set(`${AT.call.Purchase}/args/2/event_id`, eventId), set(`${AT.sent.Purchase}/body/event_id`, eventId));

testRule(string, [
  { name: 'every id is text' },
  { name: 'digits as text', change: purchaseId('1001') },
  {
    name: 'a number',
    change: purchaseId(1001),
    findings: [
      {
        code: 'number',
        args: { event: 'Purchase', found: '1001' },
        place: AT.sent.Purchase,
      },
    ],
  },
  ...(
    [
      ['an object', { id: 'order-1001' }, '{"id":"order-1001"}'],
      ['a list', ['order-1001'], '["order-1001"]'],
      ['a boolean', true, 'true'],
    ] as const
  ).map(([name, eventId, found]) => ({
    name,
    change: purchaseId(eventId),
    findings: [
      {
        code: 'not-text',
        args: { event: 'Purchase', found },
        place: AT.sent.Purchase,
      },
    ],
  })),
  {
    name: 'NaN, which is not sent: a finding of event-id/present',
    change: all(
      set(`${AT.call.Purchase}/args/2/event_id`, { $: 'NaN' }),
      set(`${AT.sent.Purchase}/body/event_id`, ''),
    ),
  },
  {
    name: 'NaN in a call that was not sent',
    change: all(set(`${AT.call.Purchase}/args/2/event_id`, { $: 'NaN' }), drop(AT.sent.Purchase)),
    findings: [
      {
        code: 'not-text',
        args: { event: 'Purchase', found: 'NaN' },
        place: AT.call.Purchase,
      },
    ],
  },
  {
    name: 'a number, the same on the server, which events-api/accepted reports',
    change: all(purchaseId(1001), set(`${SERVER_EVENT}/event_id`, 1001)),
    findings: [
      {
        code: 'number',
        args: { event: 'Purchase', found: '1001' },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'a number for the view of a product, which only the browser sends',
    change: all(
      set(`${AT.call.ViewContent}/args/2/event_id`, 7),
      set(`${AT.sent.ViewContent}/body/event_id`, 7),
    ),
  },
  {
    name: 'no conversion has an id: a finding of event-id/present',
    change: (evidence) => {
      eachBeacon((body) => {
        body.event_id = '';
      })(evidence);
    },
    inapplicable: 'No conversion carried an event_id',
  },
  {
    name: 'only browsing',
    change: onlyBrowsing,
    inapplicable: 'No conversion carried an event_id',
    target: noServerExpected.target,
  },
]);

const inProperties = (event: string, place: string) => ({
  code: 'in-properties',
  args: { event },
  place,
});

testRule(thirdArgument, [
  { name: 'each is in the third argument' },
  {
    name: 'under the other spelling, eventID',
    change: set(`${AT.call.Purchase}/args/2`, { eventID: 'order-1001' }),
  },
  {
    name: 'among the properties',
    change: all(drop(`${AT.call.Purchase}/args/2`), set(`${AT.call.Purchase}/args/1/event_id`, 'order-1001')),
    findings: [inProperties('Purchase', AT.call.Purchase)],
  },
  {
    name: 'among the properties, with an empty third argument, as wrappers give',
    change: all(
      set(`${AT.call.Purchase}/args/2`, {}),
      set(`${AT.call.Purchase}/args/1/eventID`, 'order-1001'),
    ),
    findings: [inProperties('Purchase', AT.call.Purchase)],
  },
  {
    name: 'in both: the third argument counts',
    change: set(`${AT.call.Purchase}/args/1/event_id`, 'order-1001'),
  },
  {
    name: 'two of one name are reported once',
    change: all(
      set(`${AT.call.AddPaymentInfo}/args/0`, 'AddToCart'),
      ...[AT.call.AddToCart, AT.call.AddPaymentInfo].flatMap((place) => [
        set(`${place}/args/2`, {}),
        set(`${place}/args/1/event_id`, place),
      ]),
      drop(AT.sent.AddPaymentInfo, AT.sent.AddToCart),
    ),
    findings: [inProperties('AddToCart', AT.call.AddToCart)],
  },
  {
    name: 'a build that leaves it there: a finding of event-id/present',
    change: all(
      drop(`${AT.call.Purchase}/args/2`),
      set(`${AT.call.Purchase}/args/1/event_id`, 'order-1001'),
      set(`${AT.sent.Purchase}/body/event_id`, ''),
    ),
  },
  {
    name: 'no call, only what a worker sent',
    change: (evidence) => {
      evidence.calls = evidence.calls.filter(({ method }) => method !== 'track');
    },
    inapplicable: 'No ttq.track was given an event_id',
  },
]);

/** The page of the order is shown once more, and tracks an event again. */
const again = (
  via: 'reload' | 'history',
  eventId: unknown,
  { event = 'Purchase', properties = SAME_ORDER as object, sent = true } = {},
): Change =>
  all(
    add('documents', page('again', 1000, ORDER, via)),
    add('calls', call('again', 1013, 'track', event, properties, { event_id: eventId })),
    sent ? add('requests', beacon(1053, event, eventId, ORDER, properties)) : () => {},
  );

/** The page of the order tracks a registration, too. */
const registered = all(
  add('calls', call('order', 914, 'track', 'CompleteRegistration', {}, { event_id: 'account-1' })),
  add('requests', beacon(954, 'CompleteRegistration', 'account-1', ORDER)),
);

const reloadedWith = (id: string, place: string, event = 'Purchase', before = 'order-1001') => ({
  code: 'reload',
  args: { event, id, before, page: '/orders/1001' },
  place,
});

const expectsRegistration = ({ journeys }: Target) => {
  journeys[0]!.expect.push({ event: 'CompleteRegistration' });
};

testRule(stableOnReload, [
  { name: 'nothing is loaded again' },
  { name: 'a reload that tracks nothing', change: add('documents', page('again', 1000, ORDER, 'reload')) },
  { name: 'the same id on a reload', change: again('reload', 'order-1001') },
  { name: 'the same id as a number', change: all(purchaseId(1001), again('reload', '1001')) },
  {
    name: 'another id on a reload',
    change: again('reload', 'order-2f'),
    findings: [reloadedWith('order-2f', '/requests/17')],
  },
  {
    name: 'another id on a reload, and in another order of the wire',
    change: all(again('reload', 'order-2f'), drop('/calls/15')),
    findings: [reloadedWith('order-2f', '/requests/17')],
  },
  {
    name: 'called, not sent',
    change: again('reload', 'order-2f', { sent: false }),
    findings: [reloadedWith('order-2f', '/calls/15')],
  },
  {
    name: 'another id on a page that the visitor went back to',
    change: again('history', 'order-2f'),
    findings: [
      {
        code: 'history',
        args: { event: 'Purchase', id: 'order-2f', before: 'order-1001', page: '/orders/1001' },
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'by its old name',
    change: again('reload', 'order-2f', { event: 'CompletePayment' }),
    findings: [reloadedWith('order-2f', '/requests/17', 'CompletePayment')],
  },
  {
    name: 'two pixels: one finding',
    change: all(again('reload', 'order-2f'), fanOut),
    findings: [reloadedWith('order-2f', '/requests/17')],
  },
  {
    name: 'nothing in it says which order it is',
    change: again('reload', 'order-2f', { properties: { value: 59.98, currency: 'USD' } }),
    findings: [reloadedWith('order-2f', '/requests/17')],
  },
  {
    name: 'another order, by its contents',
    change: again('reload', 'order-2f', {
      properties: { contents: [{ content_id: 'product_456', quantity: 1, price: 34.5 }], value: 34.5 },
    }),
  },
  { name: 'without an id: a finding of event-id/present', change: again('reload', '') },
  {
    name: 'the page was not reloaded, but reached by a link',
    change: all(again('reload', 'order-2f'), set('/documents/4/via', 'link')),
  },
  {
    name: 'the page that was reloaded is another one',
    change: all(
      again('reload', 'order-2f'),
      set('/documents/4/url', `${SHOP}/`),
      set('/calls/15/url', ORDER),
    ),
  },
  {
    name: 'the checkout begins again',
    change: all(
      add('documents', page('again', 1000, `${SHOP}/checkout`, 'history')),
      add('calls', call('again', 1013, 'track', 'InitiateCheckout', {}, { event_id: 'checkout-2' })),
    ),
  },
  {
    name: 'another event that is tracked while the page loads',
    target: expectsRegistration,
    change: all(registered, again('reload', 'account-2', { event: 'CompleteRegistration', properties: {} })),
    findings: [reloadedWith('account-2', '/requests/18', 'CompleteRegistration', 'account-1')],
  },
  {
    name: 'another event, which the visitor did again on the page that was reloaded',
    target: expectsRegistration,
    change: all(
      registered,
      again('reload', 'account-2', { event: 'CompleteRegistration', properties: {} }),
      set('/steps/6', { at: 1005, action: 'click', on: '#join', text: '{"click":"#join"}' }),
    ),
  },
  {
    name: 'another event, while the visitor only waits',
    target: expectsRegistration,
    change: all(
      registered,
      again('reload', 'account-2', { event: 'CompleteRegistration', properties: {} }),
      set('/steps/6', {
        at: 1005,
        action: 'waitFor',
        on: 'text=Thank you',
        text: '{"waitFor":"text=Thank you"}',
      }),
    ),
    findings: [reloadedWith('account-2', '/requests/18', 'CompleteRegistration', 'account-1')],
  },
  {
    name: 'another event, which the journey has not earned',
    change: all(registered, again('reload', 'account-2', { event: 'CompleteRegistration', properties: {} })),
    target: noticesAll,
    inapplicable: 'What is wrong is reported by event/unexpected',
  },
  { name: 'only browsing', change: onlyBrowsing, inapplicable: 'No conversion carried an event_id' },
]);

const constant = (id: string, kind: string) => ({
  code: 'constant',
  args: { event: 'Purchase', id, kind, side: 'browser' },
  place: AT.sent.Purchase,
});
const CONSTANTS: [string, string][] = [
  ['Purchase', "an event's name"],
  ['complete_payment', "an event's name"],
  ['CDEMO000000000000001', "the pixel's id"],
  ['event-id-1', 'a sample from documentation or tests'],
  ['order_12345_1709510400', 'a sample from documentation or tests'],
  ['YOUR_EVENT_ID', 'a sample from documentation or tests'],
  ['EVENT_ID', 'a sample from documentation or tests'],
  ['123', 'a sample from documentation or tests'],
  ['test', 'a sample from documentation or tests'],
  ['undefined', 'what a program writes where it has no id'],
  ['null', 'what a program writes where it has no id'],
  ['NaN', 'what a program writes where it has no id'],
  ['[object Object]', 'what a program writes where it has no id'],
  ['order-undefined', 'what a program writes where it has no id'],
  ['undefined_Purchase', 'what a program writes where it has no id'],
  ['order_[object Object]', 'what a program writes where it has no id'],
  ['{{order_id}}', 'a placeholder that was never filled'],
  ['order-{{ Order.ID }}', 'a placeholder that was never filled'],
  ['${orderId}', 'a placeholder that was never filled'],
  ['%ORDER%', 'a placeholder that was never filled'],
  ['__CLICKID__', 'a placeholder that was never filled'],
  ['{order_id}', 'a placeholder that was never filled'],
  ['<event id>', 'a placeholder that was never filled'],
  ['<%= @order.id %>', 'a placeholder that was never filled'],
  ['2026-11-22', 'no more than a date'],
  ['2019-02-03', 'no more than a date'],
  ['20261122', 'no more than a date'],
  ['22.11.2026', 'no more than a date'],
  ['purchase-2026-11-22', 'no more than a date'],
  ['20261123_CompletePayment', 'no more than a date'],
  ['CDEMO000000000000001:Purchase:2026/11/21', 'no more than a date'],
];

/** Ids that may be made for one event, and those that real sites make. */
const OCCASIONAL = [
  '1',
  '7',
  '1001',
  '20261001',
  '124',
  'order-1',
  'order-undefined-1709510400',
  'purchase-2026-11-22-7',
  'purchase-202611221',
  'purchase-2026-11-25',
  'anna-2026-11-22',
  'Purchase_1001',
  'testament',
  'c3b1e2b0-7a8e-4c0a-9b5d-0e5f3c1d2a4b',
  '1795340750.7f3a',
  'a%20b%20c',
  'M%C3%BCller%20%2F7',
  '[email sha256=bbcf7ec51c7f6b527a56ebaa00ea30595f786ce3eca3feff8c3b8930c2cc7ec8 shape=aaa]',
];

testRule(notConstant, [
  { name: 'each is made for its occasion' },
  ...CONSTANTS.map(([id, kind]) => ({
    name: `the id ${id}`,
    change: purchaseId(id),
    findings: [constant(id, kind)],
  })),
  ...OCCASIONAL.map((id) => ({ name: `the id ${id}`, change: purchaseId(id) })),
  {
    name: "a custom event's own name",
    change: add('requests', beacon(990, 'GiftWrapped', 'GiftWrapped', ORDER)),
    findings: [
      {
        code: 'constant',
        args: { event: 'GiftWrapped', id: 'GiftWrapped', kind: "an event's name", side: 'browser' },
        place: '/requests/17',
      },
    ],
  },
  { name: 'a number: a finding of event-id/string', change: purchaseId(123) },
  {
    name: 'on both sides',
    change: all(purchaseId('null'), set(`${SERVER_EVENT}/event_id`, 'null')),
    findings: [
      constant('null', 'what a program writes where it has no id'),
      {
        code: 'constant',
        args: {
          event: 'Purchase',
          id: 'null',
          kind: 'what a program writes where it has no id',
          side: 'server',
        },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'no event has an id',
    change: (evidence) => {
      eachBeacon((body) => {
        body.event_id = '';
      })(evidence);
      for (const { args } of evidence.calls) args.splice(2);
      evidence.server.requests = [];
    },
    inapplicable: 'No event carried an event_id',
  },
]);

const MASKED_EMAIL =
  '[email sha256=0f1c6a7f4f5e8a6c4f5e8a6c4f5e8a6c4f5e8a6c4f5e8a6c4f5e8a6c4f5e8a6c shape=aaa.aaaaa@aaaaaaa.aaa]';
const personal = (what: string, how: string, place: string = AT.sent.Purchase, side = 'browser') => ({
  code: 'personal',
  args: { event: 'Purchase', side, what, how },
  place,
});
/** As the recorder knows the customer. */
const SECRETS = [
  { text: 'Ada.Buyer@Example.com', kind: 'email' },
  { text: '+14155550123', kind: 'phone' },
  { text: 'Adalbert', kind: 'name' },
  { text: 'Buyerman', kind: 'name' },
];
const hex = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

const PERSONAL: [name: string, id: string, what: string, how: string][] = [
  ['a masked e-mail address', MASKED_EMAIL, 'an e-mail address', 'in clear'],
  ['one within a longer text', `order-${MASKED_EMAIL}-7`, 'an e-mail address', 'in clear'],
  ['a masked phone number', MASKED_EMAIL.replace('email', 'phone'), 'a phone number', 'in clear'],
  ['a masked name', MASKED_EMAIL.replace('email', 'name'), 'a name', 'in clear'],
  ['the e-mail address in upper case', 'ADA.BUYER@EXAMPLE.COM-7', 'an e-mail address', 'in clear'],
  ['the e-mail address in Base64', `${btoa('ada.buyer@example.com')}.7`, 'an e-mail address', 'encoded'],
  [
    'its bytes in hexadecimal',
    Buffer.from('ada.buyer@example.com').toString('hex'),
    'an e-mail address',
    'encoded',
  ],
  ['its URL form', 'ada.buyer%40example.com', 'an e-mail address', 'in clear'],
  ['its SHA-256', hex('sha256', 'ada.buyer@example.com'), 'an e-mail address', 'hashed'],
  [
    'its SHA-256 as typed',
    hex('sha256', 'Ada.Buyer@Example.com').toUpperCase(),
    'an e-mail address',
    'hashed',
  ],
  ['its MD5 with a number', `${hex('md5', 'ada.buyer@example.com')}-1001`, 'an e-mail address', 'hashed'],
  ['its SHA-1', hex('sha1', 'ada.buyer@example.com'), 'an e-mail address', 'hashed'],
  ['the phone number without its plus', 'call-14155550123', 'a phone number', 'in clear'],
  ['the MD5 of the phone number', hex('md5', '14155550123'), 'a phone number', 'hashed'],
  ['a name', 'adalbert-7', 'a name', 'in clear'],
  ['the SHA-256 of a name', hex('sha256', 'buyerman'), 'a name', 'hashed'],
];

testRule(notPersonalData, [
  { name: 'no id holds any' },
  ...PERSONAL.map(([name, id, what, how]) => ({
    name,
    change: purchaseId(mask(id, SECRETS)),
    findings: [personal(what, how)],
  })),
  {
    name: 'in an object instead of an id',
    change: purchaseId({ email: MASKED_EMAIL }),
    findings: [personal('an e-mail address', 'in clear')],
  },
  {
    name: 'on the server',
    change: set(`${SERVER_EVENT}/event_id`, MASKED_EMAIL),
    findings: [personal('an e-mail address', 'in clear', SERVER_EVENT, 'server')],
  },
  {
    name: 'nothing is known of the customer',
    change: purchaseId(hex('sha256', 'adalbert')),
    target: (target) => {
      target.identity = {};
    },
  },
  { name: 'a salted hash, or one of something else', change: purchaseId(hex('sha256', 'pepper-ada')) },
  { name: 'letters that contain a name', change: purchaseId('xadalbertx') },
  {
    name: "the customer's number, which is not a name",
    change: purchaseId(MASKED_EMAIL.replace('email', 'external-id')),
  },
  {
    name: "an id as mail programs make it, which ends in the shop's own host",
    change: purchaseId(MASKED_EMAIL.replace('aaa.aaaaa@aaaaaaa.aaa', '9999.9a9a@aaa.aaaa.aaaaaaa')),
  },
  {
    name: 'no event has an id',
    change: (evidence) => {
      eachBeacon((body) => {
        body.event_id = '';
      })(evidence);
      for (const { args } of evidence.calls) args.splice(2);
      evidence.server.requests = [];
    },
    inapplicable: 'No event carried an event_id',
  },
]);

test.describe('one cause, one rule', () => {
  const verdictOn = (rule: Rule, change: Change) =>
    judgeVisit(clean(change), cleanTarget(), [rule]).verdicts[0]!;
  const findingsOf = (rule: Rule, change: Change) => verdictOn(rule, change).findings;
  const constants = all(purchaseId('{{id}}'), set(`${AT.sent.AddPaymentInfo}/body/event_id`, '{{id}}'));

  test('a constant that two events share is not a finding of event-id/unique or event-id/one-name', () => {
    expect(findingsOf(unique, constants)).toEqual([]);
    expect(findingsOf(oneName, constants)).toEqual([]);
  });

  for (const [name, change] of [
    ['a constant in the browser', purchaseId('{{id}}')],
    ['a constant on the server', set(`${SERVER_EVENT}/event_id`, 'undefined')],
    ['an object in the browser', purchaseId({ id: 'order-1001' })],
  ] as const) {
    test(`${name} is not a finding of event-id/matches-server, and no conversion is counted twice`, () => {
      expect(findingsOf(matchesServer, change)).toEqual([]);
      expect(verdictOn(countedOnce, change).outcome).toBe('inapplicable');
    });
  }

  test('a new id on a reload is not a finding of the rules that compare browser and server', () => {
    const change = again('reload', 'order-2f', { properties: { value: 59.98, currency: 'USD' } });
    expect(findingsOf(sentForEachConversion, change)).toEqual([]);
    expect(findingsOf(matchesServer, change)).toEqual([]);
    expect(verdictOn(countedOnce, again('reload', 'order-2f')).outcome).toBe('inapplicable');
  });
});
