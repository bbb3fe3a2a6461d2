import { expect } from '@playwright/test';
import { formatSlowest } from './slowest.ts';
import { test } from './test.ts';

test('the ten slowest tests, the slowest first, and those over the limit marked', () => {
  const tests = [...Array(11).keys()].map((number) => ({ name: `test ${number}`, duration: number * 100 }));
  expect(formatSlowest([...tests, { name: 'for ever', duration: 20_050 }]).split('\n')).toEqual([
    'Slowest tests:',
    '  20.1 s  for ever (over the limit of 20 s)',
    ...[10, 9, 8, 7, 6, 5, 4, 3, 2].map(
      (number) => `${(number / 10).toFixed(1).padStart(6)} s  test ${number}`,
    ),
  ]);
});
