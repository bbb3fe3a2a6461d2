import { expect } from '@playwright/test';
import { RUN_RULES } from '../../../src/rules/index.ts';
import { cleanTarget } from '../rules/clean.ts';
import { schemaErrors } from '../rules/table.ts';
import { evidenceOf, judgedRun, judgedVisits } from '../rules/visits.ts';
import { test } from '../test.ts';
import { noteKill } from './kills.ts';
import { RUN_MUTANTS } from './run.ts';

const failing = (verdicts: readonly { rule: string; outcome: string }[]) =>
  verdicts.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule);

test('two correct visits pass every rule over a run', () => {
  const target = cleanTarget();
  const outcomes = judgedRun(judgedVisits({}, target), target).map(({ rule, outcome }) => [rule, outcome]);
  expect(Object.fromEntries(outcomes)).toEqual({
    'identity/external-id-own': 'inapplicable',
    'event-id/unique-across-visits': 'pass',
    'event-id/not-cached': 'pass',
    'event-id/new-for-each-view': 'pass',
    'events-api/of-a-visit': 'pass',
  });
});

for (const { name, rule, ...visits } of RUN_MUTANTS) {
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  test(`${rule}: ${name}`, async ({}, testInfo) => {
    for (const evidence of evidenceOf(visits))
      expect(schemaErrors(evidence), 'it is valid evidence').toEqual([]);
    const target = cleanTarget();
    const judged = judgedVisits(visits, target);
    const right = judgedVisits({}, target);
    const killedBy = failing(judgedRun(judged, target));
    await noteKill({ mutant: name, kind: 'evidence', rule, killedBy }, testInfo);
    expect(killedBy).toEqual([rule]);
    for (const [index, { verdicts }] of judged.entries())
      expect(failing(verdicts), 'nothing is wrong in the visit alone').toEqual(
        failing(right[index]!.verdicts),
      );
  });
}

for (const { id } of RUN_RULES) {
  test(`${id} has two mutants at least`, () => {
    expect(RUN_MUTANTS.filter(({ rule }) => rule === id).length).toBeGreaterThanOrEqual(2);
  });
}
