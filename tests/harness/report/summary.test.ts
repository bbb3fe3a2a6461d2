import { expect } from '@playwright/test';
import { formatSummary, inShort } from '../../../src/report/summary.ts';
import { RULE_BY_ID, RULES } from '../../../src/rules/index.ts';
import { auditVerdicts, targetVerdicts } from '../../../src/verdict/audit.ts';
import { snapshotOf } from '../../../src/verdict/snapshot.ts';
import type { AuditVerdicts, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { visitRun } from '../../../src/verdict/visit-runs.ts';
import { REST } from '../rest.ts';
import { test } from '../test.ts';
import { fleet } from './fleet.ts';
import { audit as auditOf, policy, ruleMap, TODAY, verdict, visit } from './samples.ts';

const PLAIN = { colour: false, reports: 'reports', width: 100 };
const ONE_SCREEN = 40;

function linesOf(audit: AuditVerdicts): string[] {
  return formatSummary(audit, PLAIN).split('\n');
}

/** Visits that fail in one way each; every ninth passes. */
function broken(rule: string, count: number): VisitVerdicts[] {
  return Array.from({ length: count }, (_, index) =>
    visit(`scenario-${index}`, [verdict(rule, index % 9 === 8 ? 'pass' : 'fail')], {
      evidence: `evidence/demo-shop/purchase.${index}.json`,
      timeline: `timelines/demo-shop/purchase.${index}.svg`,
    }),
  );
}

test('a cause: what was seen, in how many visits, where, what to do; the decision and its reasons last', () => {
  const text = formatSummary(auditOf(broken('event-id/present', 27)), {
    ...PLAIN,
    rules: ruleMap('event-id/present'),
  });
  expect(text).toBe(`demo-shop: 27 visits: 24 failed, 3 passed; 1 rule failed

event-id/present (blocker): Title of event-id/present
  seen   Purchase was sent without an event_id
  in     24 of 27 visits: purchase under scenario-0, purchase under scenario-1, purchase under
         scenario-2 and 21 more
  where  http://www.shop.example/thank-you, Purchase, evidence /requests/12
  do     Give every conversion an event_id, the same one on both sides.
  file   reports/timelines/demo-shop/purchase.0.svg
         reports/evidence/demo-shop/purchase.0.json

Overview: reports/scorecard.html
Verdicts: reports/verdicts.json

Held (1 failed rule, 24 failed visits, 0 unjudged visits)
  - event-id/present (blocker) failed in 24 of 27 visits: purchase under scenario-0, purchase under
    scenario-1, purchase under scenario-2 and 21 more
    Do: Give every conversion an event_id, the same one on both sides.`);
});

test('how often visits were made: all of them repeatedly, or some of them again', () => {
  const made = (name: string, times: number) => {
    const runs = Array.from({ length: times }, (_, index) => visitRun(visit(name), index + 1));
    return visit(name, undefined, times === 1 ? {} : { runs });
  };
  const first = (...visits: VisitVerdicts[]) => linesOf(auditOf(visits))[0];
  expect(first(made('one', 1), made('two', 1))).toBe('demo-shop: 2 visits: 2 passed');
  expect(first(made('one', 2), made('two', 2))).toBe('demo-shop: 2 visits, each made 2 times: 2 passed');
  expect(first(made('one', 1), made('two', 2))).toBe('demo-shop: 2 visits, 1 made more than once: 2 passed');
});

test('one cause is one screen, whichever rule it breaks and however many visits show it', () => {
  for (const rule of RULE_BY_ID.keys())
    expect(linesOf(auditOf(broken(rule, 30))).length, rule).toBeLessThanOrEqual(ONE_SCREEN);
  // Only the numbers are longer.
  const [few, many] = [30, 1_000].map((count) => linesOf(auditOf(broken('event-id/present', count))).length);
  expect(many! - few!).toBeLessThanOrEqual(1);
});

test('one fault on several pages of a site is one cause', () => {
  const findings = ['/', '/cart', '/orders/1', '/orders/2'].map((path) => ({
    code: 'small-letters',
    args: { page: path, id: 'c' },
    message: `The pixel id on ${path} has small letters`,
    place: '/calls/0',
    page: `http://www.shop.example${path}`,
  }));
  const audit = auditOf([visit('organic', [verdict('pixel/id-format', 'fail', 'blocker', { findings })])]);
  expect(audit.causes).toHaveLength(1);
  expect(formatSummary(audit, PLAIN)).toContain(
    '\n  where  http://www.shop.example/, evidence /calls/0, and 2 more pages\n',
  );
});

test('a cause comes before its consequences, whatever their severities', () => {
  const audit = auditOf([
    visit('organic', [verdict('event/expected', 'fail'), verdict('pixel/sdk-loads', 'fail', 'critical')]),
  ]);
  const text = formatSummary(audit, PLAIN);
  expect(text.indexOf('\npixel/sdk-loads')).toBeLessThan(text.indexOf('\nevent/expected'));
  expect(audit.causes?.map(({ rule }) => rule)).toEqual(['pixel/sdk-loads', 'event/expected']);
});

test('many targets: one line each, worst first, then what fails over all of them', () => {
  const shop = (index: number) => {
    const page = `http://shop-${index}.example/done`;
    const [finding] = verdict('event-id/present', 'fail').findings;
    const findings = [{ ...finding!, args: { event: 'Purchase', page: `/done/${index}` }, page }];
    const verdicts =
      index % 7 === 0
        ? [verdict('event-id/present', 'fail', 'blocker', { findings })]
        : [verdict('event-id/present', 'pass')];
    return targetVerdicts(policy({ name: `shop-${index}` }), [visit('organic', verdicts)], { today: TODAY });
  };
  const audit = auditVerdicts(
    Array.from({ length: 50 }, (_, index) => shop(index)),
    {},
  );
  const text = formatSummary(audit, { ...PLAIN, rules: ruleMap() });
  expect(text).toBe(`50 targets, 50 visits
${[0, 14, 21, 28, 35, 42, 49, 7].map((index) => `  held         ${`shop-${index}`.padEnd(7)}  1 visit: 1 failed; 1 rule failed`).join('\n')}
  42 targets released

event-id/present (blocker)
  seen   Purchase was sent without an event_id
  in     8 of 50 targets, 8 visits: shop-0, shop-7, shop-14 and 5 more
  where  http://shop-0.example/done, Purchase, evidence /requests/12

Overview: reports/scorecard.html
Verdicts: reports/verdicts.json

Held: 8 of 50 targets (8 failed rules, 8 failed visits, 0 unjudged visits)
  - event-id/present (blocker) failed in 8 targets: shop-0, shop-7, shop-14 and 5 more`);
  expect(audit.causes).toMatchObject([
    { rule: 'event-id/present', holds: true, visits: 8, of: 50, example: { target: 'shop-0' } },
  ]);
});

test('500 targets with many causes stay short', REST, () => {
  const lines = linesOf(fleet(500));
  expect(lines.length).toBeLessThanOrEqual(120);
  expect(lines.at(-1)).toMatch(/^ {2}- and \d+ more reasons, all of them in verdicts\.json$/);
});

test('what could not be judged says why, and what to do', () => {
  const late = visit('late', [], {
    outcome: 'missing',
    problem: { kind: 'missing', code: 'missing', args: {}, message: 'it was not run' },
  });
  const text = formatSummary(auditOf([visit('organic'), late]), PLAIN);
  expect(text).toContain('demo-shop: 2 visits: 1 not judged, 1 passed\n');
  expect(text).toContain('Could not be judged\n  No evidence: it was not run (purchase under late)\n');
  expect(text).toMatch(
    /Held \(0 failed rules, 0 failed visits, 1 unjudged visit\)\n {2}- 1 of 2 visits left no evidence/,
  );
  expect(text).toMatch(/\n {4}Do: Run the audit again without what left them out .*$/s);
});

test('a failure that does not hold is printed, but fails no visit', () => {
  const audit = auditOf([visit('organic', [verdict('a/b', 'fail', 'trivial')])]);
  const text = formatSummary(audit, PLAIN);
  expect(text).toContain('demo-shop: 1 visit: 1 passed; 1 rule failed\n\na/b (trivial)\n');
  expect(text).toMatch(/\nReleased \(1 failed rule, 0 failed visits, 0 unjudged visits\)$/);
});

test('what is waived and what is switched off', () => {
  const waivers = [
    { rule: 'a/b', scenario: 'organic' as const, reason: 'Rebuilt', owner: 'Dana', expires: '2026-12-31' },
    { rule: 'c/d', reason: 'Odd', owner: 'Kim', expires: '2026-12-31' },
  ];
  const audit = auditOf([visit('organic', [verdict('a/b', 'fail'), verdict('c/d', 'pass')])], {
    waivers,
    rules: { 'e/f': 'off' },
  });
  expect(formatSummary(audit, PLAIN)).toBe(`demo-shop: 1 visit: 1 passed

Switched off: e/f
Waiver in use: a/b, organic until 2026-12-31 (Dana): Rebuilt
Waiver stale, no longer needed: c/d until 2026-12-31 (Kim): Odd

Overview: reports/scorecard.html
Verdicts: reports/verdicts.json

Held (0 failed rules, 0 failed visits, 0 unjudged visits)
  - The waiver of c/d (Kim) is stale: nothing that it covers fails. Remove it from the target file`);
});

test('what differs from a baseline, and what was fixed', () => {
  const before = auditOf([
    visit('organic', [verdict('a/b', 'fail'), verdict('c/d', 'fail'), verdict('e/f', 'pass')]),
  ]);
  const after = [visit('organic', [verdict('a/b', 'fail'), verdict('c/d', 'pass'), verdict('e/f', 'pass')])];
  const target = targetVerdicts(policy(), after, { today: TODAY, baseline: snapshotOf(before) });
  const text = formatSummary(auditVerdicts([target], {}), PLAIN);
  expect(text).toContain(`Against the baseline: 1 known, 1 fixed
  known a/b: purchase under organic
  fixed c/d: purchase under organic
`);
  expect(text).toMatch(/\nReleased \(1 failed rule, 0 failed visits, 0 unjudged visits\)$/);
});

test('in a log no line is wrapped', () => {
  const { width: _, ...log } = PLAIN;
  const text = formatSummary(auditOf(broken('event-id/present', 27)), log);
  expect(text).toContain(
    'failed in 24 of 27 visits: purchase under scenario-0, purchase under scenario-1, purchase under scenario-2 and 21 more\n',
  );
});

test('the decision in colour, and no file name if none was written', () => {
  const text = formatSummary(auditOf([visit('organic')]), { colour: true });
  expect(text).toBe(
    'demo-shop: 1 visit: 1 passed\n\n\u001b[1m\u001b[32mReleased\u001b[39m\u001b[22m (0 failed rules, 0 failed visits, 0 unjudged visits)',
  );
});

test("the first sentence of each rule's fix is understood without the rest", () => {
  for (const { id, fix } of RULES) {
    const first = inShort(fix);
    const [opened, closed] = [/[{([]/g, /[})\]]/g].map((bracket) => first.match(bracket)?.length ?? 0);
    expect.soft(opened, `${id}: ${first}`).toBe(closed);
    expect.soft(first, id).not.toMatch(/^\w+ (it|them|both)\b/);
  }
});
