import { expect } from '@playwright/test';
import { problem as problemOf } from '../../../src/evidence/problem.ts';
import type { Severity } from '../../../src/target/target.ts';
import { decideGate, visitName } from '../../../src/verdict/gate.ts';
import { ofTarget, together } from '../../../src/verdict/reasons.ts';
import type { Verdict, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { test } from '../test.ts';
import { verdict, visit, worded, wordings } from './samples.ts';

const FAIL_ON: Severity[] = ['blocker', 'critical'];
const pass = verdict('pixel/sdk-loads', 'pass');
const failed = (severity: Severity) => [pass, verdict('event-id/present', 'fail', severity)];

const released: [string, VisitVerdicts[]][] = [
  ['all pass', [visit('organic'), visit('ad-click')]],
  ['a pass beside what does not apply', [visit('organic', [pass, verdict('a/b', 'inapplicable')])]],
  ['a failure of a severity that does not count', [visit('organic', failed('normal'))]],
];

for (const [name, visits] of released) {
  test(`releases: ${name}`, () => {
    expect(worded(decideGate(visits, FAIL_ON))).toEqual({ released: true, reasons: [] });
  });
}

const held: [string, VisitVerdicts[], string[]][] = [
  ['no visit', [], ['No visit was made']],
  [
    'a failure that counts',
    [visit('organic', failed('critical'))],
    ['event-id/present (critical) failed in 1 of 1 visit: purchase under organic'],
  ],
  [
    'a broken visit',
    [
      visit('organic'),
      visit('ad-click', [pass], {
        outcome: 'broken',
        problem: { kind: 'step', code: 'step', args: {}, message: 'click #buy: nothing there' },
      }),
    ],
    ['Broken off: 1 of 2 visits (purchase under ad-click): click #buy: nothing there'],
  ],
  [
    'a broken visit of which nothing is known',
    [visit('organic', [pass], { outcome: 'broken' })],
    ['Broken off: 1 of 1 visit (purchase under organic): for a reason that was not recorded'],
  ],
  [
    'a missing visit',
    [
      visit('organic', [], {
        outcome: 'missing',
        problem: { kind: 'missing', code: 'missing', args: {}, message: 'it was not run' },
      }),
    ],
    ['1 of 1 visit left no evidence (purchase under organic): it was not run'],
  ],
  [
    'an inconclusive verdict, whatever its severity',
    [visit('organic', [pass, verdict('events-api/accepted', 'inconclusive', 'trivial')])],
    [
      'events-api/accepted could not be judged in 1 of 1 visit (purchase under organic): events-api/accepted had nothing to look at',
    ],
  ],
  [
    'an outcome nobody knows',
    [visit('organic', [pass, { ...pass, rule: 'a/b', outcome: 'maybe' } as unknown as Verdict])],
    ['a/b could not be judged in 1 of 1 visit (purchase under organic): no reason was given'],
  ],
  ['no verdict', [visit('organic', [])], ['No rule applied in 1 of 1 visit: purchase under organic']],
  [
    'nothing but inapplicable',
    [visit('organic'), visit('ad-click', [verdict('a/b', 'inapplicable')])],
    ['No rule applied in 1 of 2 visits: purchase under ad-click'],
  ],
];

for (const [name, visits, reasons] of held) {
  test(`holds: ${name}`, () => {
    expect(worded(decideGate(visits, FAIL_ON))).toEqual({ released: false, reasons });
  });
}

test('one reason for one rule, however many visits fail it; worst first', () => {
  const visits = Array.from({ length: 30 }, (_, index) =>
    visit(`s${index}`, [verdict('a/b', 'fail', 'critical'), verdict('z/z', 'fail', 'blocker')]),
  );
  expect(wordings(decideGate(visits, FAIL_ON))).toEqual([
    'z/z (blocker) failed in 30 of 30 visits: purchase under s0, purchase under s1, purchase under s2 and 27 more',
    'a/b (critical) failed in 30 of 30 visits: purchase under s0, purchase under s1, purchase under s2 and 27 more',
  ]);
});

test('one reason for one problem, and none for the verdicts it made inconclusive', () => {
  const problem = {
    kind: 'unreachable',
    code: 'unreachable',
    args: {},
    message: 'no answer from www.shop.example',
  } as const;
  const visits = ['organic', 'ad-click'].map((scenario) =>
    visit(scenario, [verdict('a/b', 'inconclusive')], { outcome: 'broken', problem }),
  );
  expect(wordings(decideGate(visits, FAIL_ON))).toEqual([
    'Broken off: 2 of 2 visits (purchase under organic, purchase under ad-click): no answer from www.shop.example',
  ]);
});

test('visits that broke off at one step are one reason, whatever the order whose page they were on', () => {
  const visits = ['organic', 'ad-click'].map((scenario, index) => {
    const page = `http://shop.example/orders/${1001 + index}`;
    const at = { index: 2, of: 3, step: '{"click":"#buy"}', page, error: 'Timeout' };
    return visit(scenario, [], { outcome: 'broken', problem: problemOf('step', at) });
  });
  const { reasons } = decideGate(visits, FAIL_ON);
  expect(reasons.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^Broken off: 2 of 2 visits \(.*\); the first: The journey .*\/orders\/1001: Timeout$/,
    ),
  ]);
  const targets = ['a', 'b'].map((name) => ofTarget(reasons[0]!, name, false));
  const other = ofTarget(decideGate(visits.slice(0, 1), FAIL_ON).reasons[0]!, 'c', false);
  expect(together([...targets, other], 3).map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Broken off: 3 targets \(a, b, c\); the first: /),
  ]);
});

test('a broken visit keeps its failures', () => {
  const broken = visit('organic', failed('blocker'), { outcome: 'broken' });
  expect(wordings(decideGate([broken], FAIL_ON))[0]).toContain('event-id/present (blocker) failed');
});

test('the fault is always named', () => {
  const faulted = visit('events-api-faults', [pass], { fault: 'token-expired' });
  expect(visitName(faulted, [faulted])).toBe('purchase under events-api-faults (token-expired)');
});

test('names the click URL where visits differ by it', () => {
  const [a, b] = ['/go/301', '/go/302'].map((clickUrl) => visit('ad-click', [pass], { clickUrl }));
  expect(visitName(a!, [a!, visit('organic')])).toBe('purchase under ad-click');
  expect(visitName(a!, [a!, b!])).toBe('purchase under ad-click (/go/301)');
  expect(visitName(a!)).toBe('purchase under ad-click (/go/301)');
});
