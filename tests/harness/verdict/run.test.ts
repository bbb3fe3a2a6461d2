import { expect } from '@playwright/test';
import { schemas } from '../../../src/target/schemas.ts';
import type { Target, Waiver } from '../../../src/target/target.ts';
import { type AuditRun, auditVerdicts, targetVerdicts } from '../../../src/verdict/audit.ts';
import { diffAudits } from '../../../src/verdict/diff.ts';
import { mergedAudit } from '../../../src/verdict/merge.ts';
import { Snapshot, snapshotOf } from '../../../src/verdict/snapshot.ts';
import { AuditVerdicts, type TargetVerdicts, type VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { visitIdOf } from '../../../src/verdict/visit-id.ts';
import { combinedVisit, visitRun } from '../../../src/verdict/visit-runs.ts';
import { worded } from '../report/samples.ts';
import { cleanTarget } from '../rules/clean.ts';
import { eventId, judgedVisits, TODAY, type Visits } from '../rules/visits.ts';
import { test } from '../test.ts';

const RULE = 'event-id/unique-across-visits';
const constant = eventId('Purchase', 'order-7');
const CONSTANT: Visits = { first: constant, second: constant };

const waiver: Waiver = { rule: RULE, reason: 'known', owner: 'shop team', expires: '2026-12-31' };

function targetOf(
  visits: readonly VisitVerdicts[],
  target: Target,
  run: Partial<AuditRun> = {},
): TargetVerdicts {
  return targetVerdicts(target, [...visits], { today: TODAY, ...run });
}

function outcomesOf({ run = [] }: TargetVerdicts) {
  return Object.fromEntries(run.map(({ rule, outcome }) => [rule, outcome]));
}

/** Each visit alone, as from a shard that made no other. */
function shardsOf(visits: readonly VisitVerdicts[], target: Target, repeat = 1) {
  const { gate, rules } = target;
  const planned = [
    ...new Map(visits.map((visit) => [JSON.stringify(visitIdOf(visit)), visitIdOf(visit)])).values(),
  ];
  return visits.map((visit, index) => {
    const shard = { current: index + 1, total: visits.length };
    const own = repeat === 1 ? visit : combinedVisit(visit, [visitRun(visit, index + 1)]);
    const part = targetOf([own], target, { shard });
    const whole = { gate, rules, repeat, visits: planned };
    return { from: `r${index}`, audit: auditVerdicts([{ ...part, whole }], { shard }) };
  });
}

test('a failing rule over the run holds the release, and the reason names the whole run', () => {
  const target = cleanTarget();
  const { gate, run, visits } = targetOf(judgedVisits(CONSTANT, target), target);
  expect(worded(gate)).toEqual({
    released: false,
    reasons: [`${RULE} (critical) failed over the whole run`],
  });
  expect(gate.reasons[0]!.args).toMatchObject({ rule: RULE, visits: [], of: 0 });
  expect(run?.find(({ rule }) => rule === RULE)).toMatchObject({
    outcome: 'fail',
    severity: 'critical',
    findings: [{ code: 'repeated', args: { event: 'Purchase', id: 'order-7', visits: 2 } }],
  });
  expect(visits.flatMap(({ verdicts }) => verdicts.filter(({ outcome }) => outcome === 'fail'))).toEqual([]);
});

test('releases two correct visits', () => {
  const target = cleanTarget();
  const verdicts = targetOf(judgedVisits({}, target), target);
  expect(worded(verdicts.gate)).toEqual({ released: true, reasons: [] });
  expect(outcomesOf(verdicts)[RULE]).toBe('pass');
});

for (const [what, visits] of Object.entries({ right: {}, wrong: CONSTANT })) {
  for (const change of [
    undefined,
    ({ rules }: Target) => {
      rules[RULE] = 'minor';
    },
    ({ rules }: Target) => {
      rules[RULE] = 'off';
    },
    ({ waivers }: Target) => {
      waivers.push(waiver);
    },
  ]) {
    test(`${what} visits come to the same with shards and without, in any order${change ? `: ${String(change).match(/'\w+'|waiver/)?.[0]}` : ''}`, () => {
      const target = cleanTarget(change);
      const judged = judgedVisits(visits, target);
      const whole = auditVerdicts([targetOf(judged, target)], {});
      const shards = shardsOf(judged, target);
      for (const given of [shards, shards.toReversed()])
        expect(mergedAudit(given, { today: TODAY })).toEqual(whole);
      const { run } = targetOf(judged.toReversed(), target);
      expect(run).toEqual(whole.targets[0]!.run);
    });
  }
}

test('what is written fits its schema, for a shard and for the whole', () => {
  const target = cleanTarget(({ rules }) => {
    rules[RULE] = 'minor';
  });
  const visits = judgedVisits(CONSTANT, target);
  const check = schemas.compile(AuditVerdicts);
  for (const audit of [auditVerdicts([targetOf(visits, target)], {}), shardsOf(visits, target)[0]!.audit]) {
    check(JSON.parse(JSON.stringify(audit)));
    expect(check.errors).toBeNull();
  }
  const checkBaseline = schemas.compile(Snapshot);
  checkBaseline(JSON.parse(JSON.stringify(snapshotOf(auditVerdicts([targetOf(visits, target)], {})))));
  expect(checkBaseline.errors).toBeNull();
});

test('a shard keeps digests for the merge; the merged verdicts need none', () => {
  const target = cleanTarget();
  const visits = judgedVisits(CONSTANT, target);
  const [part] = shardsOf(visits, target);
  expect(part!.audit.targets[0]).not.toHaveProperty('run');
  expect(part!.audit.targets[0]!.visits[0]).toHaveProperty('digest');
  expect(JSON.stringify(targetOf(visits, target))).not.toContain('"digest"');
});

test('of a repeated visit, each repeat counts as a visit, in shards as well', () => {
  const target = cleanTarget();
  const [first, other] = judgedVisits({}, target);
  const { digest } = first;
  // Made again a minute later, by a shop that hands out the same ids.
  const again = { ...first, digest: { ...digest!, startedAt: '2026-11-22T09:46:50.000Z' } };
  const runs = [first, again].map((visit, index) => visitRun(visit, index + 1));
  const repeated = combinedVisit(first, runs);
  const verdicts = targetOf([repeated], target);
  expect(outcomesOf(verdicts)[RULE]).toBe('fail');
  expect(JSON.stringify(verdicts)).not.toContain('"digest"');
  const merged = mergedAudit(shardsOf([first, again], target, 2), { today: TODAY });
  expect(merged.targets[0]!.run).toEqual(verdicts.run);
  expect(outcomesOf(targetOf([first, other], target))[RULE]).toBe('pass');
});

test('a waiver covers it if the waiver names no journey and no scenario', () => {
  const target = cleanTarget(({ waivers }) => waivers.push(waiver));
  const verdicts = targetOf(judgedVisits(CONSTANT, target), target);
  expect(verdicts.gate.released).toBe(true);
  expect(outcomesOf(verdicts)[RULE]).toBe('waived');
  expect(verdicts.waivers).toMatchObject([{ state: 'used' }]);

  const narrow = cleanTarget(({ waivers }) => waivers.push({ ...waiver, scenario: 'ad-click' }));
  const other = targetOf(judgedVisits(CONSTANT, narrow), narrow);
  expect(outcomesOf(other)[RULE]).toBe('fail');
  expect(other.waivers).toMatchObject([{ state: 'stale' }]);

  const expired = targetOf(judgedVisits(CONSTANT, target), target, { today: '2027-01-01' });
  expect(worded(expired.gate).reasons).toEqual([
    `${RULE} (critical) failed over the whole run; the waiver of shop team expired on 2026-12-31`,
  ]);
});

test('a missing visit is the reason that holds; the inconclusive run is not a further one', () => {
  const target = cleanTarget();
  const [first, other] = judgedVisits({}, target);
  const verdicts = targetOf([first, { ...other, outcome: 'broken' }], target);
  expect(outcomesOf(verdicts)[RULE]).toBe('inconclusive');
  expect(verdicts.gate.reasons.map(({ code }) => code)).toEqual(['broken']);
});

test('against a baseline: new, known, fixed, and gone', () => {
  const target = cleanTarget();
  const [right, wrong] = [{}, CONSTANT].map((visits) => targetOf(judgedVisits(visits, target), target));
  const against = (before: TargetVerdicts, visits: Visits, own = target) =>
    targetOf(judgedVisits(visits, own), own, { baseline: snapshotOf(auditVerdicts([before], {})) });
  const changeOf = ({ run = [] }: TargetVerdicts) => run.find(({ rule }) => rule === RULE)?.change;

  expect(changeOf(against(right!, CONSTANT))).toBe('new');
  expect(against(right!, CONSTANT).gate.released).toBe(false);
  expect(changeOf(against(wrong!, CONSTANT))).toBe('known');
  expect(against(wrong!, CONSTANT).gate.released).toBe(true);
  expect(changeOf(against(wrong!, {}))).toBe('fixed');
  expect(changeOf(against(right!, {}))).toBeUndefined();

  // It is left to a rule that fails in both visits: nothing is unjudged.
  const nothing = eventId('Purchase', 'null');
  const left = against(right!, { first: nothing, second: nothing });
  expect(outcomesOf(left)[RULE]).toBe('inapplicable');
  expect(changeOf(left)).toBeUndefined();

  // One visit is not a run.
  const part = targetOf(judgedVisits({}, target).slice(0, 1), target, {
    isPart: true,
    baseline: snapshotOf(auditVerdicts([right!], {})),
  });
  expect(part.comparison?.gone).toEqual([]);
  expect(changeOf(part)).toBeUndefined();
});

test('an older baseline has no run, so nothing is gone', () => {
  const target = cleanTarget();
  const { run: _run, ...before } = targetOf(judgedVisits({}, target), target);
  const baseline = snapshotOf(auditVerdicts([before], {}));
  expect(baseline.targets[0]).not.toHaveProperty('run');
  expect(targetOf(judgedVisits({}, target), target, { baseline }).gate.released).toBe(true);
});

test('a diff of two audits shows what changed over the whole run', () => {
  const target = cleanTarget();
  const [right, wrong] = [{}, CONSTANT].map((visits) =>
    auditVerdicts([targetOf(judgedVisits(visits, target), target)], {}),
  );
  const changes = diffAudits(snapshotOf(right!), wrong!)[0]!.subjects.flatMap(({ changes }) => changes);
  expect(changes.find(({ text }) => text.startsWith(RULE))).toMatchObject({
    kind: 'new',
    visits: [{ scenario: 'whole-run' }],
  });
});
