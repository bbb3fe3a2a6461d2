import { expect } from '@playwright/test';
import { ofTarget, reason, together } from '../../../src/verdict/reasons.ts';
import { test } from '../test.ts';

const WHY = 'The pixel goes past what was seen';
const unjudged = (rule: string, visit: string, why = WHY) =>
  reason('unjudged', { rule, why, visits: [visit], of: 2 });
const messages = (reasons: ReturnType<typeof together>) => reasons.map(({ message }) => message);

test('what one thing kept from being judged in the same visit is one reason, where the first of them stands', () => {
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

test('so it is over several targets', () => {
  const reasons = ['one', 'two'].flatMap((target) =>
    ['a/b', 'c/d'].map((rule) => ofTarget(unjudged(rule, 'purchase under organic'), target, false)),
  );
  expect(messages(together(reasons, 2))).toEqual([
    `a/b, c/d could not be judged in 2 targets (one, two): ${WHY}`,
  ]);
});
