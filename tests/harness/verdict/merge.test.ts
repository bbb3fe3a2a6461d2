import { expect } from '@playwright/test';
import { refusal, written } from '../../../src/target/refusal.ts';
import { auditVerdicts, type Policy, refusedTarget, targetVerdicts } from '../../../src/verdict/audit.ts';
import { mergedAudit, type ShardVerdicts } from '../../../src/verdict/merge.ts';
import { type Reason, reason } from '../../../src/verdict/reasons.ts';
import type { AuditVerdicts, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { visitIdOf } from '../../../src/verdict/visit-id.ts';
import { combinedVisit, visitRun } from '../../../src/verdict/visit-runs.ts';
import { policy, TODAY, verdict, visit, wordings } from '../report/samples.ts';
import { test } from '../test.ts';

const waiver = { rule: 'a/b', reason: 'known', owner: 'shop team', expires: '2026-12-31' };
const policies: Policy[] = [
  policy({ name: 'one', waivers: [waiver] }),
  policy({ name: 'two', rules: { 'c/d': 'off' }, waivers: [{ ...waiver, rule: 'e/f' }] }),
];
const scenarios = ['organic', 'ad-click', 'gpc'];

/** The result of each visit, each time: some rules fail, and one is unstable. */
function judged(target: string, scenario: string, run: number): VisitVerdicts {
  return visit(
    scenario,
    [
      verdict('a/b', target === 'one' && scenario === 'gpc' ? 'fail' : 'pass'),
      verdict('e/f', scenario === 'ad-click' && run === 2 ? 'fail' : 'pass', 'minor'),
    ],
    { evidence: `evidence/${target}/${scenario}.${run}.json` },
  );
}

interface Made {
  target: string;
  scenario: string;
  run: number;
}

function plan(repeat: number): Made[] {
  return Array.from({ length: repeat }, (_, index) => index + 1).flatMap((run) =>
    policies.flatMap(({ name }) => scenarios.map((scenario) => ({ target: name, scenario, run }))),
  );
}

/** The verdicts on a part of the plan, as the reporter makes them. */
function audited(
  made: Made[],
  repeat: number,
  shard?: AuditVerdicts['shard'],
  troubles: Reason[] = [],
): AuditVerdicts {
  const targets = policies.map((one) => {
    const visits = scenarios.flatMap((scenario) => {
      const runs = made
        .filter((other) => other.target === one.name && other.scenario === scenario)
        .map(({ run }) => ({ run, visit: judged(one.name, scenario, run) }));
      if (runs.length === 0) return [];
      if (repeat === 1) return [runs[0]!.visit];
      return [
        combinedVisit(
          visit(scenario),
          runs.map(({ run, visit }) => visitRun(visit, run)),
        ),
      ];
    });
    const verdicts = targetVerdicts(one, visits, { today: TODAY, ...(shard ? { shard } : {}) });
    const whole = {
      gate: one.gate,
      rules: one.rules,
      repeat,
      visits: scenarios.map((scenario) => visitIdOf(visit(scenario))),
    };
    return shard ? { ...verdicts, whole } : verdicts;
  });
  return auditVerdicts(
    [...targets, refusedTarget('three', [written(refusal('no-file', {}), 'three.json')])],
    shard ? { shard } : {},
    troubles,
  );
}

function shards(total: number, repeat: number): ShardVerdicts[] {
  const made = plan(repeat);
  const size = Math.ceil(made.length / total);
  return Array.from({ length: total }, (_, index) => ({
    from: `r${index + 1}`,
    audit: audited(made.slice(index * size, (index + 1) * size), repeat, { current: index + 1, total }),
  }));
}

for (const repeat of [1, 3]) {
  for (const total of [1, 2, 3, 5]) {
    test(`${total} shards, each visit ${repeat} times: the same as without shards`, () => {
      expect(mergedAudit(shards(total, repeat).reverse(), { today: TODAY })).toEqual(
        audited(plan(repeat), repeat),
      );
    });
  }
}

test('a shard that is missing holds the release', () => {
  const { gate, targets } = mergedAudit(shards(3, 1).slice(1), { today: TODAY });
  expect(gate.released).toBe(false);
  expect(wordings(gate)[0]).toBe('Shard 1 of 3 is missing: not all visits of one were made');
  expect(targets[0]!.visits.map(({ outcome }) => outcome)).toEqual(['missing', 'missing', 'complete']);
});

test('a visit that no shard made holds the release, though all shards are there', () => {
  const made = plan(1).filter(({ scenario }) => scenario !== 'gpc');
  const parts = [1, 2].map((current) => ({
    from: `r${current}`,
    audit: audited(current === 1 ? made : [], 1, { current, total: 2 }),
  }));
  expect(wordings(mergedAudit(parts, { today: TODAY }).gate).join('\n')).toContain(
    '(purchase under gpc): not run',
  );
});

test('what holds a shard besides its targets holds the whole', () => {
  const [first, second] = shards(2, 1) as [ShardVerdicts, ShardVerdicts];
  const interrupted = { ...second, audit: { ...second.audit, troubles: [reason('interrupted', {})] } };
  expect(wordings(mergedAudit([first, interrupted], { today: TODAY }).gate)[0]).toBe(
    'The run was interrupted',
  );
});

test('a waiver that has expired since no longer counts', () => {
  const { targets } = mergedAudit(shards(2, 1), { today: '2027-01-01' });
  expect(targets[0]!.visits[2]!.verdicts[0]).toMatchObject({
    outcome: 'fail',
    findings: [{ waiver: { expired: true } }],
  });
});

const [one, two] = shards(2, 1) as [ShardVerdicts, ShardVerdicts];
const changed = (change: (audit: AuditVerdicts) => void): ShardVerdicts => {
  const audit = structuredClone(two.audit);
  change(audit);
  return { from: 'r2', audit };
};

for (const [what, given, says] of [
  ['none', [], 'No shard was named'],
  [
    'one twice',
    [one, { ...one, from: 'copy' }],
    'copy: found shard 1 again, as in r1; wanted each shard once',
  ],
  [
    'one of another number of shards',
    [one, changed((audit) => Object.assign(audit.shard!, { total: 3 }))],
    'r2: found shard 2 of 3, but r1 is one of 2',
  ],
  ['a whole audit', [one, changed((audit) => delete audit.shard)], 'r2: found a whole audit'],
  ['other targets', [one, changed(({ targets }) => targets.pop())], 'r2: found other targets than in r1'],
  [
    'another plan',
    [one, changed(({ targets }) => targets[1]!.whole!.visits.pop())],
    'r2: found another plan, gate or waivers of two than in r1',
  ],
  [
    'other waivers',
    [one, changed(({ targets }) => targets[0]!.waivers.pop())],
    'r2: found another plan, gate or waivers of one than in r1',
  ],
  [
    'another order of visits',
    [one, changed((audit) => Object.assign(audit.shard!, { order: 'abcd1234' }))],
    'r2: found visits divided among the shards differently than in r1; wanted the same --times file',
  ],
] as [string, ShardVerdicts[], string][]) {
  test(`refused: ${what}`, () => {
    expect(() => mergedAudit(given, { today: TODAY })).toThrow(says);
  });
}
