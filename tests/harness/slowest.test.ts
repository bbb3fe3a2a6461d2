import { expect } from '@playwright/test';
import type { FullResult, TestCase, TestResult } from '@playwright/test/reporter';
import { captured } from './captured.ts';
import { REST } from './rest.ts';
import SlowestReporter, { formatSlowest } from './slowest.ts';
import { test } from './test.ts';

test('the ten slowest tests, the slowest first, and those over the limit marked', () => {
  const tests = [...Array(11).keys()].map((number) => ({
    name: `test ${number}`,
    duration: number * 100,
    isRest: false,
  }));
  const slow = { name: 'for ever', duration: 20_050, isRest: false };
  const rest = { name: 'in CI', duration: 30_000, isRest: true };
  expect(formatSlowest([...tests, slow, rest]).split('\n')).toEqual([
    'Slowest tests:',
    '  30.0 s  in CI',
    '  20.1 s  for ever (over the limit of 20 s)',
    ...[10, 9, 8, 7, 6, 5, 4, 3].map((number) => `${(number / 10).toFixed(1).padStart(6)} s  test ${number}`),
  ]);
});

for (const [what, tags, duration, status, wanted] of [
  ['a test that takes three times the limit', [], 60_000, 'passed', 'passed'],
  ['a test that takes longer', [], 60_001, 'passed', 'failed'],
  ['a test that takes longer in a run that was interrupted', [], 60_001, 'interrupted', 'interrupted'],
  ['a test over the limit that only CI waits for', [REST.tag], 90_000, 'passed', 'passed'],
] as const) {
  test(`${what}: the run has ${wanted}`, async () => {
    const reporter = new SlowestReporter();
    const one = { titlePath: () => ['', 'a.test.ts', 'slow'], tags: [...tags] } as unknown as TestCase;
    reporter.onTestEnd(one, { duration } as TestResult);
    const err = captured(process.stderr);
    try {
      expect(await reporter.onEnd({ status } as FullResult)).toEqual({ status: wanted });
      const names = tags.length === 0 && duration > 60_000;
      expect(err.text().includes('60.0 s  a.test.ts › slow (over the limit of 20 s)')).toBe(names);
    } finally {
      err.end();
    }
  });
}
