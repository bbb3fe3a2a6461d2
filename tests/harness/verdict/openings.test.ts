import { expect } from '@playwright/test';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import type { Target } from '../../../src/target/target.ts';
import { targetVerdicts } from '../../../src/verdict/audit.ts';
import { openingsOf } from '../../../src/verdict/openings.ts';
import { policy, TODAY, verdict, visit } from '../report/samples.ts';
import { test } from '../test.ts';

type Settings = Pick<Target, 'gate' | 'rules'>;
const usual: Settings['gate'] = { failOn: ['blocker', 'critical'], staleWaivers: 'hold' };
const allOff = Object.fromEntries([...RULE_BY_ID.keys()].map((id) => [id, 'off'] as const));

const rows: [string, Settings, string[]][] = [
  ['the usual gate', { gate: usual, rules: {} }, []],
  [
    'a gate that holds more',
    {
      gate: { ...usual, failOn: ['blocker', 'critical', 'normal'] },
      rules: { 'event-id/present': 'blocker' },
    },
    [],
  ],
  ['no severity', { gate: { ...usual, failOn: [] }, rules: {} }, ['holds-nothing']],
  ['one of the two', { gate: { ...usual, failOn: ['blocker'] }, rules: {} }, ['lets-pass']],
  ['all rules off', { gate: usual, rules: allOff }, ['all-off']],
  ['a rule off', { gate: usual, rules: { 'event-id/present': 'off' } }, ['off']],
  ['a rule off that would hold nothing', { gate: usual, rules: { 'event-id/third-argument': 'off' } }, []],
  [
    'a rule of a severity that does not hold',
    { gate: usual, rules: { 'event-id/present': 'minor' } },
    ['lowered'],
  ],
  ['waivers for long', { gate: { ...usual, waiverDays: 4000 }, rules: {} }, ['long-waivers']],
  ['waivers for a day', { gate: { ...usual, waiverDays: 1 }, rules: {} }, []],
];

for (const [name, settings, codes] of rows) {
  test(`what opens a gate: ${name}`, () => {
    expect(openingsOf(settings).map(({ code }) => code)).toEqual(codes);
  });
}

test('the verdicts on a target say so, and are still released', () => {
  const gate = { ...usual, failOn: [] };
  const verdicts = targetVerdicts(policy({ gate }), [visit('organic', [verdict('a/b', 'fail')])], {
    today: TODAY,
  });
  expect(verdicts.gate.released).toBe(true);
  expect(verdicts.opened?.map(({ message }) => message)).toEqual([
    'gate.failOn is empty: no failure holds the release',
  ]);
  expect(targetVerdicts(policy(), [visit('organic')], { today: TODAY })).not.toHaveProperty('opened');
});
