import { expect } from '@playwright/test';
import { trackedSince, trackingText } from '../../../src/playwright/tracking.ts';
import { test } from '../test.ts';

const CALL = { document: 'd1', global: 'ttq', queued: true };
const shapeOf = (eventId: unknown) =>
  / {2}event_id: (.*)\n/.exec(trackingText([{ event: 'Purchase', params: {}, eventId }], []))?.[1];

/** Ids as sites make them: two of each kind, and what both are in a snapshot. */
const IDS: Record<string, readonly [string, string]> = {
  'order-<number>': ['order-1001', 'order-998877'],
  'order_<number>': ['order_7', 'order_123456789012345678'],
  '<number>': ['1764503303', '7'],
  'ORD<number>': ['ORD9999', 'ORD10000'],
  'view-p<number>-<number>': ['view-p1-1764503303', 'view-p12-1764503999'],
  '<uuid>': ['0f8fad5b-d9cb-469f-a165-70867728950e', '7C9E6679-7425-40DE-944B-E07FC1F90AE7'],
  'add-<uuid>': ['add-0f8fad5b-d9cb-469f-a165-70867728950e', 'add-7c9e6679-7425-40de-944b-e07fc1f90ae7'],
  '<hex>': ['9e107d9d372bb6826bd81d3542a419d6', 'e4d909c290d0fb1ca068ffaddf22cbd0'],
  'purchase.<hex>': ['purchase.3fa9c01b', 'purchase.b1c44e07'],
  '<number>_<random>': ['1764503303123_k3j9x0q1abc', '1764503309999_x8ylq20z4pw'],
  '<random>': ['V1StGXR8_Z5jdHi6B-myT', 'Uakgb_J5m9g-0JDMbcJqL'],
  'order-<random>': ['order-V1StGXR8_Z5jdHi6B-myT', 'order-Uakgb_J5m9g-0JDMbcJqL'],
  'checkout-<time>': ['checkout-2026-11-30T11:48:24.123Z', 'checkout-2027-01-01T00:00:00+01:00'],
};

for (const [shape, ids] of Object.entries(IDS))
  test(`an event_id as ${ids[0]} is ${shape} in a snapshot, each time`, () => {
    expect(ids.map(shapeOf)).toEqual([shape, shape]);
  });

test('an event_id that is not text, and none', () => {
  expect([1001, undefined, ''].map(shapeOf)).toEqual(['number', undefined, undefined]);
});

test('events with the types of their parameters, in any order of these', () => {
  const eventId = 'order-1001';
  const contents = [{ price: 29.99, content_id: 'mug' }, { content_id: 'cup' }];
  const one = { event: 'Purchase', eventId, params: { value: 59.98, contents, mixed: [1, 'a'] } };
  const other = {
    event: 'Purchase',
    eventId,
    params: { mixed: ['b', 2], contents: [...contents].reverse(), value: 1 },
  };
  const text = trackingText([one], [{ ...one, params: { value: null } }]);
  expect(text).toBe(`Purchase
  contents: ({ content_id: string } | { content_id: string, price: number })[]
  mixed: (number | string)[]
  value: number
  event_id: order-<number>
server: Purchase
  value: null
  event_id: order-<number>
`);
  expect(trackingText([other], [])).toBe(text.slice(0, text.indexOf('server: ')));
});

test('an id is masked before its shape is taken', () => {
  const event = { event: 'Purchase', params: {}, eventId: 'ada99@shop.example' };
  expect(trackingText([event], [], () => '[email]')).toBe('Purchase\n  event_id: [email]\n');
});

test('identify is between the events, where it was called, by its parts and how they are given', () => {
  const email = '973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b';
  // Calls of one script share a time; those of a document are numbered, and come in any order.
  const calls = [
    { ...CALL, at: 5, method: 'track', args: ['Purchase', { value: 1 }, {}] },
    { ...CALL, at: 5, method: 'identify', args: [{ phone_number: '+1', email }] },
    { ...CALL, at: 2, method: 'page', args: [] },
  ];
  const [purchase, identify, page] = calls;
  const recording = { documents: [], requests: [], calls, callsInOrder: () => [page!, identify!, purchase!] };
  expect(trackingText(trackedSince(0, recording), [])).toBe(
    'Pageview\nidentify\n  email: SHA-256\n  phone_number: string\nPurchase\n  value: number\n',
  );
  expect(trackingText(trackedSince(3, recording), [])).not.toContain('Pageview');
});
