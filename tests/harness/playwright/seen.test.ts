import { expect } from '@playwright/test';
import { type EventWanted, match, type Seen, seenFailure } from '../../../src/playwright/seen.ts';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import { test } from '../test.ts';

const PURCHASE: Seen = {
  event: 'Purchase',
  canonical: 'Purchase',
  eventId: 'order-1001',
  params: { value: 59.98, currency: 'USD' },
  page: 'http://shop.example/thanks',
  copies: ['C1'],
};
const WANTED: EventWanted = {
  event: 'Purchase',
  params: { value: 59.98, currency: 'USD' },
  eventId: /^order-/,
};

const failure = (seen: Seen[], side: 'browser' | 'server', wanted = WANTED) =>
  seenFailure({
    title: 'title',
    wanted,
    seen,
    side,
    problem: undefined,
    isUnfollowed: false,
    timeout: 5000,
  });
const fix = (rule: string) => `Do:       ${RULE_BY_ID.get(rule)!.fix}`;

test('the nearest event comes first: one parameter is nearer than two, and both than another event', () => {
  const one = { ...PURCHASE, params: { value: 1, currency: 'USD' } };
  const two = { ...PURCHASE, params: { value: 1 } };
  const other = { ...PURCHASE, event: 'AddToCart', canonical: 'AddToCart' };
  expect(match([other, two, one], WANTED).nearest).toMatchObject({
    one,
    why: ['value: found 1; wanted 59.98'],
  });
  expect(match([other], WANTED).nearest).toBeUndefined();
});

test('an event that the server did not send has to be fixed there', () => {
  expect(failure([], 'browser')).toContain(fix('event/expected'));
  expect(failure([], 'server')).toContain(fix('events-api/sent-for-each-conversion'));
  const withoutId = [{ ...PURCHASE, eventId: undefined }];
  expect(failure(withoutId, 'browser')).toContain(fix('event-id/present'));
  expect(failure(withoutId, 'server')).toContain(fix('event-id/matches-server'));
  const cents = [{ ...PURCHASE, params: { value: 5998, currency: 'USD' } }];
  expect(failure(cents, 'browser')).toContain('the second argument of ttq.track');
  expect(failure(cents, 'server')).toContain(fix('events-api/parameters-agree'));
});

test('too often', () => {
  const twice = { ...WANTED, times: 1 };
  expect(match([PURCHASE, PURCHASE], twice).isMet).toBe(false);
  const text = failure([PURCHASE, PURCHASE], 'browser', twice);
  expect(text).toContain('exactly once');
  expect(text).toContain('found it 2 times at C1');
});
