import { expect } from '@playwright/test';
import { amountOf, contentsOf, contentsText, differences } from '../../../src/tiktok/event-contents.ts';
import { test } from '../test.ts';

const AMOUNTS: [unknown, number | undefined][] = [
  [59.98, 59.98],
  ['59.98', 59.98],
  [' 7 ', 7],
  [0, 0],
  [59.980000000000004, 59.98],
  [1.005, 1.005],
  [-59.98, -59.98],
  [1_000_000_000.001, 1_000_000_000],
  ['', undefined],
  ['  ', undefined],
  ['$5', undefined],
  [null, undefined],
  [Number.NaN, undefined],
  [[5], undefined],
];

for (const [value, wanted] of AMOUNTS) {
  test(`the amount of ${typeof value} ${String(value)}`, () => expect(amountOf(value)).toBe(wanted));
}

test('contents are read from contents, content_ids or content_id', () => {
  const one = [{ id: 'a', quantity: 2 }];
  expect(contentsOf({ contents: [{ content_id: 'a', quantity: '2' }], content_ids: ['b'] })).toEqual(one);
  expect(contentsOf({ contents: [], content_ids: ['a', 7] })).toEqual([
    { id: 'a', quantity: undefined },
    { id: '7', quantity: undefined },
  ]);
  expect(contentsOf({ content_id: 'a', quantity: 2 })).toEqual(one);
  expect(contentsOf({ content_id: '', contents: 'a' })).toEqual([]);
  expect(contentsOf({ contents: [null] })).toEqual([{ id: '', quantity: undefined }]);
});

test('the text of contents is the same in any order', () => {
  const [a, b] = [
    { content_id: 'a', quantity: 1 },
    { content_id: 'b', quantity: 2 },
  ];
  expect(contentsText({ contents: [a, b] })).toBe(contentsText({ contents: [b, a] }));
  expect(contentsText({ contents: [a] })).not.toBe(contentsText({ contents: [b] }));
  expect(contentsText({ contents: [b] })).toBe(
    contentsText({
      contents: [
        { ...b, quantity: 1 },
        { ...b, quantity: '1' },
      ],
    }),
  );
  // Then it is not known whether it is the same.
  expect(contentsText({ contents: [a, { content_id: 'b' }] })).toBe('');
  expect(contentsText({})).toBe('');
});

test('differences: numbers as numbers, currencies in any case, missing contents and quantities are not a difference', () => {
  const browser = { value: 59.98, currency: 'USD', contents: [{ content_id: 'a', quantity: 2 }] };
  expect(differences(browser, structuredClone(browser))).toEqual([]);
  expect(
    differences(browser, {
      ...browser,
      value: '59.980',
      currency: 'usd',
      contents: undefined,
      content_id: 'a',
    }),
  ).toEqual([]);
  expect(differences(browser, { value: 59.980000000000004, currency: 'USD' })).toEqual([]);
  expect(differences({}, { value: null, currency: '', contents: [] })).toEqual([]);
  expect(differences({ value: 'free' }, { value: 'free' })).toEqual([]);
  expect(differences(browser, { value: 5, contents: [{ quantity: 1 }] })).toEqual([
    { parameter: 'value', browser: '59.98', server: '5' },
    { parameter: 'currency', browser: 'USD', server: '' },
    { parameter: 'contents', browser: '2 × a', server: '1 × a thing without an id' },
  ]);
});
