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
