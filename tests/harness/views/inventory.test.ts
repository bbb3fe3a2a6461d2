import { expect } from '@playwright/test';
import { inventoryOf } from '../../../src/views/inventory.ts';
import { AT, all, clean, drop, set } from '../rules/clean.ts';
import { test } from '../test.ts';

const params = ['contents', 'currency', 'value'];
const purchase = { event: 'Purchase', count: 1, params, id: true, clickId: true };

test('event by event and side by side, whatever the order of arrival', () => {
  const entries = inventoryOf(clean());
  expect(entries.map(({ event, by }) => `${event} ${by}`)).toEqual([
    'AddPaymentInfo browser',
    'AddToCart browser',
    'InitiateCheckout browser',
    'Pageview browser',
    'Purchase browser',
    'Purchase server',
    'ViewContent browser',
  ]);
  expect(entries.slice(4, 6)).toEqual([
    { ...purchase, by: 'browser' },
    { ...purchase, by: 'server' },
  ]);
  const backwards = clean((evidence) => {
    evidence.requests.reverse();
  });
  expect(inventoryOf(backwards)).toEqual(entries);
});

test('what one copy lacks, the event lacks; an old name is the same event', () => {
  const evidence = clean(
    all(
      set(`${AT.sent.AddToCart}/body/event`, 'CompletePayment'),
      set(`${AT.sent.AddToCart}/body/event_id`, ''),
    ),
  );
  drop(`${AT.sent.AddToCart}/body/properties/currency`)(evidence);
  expect(inventoryOf(evidence)).toContainEqual({
    ...purchase,
    by: 'browser',
    count: 2,
    params: ['contents', 'value'],
    id: false,
  });
});
