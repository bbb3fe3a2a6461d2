import { valueAndCurrency } from '../../../src/rules/params/value-and-currency.ts';
import { AT, add, all, beacon, type Change, call, drop, SHOP, set } from './clean.ts';
import { testRule } from './table.ts';

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
  [
    'a currency that TikTok does not count, though ISO 4217 has it',
    { value: 59.98, currency: 'XAF' },
    [['bad-currency', 'Purchase carries the currency "XAF", which TikTok does not count']],
  ],
  [
    'a sign for a currency',
    { value: 59.98, currency: '$' },
    [['bad-currency', 'Purchase carries the currency "$", which TikTok does not count']],
  ],
  [
    'a number for a currency',
    { value: 59.98, currency: 840 },
    [['bad-currency', 'Purchase carries the currency 840, which TikTok does not count']],
  ],
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
