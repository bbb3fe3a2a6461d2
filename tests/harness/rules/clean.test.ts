import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { RULES } from '../../../src/rules/index.ts';
import { checkTarget } from '../../../src/target/check.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { test } from '../test.ts';
import { AT, add, clean, cleanTarget, drop, resolve, set, swapCalls } from './clean.ts';
import { under } from './faults.ts';
import { schemaErrors } from './table.ts';

/** Every case of a rule changes the clean visit: if that is wrong, they all are. */

test('the clean visit is valid evidence, made for a valid target', () => {
  expect(schemaErrors(clean())).toEqual([]);
  expect(checkTarget(cleanTarget())).toEqual([]);
  expect(schemaErrors({ ...clean(), surprise: 1 })).toHaveLength(1);
});

for (const rule of RULES) {
  test(`${rule.id} passes on the clean visit`, () => {
    const judged = (evidence: Evidence) => judgeVisit(evidence, cleanTarget(), [rule]).verdicts;
    const pass = [{ rule: rule.id, severity: rule.severity, outcome: 'pass', findings: [] }];
    if (rule.scenarios.includes('ad-click')) expect(judged(clean())).toEqual(pass);
    if (!rule.scenarios.includes('events-api-faults')) return;
    const slow = under({ kind: 'slow', delay: 1500 }, 200, { code: 0, message: 'OK' });
    expect(judged(clean(slow)), 'under a fault').toEqual(pass);
  });
}

test('each named place is what its name says', () => {
  const evidence = clean();
  for (const id of ['landing', 'product', 'checkout', 'order'] as const) {
    expect(resolve(evidence, AT[id])).toMatchObject({ id });
    expect(resolve(evidence, AT.load[id])).toMatchObject({ document: id, method: 'load' });
    expect(resolve(evidence, AT.page[id])).toMatchObject({ document: id, method: 'page' });
    expect(resolve(evidence, AT.script[id])).toMatchObject({ url: expect.stringContaining('/events.js?') });
  }
  for (const id of ['checkout', 'order'] as const) {
    expect(resolve(evidence, AT.identify[id])).toMatchObject({ document: id, method: 'identify' });
  }
  for (const [event, place] of Object.entries(AT.call)) {
    expect(resolve(evidence, place)).toMatchObject({ method: 'track', args: [event, {}, {}] });
  }
  for (const [event, place] of Object.entries(AT.sent)) {
    expect(resolve(evidence, place)).toMatchObject({ body: { event } });
  }
  expect(resolve(evidence, AT.server)).toMatchObject({ body: { data: [{ event: 'Purchase' }] } });
});

test('the helpers change one thing, and fail where there is nothing to change', () => {
  expect(clean(set('/calls/14/args/2', {})).calls[14]!.args[2]).toEqual({});
  expect(clean(drop('/calls/14')).calls).toHaveLength(14);
  expect(clean(drop('/calls/14/args/2')).calls[14]!.args).toHaveLength(2);
  expect(clean(add('requests', clean().requests[0])).requests).toHaveLength(18);
  const swapped = clean(swapCalls(AT.identify.order, AT.call.Purchase)).calls;
  expect(swapped.map(({ at }) => at)).toEqual(clean().calls.map(({ at }) => at));
  expect(swapped.slice(13).map(({ method }) => method)).toEqual(['track', 'identify']);
  expect(() => clean(drop('/calls/99'))).toThrow('Nothing to drop at /calls/99');
  expect(() => clean(set('/calls/99/args', []))).toThrow('does not resolve');
});

test('each clean visit is separate: no case sees the changes of another', () => {
  clean(set('/calls/8/args/1/value', 0));
  clean(set('/requests/16/body/properties/value', 0));
  clean(set('/server/requests/0/body/data/0/properties/value', 0));
  expect(JSON.stringify(clean()).includes('"value":0')).toBe(false);
});
