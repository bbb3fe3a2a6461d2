import assert from 'node:assert/strict';
import { expect } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Evidence, PARTS, type Part } from '../../../src/evidence/evidence.ts';
import { HAR_SCENARIOS } from '../../../src/har/scenarios.ts';
import { seal } from '../../../src/masking/seal.ts';
import { RULES } from '../../../src/rules/index.ts';
import type { Arguments, Rule } from '../../../src/rules/rule.ts';
import type { Target } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import type { Verdict } from '../../../src/verdict/verdict.ts';
import { REST } from '../rest.ts';
import { test } from '../test.ts';
import { blinded, FIELDS, NOT_IN_A_HAR } from './blind.ts';
import { broken, type Change, clean, cleanTarget, resolve } from './clean.ts';
import { copyOf } from './copy.ts';
import { keepWordings, knownWordings, wordingsOf } from './wording.ts';

/** One case of a rule: the clean visit with a change, and the rule's verdict. Without an outcome: pass. */
export interface Row {
  name: string;
  change?: Change;
  target?: (target: Target) => void;
  findings?: FindingRow[];
  /** The findings if the visit broke off, if they are not simply those without absence. */
  brokenOff?: FindingRow[];
  inapplicable?: string;
  inconclusive?: string;
  /** A secret is in plain text, which a recorder would have masked: it cannot be compared with a sealed one. */
  inClear?: true;
}

export interface FindingRow {
  code: string;
  /** The arguments of its message: the wordings themselves are in wording.json. */
  args: Arguments;
  place: string;
  /** Proves nothing in a visit that broke off. */
  absence?: true;
}

// ajv-formats is CommonJS: under ESM its function is the `default` member.
const ajv = (addFormats as unknown as { default: (ajv: Ajv2020) => Ajv2020 }).default(
  new Ajv2020({ allErrors: true, strict: false }),
);
let compiled: ReturnType<typeof ajv.compile> | undefined;

/** The evidence schema's errors for a document. */
export function schemaErrors(evidence: unknown): unknown[] {
  // Not when the module loads, as listing the tests loads it, too.
  compiled ??= ajv.compile(Evidence);
  return compiled(evidence) ? [] : (compiled.errors ?? []);
}

/**
 * Tests a rule by its table. Each row is judged three times: with masks as in earlier versions, sealed, and as a visit that broke
 * off, where only findings that are not absences may be left (unless the rule is about breaking off).
 */
export function testRule(rule: Rule, rows: Row[], { isAboutBreaking = false } = {}): void {
  test.describe(rule.id, () => {
    for (const row of rows) {
      test(row.name, () => {
        const evidence = clean(row.change);
        const target = cleanTarget(row.target);
        // Not by Playwright's expect, which reports each check to the runner: there are ten thousand.
        assert.deepEqual(schemaErrors(evidence), [], 'the case is valid evidence');

        const verdict = judged(rule, evidence, target);
        assert.deepEqual(verdict, wanted(row));
        for (const { code, place } of verdict.findings) {
          assert(code in rule.messages, code);
          resolve(evidence, place);
        }

        if (!row.inClear)
          assert.deepEqual(
            judged(rule, seal(evidence, target.identity), target),
            seal(wanted(row), target.identity),
            'the same visit, sealed',
          );

        if (isAboutBreaking) return;
        broken(evidence);
        const positive = row.brokenOff ?? (row.findings ?? []).filter(({ absence }) => !absence);
        assert.deepEqual(
          judged(rule, evidence, target),
          positive.length > 0
            ? wanted({ name: '', findings: positive })
            : wanted({ name: '', inconclusive: 'The visit broke off before this could be judged' }),
          'the same visit, broken off',
        );
      });
    }

    test('every message is shown by a case', () => {
      const shown = new Set(rows.flatMap(({ findings = [] }) => findings.map(({ code }) => code)));
      expect([...shown].sort()).toEqual(Object.keys(rule.messages).sort());
      const wordings = wordingsOf(
        rule,
        rows.flatMap(({ findings = [] }) => findings),
      );
      if (test.info().config.updateSnapshots === 'all') keepWordings(rule.id, wordings);
      else expect(wordings, 'wording.json has the wordings of these cases').toEqual(knownWordings()[rule.id]);
    });

    // Each case is judged once more for each part: half of what all cases take.
    test('the rule needs the parts of a visit that it declares, and no others', REST, () => {
      const { needs = [] } = rule;
      const inHar = NOT_IN_A_HAR.some((part) => needs.includes(part)) ? [] : [NOT_IN_A_HAR];
      const cases = rows.map((row) => {
        const [evidence, target] = [clean(row.change), cleanTarget(row.target)];
        const read = new Set<string>();
        const seen = outcomeOf(rule, watched(evidence, read), target);
        return { name: row.name, evidence, target, seen, read };
      });
      const isRead = (part: Part) => cases.some(({ read }) => FIELDS[part].some((field) => read.has(field)));
      const others = PARTS.filter((part) => !needs.includes(part) && isRead(part)).map((part) => [part]);
      const sets: (readonly Part[])[] = [...others, ...inHar];
      expect(sets.flatMap((parts) => misjudged(rule, cases, parts))).toEqual([]);
      expect(
        needs.filter((part) => !makesADifference(rule, cases, part)),
        'needed for nothing',
      ).toEqual([]);
    });
  });
}

interface Case {
  name: string;
  evidence: Evidence;
  target: Target;
  /** The rule's result if everything is shown. */
  seen: Pick<Verdict, 'outcome' | 'findings'> & { reason: string | undefined };
  /** The fields of the evidence that it read. */
  read: Set<string>;
}

/** The evidence, recording which of its fields are read. */
function watched(evidence: Evidence, read: Set<string>): Evidence {
  return new Proxy(evidence, {
    get(fields, name) {
      read.add(String(name));
      return Reflect.get(fields, name);
    },
  });
}

/**
 * What a rule gets wrong if some parts are not shown: it fails a visit that no rule fails otherwise, or passes one that it did
 * not pass. The server's events are a separate side: a rule about both sides judges the side that is shown. Calls that were never
 * sent do not exist for a rule that reads the wire, but such a rule must find something there.
 */
function misjudged(rule: Rule, cases: Case[], parts: readonly Part[]): string[] {
  const without = `without ${parts.join(', ')}`;
  const isThere = ({ place }: { place: string }) =>
    (parts.includes('server') && place.startsWith('/server/')) ||
    (parts.includes('calls') && place.startsWith('/calls/'));
  let findsSome = false;
  const wrong = cases.flatMap(({ name, evidence, target, seen }) => {
    const blind = outcomeOf(rule, blinded(evidence, parts), target);
    findsSome ||= blind.outcome === 'fail';
    const isNew = blind.outcome === 'fail' && seen.outcome !== 'fail';
    if (isNew && isAsked(evidence, parts) && !failsAnyhow(evidence, target))
      return [`${name}: failed ${without}`];
    const isLost = seen.outcome !== 'pass' && !(seen.outcome === 'fail' && seen.findings.every(isThere));
    return blind.outcome === 'pass' && isLost
      ? [`${name}: passed ${without}, was ${seen.outcome} ${seen.reason ?? ''}`]
      : [];
  });
  const isVain = !findsSome && cases.some(({ seen }) => seen.outcome === 'fail');
  return isVain ? [...wrong, `it finds nothing ${without}`] : wrong;
}

/** Evidence without these parts is from visits that the harness did not drive, under few scenarios. */
function isAsked({ scenario }: Evidence, parts: readonly Part[]): boolean {
  return !parts.includes('navigation') || (HAR_SCENARIOS as readonly string[]).includes(scenario);
}

/** Whether any rule fails it: another rule may report the same breach if its cause is not shown. */
function failsAnyhow(evidence: Evidence, target: Target): boolean {
  return judgeVisit(evidence, target, RULES).verdicts.some(({ outcome }) => outcome === 'fail');
}

/** Whether a part makes a difference to a rule's result. */
function makesADifference(rule: Rule, cases: Case[], part: Part): boolean {
  const bold = { ...rule, needs: [], needsToPass: [] };
  return cases.some(({ evidence, target, seen }) => {
    const blind = outcomeOf(bold, blinded(evidence, [part]), target);
    return JSON.stringify(blind) !== JSON.stringify(seen);
  });
}

function outcomeOf(rule: Rule, evidence: Evidence, target: Target): Case['seen'] {
  const { outcome, findings, reason } = judgeVisit(evidence, target, [rule]).verdicts[0]!;
  return { outcome, findings, reason };
}

/** The verdict of one rule, reduced to what tables state. The evidence is frozen: a rule that writes to it throws. */
function judged(rule: Rule, evidence: Evidence, target: Target) {
  const frozen = copyOf([evidence, target] as const);
  deepFreeze(frozen);
  const [verdict] = judgeVisit(...frozen, [rule]).verdicts;
  if (!verdict)
    throw new Error(`${rule.id} does not speak for ${evidence.scenario}: set the scenario in the case`);
  const { outcome, reason, findings } = verdict;
  return {
    outcome,
    reason,
    findings: findings.map(({ code, args, place }) => ({ code, args, place })),
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
    findings: findings.map(({ code, args, place }) => ({ code, args, place })),
  };
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
}
