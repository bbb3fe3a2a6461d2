import { expect } from '@playwright/test';
import type { Evidence, Part } from '../../../src/evidence/evidence.ts';
import type { Step } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { lackOf } from '../../../src/views/completeness.ts';
import { broken, type Change, clean, cleanTarget } from '../rules/clean.ts';
import { test } from '../test.ts';

const STEPS: Step[] = [
  { click: "role=link[name='Blue Widget']" },
  { click: "role=button[name='Add to cart']" },
  { click: "role=link[name='Checkout']" },
  { fill: '#email', with: '{email}' },
  { fill: '#phone', with: '{phone}' },
  { click: "role=button[name='Place order']" },
];
const target = (steps: Step[] = STEPS) =>
  cleanTarget(({ journeys }) => {
    journeys[0]!.steps = steps;
  });
const noDocument: Change = (evidence) => {
  evidence.documents = [];
};
const notShown =
  (part: Part): Change =>
  ({ recorder }) => {
    recorder.blind = [{ part, by: 'format', why: 'Not shown' }];
  };

const rows: [string, Change[], Step[], string | undefined][] = [
  ['all steps', [], STEPS, undefined],
  ['a journey without steps', [({ steps }) => void steps.splice(0)], [], undefined],
  ['no document', [noDocument], STEPS, 'lacks-documents'],
  ['no document, where pages are not shown', [noDocument, notShown('pages')], STEPS, undefined],
  ['no step', [({ steps }) => void steps.splice(0)], STEPS, 'lacks-steps'],
  [
    'no step, where steps are not shown',
    [({ steps }) => void steps.splice(0), notShown('steps')],
    STEPS,
    undefined,
  ],
  ['the last step is missing', [({ steps }) => void steps.pop()], STEPS, 'lacks-steps'],
  [
    'a step of another kind',
    [({ steps }) => void Object.assign(steps[3]!, { action: 'click' })],
    STEPS,
    'lacks-steps',
  ],
  [
    'steps that the scenario adds',
    [
      ({ steps }) => {
        steps.unshift({ at: 101, action: 'goto', on: '/', text: '{"goto":"/"}' });
        steps.push({ at: 1000, action: 'reload', text: '{"reload":true}' });
      },
    ],
    STEPS,
    undefined,
  ],
  ['a visit that says itself that it broke off', [noDocument, broken], STEPS, undefined],
];

for (const [name, changes, steps, code] of rows) {
  test(`evidence of a complete visit: ${name}`, () => {
    const evidence: Evidence = clean((one) => {
      for (const change of changes) change(one);
    });
    expect(lackOf(evidence, target(steps))?.code).toBe(code);
  });
}

test('what was not seen of such a visit is inconclusive, and the visit broke off', () => {
  const judged = judgeVisit(
    clean(({ steps }) => void steps.pop()),
    target(),
    [],
  );
  expect(judged).toMatchObject({
    outcome: 'broken',
    problem: { code: 'lacks-steps', args: { found: 5, wanted: 6 } },
  });
});
