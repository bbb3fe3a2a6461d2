import { expect, test } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Evidence } from '../../../src/evidence/evidence.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import type { Target } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { broken, type Change, clean, cleanTarget, resolve } from './clean.ts';

/** One case of a rule: the clean visit with something changed, and what the rule makes of it. Without an outcome: pass. */
export interface Row {
  name: string;
  change?: Change;
  target?: (target: Target) => void;
  findings?: FindingRow[];
  /** What is found where the visit broke off, in place of the findings that are no absence. */
  brokenOff?: FindingRow[];
  inapplicable?: string;
  inconclusive?: string;
}

export interface FindingRow {
  code: string;
  message: string;
  place: string;
  /** Proves nothing in a visit that broke off. */
  absence?: true;
}

// ajv-formats is CommonJS: under ESM its function is the `default` member.
const ajv = (addFormats as unknown as { default: (ajv: Ajv2020) => Ajv2020 }).default(
  new Ajv2020({ allErrors: true, strict: false }),
);
const validate = ajv.compile(Evidence);

/** What the evidence schema has against a document. */
export function schemaErrors(evidence: unknown): unknown[] {
  return validate(evidence) ? [] : (validate.errors ?? []);
}

/**
 * Tests a rule by its table. Each row is judged twice: as it is, and as a visit that broke off, where only the findings that
 * are no absence may be left; once only where to break off is what the rule is about.
 */
export function testRule(rule: Rule, rows: Row[], { isAboutBreaking = false } = {}): void {
  test.describe(rule.id, () => {
    for (const row of rows) {
      test(row.name, () => {
        const evidence = clean(row.change);
        const target = cleanTarget(row.target);
        expect(schemaErrors(evidence), 'the case is valid evidence').toEqual([]);

        const verdict = judged(rule, evidence, target);
        expect(verdict).toEqual(wanted(row));
        for (const { code, place } of verdict.findings) {
          expect(Object.keys(rule.messages)).toContain(code);
          resolve(evidence, place);
        }

        if (isAboutBreaking) return;
        broken(evidence);
        const positive = row.brokenOff ?? (row.findings ?? []).filter(({ absence }) => !absence);
        expect(judged(rule, evidence, target), 'the same visit, broken off').toEqual(
          positive.length > 0
            ? wanted({ name: '', findings: positive })
            : wanted({ name: '', inconclusive: 'The visit broke off before this could be judged' }),
        );
      });
    }

    test('every message is shown by a case', () => {
      const shown = new Set(rows.flatMap(({ findings = [] }) => findings.map(({ code }) => code)));
      expect([...shown].sort()).toEqual(Object.keys(rule.messages).sort());
    });
  });
}

/** The verdict of one rule, cut to what tables state. Frozen: a rule that writes into the evidence throws. */
function judged(rule: Rule, evidence: Evidence, target: Target) {
  const frozen = structuredClone([evidence, target] as const);
  deepFreeze(frozen);
  const [verdict] = judgeVisit(...frozen, [rule]).verdicts;
  if (!verdict)
    throw new Error(`${rule.id} does not speak for ${evidence.scenario}: set the scenario in the case`);
  const { outcome, reason, findings } = verdict;
  return {
    outcome,
    reason,
    findings: findings.map(({ code, message, place }) => ({ code, message, place })),
  };
}

function wanted({ findings = [], inapplicable, inconclusive }: Row) {
  const outcome =
    inapplicable !== undefined
      ? 'inapplicable'
      : inconclusive !== undefined
        ? 'inconclusive'
        : findings.length > 0
          ? 'fail'
          : 'pass';
  return {
    outcome,
    reason: inapplicable ?? inconclusive,
    findings: findings.map(({ code, message, place }) => ({ code, message, place })),
  };
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
}
