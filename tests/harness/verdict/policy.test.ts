import { expect } from '@playwright/test';
import { unique } from '../../../src/rules/event-id/unique.ts';
import { RULES } from '../../../src/rules/index.ts';
import { refusalText } from '../../../src/target/refusal.ts';
import type { Target, Waiver } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { policyProblems } from '../../../src/verdict/policy.ts';
import { AT, clean, cleanTarget, set } from '../rules/clean.ts';
import { test } from '../test.ts';

const waiver = (rule: string): Waiver => ({ rule, reason: 'R', owner: 'O', expires: '2026-12-31' });
const TODAY = '2026-11-22';
const gate: Target['gate'] = { failOn: ['blocker'], staleWaivers: 'hold' };
const known = {
  gate,
  rules: { 'event-id/present': 'off', 'order/page-once-a-view': 'minor' },
} as const;

test('existing rules are accepted', () => {
  expect(policyProblems({ ...known, waivers: [waiver('event-id/unique')] }, RULES, TODAY)).toEqual([]);
});

test('an unknown rule: path, found, and the rules of its topic or name', () => {
  const [first, second, third] = policyProblems(
    { gate, rules: { 'event-id/presnt': 'off', 'ids/present': 'off' }, waivers: [waiver('no-such')] },
    RULES,
    TODAY,
  ).map(refusalText);
  expect(first).toMatch(
    /^\/rules\/event-id~1presnt: found no rule "event-id\/presnt"; wanted one of .*event-id\/present/,
  );
  expect(second).toBe('/rules/ids~1present: found no rule "ids/present"; wanted one of event-id/present');
  expect(third).toBe('/waivers/0/rule: found no rule "no-such"; wanted one of those in docs/rules.md');
});

test('judged as the target says: another severity, and not at all', () => {
  const wrong = clean(set(`${AT.sent.AddToCart}/body/event_id`, 'product_123'));
  const verdictOf = (rules: Target['rules']) =>
    judgeVisit(
      wrong,
      cleanTarget((target) => Object.assign(target, { rules })),
      [unique],
    ).verdicts;
  expect(verdictOf({})).toMatchObject([{ outcome: 'fail', severity: unique.severity }]);
  expect(verdictOf({ [unique.id]: 'trivial' })).toMatchObject([{ outcome: 'fail', severity: 'trivial' }]);
  expect(verdictOf({ [unique.id]: 'off' })).toEqual([]);
});

const waivers = (expires: string, waiverDays?: number) =>
  policyProblems(
    {
      rules: {},
      gate: { ...gate, ...(waiverDays === undefined ? {} : { waiverDays }) },
      waivers: [{ ...waiver('event-id/unique'), expires }],
    },
    RULES,
    TODAY,
  ).map(refusalText);

test('a waiver lasts a year at most, unless the target says otherwise', () => {
  expect(waivers('2027-11-23')).toEqual([]);
  expect(waivers('2020-01-01')).toEqual([]);
  expect(waivers('9999-12-31')).toEqual([
    '/waivers/0/expires: found 9999-12-31; wanted a day until 2027-11-23, 366 days from today. A waiver is temporary: ' +
      'set gate.waiverDays if it has to last longer',
  ]);
  expect(waivers('2028-01-01', 800)).toEqual([]);
  expect(waivers('2026-12-24', 31)).toHaveLength(1);
});
