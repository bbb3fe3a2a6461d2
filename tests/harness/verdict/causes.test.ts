import { expect } from '@playwright/test';
import { problem } from '../../../src/evidence/problem.ts';
import { causeOf, causeOfDoubt, causeOfStop, hasRole } from '../../../src/verdict/causes.ts';
import { verdict } from '../report/samples.ts';
import { knownWordings } from '../rules/wording.ts';
import { test } from '../test.ts';

type Args = Record<string, string | number>;

const cause = (args: Args, code = 'missing', event = 'Purchase') =>
  causeOf({ code, args, event, message: JSON.stringify(args), place: '' });

const email = (digit: string) => `[email sha256=${digit.repeat(64)} shape=${digit}@a.a]`;

const ALIKE: [what: string, one: Args, other: Args][] = [
  ['event_ids', { id: 'order-mwwpzctc-9fb70e5777' }, { id: 'order-mwx01abc-11aa22bb33' }],
  ['numbers of orders in a path', { page: '/orders/100271' }, { page: '/orders/99' }],
  ['sessions in a path', { page: '/c/s100a/pay' }, { page: '/c/s200b/pay' }],
  ['queries', { url: 'https://a.example/go?id=1&a=b' }, { url: 'https://a.example/go?id=2' }],
  ['how often', { times: 1 }, { times: 2 }],
  ['values', { value: 59.98, sum: 1 }, { value: 12, sum: 2 }],
  ['masked texts', { text: email('a') }, { text: email('b') }],
];
for (const [what, one, other] of ALIKE)
  test(`one cause, whatever the ${what}`, () => expect(cause(one)).toBe(cause(other)));

const UNLIKE: [what: string, one: Args, other: Args][] = [
  ['parameters', { parameter: 'value' }, { parameter: 'currency' }],
  ['fields', { field: 'data[].event_time' }, { field: 'data[].event_id' }],
  ['pages', { page: '/checkout' }, { page: '/cart' }],
  ['ways', { from: '/go/meta', to: '/' }, { from: '/go/script', to: '/' }],
  ['hosts', { url: 'https://a.example/x' }, { url: 'https://b.example/x' }],
  ['pixels', { pixel: 'CDEMO000000000000001' }, { pixel: 'CDEMO000000000000002' }],
];
for (const [what, one, other] of UNLIKE)
  test(`two causes, for two ${what}`, () => expect(cause(one)).not.toBe(cause(other)));

test('two causes, for two events or two codes', () => {
  expect(cause({})).not.toBe(cause({}, 'missing', 'AddToCart'));
  expect(cause({})).not.toBe(cause({}, 'empty'));
});

test('a wording does not make a cause, unless there is nothing else', () => {
  const finding = { code: 'missing', args: {}, message: 'one', place: '' };
  expect(causeOf(finding)).toBe(causeOf({ ...finding, message: 'other' }));
  expect(causeOf({ ...finding, code: '' })).not.toBe(causeOf({ ...finding, code: '', message: 'other' }));
});

test('one step that broke off is one cause, and another step is another', () => {
  const broken = (index: number, page: string) =>
    causeOfStop({
      outcome: 'broken',
      problem: problem('step', { index, of: 3, step: '{"click":"#buy"}', page, error: 'Timeout' }),
    });
  expect(broken(2, 'http://a.example/orders/1001')).toBe(broken(2, 'http://a.example/orders/1002?x=1'));
  expect(broken(2, 'http://a.example/cart')).not.toBe(broken(3, 'http://a.example/cart'));
});

test('a rule that was unstable in two visits has one cause, however often it failed', () => {
  const unstable = (fail: number) =>
    causeOfDoubt(
      verdict('a/b', 'inconclusive', 'blocker', {
        reason: `Unstable: failed in ${fail} of 3 visits`,
        runs: { fail, pass: 3 - fail },
      }),
    );
  expect(unstable(1)).toBe(unstable(2));
  const because = (reason: string) => causeOfDoubt(verdict('a/b', 'inconclusive', 'blocker', { reason }));
  expect(because('The SDK did not run')).not.toBe(because('The stub saw no request'));
});

test('every argument of a finding is classified for its cause', () => {
  const names = Object.values(knownWordings()).flatMap((wordings) =>
    wordings.flatMap(({ args }) => Object.keys(args)),
  );
  expect([...new Set(names)].filter((name) => !hasRole(name))).toEqual([]);
});
