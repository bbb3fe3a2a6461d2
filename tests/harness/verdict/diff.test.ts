import { expect } from '@playwright/test';
import { formatDiff } from '../../../src/report/diff.ts';
import { RULES } from '../../../src/rules/index.ts';
import { diffAudits, isRegression } from '../../../src/verdict/diff.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { reason } from '../../../src/verdict/reasons.ts';
import { snapshotOf } from '../../../src/verdict/snapshot.ts';
import type { AuditVerdicts, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { audit, verdict, visit } from '../report/samples.ts';
import { AT, all, type Change, clean, cleanTarget, drop, set } from '../rules/clean.ts';
import { test } from '../test.ts';

const visited = (change?: Change, scenario?: 'ad-click' | 'organic'): VisitVerdicts => {
  const judged = judgeVisit(clean(change), cleanTarget(), RULES);
  return scenario ? { ...judged, scenario } : judged;
};
const between = (before: AuditVerdicts, after: AuditVerdicts) => diffAudits(snapshotOf(before), after);

const withoutCurrency = all(
  drop(`${AT.sent.Purchase}/body/properties/currency`),
  drop(`${AT.call.Purchase}/args/1/currency`),
);

test('an audit compared with itself: nothing changed', () => {
  const one = audit([visited(), visited(withoutCurrency, 'organic')]);
  const diffs = between(one, one);
  expect(diffs).toEqual([{ target: 'demo-shop', state: 'both', visits: 2, subjects: [] }]);
  expect(formatDiff(diffs)).toBe('No change: demo-shop\n\nNothing got worse.');
});

test('a lost parameter: what was lost, and the rule that says so, under one event', () => {
  const diffs = between(audit([visited()]), audit([visited(withoutCurrency)]));
  expect(diffs[0]!.subjects.map(({ event }) => event)).toEqual(['Purchase']);
  expect(diffs.some(isRegression)).toBe(true);
  const text = formatDiff(diffs);
  expect(text).toContain(`demo-shop
  Purchase
    lost         lost currency (browser)
                 in purchase under ad-click (/go/301?ttclid={ttclid})
    fails now    params/value-and-currency (critical): Purchase`);
  expect(text).toMatch(/Worse: 1 of 1 target\.$/);
});

test('what a filter left out of the later audit is not lost', () => {
  const gate = { released: false, reasons: [reason('filtered', { made: 1, of: 2 })] };
  const part = audit([visited(withoutCurrency)]);
  const filtered = { ...part, gate, targets: part.targets.map((target) => ({ ...target, gate })) };
  const before = audit([visited(), visited(undefined, 'organic')]);
  const other = before.targets.map((target) => ({ ...target, target: 'other' }));
  const diffs = between({ ...before, targets: [...before.targets, ...other] }, filtered);
  expect(diffs.map(({ target }) => target)).toEqual(['demo-shop']);
  expect(diffs[0]!.subjects.map(({ event }) => event)).toEqual(['Purchase']);
});

test('the other way round, it is fixed', () => {
  const diffs = between(audit([visited(withoutCurrency)]), audit([visited()]));
  expect(diffs[0]!.subjects[0]!.changes.map(({ kind }) => kind)).toEqual(['gained', 'fixed']);
  expect(diffs.some(isRegression)).toBe(false);
});

test('one cause in two visits is shown once', () => {
  const before = audit([visited(), visited(undefined, 'organic')]);
  const after = audit([visited(withoutCurrency), visited(withoutCurrency, 'organic')]);
  for (const { visits } of between(before, after)[0]!.subjects[0]!.changes) expect(visits).toHaveLength(2);
  expect(formatDiff(between(before, after))).toContain('in all 2 visits');
});

const sent: [string, Change, string, string][] = [
  ['an event', drop(AT.sent.AddToCart, AT.call.AddToCart), 'AddToCart', 'is no longer sent (browser)'],
  ['an event of the server', set('/server/requests', []), 'Purchase', 'is no longer sent (server)'],
  ['an event_id', set(`${AT.sent.AddToCart}/body/event_id`, ''), 'AddToCart', 'lost its event_id (browser)'],
  ['a click id', drop(`${AT.server}/body/data/0/user/ttclid`), 'Purchase', 'lost its click id (server)'],
];
for (const [name, change, event, text] of sent) {
  test(`lost: ${name}`, () => {
    expect(between(audit([visited()]), audit([visited(change)]))[0]!.subjects).toContainEqual({
      event,
      changes: expect.arrayContaining([expect.objectContaining({ kind: 'lost', text })]),
    });
  });
}

test('an event that is sent again', () => {
  const twice: Change = (evidence) => {
    evidence.requests.push(structuredClone(evidence.requests.at(-1)!));
  };
  expect(between(audit([visited()]), audit([visited(twice)]))[0]!.subjects).toContainEqual({
    event: 'Purchase',
    changes: expect.arrayContaining([
      expect.objectContaining({ kind: 'count', text: 'sent 2 times, previously once (browser)' }),
    ]),
  });
});

test('a visit that broke off, one that is gone, targets of one audit only', () => {
  const broken = visit('ad-click', [], {
    outcome: 'broken',
    problem: { kind: 'crash', code: 'crash', args: {}, message: 'the browser crashed' },
  });
  const before = audit([visit('organic'), visit('ad-click'), visit('gpc')]);
  const after = audit([visit('organic'), broken]);
  const more = (all: AuditVerdicts, name: string) => ({
    ...all,
    targets: [...all.targets, { ...all.targets[0]!, target: name }],
  });
  const diffs = between(more(before, 'old-shop'), more(after, 'new-shop'));
  expect(formatDiff(diffs)).toBe(`demo-shop
  In general
    not judged   The visit broke off: the browser crashed
                 in purchase under ad-click
    gone         the visit purchase under gpc

new-shop: only in the later audit

old-shop: only in the earlier audit

Worse: 2 of 3 targets.`);
});

test('what a rule no longer judges', () => {
  const before = audit([visit('organic', [verdict('a/b', 'pass'), verdict('c/d', 'pass')])]);
  const after = audit([visit('organic', [verdict('a/b', 'pass'), verdict('c/d', 'inconclusive', 'minor')])]);
  expect(formatDiff(between(before, after))).toContain(
    'not judged   c/d (minor): c/d had nothing to look at',
  );
});
