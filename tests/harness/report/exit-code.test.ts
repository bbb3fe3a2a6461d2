import { expect } from '@playwright/test';
import { exitCode } from '../../../src/report/exit-code.ts';
import type { AuditVerdicts, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { test } from '../test.ts';
import { audit as auditOf, visit } from './samples.ts';

const audit = (released: boolean, visits: VisitVerdicts[]): AuditVerdicts => ({
  ...auditOf(visits),
  gate: { released, reasons: [] },
});
const broken = (kind: 'unreachable' | 'step' | 'crash') =>
  visit('organic', [], { outcome: 'broken', problem: { kind, code: kind, args: {}, message: kind } });
const missing = visit('organic', [], { outcome: 'missing' });

const cases: [string, AuditVerdicts, number, number][] = [
  ['released', audit(true, [visit('organic')]), 0, 0],
  ['held', audit(false, [visit('organic')]), 1, 1],
  ['released by a gate that this run did not close with', audit(true, [visit('organic')]), 1, 1],
  ['every visit unreachable', audit(false, [broken('unreachable'), broken('unreachable')]), 1, 2],
  ['every visit missing or unreachable', audit(false, [missing, broken('unreachable')]), 1, 2],
  ['one visit unreachable', audit(false, [visit('organic'), broken('unreachable')]), 1, 1],
  [
    'no room for what was recorded',
    audit(false, [
      visit('organic'),
      visit('gpc', [], {
        outcome: 'missing',
        problem: {
          kind: 'missing',
          code: 'unwritten',
          args: {},
          message: 'reports/evidence/x.json cannot be written (ENOSPC: no space left)',
        },
      }),
    ]),
    1,
    2,
  ],
  ['a crashed browser', audit(false, [broken('crash')]), 1, 1],
  ['no visit', audit(false, []), 1, 2],
];

for (const [name, verdicts, playwrightCode, code] of cases) {
  test(`${name}: ${code}`, () => {
    expect(exitCode(verdicts, playwrightCode)).toBe(code);
  });
}
