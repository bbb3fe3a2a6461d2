import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { publishRun, runFolder } from '../../../src/report/run-folder.ts';
import { formatScorecard } from '../../../src/report/scorecard.ts';
import { readTrend, takeTrend, trendLine } from '../../../src/report/trend.ts';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import { auditVerdicts, targetVerdicts } from '../../../src/verdict/audit.ts';
import type { AuditVerdicts, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { test as base } from '../test.ts';
import { fleet } from './fleet.ts';
import { audit, policy, TODAY, verdict, visit } from './samples.ts';

const test = base.extend<{ reports: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  reports: async ({}, use) => {
    const reports = mkdtempSync(join(tmpdir(), 'ttq-trend-'));
    await use(reports);
    rmSync(reports, { recursive: true });
  },
});

const failing = audit([
  visit('organic', [verdict('event-id/present', 'fail'), verdict('pixel/id-format', 'fail')]),
]);
const passing = audit([visit('organic')]);

test('each run adds its number, in its own folder, and ten of them are kept', ({ reports }) => {
  const numbers: number[] = [];
  for (let run = 0; run < 12; run += 1) {
    const folder = runFolder(reports);
    mkdirSync(folder);
    const trend = takeTrend(folder, run % 2 === 0 ? failing : passing);
    numbers.push(run % 2 === 0 ? 2 : 0);
    expect(trend).toEqual({ 'demo-shop': numbers.slice(-10) });
    expect(readTrend(join(folder, 'trend.json'))).toEqual(trend);
    // Published.
    writeFileSync(join(reports, 'trend.json'), readFileSync(join(folder, 'trend.json')));
  }
});

const others = { ...failing, targets: [] };

for (const [part, run] of [
  ['a shard', { ...failing, shard: { current: 1, total: 2 } }],
  ['a run from which a filter left visits out', of([visit('organic')], { made: 1, of: 27 })],
  ['a run that was cut off', of([visit('organic'), visit('ad-click', [], { outcome: 'missing' })])],
  ['a site that is down', of([visit('organic', [], { outcome: 'broken' })])],
  ['a run of other targets', others],
] as const)
  test(`${part} adds nothing, and keeps what there is`, ({ reports }) => {
    writeFileSync(join(reports, 'trend.json'), '{"demo-shop":[3,1]}');
    const folder = runFolder(reports);
    mkdirSync(folder);
    expect(takeTrend(folder, run)).toEqual({ 'demo-shop': [3, 1] });
    writeFileSync(join(folder, 'verdicts.json'), '{}');
    publishRun(folder);
    expect(readTrend(join(reports, 'trend.json'))).toEqual({ 'demo-shop': [3, 1] });
  });

function of(visits: VisitVerdicts[], filtered?: { made: number; of: number }): AuditVerdicts {
  const run = { today: TODAY, ...(filtered ? { filtered } : {}) };
  return auditVerdicts([targetVerdicts(policy(), visits, run)], {});
}

test('ignores a file that is not a trend', ({ reports }) => {
  writeFileSync(join(reports, 'trend.json'), '{"demo-shop":[3,1],"other":["x"],"third":7}');
  const shard = { ...failing, shard: { current: 1, total: 2 } };
  expect(takeTrend(reports, shard)).toEqual({ 'demo-shop': [3, 1] });
  writeFileSync(join(reports, 'trend.json'), '{');
  expect(readTrend(join(reports, 'trend.json'))).toEqual({});
});

test('the line goes down as failures go, and says its numbers', () => {
  expect(trendLine([3, 0])).toContain('points="2,2 10,14"');
  expect(trendLine([3, 0])).toContain('aria-label="Failed rules in the last 2 runs: 3, 0"');
  expect([trendLine([3]), trendLine(undefined)]).toEqual(['', '']);
});

test('the trend is on the scorecard of one target and of many', () => {
  const one = formatScorecard(failing, RULE_BY_ID, { trend: { 'demo-shop': [4, 2] } });
  expect(one.match(/<svg class="trend"/g)).toHaveLength(1);
  const many = fleet(4);
  const trend = { 'shop-000.example': [1, 0, 0], 'shop-002.example': [0, 0, 2], gone: [1, 1] };
  expect(formatScorecard(many, RULE_BY_ID, { trend }).match(/<svg class="trend"/g)).toHaveLength(2);
});
