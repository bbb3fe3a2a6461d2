import { expect } from '@playwright/test';
import type { Severity } from '../../../src/target/target.ts';
import { auditVerdicts, type Policy, targetVerdicts } from '../../../src/verdict/audit.ts';
import { snapshotOf } from '../../../src/verdict/snapshot.ts';
import type { Outcome, TargetVerdicts, Verdict, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { audit, policy, TODAY, verdict, visit, worded, wordings } from '../report/samples.ts';
import { test } from '../test.ts';

const RULE = 'event-id/present';
const anchor = verdict('pixel/sdk-loads', 'pass');
const of = (outcome: Outcome, severity: Severity = 'blocker', more: Partial<Verdict> = {}) =>
  visit('organic', [anchor, verdict(RULE, outcome, severity, more)]);
const withoutRule = visit('organic', [anchor]);
const saying = (args: Record<string, string>) =>
  of('fail', 'blocker', { findings: [{ code: 'missing', args, message: 'x', place: '/requests/3' }] });

function compared(
  before: VisitVerdicts[],
  after: VisitVerdicts[],
  more: Partial<Policy> = {},
): TargetVerdicts {
  const baseline = snapshotOf(audit(before));
  return targetVerdicts(policy(more), after, { today: TODAY, baseline });
}

const changeOf = ({ visits }: TargetVerdicts) =>
  visits[0]!.verdicts.find(({ rule }) => rule === RULE)?.change;

const HELD = false;
const RELEASED = true;
const rows: [string, VisitVerdicts, VisitVerdicts, string | undefined, boolean][] = [
  ['a pass stays one', of('pass'), of('pass'), undefined, RELEASED],
  ['what passed fails', of('pass'), of('fail'), 'new', HELD],
  ['what did not apply fails', of('inapplicable'), of('fail'), 'new', HELD],
  ['what was not asked fails', withoutRule, of('fail'), 'new', HELD],
  ['what could not be judged fails', of('inconclusive'), of('fail'), 'new', HELD],
  [
    'what passed fails, of a severity that does not count',
    of('pass', 'minor'),
    of('fail', 'minor'),
    'new',
    RELEASED,
  ],
  ['a failure stays', of('fail'), of('fail'), 'known', RELEASED],
  [
    'a failure stays, of another order',
    saying({ event: 'Purchase', page: '/orders/100271' }),
    saying({ event: 'Purchase', page: '/orders/99310' }),
    'known',
    RELEASED,
  ],
  [
    'a failure has another finding',
    saying({ parameter: 'value' }),
    saying({ parameter: 'currency' }),
    'worse',
    HELD,
  ],
  ['a failure weighs more', of('fail', 'critical'), of('fail', 'blocker'), 'worse', HELD],
  ['a failure weighs less', of('fail', 'blocker'), of('fail', 'critical'), 'known', RELEASED],
  ['a failure is fixed', of('fail'), of('pass'), 'fixed', RELEASED],
  ['what could not be judged holds', of('inconclusive'), of('pass'), 'fixed', RELEASED],
  ['what passed cannot be judged', of('pass'), of('inconclusive'), 'unjudged', HELD],
  ['what failed cannot be judged', of('fail'), of('inconclusive'), 'unjudged', HELD],
  ['what did not apply cannot be judged', of('inapplicable'), of('inconclusive'), 'unjudged', HELD],
  ['what could not be judged still cannot', of('inconclusive'), of('inconclusive'), 'known', RELEASED],
  ['what passed does not apply', of('pass'), of('inapplicable'), 'unjudged', HELD],
  ['what failed does not apply', of('fail'), of('inapplicable'), 'unjudged', HELD],
  [
    'what passed does not apply, of a severity that does not count',
    of('pass', 'minor'),
    of('inapplicable', 'minor'),
    'unjudged',
    RELEASED,
  ],
  ['what did not apply still does not', of('inapplicable'), of('inapplicable'), undefined, RELEASED],
  ['what passed is not asked', of('pass'), withoutRule, undefined, HELD],
  ['what failed is not asked', of('fail'), withoutRule, undefined, HELD],
  ['what did not apply is not asked', of('inapplicable'), withoutRule, undefined, RELEASED],
];

for (const [name, before, after, change, released] of rows) {
  test(`against a baseline: ${name}`, () => {
    const target = compared([before], [after]);
    expect(changeOf(target)).toBe(change);
    expect(worded(target.gate)).toEqual({
      released,
      reasons: released ? [] : [expect.stringContaining(RULE)],
    });
    const counted = {
      new: 0,
      worse: 0,
      unjudged: 0,
      known: 0,
      fixed: 0,
      ...(change ? { [change]: 1 } : {}),
    };
    expect(target.comparison!.counts).toEqual(counted);
  });
}

test('what is left to another failure is reported there', () => {
  const told = verdict(RULE, 'inapplicable', 'blocker', {
    reason: 'The cause is reported by event/expected',
    yieldedTo: ['event/expected'],
  });
  const target = compared(
    [of('pass')],
    [visit('organic', [anchor, told, verdict('event/expected', 'fail')])],
  );
  expect(changeOf(target)).toBeUndefined();
  expect(wordings(target.gate)).toEqual([expect.stringMatching(/^event\/expected /)]);
});

test('a rule that the target switches off is not missed', () => {
  const target = compared([of('fail')], [withoutRule], { rules: { [RULE]: 'off' } });
  expect(worded(target.gate)).toEqual({ released: true, reasons: [] });
  expect(target.comparison!.gone).toEqual([]);
});

test('a waived failure does not count as accepted: without its waiver it is new', () => {
  const waiver = { rule: RULE, reason: 'R', owner: 'O', expires: '2026-12-31' };
  const baseline = snapshotOf(audit([of('fail')], { waivers: [waiver] }));
  expect(baseline.targets[0]!.visits[0]).toMatchObject({ fail: [], waived: [{ rule: RULE }] });
  const target = targetVerdicts(policy(), [of('fail')], { today: TODAY, baseline });
  expect(changeOf(target)).toBe('new');
  expect(target.gate.released).toBe(false);
});

test('a visit that broke off holds, even where it did before', () => {
  const broken = { ...of('inconclusive'), outcome: 'broken' as const };
  expect(compared([broken], [broken]).gate.released).toBe(false);
});

test('a visit that is not made any more holds', () => {
  const target = compared([of('pass'), visit('ad-click')], [of('pass')]);
  expect(wordings(target.gate)).toEqual([
    'The baseline has the visit purchase under ad-click, which this audit does not have',
  ]);
});

test('a new visit is judged as usual', () => {
  const target = compared([of('pass')], [of('pass'), visit('ad-click', [verdict(RULE, 'fail')])]);
  expect(wordings(target.gate)).toEqual([
    `${RULE} (blocker) failed in 1 of 2 visits: purchase under ad-click`,
  ]);
});

test('a target that is not in the baseline is judged as usual', () => {
  const baseline = snapshotOf(audit([of('fail')]));
  const target = targetVerdicts(policy({ name: 'other' }), [of('fail')], { today: TODAY, baseline });
  expect(target.gate.released).toBe(false);
  expect(target.comparison).toBeUndefined();
});

test('a part of an audit does not report missing visits', () => {
  const baseline = snapshotOf(audit([of('pass'), visit('ad-click')]));
  const run = { today: TODAY, baseline, shard: { current: 1, total: 2 } };
  const target = targetVerdicts(policy(), [of('pass')], run);
  expect(auditVerdicts([target], run).gate).toEqual({ released: true, reasons: [] });
});

test('a snapshot of what was compared is that of the audit', () => {
  const { visits } = compared([of('pass')], [of('fail')]);
  expect(snapshotOf(audit(visits))).toEqual(snapshotOf(audit([of('fail')])));
});
