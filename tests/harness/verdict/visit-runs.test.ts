import { expect } from '@playwright/test';
import { isUnstable } from '../../../src/verdict/causes.ts';
import type { Outcome, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { combinedVisit, visitRun } from '../../../src/verdict/visit-runs.ts';
import { verdict, visit } from '../report/samples.ts';
import { test } from '../test.ts';

const id = { journey: 'purchase', scenario: 'organic' };

function combined(visits: VisitVerdicts[]): VisitVerdicts {
  return combinedVisit(
    id,
    visits.map((one, index) => visitRun(one, index + 1)),
  );
}

/** One visit for each outcome of the rule a/b. */
function of(...outcomes: Outcome[]): VisitVerdicts {
  return combined(outcomes.map((outcome) => visit('organic', [verdict('a/b', outcome)])));
}

for (const outcome of ['pass', 'fail', 'inapplicable', 'inconclusive'] as const) {
  test(`${outcome} each time: ${outcome}`, () => {
    const [only] = of(outcome, outcome, outcome).verdicts;
    expect(only).toEqual({ ...verdict('a/b', outcome), runs: { [outcome]: 3 } });
    expect(isUnstable(only!)).toBe(false);
  });
}

for (const [outcomes, reason] of [
  [['pass', 'fail', 'pass'], 'Unstable: failed in 1 of 3 visits, passed in 2'],
  [['inapplicable', 'pass'], 'Unstable: passed in 1 of 2 visits, did not apply in 1'],
  [
    ['inconclusive', 'fail', 'pass'],
    'Unstable: failed in 1 of 3 visits, could not be judged in 1, passed in 1',
  ],
] as [Outcome[], string][]) {
  test(`${outcomes.join(', ')}: inconclusive, and why`, () => {
    const [only] = of(...outcomes).verdicts;
    expect(only).toMatchObject({ outcome: 'inconclusive', reason });
    expect(only!.findings).toHaveLength(outcomes.includes('fail') ? 1 : 0);
    expect(isUnstable(only!)).toBe(true);
  });
}

test('findings are those of the first run that has some, and say which evidence they point into', () => {
  const failed = (message: string, run: number) => {
    const findings = [{ code: 'missing', args: {}, message, place: `/requests/${run}` }];
    return visit('organic', [verdict('a/b', 'fail', 'blocker', { findings })], { evidence: `e${run}.json` });
  };
  const passed = visit('organic', [verdict('a/b', 'pass')], { evidence: 'e1.json' });
  const both = combined([failed('first', 1), failed('second', 2)]);
  expect(both.verdicts[0]).toMatchObject({ outcome: 'fail', findings: [{ message: 'first' }] });
  expect(both.verdicts[0]).not.toHaveProperty('evidence');
  const late = combined([passed, failed('second', 2)]);
  expect(late).toMatchObject({ evidence: 'e1.json', verdicts: [{ evidence: 'e2.json' }] });
  expect(late.runs?.map(({ evidence }) => evidence)).toEqual(['e1.json', 'e2.json']);
});

const broken = (outcome: Outcome) =>
  visit('organic', [verdict('a/b', outcome)], {
    outcome: 'broken',
    problem: { kind: 'step', code: 'step', args: {}, message: 'nothing there' },
  });

test('broken in one of several: broken', () => {
  const visits = [visit('organic', [verdict('a/b', 'pass')]), broken('inconclusive')];
  expect(combined(visits)).toMatchObject({
    outcome: 'broken',
    problem: { kind: 'step', code: 'some-runs', message: 'in 1 of 2 runs it broke off: nothing there' },
    verdicts: [{ outcome: 'inconclusive' }],
  });
});

test('what a broken run did not judge does not undo failures of the others', () => {
  const { verdicts, outcome } = combined([
    visit('organic', [verdict('a/b', 'fail')]),
    broken('inconclusive'),
  ]);
  expect(outcome).toBe('broken');
  expect(verdicts[0]).toMatchObject({ outcome: 'fail', runs: { fail: 1, inconclusive: 1 } });
});

test('a run that is missing breaks the visit; where all are, the visit is missing', () => {
  const missing = visit('organic', [], {
    outcome: 'missing',
    problem: { kind: 'missing', code: 'missing', args: {}, message: 'it was skipped' },
  });
  expect(combined([visit('organic'), missing])).toMatchObject({
    outcome: 'broken',
    problem: {
      kind: 'missing',
      code: 'some-runs',
      message: 'in 1 of 2 runs there is no evidence: it was skipped',
    },
  });
  expect(combined([missing, missing])).toMatchObject({
    outcome: 'missing',
    problem: { kind: 'missing', code: 'missing', args: {}, message: 'it was skipped' },
  });
});
