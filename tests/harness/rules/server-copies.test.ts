import { countedOnce } from '../../../src/rules/dedup/counted-once.ts';
import { mergedInTime } from '../../../src/rules/dedup/merged-in-time.ts';
import { parametersAgree } from '../../../src/rules/events-api/parameters-agree.ts';
import { retries } from '../../../src/rules/events-api/retries.ts';
import { sentForEachConversion } from '../../../src/rules/events-api/sent-for-each-conversion.ts';
import { sentOnce } from '../../../src/rules/events-api/sent-once.ts';
import type { Target } from '../../../src/target/target.ts';
import {
  AT,
  add,
  all,
  beacon,
  type Change,
  call,
  drop,
  noticesAll,
  OTHER_PIXEL,
  page,
  SHOP,
  set,
} from './clean.ts';
import { answer, inRequest, SERVER_EVENT, sendAgain } from './server.ts';
import { testRule } from './table.ts';

const ORDER = `${SHOP}/orders/1001`;
const PROPERTIES = `${SERVER_EVENT}/properties`;
const SAME_ORDER = {
  contents: [{ content_id: 'product_123', content_type: 'product', quantity: 2, price: 29.99 }],
  value: 59.98,
  currency: 'USD',
};
const OTHER_ORDER = { ...SAME_ORDER, contents: [{ content_id: 'product_456', quantity: 1 }], value: 34.5 };
const noneExpected = {
  target: (target: { journeys: { expect: { event: string; count?: number; server?: boolean }[] }[] }) => {
    for (const one of target.journeys[0]!.expect) {
      delete one.server;
      delete one.count;
    }
  },
};
const onlyOnServer = {
  target: (target: Target) => {
    target.journeys[0]!.expect = [{ event: 'Purchase', server: true, browser: false }];
  },
};
const untiedCall =
  (...events: string[]): Change =>
  ({ server }) => {
    server.unattributed = [...(server.unattributed ?? []), { at: 900, events, reason: 'no-visit' }];
  };
const nothingSent = set('/server/requests', []);
/** The browser sends an order; the target does not say how many there should be. */
const order = (eventId: string, properties: object) =>
  add('requests', beacon(990, 'Purchase', eventId, ORDER, properties));

/** The visitor orders the same again, and only the server's events have the number of the order. */
const twoOrders = (second: string) =>
  all(
    set(`${PROPERTIES}/order_id`, '1001'),
    sendAgain((_request, { data }) => {
      data[0]!.event_id = second;
      data[0]!.properties = { ...(data[0]!.properties as object), order_id: '1002' };
    }),
    order(second, SAME_ORDER),
  );

/** An order's page is opened again, comes from the service worker's cache, and sends the order that it was made for. */
const keptOrder =
  (path: string, via = 'form'): Change =>
  (evidence) => {
    const url = `${SHOP}${path}`;
    evidence.documents.push({ ...page('again', 1000, url, via), kept: 'service-worker' });
    evidence.calls.push({ ...evidence.calls[14]!, document: 'again', at: 1010 });
    evidence.requests.push(beacon(1020, 'Purchase', 'order-1001', url, SAME_ORDER));
  };
/** The server sends the order that was placed before that page. */
const nextOrder = sendAgain((request, { data }) => {
  request.at = 1005;
  data[0]!.event_id = 'order-1003';
});
const keptFinding = (path: string) => ({
  code: 'kept',
  args: { event: 'Purchase', id: 'order-1001', page: path, cache: "the service worker's cache" },
  place: '/requests/17',
});

const notSent = (sent: string, place: string = AT.sent.Purchase, id = 'order-1001', wait = '5 seconds') => ({
  code: 'not-sent',
  args: { event: 'Purchase', id, sent, wait },
  place,
  absence: true as const,
});

testRule(sentForEachConversion, [
  { name: 'the purchase was sent' },
  {
    name: 'under another id: a finding of event-id/matches-server',
    change: set(`${SERVER_EVENT}/event_id`, 'x'),
  },
  { name: 'the server sends nothing', change: nothingSent, findings: [notSent('nothing')] },
  {
    name: 'it sends nothing within the time of that event',
    change: nothingSent,
    target: ({ journeys }) => {
      for (const one of journeys[0]!.expect) if (one.server) one.settle = 30_000;
    },
    findings: [{ ...notSent('nothing'), args: { ...notSent('nothing').args, wait: '30 seconds' } }],
  },
  {
    name: 'a call of no visit may be what is missing',
    change: all(nothingSent, untiedCall('Purchase job-7')),
    inconclusive:
      'A call to the Events API could not be matched to a visit (Purchase job-7), so it is not known whether the server sent Purchase for this one. ' +
      'Send event_id, ttclid or ttp with each event',
  },
  {
    name: 'calls of no visit that cannot be read may be, too',
    change: all(nothingSent, untiedCall(), untiedCall('CompletePayment')),
    inconclusive:
      '2 calls to the Events API could not be matched to a visit (one that cannot be read and CompletePayment), so it is not known whether the server ' +
      'sent Purchase for this one. Send event_id, ttclid or ttp with each event',
  },
  {
    name: 'a call of no visit with another event is not',
    change: all(nothingSent, untiedCall('AddToCart add-1')),
    findings: [notSent('nothing')],
  },
  {
    name: 'the server sends another event only',
    change: all(set(`${SERVER_EVENT}/event`, 'AddToCart'), set(`${SERVER_EVENT}/event_id`, 'add-1')),
    findings: [notSent('AddToCart')],
  },
  {
    name: 'under another name: a finding of dedup/counted-once',
    change: set(`${SERVER_EVENT}/event`, 'PlaceAnOrder'),
  },
  {
    name: 'one order of two, which the target does not ask for',
    change: order('order-1002', OTHER_ORDER),
    ...noneExpected,
    findings: [notSent('Purchase', '/requests/17', 'order-1002', '')],
  },
  {
    name: 'two where the target wants one: a finding of event/expected',
    inapplicable: 'What is wrong is reported by event/expected',
    change: order('order-1002', OTHER_ORDER),
  },
  {
    name: 'the same order again in the browser, under another id: a finding of dedup/counted-once',
    change: order('order-again', SAME_ORDER),
  },
  {
    name: 'what a page tracks as it opens has no copy: a finding of event/not-on-load',
    inapplicable: 'What is wrong is reported by event/not-on-load',
    change: all(
      add('calls', call('checkout', 613, 'track', 'Purchase', {}, { event_id: 'early-1' })),
      add('requests', beacon(663, 'Purchase', 'early-1', `${SHOP}/checkout`)),
    ),
  },
  {
    name: 'an event without an id',
    change: all(nothingSent, set(`${AT.sent.Purchase}/body/event_id`, '')),
    findings: [
      {
        code: 'not-sent',
        args: { event: 'Purchase', id: '', sent: 'nothing', wait: '5 seconds' },
        place: AT.sent.Purchase,
        absence: true,
      },
    ],
  },
  {
    name: 'a body that nobody can read: a finding of events-api/accepted',
    change: set(`${AT.server}/body`, 'event=Purchase'),
    inapplicable: 'It may be in a request that cannot be read: see events-api/accepted',
  },
  {
    name: 'an event without a name: a finding of events-api/accepted',
    change: drop(`${SERVER_EVENT}/event`),
    inapplicable: 'It may be in a request that cannot be read: see events-api/accepted',
  },
  {
    name: 'only the server should send it, and it does',
    change: drop(AT.sent.Purchase, AT.call.Purchase),
    ...onlyOnServer,
  },
  {
    name: 'only the server should send it, and it does not',
    change: all(drop(AT.sent.Purchase, AT.call.Purchase), nothingSent),
    ...onlyOnServer,
    findings: [
      {
        code: 'never-sent',
        args: { event: 'Purchase', sent: 'nothing', wait: '5 seconds' },
        place: '/server/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'nothing expected of the server, and nothing sent',
    change: nothingSent,
    ...noneExpected,
    inapplicable: 'There was no conversion for the server to send',
  },
  {
    name: 'the server is not recorded, and nothing is expected of it',
    change: all(nothingSent, set('/recorder/eventsApi', 'none')),
    ...noneExpected,
    inapplicable: "The server's calls are not recorded",
  },
  {
    name: 'the server is not recorded, but expected to send the purchase',
    change: all(nothingSent, set('/recorder/eventsApi', 'none')),
    inconclusive: 'eventsApi.transport is none, so it is not known whether the server sends Purchase',
  },
  {
    name: 'the stub is in a process that the visit never reached',
    change: set('/server', { seen: false, requests: [] }),
    inconclusive:
      'The stub saw no request of this visit reach the site\'s server: if another process serves the site, set eventsApi.transport to "proxy" or "server"',
  },
  ...(['proxy', 'server'] as const).map((transport) => ({
    name: `no call of the run has reached the stub behind ${transport}`,
    change: all(set('/server', { seen: false, requests: [] }), set('/recorder/eventsApi', transport)),
    inconclusive:
      'No call of the run has reached the stub, so it is not known whether the server sends Purchase: if it does, its client bypasses the stub',
  })),
]);

const differs = (parameter: string, browser: string, server: string) => ({
  code: 'differs',
  args: { event: 'Purchase', id: 'order-1001', parameter, browser, server },
  place: PROPERTIES,
});

testRule(parametersAgree, [
  { name: 'the same' },
  {
    name: 'another value',
    change: set(`${PROPERTIES}/value`, 29.99),
    findings: [differs('value', '59.98', '29.99')],
  },
  { name: 'no value', change: drop(`${PROPERTIES}/value`), findings: [differs('value', '59.98', '')] },
  {
    name: 'the browser writes its value as text',
    change: set(`${AT.sent.Purchase}/body/properties/value`, '59.980'),
  },
  {
    name: 'a value as text is refused: a finding of events-api/accepted',
    change: set(`${PROPERTIES}/value`, '$59.98'),
  },
  {
    name: 'another currency',
    change: set(`${PROPERTIES}/currency`, 'EUR'),
    findings: [differs('currency', 'USD', 'EUR')],
  },
  {
    name: 'another currency in the browser than the target wants: a finding of event/expected',
    inapplicable: 'What is wrong is reported by event/expected',
    change: set(`${AT.sent.Purchase}/body/properties/currency`, 'EUR'),
  },
  {
    name: 'no code for a currency in the browser: a finding of params/currency-iso-4217',
    inapplicable: 'What is wrong is reported by params/currency-iso-4217',
    change: set(`${AT.sent.Purchase}/body/properties/currency`, '$'),
    target: ({ journeys: [journey] }) => {
      journey!.expect = [{ event: 'Purchase' }];
    },
  },
  {
    name: 'contents as a text in the browser: a finding of params/contents-shape',
    change: all(
      set(`${AT.sent.Purchase}/body/properties/contents`, '[{"content_id":"product_123"}]'),
      set(`${AT.call.Purchase}/args/1/contents`, '[{"content_id":"product_123"}]'),
    ),
    inapplicable: 'What is wrong is reported by params/contents-shape',
    target: noticesAll,
  },
  {
    name: 'no number for a value in the browser: a finding of params/value-and-currency',
    inapplicable: 'What is wrong is reported by params/value-and-currency',
    change: all(
      set(`${AT.call.Purchase}/args/1/value`, '$59.98'),
      set(`${AT.sent.Purchase}/body/properties/value`, '$59.98'),
    ),
  },
  {
    name: 'and another again on the server',
    change: all(
      set(`${AT.sent.Purchase}/body/properties/currency`, 'EUR'),
      set(`${PROPERTIES}/currency`, 'GBP'),
    ),
    findings: [differs('currency', 'EUR', 'GBP')],
  },
  {
    name: 'another currency in the browser, about which the target says nothing',
    change: set(`${AT.sent.Purchase}/body/properties/currency`, 'EUR'),
    target: ({ journeys: [journey] }) => {
      journey!.expect = [{ event: 'Purchase' }];
    },
    findings: [differs('currency', 'EUR', 'USD')],
  },
  {
    name: 'an id that is a number is refused: a finding of events-api/accepted',
    change: set(`${PROPERTIES}/contents/0/content_id`, 123),
  },
  { name: 'the currency in lower case', change: set(`${PROPERTIES}/currency`, 'usd') },
  {
    name: 'another quantity',
    change: set(`${PROPERTIES}/contents/0/quantity`, 1),
    findings: [differs('contents', '2 × product_123', '1 × product_123')],
  },
  { name: 'no quantity', change: drop(`${PROPERTIES}/contents/0/quantity`) },
  {
    name: 'another thing',
    change: set(`${PROPERTIES}/contents/0/content_id`, 'product_456'),
    findings: [differs('contents', '2 × product_123', '2 × product_456')],
  },
  {
    name: 'two lines of one',
    change: set(`${PROPERTIES}/contents`, [
      { content_id: 'product_123', quantity: 1 },
      { content_id: 'product_123', quantity: 1 },
    ]),
  },
  {
    name: 'its id alone',
    change: all(drop(`${PROPERTIES}/contents`), set(`${PROPERTIES}/content_ids`, ['product_123'])),
  },
  {
    name: 'no contents: TikTok fills them in from the copy of the browser',
    change: drop(`${PROPERTIES}/contents`),
  },
  { name: 'a sum that is off in its last digit', change: set(`${PROPERTIES}/value`, 59.980000000000004) },
  {
    name: 'value beside the properties: a finding of events-api/layout',
    change: all(drop(`${PROPERTIES}/value`), set(`${SERVER_EVENT}/value`, 59.98)),
  },
  {
    name: 'another id',
    change: set(`${SERVER_EVENT}/event_id`, 'x'),
    inapplicable: 'No event was sent by both sides with the same event_id',
  },
]);

const retry = (...codes: number[]): Change =>
  all(
    ...codes.slice(1).map(() => sendAgain()),
    ...codes.map((code, index) => answer(code, 'as told', index)),
  );

testRule(retries, [
  { name: 'sent once' },
  { name: 'a try that failed, and one that was accepted', change: retry(50000, 0) },
  {
    name: 'a try without an answer, and one that was accepted',
    change: all(
      sendAgain(),
      set(`${AT.server}/status`, 0),
      set(`${AT.server}/answer`, null),
      set(`${AT.server}/fault`, 'timeout'),
    ),
  },
  { name: 'sent again after a success: a finding of events-api/sent-once', change: retry(0, 0) },
  {
    name: 'sent again with a token that was refused',
    change: retry(40105, 40105),
    findings: [
      {
        code: 'hopeless',
        args: { event: 'Purchase', id: 'order-1001', code: 40105 },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  { name: 'five tries', change: retry(40100, 40100, 40100, 40100, 40100) },
  {
    name: 'six tries',
    change: retry(40100, 40100, 40100, 40100, 40100, 40100),
    findings: [
      {
        code: 'too-many',
        args: { event: 'Purchase', id: 'order-1001', times: 6 },
        place: '/server/requests/5/body/data/0',
      },
    ],
  },
  {
    name: 'a new id for the second try',
    change: all(retry(50000, 0), set('/server/requests/1/body/data/0/event_id', 'order-1001-2')),
    findings: [
      {
        code: 'new-id',
        args: { event: 'Purchase', id: 'order-1001-2', before: 'order-1001' },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  {
    name: 'another order after one that failed',
    change: all(
      retry(50000, 0),
      set('/server/requests/1/body/data/0/event_id', 'order-1002'),
      set('/server/requests/1/body/data/0/properties', OTHER_ORDER),
    ),
  },
  {
    name: 'six, each of which was taken',
    change: retry(0, 0, 0, 0, 0, 0),
    findings: [
      {
        code: 'too-many',
        args: { event: 'Purchase', id: 'order-1001', times: 6 },
        place: '/server/requests/5/body/data/0',
      },
    ],
  },
  { name: 'nothing was sent', change: nothingSent, inapplicable: 'The server sent no event' },
]);

testRule(sentOnce, [
  { name: 'sent once' },
  { name: 'a try that failed, and one that was taken', change: retry(50000, 0) },
  { name: 'two tries that failed', change: retry(50000, 50000) },
  { name: 'two orders with one event_id: a finding of dedup/counted-once', change: twoOrders('order-1001') },
  {
    name: 'sent again after a success',
    change: retry(0, 0, 0),
    findings: [
      {
        code: 'again',
        args: { event: 'Purchase', id: 'order-1001', times: 3 },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  {
    name: 'sent again before the answer, which came late',
    change: all(
      sendAgain((request) => {
        request.at += 2000;
      }),
      set(`${AT.server}/delay`, 3000),
    ),
  },
  {
    name: 'sent again soon after a late answer, which was given up by then',
    change: all(
      sendAgain((request) => {
        request.at += 3200;
      }),
      set(`${AT.server}/delay`, 3000),
    ),
  },
  {
    name: 'sent again after a late answer',
    change: all(
      sendAgain((request) => {
        request.at += 4000;
      }),
      set(`${AT.server}/delay`, 3000),
    ),
    findings: [
      {
        code: 'again',
        args: { event: 'Purchase', id: 'order-1001', times: 2 },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  { name: 'nothing was sent', change: nothingSent, inapplicable: 'The server sent no event' },
]);

testRule(countedOnce, [
  { name: 'both copies are one' },
  { name: 'the server sends it again, with the same id', change: sendAgain() },
  { name: 'a quantity that one copy does not say', change: drop(`${PROPERTIES}/contents/0/quantity`) },
  {
    name: 'the server sends it again, with another id',
    change: sendAgain((_request, { data }) => {
      data[0]!.event_id = 'job-1001';
    }),
    findings: [
      {
        code: 'double-counted',
        args: {
          event: 'Purchase',
          times: 2,
          by: 'the server and the browser',
          ids: '"order-1001" and "job-1001"',
          names: 'Purchase',
          span: '0 seconds',
          money: '59.98 USD',
        },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  {
    name: 'two orders of the same, which only the server numbers',
    change: twoOrders('order-1002'),
    ...noneExpected,
  },
  {
    name: 'two orders of the same with one id, which only the server numbers',
    change: twoOrders('order-1001'),
    ...noneExpected,
    findings: [
      {
        code: 'id-reused',
        args: {
          event: 'Purchase',
          times: 0,
          by: 'the server',
          ids: '"order-1001"',
          names: 'Purchase',
          span: '0 seconds',
          money: '59.98 USD',
        },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  {
    name: 'a second try with another id: a finding of events-api/retries',
    change: all(retry(50000, 0), set('/server/requests/1/body/data/0/event_id', 'order-1001-2')),
    target: noticesAll,
    inapplicable:
      'A conversion is not counted once (59.98 USD counted again); the cause is reported by events-api/retries',
  },
  {
    name: 'the browser sends it again, with another id',
    change: order('order-again', SAME_ORDER),
    ...noneExpected,
    findings: [
      {
        code: 'double-counted',
        args: {
          event: 'Purchase',
          times: 2,
          by: 'the server and the browser',
          ids: '"order-1001" and "order-again"',
          names: 'Purchase',
          span: '0 seconds',
          money: '59.98 USD',
        },
        place: '/requests/17',
      },
    ],
  },
  {
    name: "a later order gets the page of an earlier one, out of the service worker's cache",
    change: all(keptOrder('/orders/1003'), nextOrder),
    ...noneExpected,
    findings: [keptFinding('/orders/1003')],
  },
  {
    name: 'at one address for all orders',
    change: all(keptOrder('/orders/1001'), nextOrder),
    ...noneExpected,
    findings: [keptFinding('/orders/1001')],
  },
  {
    name: 'the page of the order is looked at again',
    change: keptOrder('/orders/1001', 'link'),
    ...noneExpected,
  },
  {
    name: 'another mistake in one of the copies is not a reason',
    change: all(
      sendAgain((_request, { data }) => {
        data[0]!.event_id = 'job-1001';
      }),
      set(`${PROPERTIES}/value`, 29.99),
      drop('/server/requests/1/body/data/0/user/phone'),
    ),
    findings: [
      {
        code: 'double-counted',
        args: {
          event: 'Purchase',
          times: 2,
          by: 'the server and the browser',
          ids: '"order-1001" and "job-1001"',
          names: 'Purchase',
          span: '0 seconds',
          money: '59.98 USD',
        },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  {
    name: 'the id is among the properties: a finding of events-api/layout',
    change: all(drop(`${SERVER_EVENT}/event_id`), set(`${PROPERTIES}/event_id`, 'order-1001')),
    inapplicable:
      'A conversion is not counted once (59.98 USD counted again); the cause is reported by events-api/layout',
  },
  {
    name: 'the target says how often it must come: a finding of event/expected',
    change: order('order-again', SAME_ORDER),
    inapplicable:
      'A conversion is not counted once (59.98 USD counted again); the cause is reported by event/expected',
  },
  {
    name: 'what was refused is not counted',
    change: all(
      sendAgain((_request, { data }) => {
        data[0]!.event_id = 'job-1001';
      }),
      answer(40002, 'Invalid value', 1),
    ),
  },
  {
    name: 'three days later',
    change: sendAgain((request) => {
      request.at += 72 * 3_600_000;
    }),
    findings: [
      {
        code: 'outside-window',
        args: {
          event: 'Purchase',
          times: 2,
          by: 'the server and the browser',
          ids: '"order-1001"',
          names: 'Purchase',
          span: '3 days',
          money: '59.98 USD',
        },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  {
    name: 'different names',
    change: set(`${SERVER_EVENT}/event`, 'PlaceAnOrder'),
    findings: [
      {
        code: 'name-mismatch',
        args: {
          event: 'PlaceAnOrder',
          times: 2,
          by: 'the server and the browser',
          ids: '"order-1001"',
          names: 'PlaceAnOrder from the server and Purchase from the browser',
          span: '0 seconds',
          money: '59.98 USD',
        },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'a near miss of the name: a finding of event/standard-where-custom-was-used',
    change: all(
      set(`${AT.call.Purchase}/args/0`, 'purchase'),
      set(`${AT.sent.Purchase}/body/event`, 'purchase'),
    ),
    inapplicable:
      'A conversion is not counted once (59.98 USD counted again); the cause is reported by event/standard-where-custom-was-used',
  },
  {
    name: 'the browser deducts a discount, which the target does not want: a finding of event/expected',
    change: all(
      set(`${AT.sent.Purchase}/body/properties`, { value: 53.98, currency: 'USD' }),
      set(PROPERTIES, { value: 59.98, currency: 'USD' }),
    ),
    inapplicable:
      'A conversion is not counted once (53.98 USD counted again); the cause is reported by event/expected',
  },
  {
    name: 'another order of the server, with the same id',
    change: sendAgain((_request, { data }) => {
      data[0]!.properties = OTHER_ORDER;
    }),
    inapplicable:
      'A conversion is not counted once (34.5 USD dropped); the cause is reported by events-api/parameters-agree',
  },
  {
    name: 'two orders that only the server sends, with one id',
    change: all(
      inRequest(({ data }) => {
        data[0]!.event_id = 'cart-7';
      }),
      sendAgain((_request, { data }) => {
        data[0]!.properties = OTHER_ORDER;
      }),
      drop('/calls/14', AT.sent.Purchase),
    ),
    target: (target) => {
      target.journeys[0]!.expect = [];
    },
    findings: [
      {
        code: 'id-reused',
        args: {
          event: 'Purchase',
          times: 0,
          by: 'the server',
          ids: '"cart-7"',
          names: 'Purchase',
          span: '0 seconds',
          money: '34.5 USD',
        },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  {
    name: 'an id of its own on either side: a finding of event-id/matches-server',
    change: set(`${SERVER_EVENT}/event_id`, 'x'),
    inapplicable:
      'A conversion is not counted once (59.98 USD counted again); the cause is reported by event-id/matches-server',
  },
  {
    name: 'another pixel: a finding of events-api/pixel-matches',
    change: set(`${AT.server}/body/event_source_id`, OTHER_PIXEL),
    inapplicable:
      'A conversion is not counted once (59.98 USD counted again); the cause is reported by events-api/pixel-matches',
  },
  {
    name: 'another pixel, where the rule that says so is switched off',
    change: set(`${AT.server}/body/event_source_id`, OTHER_PIXEL),
    target: (target) => {
      target.rules = { 'events-api/pixel-matches': 'off' };
    },
    findings: [
      {
        code: 'pixel-mismatch',
        args: {
          event: 'Purchase',
          times: 2,
          by: 'the server and the browser',
          ids: '"order-1001"',
          names: 'Purchase',
          span: '0 seconds',
          money: '59.98 USD',
        },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'one id for two orders in the browser: a finding of event-id/unique',
    change: order('order-1001', OTHER_ORDER),
    ...noneExpected,
    inapplicable:
      'A conversion is not counted once (34.5 USD dropped); the cause is reported by event-id/unique',
  },
  {
    name: 'no conversion',
    change: (evidence) => {
      evidence.requests = evidence.requests.slice(0, 6);
      evidence.server.requests = [];
    },
    inapplicable: 'No conversion was sent to TikTok',
  },
]);

const MINUTE = 60_000;
const serverAt = (at: number, request = 0) => set(`/server/requests/${request}/at`, at);
const dropped = (late: string, early: string, span: string) => ({
  code: 'dropped',
  args: { event: 'Purchase', id: 'order-1001', late, early, span },
});

testRule(mergedInTime, [
  { name: 'both copies within a moment' },
  { name: 'the server 4 minutes later', change: serverAt(4 * MINUTE) },
  {
    name: 'the server 6 minutes later',
    change: serverAt(6 * MINUTE),
    findings: [{ ...dropped('server', 'browser', '6 minutes'), place: SERVER_EVENT }],
  },
  {
    name: 'the browser later than the server',
    change: ({ requests }) => {
      for (const request of requests) request.at += 10 * MINUTE;
    },
    findings: [{ ...dropped('browser', 'server', '10 minutes'), place: AT.sent.Purchase }],
  },
  { name: 'a second try, after one that was merged', change: all(sendAgain(), serverAt(9 * MINUTE, 1)) },
  {
    name: 'two ids: what is not deduplicated is not dropped either',
    change: all(serverAt(6 * MINUTE), set(`${SERVER_EVENT}/event_id`, 'other')),
    inapplicable: 'No event was sent by both sides with the same event_id within 48 hours',
  },
  {
    name: 'nothing was sent by the server',
    change: set('/server/requests', []),
    inapplicable: 'No event was sent by both sides with the same event_id within 48 hours',
  },
]);
