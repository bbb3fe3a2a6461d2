import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { formatScorecard } from '../../../src/report/scorecard.ts';
import { RULE_BY_ID, RULES } from '../../../src/rules/index.ts';
import { auditVerdicts, targetVerdicts } from '../../../src/verdict/audit.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { causesOf } from '../../../src/verdict/overview.ts';
import { policy, TODAY } from '../report/samples.ts';
import { AT, add, all, beacon, type Change, clean, cleanTarget, drop, SHOP, set } from '../rules/clean.ts';
import { SERVER_EVENT } from '../rules/server.ts';
import { test } from '../test.ts';

const PURCHASE = AT.sent.Purchase;
const withoutId = all(set(`${PURCHASE}/body/event_id`, ''), set(`${AT.call.Purchase}/args/2`, {}));
const valued = (value: unknown, currency: unknown = 'USD'): Change =>
  all(
    ...[`${PURCHASE}/body`, SERVER_EVENT].flatMap((event) => [
      set(`${event}/properties/value`, value),
      set(`${event}/properties/currency`, currency),
    ]),
  );
const refusedWith = (code: number): Change => set(`${AT.server}/answer`, { code, message: 'no' });

/** What each finding of a visit puts at stake, by rule. */
function stakes(evidence: Evidence): Record<string, unknown[]> {
  const failed = judgeVisit(evidence, cleanTarget(), RULES).verdicts.filter(
    ({ outcome }) => outcome === 'fail',
  );
  return Object.fromEntries(failed.map(({ rule, findings }) => [rule, findings.map(({ stake }) => stake)]));
}

const cases: { name: string; change: Change; rule: string; stake: object | undefined }[] = [
  { name: 'it has no id', change: withoutId, rule: 'event-id/present', stake: { USD: '59.98' } },
  {
    name: 'each side has an id of its own',
    change: set(`${SERVER_EVENT}/event_id`, 'x'),
    rule: 'event-id/matches-server',
    stake: { USD: '59.98' },
  },
  {
    name: 'the server never sent it',
    change: set('/server/requests', []),
    rule: 'events-api/sent-for-each-conversion',
    stake: { USD: '59.98' },
  },
  {
    name: 'the Events API refused it',
    change: refusedWith(40002),
    rule: 'events-api/accepted',
    stake: { USD: '59.98' },
  },
  {
    name: 'it was called and never sent',
    change: drop(PURCHASE),
    rule: 'event/expected',
    stake: { USD: '59.98' },
  },
  {
    name: 'another order under its id is dropped',
    change: add(
      'requests',
      beacon(990, 'Purchase', 'order-1001', `${SHOP}/orders/1002`, { value: 34.5, currency: 'EUR' }),
    ),
    rule: 'event-id/unique',
    stake: { EUR: '34.5' },
  },
  { name: 'no value', change: all(withoutId, valued('')), rule: 'event-id/present', stake: undefined },
  {
    name: 'a value of nothing',
    change: all(withoutId, valued(0)),
    rule: 'event-id/present',
    stake: undefined,
  },
  {
    name: 'a value that is masked',
    change: all(withoutId, valued('[secret length=5]')),
    rule: 'event-id/present',
    stake: undefined,
  },
  {
    name: 'a currency that is masked, or none',
    change: all(withoutId, valued(59.98, '[email shape=aaa@aaa.aaa]')),
    rule: 'event-id/present',
    stake: { '': '59.98' },
  },
];

for (const { name, change, rule, stake } of cases)
  test(`the stake of a conversion: ${name}`, () => {
    expect(stakes(clean(change))).toHaveProperty([rule], [stake]);
  });

test('the stake of a finding moves to the rule that it is left to, and each conversion counts once', () => {
  const again = structuredClone(clean(withoutId).requests[16]!);
  const thrice = all(withoutId, set(`${SERVER_EVENT}/event_id`, 'x'), add('requests', { ...again, at: 995 }));
  // dedup/counted-once finds it as well, and leaves it to the two rules of its causes.
  expect(stakes(clean(thrice))).toMatchObject({ 'event-id/present': [{ USD: '119.96' }, undefined] });
});

test('of orders with one id in several visits, all but the first are lost', () => {
  const visits = ['2026-11-22T09:45:50.000Z', '2026-11-22T09:55:50.000Z', '2026-11-22T10:05:50.000Z'].map(
    (startedAt, index) => ({
      ...judgeVisit({ ...clean(), startedAt, journey: `journey-${index}` }, cleanTarget(), RULES),
    }),
  );
  const { run = [] } = targetVerdicts(policy(), visits, { today: TODAY });
  const found = run.find(({ rule }) => rule === 'event-id/unique-across-visits')?.findings;
  const stakes = found?.map(({ event, stake }) => [event, stake]) ?? [];
  expect(Object.fromEntries(stakes)).toMatchObject({ AddToCart: undefined, Purchase: { USD: '119.96' } });
});

test('a cart is not money yet, and a correct visit has no stake', () => {
  expect(stakes(clean())).toEqual({});
  const cart = all(set(`${AT.sent.AddToCart}/body/event_id`, ''), set(`${AT.call.AddToCart}/args/2`, {}));
  expect(stakes(clean(cart))).toStrictEqual({ 'event-id/present': [undefined] });
});

test('a cause has the exact sum of each currency, without unknown values', () => {
  const visits = [valued(0.1), valued(0.2), valued(20, 'EUR'), valued('[secret length=2]')].map((change) =>
    judgeVisit(clean(all(withoutId, change)), cleanTarget(), RULES),
  );
  const audit = auditVerdicts([targetVerdicts(policy(), visits, { today: TODAY })], {});
  const [cause] = causesOf(audit).filter(({ rule }) => rule === 'event-id/present');
  expect(cause?.stake).toEqual({ EUR: '20', USD: '0.3' });
  expect(formatScorecard(audit, RULE_BY_ID)).toContain('<p><b>At stake</b> 20 EUR and 0.30 USD</p>');
});
