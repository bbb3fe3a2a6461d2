import { expect } from '@playwright/test';
import type { Waiver } from '../../../src/target/target.ts';
import type { Verdict, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { waiverUses, withWaivers } from '../../../src/verdict/waivers.ts';
import { audit, policy, TODAY, verdict, visit, worded, wordings } from '../report/samples.ts';
import { test } from '../test.ts';

const RULE = 'event-id/present';
const waiver = (more: Partial<Waiver> = {}): Waiver => ({
  rule: RULE,
  reason: 'The checkout is rebuilt in January',
  owner: 'Dana',
  expires: '2026-12-31',
  ...more,
});
const [purchase] = verdict(RULE, 'fail').findings;
const failing = (...findings: Verdict['findings']) =>
  visit('organic', [verdict(RULE, 'fail', 'blocker', findings.length > 0 ? { findings } : {})]);
const outcomeOf = ({ verdicts }: VisitVerdicts) => verdicts[0]!.outcome;

const covering: [string, Partial<Waiver>][] = [
  ['everywhere', {}],
  ['in its journey', { journey: 'purchase' }],
  ['under its scenario', { scenario: 'organic' }],
  ['for its event', { event: 'Purchase' }],
  ["by the event's old name", { event: 'CompletePayment' }],
  ['on its last day', { expires: TODAY }],
];

for (const [name, more] of covering) {
  test(`a failure is waived: ${name}`, () => {
    const [{ outcome, findings }] = withWaivers(failing(), [waiver(more)], TODAY).verdicts as [Verdict];
    expect(outcome).toBe('waived');
    const { reason, owner, expires } = waiver(more);
    expect(findings).toEqual([{ ...purchase, waiver: { reason, owner, expires, expired: false } }]);
    expect(audit([failing()], { waivers: [waiver(more)] }).gate).toEqual({ released: true, reasons: [] });
  });
}

const elsewhere: [string, Partial<Waiver>][] = [
  ['another rule', { rule: 'event-id/string' }],
  ['another journey', { journey: 'signup' }],
  ['another scenario', { scenario: 'ad-click' }],
  ['another event', { event: 'AddToCart' }],
];

for (const [name, more] of elsewhere) {
  test(`a failure is not waived by a waiver of ${name}`, () => {
    expect(withWaivers(failing(), [waiver(more)], TODAY)).toEqual(failing());
  });
}

test('a waiver that has expired covers nothing, and the finding and the gate say so', () => {
  const expired = waiver({ expires: '2026-11-24' });
  const [{ outcome, findings }] = withWaivers(failing(), [expired], TODAY).verdicts as [Verdict];
  expect(outcome).toBe('fail');
  expect(findings[0]!.waiver).toMatchObject({ owner: 'Dana', expires: '2026-11-24', expired: true });
  expect(wordings(audit([failing()], { waivers: [expired] }).gate)).toEqual([
    `${RULE} (blocker) failed in 1 of 1 visit: purchase under organic; the waiver of Dana expired on 2026-11-24`,
  ]);
});

test('of two waivers, the one that counts is named', () => {
  const waivers = [waiver({ expires: '2026-01-01', owner: 'Kim' }), waiver()];
  const [{ outcome, findings }] = withWaivers(failing(), waivers, TODAY).verdicts as [Verdict];
  expect(outcome).toBe('waived');
  expect(findings[0]!.waiver!.owner).toBe('Dana');
});

test('a verdict of which one finding is not covered fails', () => {
  const other = { ...purchase!, event: 'Subscribe' };
  const visits = [failing(purchase!, other)];
  expect(outcomeOf(withWaivers(visits[0]!, [waiver({ event: 'Purchase' })], TODAY))).toBe('fail');
  expect(audit(visits, { waivers: [waiver({ event: 'Purchase' })] }).gate.released).toBe(false);
});

for (const outcome of ['pass', 'inapplicable', 'inconclusive'] as const) {
  test(`${outcome} cannot be waived`, () => {
    const it = visit('organic', [verdict(RULE, outcome)]);
    expect(withWaivers(it, [waiver()], TODAY)).toEqual(it);
  });
}

test('waivers that are applied twice change nothing more', () => {
  const once = withWaivers(failing(), [waiver()], TODAY);
  expect(withWaivers(once, [waiver()], TODAY)).toEqual(once);
});

const passing = visit('organic', [verdict(RULE, 'pass')]);
const inconclusive = visit('organic', [verdict(RULE, 'inconclusive')]);
const broken = visit('organic', [verdict(RULE, 'pass')], { outcome: 'broken' });

const states: [string, VisitVerdicts[], Partial<Waiver>, boolean, string][] = [
  ['in use', [failing(), passing], {}, true, 'used'],
  ['expired', [failing()], { expires: '2026-11-24' }, true, 'expired'],
  ['stale', [passing], {}, true, 'stale'],
  ['stale, though it has expired, too', [passing], { expires: '2026-11-24' }, true, 'stale'],
  ['stale for its event', [failing()], { event: 'AddToCart' }, true, 'stale'],
  ['unknown where its rule could not be judged', [inconclusive], {}, true, 'unknown'],
  ['unknown where a visit broke off', [broken], {}, true, 'unknown'],
  ['stale where another scenario broke off', [broken], { scenario: 'ad-click' }, true, 'stale'],
  ['unknown in a part of an audit', [passing], {}, false, 'unknown'],
];

for (const [name, visits, more, isWhole, state] of states) {
  test(`a waiver is ${name}`, () => {
    const waivers = [waiver(more)];
    const uses = waiverUses(
      { waivers, rules: {} },
      visits.map((one) => withWaivers(one, waivers, TODAY)),
      TODAY,
      isWhole,
    );
    expect(uses).toEqual([{ ...waiver(more), state }]);
  });
}

test('a waiver of a rule that is switched off is stale', () => {
  const rules = { [RULE]: 'off' } as const;
  expect(waiverUses({ waivers: [waiver()], rules }, [inconclusive], TODAY, true)[0]!.state).toBe('stale');
});

test('a stale waiver holds the release, unless the target only wants it reported', () => {
  const held = audit([passing], { waivers: [waiver()] });
  expect(worded(held.gate)).toEqual({
    released: false,
    reasons: [
      `The waiver of ${RULE} (Dana) is stale: nothing that it covers fails. Remove it from the target file`,
    ],
  });
  const gate = { ...policy().gate, staleWaivers: 'report' as const };
  const told = audit([passing], { waivers: [waiver()], gate });
  expect(worded(told.gate)).toEqual({ released: true, reasons: [] });
  expect(told.targets[0]!.waivers[0]!.state).toBe('stale');
});
