import { expect } from '@playwright/test';
import { ofTarget, reason, together } from '../../../src/verdict/reasons.ts';
import { test } from '../test.ts';

const WHY = 'The pixel goes past what was seen';
const unjudged = (rule: string, visit: string, why = WHY) =>
  reason('unjudged', { rule, why, visits: [visit], of: 2 });
const messages = (reasons: ReturnType<typeof together>) => reasons.map(({ message }) => message);

test('rules that one thing kept from being judged in a visit are one reason, at the place of the first', () => {
  const reasons = [
    ...['a/b', 'c/d', 'e/f', 'g/h', 'i/j'].map((rule) => unjudged(rule, 'purchase under organic')),
    unjudged('a/b', 'purchase under ad-click'),
    unjudged('k/l', 'purchase under organic', 'It had nothing to look at'),
  ];
  expect(messages(together(reasons, 1))).toEqual([
    `a/b, c/d, e/f and 2 more could not be judged in 1 of 2 visits (purchase under organic): ${WHY}`,
    `a/b could not be judged in 1 of 2 visits (purchase under ad-click): ${WHY}`,
    'k/l could not be judged in 1 of 2 visits (purchase under organic): It had nothing to look at',
  ]);
});

test('the same over several targets', () => {
  const reasons = ['one', 'two'].flatMap((target) =>
    ['a/b', 'c/d'].map((rule) => ofTarget(unjudged(rule, 'purchase under organic'), target, false)),
  );
  expect(messages(together(reasons, 2))).toEqual([
    `a/b, c/d could not be judged in 2 targets (one, two): ${WHY}`,
  ]);
});
