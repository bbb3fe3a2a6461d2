import { expect } from '@playwright/test';
import { MUTANTS } from '../../../fixtures/mutants/index.ts';
import { RULES } from '../../../src/rules/index.ts';
import { judgeVisit, judgeVisits } from '../../../src/verdict/judge.ts';
import { clean, cleanTarget, noticesAll } from '../rules/clean.ts';
import { schemaErrors } from '../rules/table.ts';
import { test } from '../test.ts';
import { EVIDENCE_MUTANTS } from './evidence.ts';
import { noteKill } from './kills.ts';

for (const { name, rule, change, target } of EVIDENCE_MUTANTS) {
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  test(`${rule}: ${name}`, async ({}, testInfo) => {
    const evidence = clean(change);
    expect(schemaErrors(evidence), 'the mutant is valid evidence').toEqual([]);
    const judged = cleanTarget(target);
    noticesAll(judged);
    const { verdicts } = judgeVisit(evidence, judged, RULES);
    const killedBy = verdicts.filter(({ outcome }) => outcome === 'fail').map((verdict) => verdict.rule);
    await noteKill({ mutant: name, kind: 'evidence', rule, killedBy }, testInfo);
    const told = verdicts.flatMap(({ findings }) => findings.map(({ message }) => message));
    expect(killedBy, told.join('\n')).toEqual([rule]);
  });
}

test('the mutants get the same verdicts together as one by one', () => {
  const visits = EVIDENCE_MUTANTS.map(({ change, target }, index) => ({
    evidence: clean(change),
    target: cleanTarget(target),
    file: `evidence/${index}.json`,
  }));
  const oneByOne = visits.map(({ evidence, target, file }) =>
    judgeVisit(structuredClone(evidence), target, RULES, file),
  );
  expect(judgeVisits(visits, RULES)).toEqual(oneByOne);
});

test('every mutant of the evidence has a unique name', () => {
  const names = EVIDENCE_MUTANTS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

for (const { id } of RULES) {
  test(`${id} has two mutants at least`, () => {
    const own = [...MUTANTS, ...EVIDENCE_MUTANTS].filter(({ rule }) => rule === id);
    expect(own.length).toBeGreaterThanOrEqual(2);
  });
}
