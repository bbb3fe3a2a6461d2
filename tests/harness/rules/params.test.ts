import { expect } from '@playwright/test';
import { countedOnce } from '../../../src/rules/dedup/counted-once.ts';
import { expected } from '../../../src/rules/event/expected.ts';
import { parametersAgree } from '../../../src/rules/events-api/parameters-agree.ts';
import { warned } from '../../../src/rules/events-api/warned.ts';
import { contentId } from '../../../src/rules/params/content-id.ts';
import { contentType } from '../../../src/rules/params/content-type.ts';
import { contentsShape } from '../../../src/rules/params/contents-shape.ts';
import { currencyIso4217 } from '../../../src/rules/params/currency-iso-4217.ts';
import { currencySupported } from '../../../src/rules/params/currency-supported.ts';
import { isObject } from '../../../src/rules/params/is-object.ts';
import { shoppingAdsFields } from '../../../src/rules/params/shopping-ads-fields.ts';
import { valueAndCurrency } from '../../../src/rules/params/value-and-currency.ts';
import { valueInUnits } from '../../../src/rules/params/value-in-units.ts';
import { valueIsOrderTotal } from '../../../src/rules/params/value-is-order-total.ts';
import { valueNotZero } from '../../../src/rules/params/value-not-zero.ts';
import type { Arguments, Rule } from '../../../src/rules/rule.ts';
import type { Target } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { test } from '../test.ts';
import { AT, add, all, beacon, type Change, call, clean, cleanTarget, drop, SHOP, set } from './clean.ts';
import { sendAgain } from './server.ts';
import { type Row, testRule } from './table.ts';

/** Sets the purchase's properties in the call and on the wire. */
const properties = (value: Record<string, unknown>): Change =>
  all(set(`${AT.call.Purchase}/args/1`, value), set(`${AT.sent.Purchase}/body/properties`, value));

const rows: [string, Record<string, unknown>, [code: string, found: string][]][] = [
  ['a value as text', { value: '59.98', currency: 'USD' }, []],
  ['a value of 0', { value: 0, currency: 'USD' }, []],
  ['a currency in lower case, which the SDK fixes', { value: 59.98, currency: 'usd' }, []],
  ['a currency of the list of 2025', { value: 59.98, currency: 'BGN' }, []],
  [
    'neither',
    {},
    [
      ['no-value', 'nothing'],
      ['no-currency', 'nothing'],
    ],
  ],
  ['no value', { currency: 'USD' }, [['no-value', 'nothing']]],
  ['a value of null', { value: null, currency: 'USD' }, [['no-value', 'null']]],
  ['an empty value', { value: '', currency: 'USD' }, [['no-value', '""']]],
  ['no currency', { value: 59.98 }, [['no-currency', '59.98']]],
  ['a value with its currency', { value: '$59.98', currency: 'USD' }, [['bad-value', '"$59.98"']]],
  ['a decimal comma', { value: '59,98', currency: 'EUR' }, [['bad-value', '"59,98"']]],
  ['a list', { value: [59.98], currency: 'USD' }, [['bad-value', '[59.98]']]],
  ['an invalid currency: a finding of params/currency-iso-4217', { value: 59.98, currency: '$' }, []],
  ['one that TikTok does not count: of params/currency-supported', { value: 59.98, currency: 'XAF' }, []],
];

testRule(valueAndCurrency, [
  { name: 'value and currency are right' },
  ...rows.map(([name, value, findings]) => ({
    name: `a purchase with ${name}`,
    change: properties(value),
    findings: findings.map(([code, found]) => ({
      code,
      args: { event: 'Purchase', found },
      place: AT.sent.Purchase,
    })),
  })),
  {
    name: 'an old name is a purchase, too',
    change: all(properties({}), set(`${AT.call.Purchase}/args/0`, 'CompletePayment')),
    findings: [
      { code: 'no-value', args: { event: 'CompletePayment', found: 'nothing' }, place: AT.sent.Purchase },
      { code: 'no-currency', args: { event: 'CompletePayment', found: 'nothing' }, place: AT.sent.Purchase },
    ],
  },
  {
    name: 'an event that is not sent is shown by its call',
    change: add('calls', call('order', 915, 'track', 'Subscribe', { value: 5 })),
    findings: [{ code: 'no-currency', args: { event: 'Subscribe', found: '5' }, place: '/calls/15' }],
  },
  {
    name: "a worker's event without a call",
    change: add('requests', beacon(990, 'Subscribe', 's-1', `${SHOP}/`, { currency: 'USD' })),
    findings: [{ code: 'no-value', args: { event: 'Subscribe', found: 'nothing' }, place: '/requests/17' }],
  },
  {
    name: 'a view of a product with neither',
    change: all(set(`${AT.call.ViewContent}/args/1`, {}), set(`${AT.sent.ViewContent}/body/properties`, {})),
  },
  {
    name: 'the properties are not an object',
    change: all(
      set(`${AT.call.ViewContent}/args/1`, 'blue widget'),
      set(`${AT.sent.ViewContent}/body/properties`, { description: 'blue widget' }),
    ),
  },
  {
    name: 'no event with a value',
    change: (evidence) => {
      evidence.calls = evidence.calls.filter(({ method }) => method !== 'track');
      evidence.requests = evidence.requests.slice(0, 3);
    },
    inapplicable: 'No event carried or needed a value',
  },
  { name: 'automatic events need none', change: drop(AT.call.ViewContent) },
]);

/** No tracked event is left. */
const noEvents: Change = (evidence) => {
  evidence.calls = evidence.calls.filter(({ method }) => method !== 'track');
  evidence.requests = evidence.requests.slice(0, 3);
};

/** A case of the purchase's properties, and what is reported about them. */
const ofPurchase = (
  name: string,
  value: Record<string, unknown>,
  ...findings: [code: string, args: Arguments][]
): Row => ({
  name,
  change: properties(value),
  findings: findings.map(([code, args]) => ({ code, args, place: AT.sent.Purchase })),
});

const ITEM = { content_id: 'product_123', content_type: 'product', quantity: 2, price: 29.99 };
const MONEY = { value: 59.98, currency: 'USD' };

testRule(contentId, [
  { name: 'every event about products names them' },
  ofPurchase('content_id alone', { content_id: 'product_123' }),
  ofPurchase('a number for an id', { contents: [{ ...ITEM, content_id: 7 }] }),
  ofPurchase('nothing', MONEY, ['missing', { event: 'Purchase' }]),
  ofPurchase('an empty list', { contents: [] }, ['missing', { event: 'Purchase' }]),
  ofPurchase('content_ids alone', { content_ids: ['product_123'] }, ['only-ids', { event: 'Purchase' }]),
  ofPurchase('one of two without an id', { contents: [ITEM, { quantity: 1 }] }, [
    'item-without',
    { event: 'Purchase' },
  ]),
  ofPurchase('a blank id', { contents: [{ ...ITEM, content_id: ' ' }] }, ['blank', { event: 'Purchase' }]),
  ofPurchase('an id of null', { content_id: null }, ['blank', { event: 'Purchase' }]),
  ofPurchase('JSON text: a finding of params/contents-shape', { contents: '[{"content_id":"a"}]' }),
  ofPurchase('a list of ids: the same', { contents: ['product_123'] }),
  {
    name: 'the old name of a purchase, and not sent',
    change: all(set(`${AT.call.Purchase}/args`, ['CompletePayment', MONEY]), drop(AT.sent.Purchase)),
    findings: [{ code: 'missing', args: { event: 'CompletePayment' }, place: AT.call.Purchase }],
  },
  {
    name: 'an event for which TikTok asks for none',
    change: add('requests', beacon(990, 'Subscribe', 's-1', `${SHOP}/`, MONEY)),
  },
  {
    name: 'such an event with an item without an id, of which the pixel still complains',
    change: add('requests', beacon(990, 'Subscribe', 's-1', `${SHOP}/`, { contents: [{ quantity: 1 }] })),
    findings: [
      {
        code: 'item-without',
        args: { event: 'Subscribe' },
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'nothing was tracked',
    change: noEvents,
    inapplicable: 'No event is of a kind for which TikTok asks for content ids',
  },
]);

testRule(contentType, [
  { name: 'every type is one that TikTok knows' },
  ...['product_group', 'hotel', 'vehicle'].map((type) => ofPurchase(type, { content_type: type })),
  ofPurchase('none', { content_type: '' }),
  ofPurchase('another', { content_type: 'sku' }, ['unknown', { event: 'Purchase', found: '"sku"' }]),
  ofPurchase('a capital', { content_type: 'Product' }, [
    'unknown',
    { event: 'Purchase', found: '"Product"' },
  ]),
  ofPurchase('of an item', { content_type: 'product', contents: [{ ...ITEM, content_type: 'variant' }] }, [
    'unknown',
    { event: 'Purchase', found: '"variant"' },
  ]),
  { name: 'nothing was tracked', change: noEvents, inapplicable: 'No event carried a content_type' },
]);

testRule(contentsShape, [
  { name: 'contents are a list of objects' },
  ofPurchase('no contents', MONEY),
  ofPurchase('numbers as text', { contents: [{ ...ITEM, quantity: '2', price: '29.99' }] }),
  ofPurchase('an item that says little', { contents: [{ content_id: 'a' }] }),
  ofPurchase('content_ids', { content_ids: ['a', 7] }),
  ofPurchase('JSON text', { contents: '[{"content_id":"a"}]' }, [
    'contents',
    { event: 'Purchase', found: String.raw`"[{\"content_id\":\"a\"}]"` },
  ]),
  ofPurchase('an object', { contents: { content_id: 'a' } }, [
    'contents',
    { event: 'Purchase', found: '{"content_id":"a"}' },
  ]),
  ofPurchase('a long text', { contents: 'x'.repeat(100) }, [
    'contents',
    { event: 'Purchase', found: `"${'x'.repeat(79)}…` },
  ]),
  ofPurchase('a list of ids', { contents: ['a', 'b'] }, ['item', { event: 'Purchase', found: '"a"' }]),
  ofPurchase(
    'half an item, and a price as it is shown',
    { contents: [{ quantity: 1.5, price: '$29.99' }] },
    ['quantity', { event: 'Purchase', found: '1.5' }],
    ['price', { event: 'Purchase', found: '"$29.99"' }],
  ),
  ofPurchase('content_ids as text', { content_ids: 'a,b' }, [
    'content-ids',
    { event: 'Purchase', found: '"a,b"' },
  ]),
  ofPurchase('content_ids of objects', { content_ids: [{ id: 'a' }] }, [
    'content-ids',
    { event: 'Purchase', found: '{"id":"a"}' },
  ]),
  { name: 'nothing was tracked', change: noEvents, inapplicable: 'No event carried contents' },
]);

testRule(shoppingAdsFields, [
  { name: 'every product event carries all' },
  ofPurchase('the type on the event', {
    ...MONEY,
    content_type: 'product_group',
    contents: [{ content_id: 'a', quantity: 1, price: 59.98 }],
  }),
  ofPurchase('no content ids: a finding of params/content-id', { ...MONEY, content_type: 'product' }),
  ofPurchase('another type: a finding of params/content-type', {
    ...MONEY,
    content_type: 'sku',
    contents: [ITEM],
  }),
  ofPurchase('no value: a finding of params/value-and-currency', { contents: [ITEM] }),
  ofPurchase('little', { ...MONEY, contents: [{ content_id: 'a' }] }, [
    'lacks',
    { event: 'Purchase', missing: 'content_type, quantity in contents and price in contents' },
  ]),
  {
    name: 'a view without a value',
    change: set(`${AT.sent.ViewContent}/body/properties`, { contents: [ITEM] }),
    findings: [
      {
        code: 'lacks',
        args: { event: 'ViewContent', missing: 'value and currency' },
        place: AT.sent.ViewContent,
      },
    ],
  },
  {
    name: 'a view of an article, where nothing is sold',
    change: all(
      noEvents,
      add(
        'requests',
        beacon(352, 'ViewContent', 'view-1', `${SHOP}/a`, { content_id: 'bread', content_type: 'product' }),
      ),
    ),
    target: ({ journeys: [journey] }) => {
      journey!.expect = [{ event: 'ViewContent' }, { event: 'Lead' }];
    },
    inapplicable: 'Nothing is sold, so what is viewed need not be in a catalogue',
  },
  {
    name: 'nothing was tracked',
    change: noEvents,
    inapplicable: 'No event was of a kind that catalogue ads use',
  },
]);

const noCode = (found: string): [string, Arguments] => ['no-code', { event: 'Purchase', found }];

testRule(currencyIso4217, [
  { name: 'every currency is a code' },
  ofPurchase('lower case, which the SDK fixes', { value: 1, currency: 'usd' }),
  ofPurchase('one that TikTok does not count: a finding of params/currency-supported', { currency: 'XAF' }),
  ofPurchase('none: a finding of params/value-and-currency', { value: 1, currency: '' }),
  ofPurchase('a sign', { ...MONEY, currency: '$' }, noCode('"$"')),
  ofPurchase('a name', { ...MONEY, currency: 'US Dollar' }, noCode('"US Dollar"')),
  ofPurchase('blanks around it', { ...MONEY, currency: ' USD' }, noCode('" USD"')),
  ofPurchase('three other letters', { ...MONEY, currency: 'USX' }, noCode('"USX"')),
  ofPurchase('its number', { ...MONEY, currency: 840 }, noCode('840')),
  {
    name: 'called, not sent',
    change: all(set(`${AT.call.Purchase}/args/1/currency`, '€'), drop(AT.sent.Purchase)),
    findings: [
      {
        code: 'no-code',
        args: { event: 'Purchase', found: '"€"' },
        place: AT.call.Purchase,
      },
    ],
  },
  { name: 'nothing was tracked', change: noEvents, inapplicable: 'No event carried a currency' },
]);

testRule(currencySupported, [
  { name: 'TikTok counts in every currency' },
  ofPurchase('one of the list of 2025', { ...MONEY, currency: 'BGN' }),
  ofPurchase('no code: a finding of params/currency-iso-4217', { ...MONEY, currency: '$' }),
  ofPurchase('a code that it does not count in', { ...MONEY, currency: 'XAF' }, [
    'unsupported',
    { event: 'Purchase', found: 'XAF' },
  ]),
  { name: 'nothing was tracked', change: noEvents, inapplicable: 'No event carried an ISO 4217 currency' },
]);

const SERVER_PROPERTIES = `${AT.server}/body/data/0/properties`;
/** The target expects nothing of values, or this of the purchase. */
const expecting = (value?: number) => ({
  target: (target: Target) => {
    target.journeys[0]!.expect = value === undefined ? [] : [{ event: 'Purchase', params: { value } }];
  },
});
/** The purchase and the order on the server, in the same way. */
const onBothSides = (value: Record<string, unknown>): Change =>
  all(properties(value), set(SERVER_PROPERTIES, value));
const item = (price: unknown, quantity: unknown, id = 'product_456') => ({ content_id: id, quantity, price });

testRule(valueIsOrderTotal, [
  { name: 'every value is the total' },
  { ...ofPurchase('with shipping', { value: 64.97, contents: [ITEM] }), ...expecting() },
  { ...ofPurchase('with a discount', { value: 50, contents: [ITEM] }), ...expecting() },
  {
    ...ofPurchase('without prices', { value: 29.99, contents: [{ content_id: 'a', quantity: 2 }] }),
    ...expecting(),
  },
  { ...ofPurchase('one thing', { value: 34.5, contents: [item(34.5, 1)] }), ...expecting() },
  {
    ...ofPurchase('sums that floating point does not hold', { value: 0.3, contents: [item(0.1, 3)] }),
    ...expecting(),
  },
  { ...ofPurchase('no value', { contents: [ITEM] }), ...expecting() },
  {
    ...ofPurchase('the price of one of two', { value: '29.99', contents: [ITEM] }, [
      'price-of-one',
      { event: 'Purchase', value: 29.99, count: 2, sum: 59.98 },
    ]),
  },
  {
    ...ofPurchase(
      'the price of the first of two lines',
      { value: 34.5, contents: [item(34.5, 1), item(5, 1, 'b')] },
      ['price-of-one', { event: 'Purchase', value: 34.5, count: 2, sum: 39.5 }],
    ),
  },
  {
    ...ofPurchase('two for one, as the target says', { value: 29.99, contents: [ITEM] }),
    ...expecting(29.99),
  },
  {
    ...ofPurchase(
      'prices added up without quantities',
      { value: 39.5, contents: [item(34.5, 2), item(5, 1, 'b')] },
      ['quantities-left-out', { event: 'Purchase', value: 39.5, count: 3, sum: 74 }],
    ),
  },
  ofPurchase('the price of the line', { value: 59.98, contents: [{ ...ITEM, price: 59.98 }] }, [
    'line-total',
    { event: 'Purchase', price: 59.98, quantity: 2, one: 29.99 },
  ]),
  {
    name: 'AddToCart with the price of one',
    change: set(`${AT.sent.AddToCart}/body/properties/value`, 29.99),
    findings: [
      {
        code: 'price-of-one',
        args: { event: 'AddToCart', value: 29.99, count: 2, sum: 59.98 },
        place: AT.sent.AddToCart,
      },
    ],
  },
  {
    name: 'AddToCart with the whole cart in its contents, worth what was added',
    change: set(`${AT.sent.AddToCart}/body/properties`, {
      value: 5,
      contents: [item(34.5, 1), item(5, 1, 'b')],
    }),
  },
  {
    name: 'a view of several variants, worth the first',
    change: set(`${AT.sent.ViewContent}/body/properties`, {
      value: 5,
      contents: [item(5, 1), item(6, 1, 'b')],
    }),
  },
  {
    name: 'nothing was tracked',
    change: noEvents,
    inapplicable: 'No cart event says what its contents cost',
  },
]);

testRule(valueInUnits, [
  { name: 'every amount is in units' },
  {
    name: 'no contents, and nothing expected',
    change: onBothSides({ value: 5998, currency: 'USD' }),
    ...expecting(),
  },
  { ...ofPurchase('a value of 0', { value: 0, contents: [ITEM] }) },
  {
    ...ofPurchase('a hundred things', { value: 29.99, contents: [{ ...ITEM, quantity: 100 }] }),
    ...expecting(),
  },
  {
    ...ofPurchase('a hundred times what its contents cost', { value: 5998, contents: [ITEM] }, [
      'contents',
      { event: 'Purchase', value: 5998, right: 59.98 },
    ]),
    ...expecting(),
  },
  ofPurchase('a hundred times what is expected', { value: 5998 }, [
    'target',
    { event: 'Purchase', value: 5998, right: 59.98 },
  ]),
  ofPurchase('the same, its contents in cents, too', { value: 5998, contents: [{ ...ITEM, price: 2999 }] }, [
    'target',
    { event: 'Purchase', value: 5998, right: 59.98 },
  ]),
  {
    ...ofPurchase('a hundred times the value of the server', { value: 5998 }, [
      'server',
      { event: 'Purchase', value: 5998, right: 59.98 },
    ]),
    ...expecting(),
  },
  {
    name: 'the server a hundred times the value of the browser',
    change: set(`${SERVER_PROPERTIES}/value`, 5998),
    findings: [
      {
        code: 'server-in-cents',
        args: { event: 'Purchase', value: 5998, right: 59.98 },
        place: SERVER_PROPERTIES,
      },
    ],
  },
  {
    ...ofPurchase(
      'fils, of which a dinar has a thousand',
      { value: 8255, currency: 'KWD', contents: [item(8.255, 1)] },
      ['contents', { event: 'Purchase', value: 8255, right: 8.26, times: 1000 }],
    ),
    ...expecting(),
  },
  {
    ...ofPurchase('a thousand dinars for one', {
      value: 1000,
      currency: 'KWD',
      contents: [item(1, 1000)],
    }),
    ...expecting(),
  },
  {
    ...ofPurchase('a thousand times as much in dollars', { value: 5000, contents: [item(5, 1)] }),
    ...expecting(),
  },
  {
    ...ofPurchase('yen, which have no cents', { value: 2980, currency: 'JPY', contents: [item(2980, 1)] }),
    ...expecting(),
  },
  ofPurchase('prices in cents', { value: 59.98, contents: [{ ...ITEM, price: 2999 }] }, [
    'prices',
    { event: 'Purchase', value: 59.98, sum: 5998 },
  ]),
  {
    name: 'a second order, a hundred times as expensive as the expected one',
    change: add('requests', beacon(990, 'Purchase', 'order-2', `${SHOP}/`, { value: 5998, currency: 'USD' })),
  },
  { name: 'nothing was tracked', change: noEvents, inapplicable: 'No event carried a value' },
]);

const refunded = (eventId: string) =>
  sendAgain((_request, { data }) => {
    const [event] = data;
    data[0] = {
      ...event,
      event_id: eventId,
      properties: { ...(event!.properties as object), value: -59.98 },
    };
  });

testRule(valueNotZero, [
  { name: 'the purchase is worth something' },
  ofPurchase('no value: a finding of params/value-and-currency', { contents: [ITEM] }),
  ofPurchase('a cent', { value: 0.01 }),
  ofPurchase('0', { value: 0 }, ['zero', { event: 'Purchase', found: '0' }]),
  ofPurchase('0 as text', { value: '0.00', contents: [ITEM] }, [
    'zero',
    { event: 'Purchase', found: '"0.00"', sum: 59.98 },
  ]),
  ofPurchase('less', { value: -5 }, ['negative', { event: 'Purchase', found: '-5' }]),
  ofPurchase('an order that is free', { value: 0, contents: [item(0, 2)] }),
  { ...ofPurchase('free, as the target says', { value: 0, contents: [ITEM] }), ...expecting(0) },
  {
    name: 'a subscription that costs nothing',
    change: add('requests', beacon(990, 'Subscribe', 's-1', `${SHOP}/`, { value: 0, currency: 'USD' })),
  },
  {
    name: 'a subscription that costs something',
    change: add(
      'requests',
      beacon(990, 'Subscribe', 's-1', `${SHOP}/`, { value: 0, contents: [item(5, 1)] }),
    ),
    findings: [{ code: 'zero', args: { event: 'Subscribe', found: '0', sum: 5 }, place: '/requests/17' }],
  },
  {
    name: 'the server sends a refund as a purchase',
    change: refunded('refund-1001'),
    findings: [
      {
        code: 'negative',
        args: { event: 'Purchase', found: '-59.98' },
        place: '/server/requests/1/body/data/0',
      },
    ],
  },
  {
    name: "less in the server's copy: a finding of events-api/parameters-agree",
    change: refunded('order-1001'),
  },
  {
    name: 'nothing was tracked',
    change: all(noEvents, set('/server/requests', [])),
    inapplicable: 'Nothing was bought',
  },
]);

test.describe('one cause, one rule', () => {
  for (const [name, value] of [
    ['the price of one', { ...MONEY, value: 29.99, contents: [ITEM] }],
    ['cents', { ...MONEY, value: 5998, contents: [ITEM] }],
    ['nothing', { ...MONEY, value: 0, contents: [ITEM] }],
  ] as const) {
    for (const [sides, change] of [
      ['in the browser', properties(value)],
      ['on both sides', onBothSides(value)],
    ] as const) {
      test(`a value of ${name} ${sides} is reported by one rule only`, () => {
        const findings = (rule: Rule) =>
          judgeVisit(clean(change), cleanTarget(), [rule]).verdicts[0]!.findings;
        const own = [valueIsOrderTotal, valueInUnits, valueNotZero].map(findings);
        expect(own.filter((found) => found.length > 0)).toHaveLength(1);
        for (const rule of [expected, parametersAgree, valueAndCurrency, countedOnce]) {
          expect(findings(rule), rule.id).toEqual([]);
        }
      });
    }
  }

  const isOfType = (change: Change) => {
    const [verdict] = judgeVisit(clean(change), cleanTarget(), [warned]).verdicts;
    return verdict!.findings.some(({ place }) => place.endsWith('/content_type'));
  };
  const typed = { ...MONEY, content_type: 'sku', contents: [ITEM] };

  test('a wrong content_type of both sides is reported for the browser, and one of the server alone for the server', () => {
    expect(isOfType(onBothSides(typed))).toBe(false);
    expect(isOfType(set(SERVER_PROPERTIES, typed))).toBe(true);
  });
});

const searched = (...args: unknown[]) => add('calls', call('product', 400, 'track', 'Search', ...args));
const onProduct = (given: string) => ({ event: 'Search', page: '/products/blue-widget', given });

testRule(isObject, [
  { name: 'the clean visit' },
  {
    name: 'a text instead of the properties',
    change: searched('blue shoes'),
    findings: [{ code: 'value', args: onProduct('"blue shoes"'), place: '/calls/15/args/1' }],
  },
  {
    name: 'a number',
    change: searched(7),
    findings: [{ code: 'value', args: onProduct('7'), place: '/calls/15/args/1' }],
  },
  {
    name: 'a function',
    change: searched({ $: 'function' }),
    findings: [{ code: 'value', args: onProduct('function'), place: '/calls/15/args/1' }],
  },
  {
    name: 'a list',
    change: searched([{ search_string: 'blue shoes' }]),
    findings: [
      { code: 'list', args: onProduct('[{"search_string":"blue shoes"}]'), place: '/calls/15/args/1' },
    ],
  },
  {
    name: 'a text instead of the options',
    change: searched({ search_string: 'blue' }, 'search-1'),
    findings: [{ code: 'options', args: onProduct('"search-1"'), place: '/calls/15/args/2' }],
  },
  {
    name: 'page() with a text',
    change: set(`${AT.page.product}/args`, ['home']),
    findings: [
      {
        code: 'value',
        args: { event: 'Pageview', page: '/products/blue-widget', given: '"home"' },
        place: `${AT.page.product}/args/0`,
      },
    ],
  },
  {
    name: 'the same mistake twice on a page',
    change: all(searched('blue shoes'), searched('red shoes')),
    findings: [{ code: 'value', args: onProduct('"blue shoes"'), place: '/calls/15/args/1' }],
  },
  { name: 'nothing at all', change: searched() },
  { name: 'null and undefined', change: searched(null, { $: 'undefined' }) },
  { name: 'an empty object, as wrappers add', change: searched({}, {}) },
  { name: 'a member that is called $', change: searched({ $: 'x', value: 1 }) },
  {
    name: 'no event',
    change: ({ calls }) => void calls.splice(0),
    inapplicable: 'No event was tracked',
  },
]);
