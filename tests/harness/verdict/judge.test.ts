import { expect } from '@playwright/test';
import type { CallRecord, Evidence } from '../../../src/evidence/evidence.ts';
import { absent, finding } from '../../../src/rules/finding.ts';
import type { CheckResult, Rule } from '../../../src/rules/rule.ts';
import { judgeVisit, judgeVisits } from '../../../src/verdict/judge.ts';
import { sentEvents } from '../../../src/views/events.ts';
import { broken, clean, cleanTarget, drop, set } from '../rules/clean.ts';
import { test } from '../test.ts';

const positive = finding('seen', '/requests/0', { args: { what: 'a beacon' }, event: 'Purchase', page: 'p' });
const absence = absent('unseen', '/requests');
const SEEN = {
  code: 'seen',
  args: { what: 'a beacon' },
  message: 'a beacon was seen',
  place: '/requests/0',
  event: 'Purchase',
  page: 'p',
};
const UNSEEN = { code: 'unseen', args: {}, message: 'it was not seen', place: '/requests' };
const BROKE = 'The visit broke off before this could be judged';

function rule(check: () => CheckResult): Rule {
  return {
    id: 'topic/name',
    severity: 'minor',
    scenarios: ['ad-click'],
    title: 'T',
    why: 'W.',
    fix: 'M.',
    source: 'S',
    messages: { seen: ({ what }) => `${what} was seen`, unseen: () => 'it was not seen' },
    check,
  };
}

const rows: { name: string; check: () => CheckResult; complete: object; brokenOff: object }[] = [
  {
    name: 'no finding',
    check: () => [],
    complete: { outcome: 'pass', findings: [] },
    brokenOff: { outcome: 'inconclusive', reason: BROKE, findings: [] },
  },
  {
    name: 'something was seen',
    check: () => [positive],
    complete: { outcome: 'fail', findings: [SEEN] },
    brokenOff: { outcome: 'fail', findings: [SEEN] },
  },
  {
    name: 'something was not seen',
    check: () => [absence],
    complete: { outcome: 'fail', findings: [UNSEEN] },
    brokenOff: { outcome: 'inconclusive', reason: BROKE, findings: [] },
  },
  {
    name: 'both',
    check: () => [absence, positive],
    complete: { outcome: 'fail', findings: [UNSEEN, SEEN] },
    brokenOff: { outcome: 'fail', findings: [SEEN] },
  },
  {
    name: 'inapplicable',
    check: () => ({ inapplicable: 'No ad' }),
    complete: { outcome: 'inapplicable', reason: 'No ad', findings: [] },
    brokenOff: { outcome: 'inconclusive', reason: BROKE, findings: [] },
  },
  {
    name: 'inconclusive',
    check: () => ({ inconclusive: 'No page' }),
    complete: { outcome: 'inconclusive', reason: 'No page', findings: [] },
    brokenOff: { outcome: 'inconclusive', reason: BROKE, findings: [] },
  },
  {
    name: 'the rule throws',
    check: () => {
      throw new TypeError('x is undefined');
    },
    complete: { outcome: 'inconclusive', reason: 'The rule itself failed: x is undefined', findings: [] },
    brokenOff: { outcome: 'inconclusive', reason: BROKE, findings: [] },
  },
  {
    name: 'the rule throws something that is not an error',
    check: () => {
      throw 'why';
    },
    complete: { outcome: 'inconclusive', reason: 'The rule itself failed: why', findings: [] },
    brokenOff: { outcome: 'inconclusive', reason: BROKE, findings: [] },
  },
  {
    name: 'a code without a message is shown as it is',
    check: () => [finding('unworded', '/calls')],
    complete: {
      outcome: 'fail',
      findings: [{ code: 'unworded', args: {}, message: 'unworded', place: '/calls' }],
    },
    brokenOff: {
      outcome: 'fail',
      findings: [{ code: 'unworded', args: {}, message: 'unworded', place: '/calls' }],
    },
  },
];

for (const { name, check, complete, brokenOff } of rows) {
  test(name, () => {
    const head = { rule: 'topic/name', severity: 'minor' };
    const verdicts = (evidence = clean()) => judgeVisit(evidence, cleanTarget(), [rule(check)]).verdicts;
    expect(verdicts()).toEqual([{ ...head, ...complete }]);
    expect(verdicts(clean(broken))).toEqual([{ ...head, ...brokenOff }]);
  });
}

test('a rule that throws does not keep the others from judging', () => {
  const thrower = rule(() => {
    throw new Error('no');
  });
  const { verdicts } = judgeVisit(clean(), cleanTarget(), [thrower, rule(() => [])]);
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(['inconclusive', 'pass']);
});

test('of visits judged together, each is judged by its own scenario, target and day', () => {
  const rules = [rule(() => []), { ...rule(() => [positive]), id: 'topic/other' }];
  const off = cleanTarget((target) => {
    target.rules = { 'topic/other': 'off' };
  });
  const visits = [
    { evidence: clean(), target: cleanTarget() },
    { evidence: clean(set('/scenario', 'organic')), target: cleanTarget() },
    { evidence: clean(), target: off, file: 'evidence/three.json' },
  ];
  const judged = judgeVisits(visits, rules);
  expect(judged.map(({ verdicts }) => verdicts.map(({ outcome }) => outcome))).toEqual([
    ['pass', 'fail'],
    [],
    ['pass'],
  ]);
  expect(judged.map(({ evidence }) => evidence)).toEqual([undefined, undefined, 'evidence/three.json']);
});

test('the visit is named as it was made', () => {
  const judged = judgeVisit(clean(broken), cleanTarget(), [], 'evidence/one.json');
  expect(judged).toEqual({
    journey: 'purchase',
    scenario: 'ad-click',
    clickUrl: '/go/301?ttclid={ttclid}',
    outcome: 'broken',
    problem: { kind: 'step', code: 'step', args: {}, message: 'The step found no button' },
    evidence: 'evidence/one.json',
    tracked: expect.any(Array),
    digest: expect.any(Object),
    verdicts: [],
  });
  expect(Object.keys(judgeVisit(clean(drop('/clickUrl')), cleanTarget(), []))).toEqual([
    'journey',
    'scenario',
    'outcome',
    'tracked',
    'digest',
    'verdicts',
  ]);
});

for (const [what, place] of [
  ['the call itself', (evidence: Evidence) => `/calls/${evidence.calls.findIndex(isPurchase)}`],
  [
    'the request it was sent in',
    (evidence: Evidence) => sentEvents(evidence).find(({ event }) => event === 'Purchase')!.place,
  ],
] as const) {
  test(`a finding names the line of the site that made the call, by ${what}`, () => {
    const evidence = clean((change) => {
      change.calls.find(isPurchase)!.source = 'http://www.shop.example/app.js:7:3';
    });
    const [verdict] = judgeVisit(evidence, cleanTarget(), [
      rule(() => [finding('seen', place(evidence))]),
    ]).verdicts;
    expect(verdict!.findings[0]!.source).toBe('http://www.shop.example/app.js:7:3');
  });
}

function isPurchase({ method, args }: CallRecord): boolean {
  return method === 'track' && args[0] === 'Purchase';
}
