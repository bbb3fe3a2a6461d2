import assert from 'node:assert/strict';
import { expect } from '@playwright/test';
import { jsonPieces } from '../../../src/report/json-pieces.ts';
import { test } from '../test.ts';
import { fleet } from './fleet.ts';

for (const [what, value] of [
  ['an audit', fleet(3)],
  [
    'what is empty, undefined or no object',
    { none: [], empty: {}, left: undefined, text: 'a\nb', one: null },
  ],
  ['a list within lists', [[[[['deep', { er: [1, undefined] }]]]], 'shallow']],
] as const)
  test(`${what} is written in pieces as JSON.stringify writes it`, () => {
    const pieces = [...jsonPieces(value)];
    expect(pieces.join('')).toBe(JSON.stringify(value, null, 2));
    expect(pieces.length).toBeGreaterThan(1);
  });

test('a visit with many runs is written run by run: together they are longer than a string may be', () => {
  const [visit] = fleet(1).targets[0]!.visits;
  const runs = Array.from({ length: 1_000 }, (_, index) => ({ run: index + 1, verdicts: visit!.verdicts }));
  const value = { targets: [{ visits: [{ ...visit, runs }] }] };
  const pieces = [...jsonPieces(value)];
  const whole = JSON.stringify(value, null, 2);
  // Not by expect, which would print both.
  assert.equal(pieces.join('') === whole, true);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(whole.length / 500);
});
