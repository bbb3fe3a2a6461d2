import { expect } from '@playwright/test';
import { formatSummary } from '../../../src/report/summary.ts';
import { formatVisitFailure } from '../../../src/report/terminal.ts';
import { firstLines, shortenMiddle } from '../../../src/report/text.ts';
import { auditVerdicts, targetVerdicts } from '../../../src/verdict/audit.ts';
import { snapshotOf } from '../../../src/verdict/snapshot.ts';
import { test } from '../test.ts';
import { audit as auditOf, policy, ruleMap, TODAY, verdict, visit } from './samples.ts';

test('a failing visit: worst first, then what could not be judged, the files last', () => {
  const sample = visit(
    'ad-click',
    [
      verdict('pixel/sdk-loads', 'pass'),
      verdict('params/value-and-currency', 'fail', 'normal'),
      verdict('events-api/accepted', 'inconclusive', 'critical'),
      verdict('event-id/present', 'fail', 'blocker'),
    ],
    {
      evidence: 'evidence/purchase.ad-click.json',
      timeline: 'timelines/purchase.ad-click.svg',
      clickUrl: '/go/302?ttclid={ttclid}',
    },
  );
  expect(formatVisitFailure(sample, ruleMap('event-id/present'))).toBe(
    `purchase under ad-click (/go/302?ttclid={ttclid}): 2 rules failed; 1 could not be judged

event-id/present (blocker): Title of event-id/present
  seen   Purchase was sent without an event_id
  where  http://www.shop.example/thank-you, Purchase, evidence /requests/12
  do     Give every conversion an event_id, the same one on both sides.

params/value-and-currency (normal)
  seen   Purchase was sent without an event_id
  where  http://www.shop.example/thank-you, Purchase, evidence /requests/12

Could not be judged
  events-api/accepted (critical): events-api/accepted had nothing to look at

Timeline: reports/timelines/purchase.ad-click.svg
Evidence: reports/evidence/purchase.ad-click.json`,
  );
});

test('a failing visit tells what is waived, and what no longer is', () => {
  const waiver = { reason: 'Rebuilt in January', owner: 'Dana', expires: '2026-12-31', expired: false };
  const covered = verdict('a/b', 'fail').findings.map((finding) => ({ ...finding, waiver }));
  const overdue = covered.map((finding) => ({
    ...finding,
    waiver: { ...waiver, expires: '2026-11-01', expired: true },
  }));
  const sample = visit('organic', [
    verdict('a/b', 'waived', 'blocker', { findings: covered }),
    verdict('c/d', 'fail', 'blocker', { findings: overdue }),
  ]);
  expect(formatVisitFailure(sample, ruleMap())).toBe(`purchase under organic: 1 rule failed

c/d (blocker)
  seen   Purchase was sent without an event_id
  where  http://www.shop.example/thank-you, Purchase, evidence /requests/12
  waiver expired on 2026-11-01, so that it counts again (Dana): Rebuilt in January

Waived
  a/b (blocker): until 2026-12-31 (Dana): Rebuilt in January`);
});

test('the summary tells what is waived and what is switched off', () => {
  const waivers = [
    { rule: 'a/b', scenario: 'organic' as const, reason: 'Rebuilt', owner: 'Dana', expires: '2026-12-31' },
    { rule: 'c/d', reason: 'Odd', owner: 'Kim', expires: '2026-12-31' },
  ];
  const audit = auditOf([visit('organic', [verdict('a/b', 'fail'), verdict('c/d', 'pass')])], {
    waivers,
    rules: { 'e/f': 'off' },
  });
  expect(formatSummary(audit, { colour: false, reports: 'reports' })).toBe(`demo-shop: 1 visit
  purchase under organic  1 pass, 0 fail, 1 waived, 0 inapplicable, 0 inconclusive
  Switched off: e/f
  Waiver in use: a/b, organic until 2026-12-31 (Dana): Rebuilt
  Waiver stale, nothing needs it: c/d until 2026-12-31 (Kim): Odd

Held
  - The waiver of c/d (Kim) is stale: nothing that it covers fails. Take it out of the target file

Verdicts: reports/verdicts.json
Overview: reports/scorecard.html`);
});

test('the summary tells what differs from a baseline, and what was fixed', () => {
  const before = auditOf([
    visit('organic', [verdict('a/b', 'fail'), verdict('c/d', 'fail'), verdict('e/f', 'pass')]),
  ]);
  const after = [visit('organic', [verdict('a/b', 'fail'), verdict('c/d', 'pass'), verdict('e/f', 'pass')])];
  const target = targetVerdicts(policy(), after, { today: TODAY, baseline: snapshotOf(before) });
  const text = formatSummary(auditVerdicts([target], {}), { colour: false, reports: 'reports' });
  expect(text).toContain(`demo-shop: 1 visit
  purchase under organic  2 pass, 1 fail, 0 inapplicable, 0 inconclusive
  Against the baseline: 1 known, 1 fixed
    known   a/b: purchase under organic
    fixed   c/d: purchase under organic

Released
`);
});

test('a broken visit says so first', () => {
  const sample = visit('organic', [], {
    outcome: 'broken',
    problem: { kind: 'crash', code: 'crash', args: {}, message: 'the browser crashed' },
  });
  expect(formatVisitFailure(sample, ruleMap())).toBe(
    'purchase under organic: broke off: the browser crashed',
  );
});

test('many findings of one rule are cut short', () => {
  const [finding] = verdict('a/b', 'fail').findings;
  const sample = visit('organic', [verdict('a/b', 'fail', 'blocker', { findings: Array(25).fill(finding) })]);
  expect(formatVisitFailure(sample, ruleMap())).toContain('seen   15 more of the same kind');
});

test('the summary of a held audit, in plain text', () => {
  const visits = [
    visit('organic', [verdict('a/b', 'pass'), verdict('c/d', 'inapplicable')]),
    visit('ad-click', [verdict('a/b', 'fail')]),
    visit('late', [], {
      outcome: 'missing',
      problem: { kind: 'missing', code: 'missing', args: {}, message: 'it was not run' },
    }),
  ];
  const audit = auditOf(visits);
  expect(formatSummary(audit, { colour: false, reports: 'reports' })).toBe(`demo-shop: 3 visits
  purchase under organic   1 pass, 0 fail, 1 inapplicable, 0 inconclusive
  purchase under ad-click  0 pass, 1 fail, 0 inapplicable, 0 inconclusive
  purchase under late      no evidence: it was not run

Held
  - a/b (blocker) failed in 1 of 3 visits: purchase under ad-click
  - No evidence came of 1 of 3 visits (purchase under late): it was not run

Verdicts: reports/verdicts.json
Overview: reports/scorecard.html`);
});

test('the summary of a released audit, in colour', () => {
  const visits = [visit('organic')];
  const audit = auditOf(visits);
  const text = formatSummary(audit, { colour: true, reports: 'reports' });
  expect(text).toContain('\u001b[1m\u001b[32mReleased');
});

test('long texts lose their middle', () => {
  expect(shortenMiddle('abcdefghij', 5)).toBe('ab…ij');
  expect(shortenMiddle('abcde', 5)).toBe('abcde');
});

test('an error comes down to its first lines', () => {
  const error =
    'Error: \u001b[31mexpect failed\u001b[39m\n\nExpected: 1\nReceived: 2\n    at x (a.ts:1:1)\nmore\nand more';
  expect(firstLines(error)).toBe('expect failed Expected: 1 Received: 2');
});
