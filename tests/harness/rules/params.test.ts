import { contentId } from '../../../src/rules/params/content-id.ts';
import { contentType } from '../../../src/rules/params/content-type.ts';
import { contentsShape } from '../../../src/rules/params/contents-shape.ts';
import { currencyIso4217 } from '../../../src/rules/params/currency-iso-4217.ts';
import { currencySupported } from '../../../src/rules/params/currency-supported.ts';
import { shoppingAdsFields } from '../../../src/rules/params/shopping-ads-fields.ts';
import { valueAndCurrency } from '../../../src/rules/params/value-and-currency.ts';
import { AT, add, all, beacon, type Change, call, drop, SHOP, set } from './clean.ts';
import { type Row, testRule } from './table.ts';

/** Sets the purchase's properties in the call and on the wire. */
const properties = (value: Record<string, unknown>): Change =>
  all(set(`${AT.call.Purchase}/args/1`, value), set(`${AT.sent.Purchase}/body/properties`, value));

const rows: [string, Record<string, unknown>, [string, string][]][] = [
  ['a value as text', { value: '59.98', currency: 'USD' }, []],
  ['a value of 0', { value: 0, currency: 'USD' }, []],
  ['a currency in lower case, which the SDK mends', { value: 59.98, currency: 'usd' }, []],
  ['a currency of the list of 2025', { value: 59.98, currency: 'BGN' }, []],
  [
    'neither',
    {},
    [
      ['no-value', 'Purchase carries no value'],
      ['no-currency', 'Purchase carries no currency'],
    ],
  ],
  ['no value', { currency: 'USD' }, [['no-value', 'Purchase carries no value']]],
  ['a value of null', { value: null, currency: 'USD' }, [['no-value', 'Purchase carries no value']]],
  ['an empty value', { value: '', currency: 'USD' }, [['no-value', 'Purchase carries no value']]],
  ['no currency', { value: 59.98 }, [['no-currency', 'Purchase carries no currency']]],
  [
    'a value with its currency',
    { value: '$59.98', currency: 'USD' },
    [['bad-value', 'Purchase carries the value "$59.98", which is not a number']],
  ],
  [
    'a decimal comma',
    { value: '59,98', currency: 'EUR' },
    [['bad-value', 'Purchase carries the value "59,98", which is not a number']],
  ],
  [
    'a list',
    { value: [59.98], currency: 'USD' },
    [['bad-value', 'Purchase carries the value [59.98], which is not a number']],
  ],
  ['a currency that is none: a finding of params/currency-iso-4217', { value: 59.98, currency: '$' }, []],
  ['one that TikTok does not count: of params/currency-supported', { value: 59.98, currency: 'XAF' }, []],
];

testRule(valueAndCurrency, [
  { name: 'value and currency are right' },
  ...rows.map(([name, value, findings]) => ({
    name: `a purchase with ${name}`,
    change: properties(value),
    findings: findings.map(([code, message]) => ({ code, message, place: AT.sent.Purchase })),
  })),
  {
    name: 'an old name is a purchase, too',
    change: all(properties({}), set(`${AT.call.Purchase}/args/0`, 'CompletePayment')),
    findings: [
      { code: 'no-value', message: 'CompletePayment carries no value', place: AT.sent.Purchase },
      { code: 'no-currency', message: 'CompletePayment carries no currency', place: AT.sent.Purchase },
    ],
  },
  {
    name: 'an event that is not sent is shown by its call',
    change: add('calls', call('order', 915, 'track', 'Subscribe', { value: 5 })),
    findings: [{ code: 'no-currency', message: 'Subscribe carries no currency', place: '/calls/15' }],
  },
  {
    name: "a worker's event without a call",
    change: add('requests', beacon(990, 'Subscribe', 's-1', `${SHOP}/`, { currency: 'USD' })),
    findings: [{ code: 'no-value', message: 'Subscribe carries no value', place: '/requests/17' }],
  },
  {
    name: 'a view of a product with neither',
    change: all(set(`${AT.call.ViewContent}/args/1`, {}), set(`${AT.sent.ViewContent}/body/properties`, {})),
  },
  {
    name: 'the properties are no object',
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
  { name: 'automatic events are not asked for one', change: drop(AT.call.ViewContent) },
]);

/** No event that was tracked is left. */
const noEvents: Change = (evidence) => {
  evidence.calls = evidence.calls.filter(({ method }) => method !== 'track');
  evidence.requests = evidence.requests.slice(0, 3);
};

/** A case of the purchase's properties, and what is said of them. */
const ofPurchase = (
  name: string,
  value: Record<string, unknown>,
  ...findings: [code: string, message: string][]
): Row => ({
  name,
  change: properties(value),
  findings: findings.map(([code, message]) => ({ code, message, place: AT.sent.Purchase })),
});

const ITEM = { content_id: 'product_123', content_type: 'product', quantity: 2, price: 29.99 };
const MONEY = { value: 59.98, currency: 'USD' };

testRule(contentId, [
  { name: 'every event about products names them' },
  ofPurchase('content_id alone', { content_id: 'product_123' }),
  ofPurchase('a number for an id', { contents: [{ ...ITEM, content_id: 7 }] }),
  ofPurchase('nothing', MONEY, ['missing', 'Purchase carries no content id']),
  ofPurchase('an empty list', { contents: [] }, ['missing', 'Purchase carries no content id']),
  ofPurchase('content_ids alone', { content_ids: ['product_123'] }, [
    'only-ids',
    'Purchase carries content_ids, but neither contents nor content_id, which is where the pixel looks',
  ]),
  ofPurchase('one of two without an id', { contents: [ITEM, { quantity: 1 }] }, [
    'item-without',
    'Of the contents of Purchase, not every one has a content_id',
  ]),
  ofPurchase('a blank id', { contents: [{ ...ITEM, content_id: ' ' }] }, [
    'blank',
    'Purchase carries a content_id that is blank',
  ]),
  ofPurchase('an id of null', { content_id: null }, ['blank', 'Purchase carries a content_id that is blank']),
  ofPurchase('JSON text: a finding of params/contents-shape', { contents: '[{"content_id":"a"}]' }),
  ofPurchase('a list of ids: the same', { contents: ['product_123'] }),
  {
    name: 'the old name of a purchase, and not sent',
    change: all(set(`${AT.call.Purchase}/args`, ['CompletePayment', MONEY]), drop(AT.sent.Purchase)),
    findings: [
      { code: 'missing', message: 'CompletePayment carries no content id', place: AT.call.Purchase },
    ],
  },
  {
    name: 'an event that TikTok asks none of',
    change: add('requests', beacon(990, 'Subscribe', 's-1', `${SHOP}/`, MONEY)),
  },
  {
    name: 'such an event with an item without an id, of which the pixel complains all the same',
    change: add('requests', beacon(990, 'Subscribe', 's-1', `${SHOP}/`, { contents: [{ quantity: 1 }] })),
    findings: [
      {
        code: 'item-without',
        message: 'Of the contents of Subscribe, not every one has a content_id',
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'nothing was tracked',
    change: noEvents,
    inapplicable: 'No event is one that TikTok asks content ids of',
  },
]);

testRule(contentType, [
  { name: 'every type is one that TikTok knows' },
  ...['product_group', 'hotel', 'vehicle'].map((type) => ofPurchase(type, { content_type: type })),
  ofPurchase('none', { content_type: '' }),
  ofPurchase('another', { content_type: 'sku' }, [
    'unknown',
    'Purchase carries the content_type "sku", which TikTok does not know',
  ]),
  ofPurchase('a capital', { content_type: 'Product' }, [
    'unknown',
    'Purchase carries the content_type "Product", which TikTok does not know',
  ]),
  ofPurchase('of an item', { content_type: 'product', contents: [{ ...ITEM, content_type: 'variant' }] }, [
    'unknown',
    'Purchase carries the content_type "variant", which TikTok does not know',
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
    String.raw`Purchase carries contents that are no list: "[{\"content_id\":\"a\"}]"`,
  ]),
  ofPurchase('an object', { contents: { content_id: 'a' } }, [
    'contents',
    'Purchase carries contents that are no list: {"content_id":"a"}',
  ]),
  ofPurchase('a long text', { contents: 'x'.repeat(100) }, [
    'contents',
    `Purchase carries contents that are no list: "${'x'.repeat(79)}…`,
  ]),
  ofPurchase('a list of ids', { contents: ['a', 'b'] }, [
    'item',
    'Purchase carries contents with something in them that is no object: "a"',
  ]),
  ofPurchase(
    'half an item, and a price as it is shown',
    { contents: [{ quantity: 1.5, price: '$29.99' }] },
    ['quantity', 'Purchase carries the quantity 1.5, which is no whole number'],
    ['price', 'Purchase carries the price "$29.99", which is not a number'],
  ),
  ofPurchase('content_ids as text', { content_ids: 'a,b' }, [
    'content-ids',
    'Purchase carries content_ids that are no list of texts: "a,b"',
  ]),
  ofPurchase('content_ids of objects', { content_ids: [{ id: 'a' }] }, [
    'content-ids',
    'Purchase carries content_ids that are no list of texts: {"id":"a"}',
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
    'Purchase lacks for catalogue ads: content_type, quantity in contents and price in contents',
  ]),
  {
    name: 'a view without a value',
    change: set(`${AT.sent.ViewContent}/body/properties`, { contents: [ITEM] }),
    findings: [
      {
        code: 'lacks',
        message: 'ViewContent lacks for catalogue ads: value and currency',
        place: AT.sent.ViewContent,
      },
    ],
  },
  {
    name: 'nothing was tracked',
    change: noEvents,
    inapplicable: 'No event was one of those that catalogue ads need',
  },
]);

const noCode = (found: string): [string, string] => [
  'no-code',
  `Purchase carries the currency ${found}, which is no code of ISO 4217`,
];

testRule(currencyIso4217, [
  { name: 'every currency is a code' },
  ofPurchase('lower case, which the SDK mends', { value: 1, currency: 'usd' }),
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
        message: 'Purchase carries the currency "€", which is no code of ISO 4217',
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
    'Purchase carries the currency XAF, in which TikTok counts no revenue',
  ]),
  { name: 'nothing was tracked', change: noEvents, inapplicable: 'No event carried a currency of ISO 4217' },
]);
