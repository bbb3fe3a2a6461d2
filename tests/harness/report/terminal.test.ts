import { expect } from '@playwright/test';
import { formatVisitFailure } from '../../../src/report/terminal.ts';
import { firstLines, shortenMiddle, shortenWords, wrapped } from '../../../src/report/text.ts';
import { test } from '../test.ts';
import { ruleMap, verdict, visit } from './samples.ts';

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

test('beside what holds, a failure that does not hold takes one line', () => {
  const minor = verdict('c/d', 'fail', 'minor');
  const twice = { ...minor, findings: [...minor.findings, ...minor.findings] };
  const sample = visit('organic', [twice, verdict('a/b', 'fail', 'blocker')]);
  const failOn = ['blocker', 'critical'] as const;
  expect(formatVisitFailure(sample, ruleMap(), { failOn })).toBe(`purchase under organic: 2 rules failed

a/b (blocker)
  seen   Purchase was sent without an event_id
  where  http://www.shop.example/thank-you, Purchase, evidence /requests/12

Also failing
  c/d (minor): Purchase was sent without an event_id, and 1 more`);
  const alone = visit('organic', [minor]);
  expect(formatVisitFailure(alone, ruleMap(), { failOn })).toBe(formatVisitFailure(alone, ruleMap()));
});

test('a failing visit says what is waived, and what no longer is', () => {
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
  waiver expired on 2026-11-01, so it counts again (Dana): Rebuilt in January

Waived
  a/b (blocker): until 2026-12-31 (Dana): Rebuilt in January`);
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

test('long texts lose their middle', () => {
  expect(shortenMiddle('abcdefghij', 5)).toBe('ab…ij');
  expect(shortenMiddle('abcde', 5)).toBe('abcde');
});

test('a click id is left out, and what follows its URL stays', () => {
  const id = 'E.C.P.Qm9vLWtsaWNr_7-xQ';
  expect(shortenWords(`on http://a.example/?ttclid=${id}: Timeout`)).toBe(
    'on http://a.example/?ttclid=…: Timeout',
  );
  expect(shortenWords(`/?ttclid=${id}&a=1#b, and ttclid=${id}.`)).toBe('/?ttclid=…&a=1#b, and ttclid=….');
});

test('an error is reduced to its first lines', () => {
  const error =
    'Error: \u001b[31mexpect failed\u001b[39m\n\nExpected: 1\nReceived: 2\n    at x (a.ts:1:1)\nmore\nand more';
  expect(firstLines(error)).toBe('expect failed Expected: 1 Received: 2');
});

test('a text is wrapped between words, and a long word is not split', () => {
  expect(wrapped('  do     ', 'Pass it as the third argument', 24)).toEqual([
    '  do     Pass it as the',
    '         third argument',
  ]);
  expect(wrapped('- ', 'see https://www.shop.example/a/long/path now', 20)).toEqual([
    '- see',
    '  https://www.shop.example/a/long/path',
    '  now',
  ]);
});
