import { expect } from '@playwright/test';
import { problem } from '../../../src/evidence/problem.ts';
import { nextStep, ofTarget, reason, together } from '../../../src/verdict/reasons.ts';
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

test('where a visit was not written, the advice is to make room', () => {
  const { code, message } = problem('unwritten', { error: 'a.json cannot be written (ENOSPC)' });
  const one = reason('missing', { visits: ['purchase under organic'], of: 1, problem: code, why: message });
  expect(nextStep(one)).toBe('Make room there, and run the audit again.');
});

test('the same over several targets', () => {
  const reasons = ['one', 'two'].flatMap((target) =>
    ['a/b', 'c/d'].map((rule) => ofTarget(unjudged(rule, 'purchase under organic'), target, false)),
  );
  expect(messages(together(reasons, 2))).toEqual([
    `a/b, c/d could not be judged in 2 targets (one, two): ${WHY}`,
  ]);
});

test('servers that do not start are one reason, whatever their addresses, and the advice is about servers', () => {
  const stopped = (target: string, port: number) => {
    const { code, message } = problem('server-ended-early', {
      server: "The site's server",
      exitCode: 1,
      url: `http://127.0.0.1:${port}/`,
    });
    const visits = { visits: ['purchase under organic'], of: 1 };
    return ofTarget(reason('broken', { ...visits, problem: code, why: message }), target, false);
  };
  const reasons = together([stopped('one', 4001), stopped('two', 4002), stopped('three', 4003)], 3);
  expect(messages(reasons)).toEqual([
    "Broken off: 3 targets (one, two, three); the first: The site's server did not start: it ended with code 1 before it answered at http://127.0.0.1:4001/",
  ]);
  expect(nextStep(reasons[0]!)).toBe(
    "Read the server's own messages above, or with --verbose, and correct `server` in the target file.",
  );
});
