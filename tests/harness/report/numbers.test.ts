import assert from 'node:assert/strict';
import { expect } from '@playwright/test';
import { InMemoryWriter } from 'allure-js-commons/sdk/reporter';
import fc from 'fast-check';
import { writeAllureResults } from '../../../src/report/allure.ts';
import { formatJunit } from '../../../src/report/junit.ts';
import { formatMarkdown } from '../../../src/report/markdown.ts';
import { formatScorecard } from '../../../src/report/scorecard.ts';
import { formatSummary } from '../../../src/report/summary.ts';
import { countsOf } from '../../../src/verdict/overview.ts';
import type { AuditVerdicts, Counts } from '../../../src/verdict/verdict.ts';
import { samples } from '../rest.ts';
import { test } from '../test.ts';
import { anyAudit } from './audits.ts';
import { fleet } from './fleet.ts';
import { audit, ruleMap, verdict, visit } from './samples.ts';

const rules = ruleMap('event-id/present');

/** The numbers in each report; in Allure's, the results that it counts as failed. */
function numbersIn(sample: AuditVerdicts): Record<string, Partial<Counts>> {
  const writer = new InMemoryWriter();
  writeAllureResults(writer, sample, {}, { rules, at: 0, home: '..' });
  const junit = formatJunit(sample, rules);
  const sum = (pattern: RegExp) =>
    [...junit.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
  return {
    terminal: spoken(formatSummary(sample, { colour: false })),
    scorecard: spoken(formatScorecard(sample, rules)),
    allure: { failedRules: writer.tests.filter(({ status }) => status === 'failed').length },
    junit: {
      failedRules: sum(/<property name="failed rules" value="(\d+)"/g),
      failedVisits: sum(/<testsuite [^>]*? failures="(\d+)"/g),
      unjudgedVisits: sum(/<testsuite [^>]*? errors="(\d+)"/g),
    },
    'cases of junit': {
      failedVisits: junit.split('<failure ').length - 1,
      unjudgedVisits: junit.split('<error ').length - 1,
    },
    'verdicts.json': sample.counts ?? {},
  };
}

/** As in a sentence. */
function spoken(text: string): Counts {
  const [, failedRules, failedVisits, unjudgedVisits] =
    /(\d+) failed rules?, (\d+) failed visits?, (\d+) unjudged visits?/.exec(text) ?? [];
  return {
    failedRules: Number(failedRules),
    failedVisits: Number(failedVisits),
    unjudgedVisits: Number(unjudgedVisits),
  };
}

function expectAgreement(sample: AuditVerdicts): void {
  const counts = countsOf(sample.targets);
  for (const [report, numbers] of Object.entries(numbersIn(sample)))
    assert.deepEqual({ ...counts, ...numbers }, counts, report);
}

test('what is counted', () => {
  const problem = { kind: 'crash', code: 'crash', args: {}, message: 'The browser crashed.' } as const;
  const sample = audit([
    visit('one', [verdict('a/b', 'fail'), verdict('c/d', 'fail', 'trivial')]),
    visit('two', [verdict('a/b', 'fail')]),
    visit('three', [verdict('a/b', 'pass'), verdict('c/d', 'fail', 'trivial')]),
    visit('four', [verdict('a/b', 'inconclusive')]),
    visit('five', [], { outcome: 'broken', problem }),
    visit('six', [verdict('a/b', 'fail')], { outcome: 'broken', problem }),
  ]);
  expect(sample.counts).toEqual({ failedRules: 2, failedVisits: 3, unjudgedVisits: 2 });
  expectAgreement(sample);
});

test('all reports agree on 50 targets', () => {
  const sample = fleet(50);
  expectAgreement(sample);
  expect(formatMarkdown(sample, rules, { limit: 30_000 })).toContain(
    `| 50 targets | 12 held | ${Object.values(sample.counts ?? {}).join(' | ')} |`,
  );
});

test('all reports agree on any audit', () => {
  fc.assert(fc.property(anyAudit, expectAgreement), { numRuns: samples(50) });
});
