import { expect } from '@playwright/test';
import {
  type EventWanted,
  match,
  type Seen,
  seenFailure,
  unwantedFailure,
} from '../../../src/playwright/seen.ts';
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

const failure = (seen: Seen[], side: 'browser' | 'server', wanted = WANTED, hasPixel = true) =>
  seenFailure({
    title: 'title',
    wanted,
    seen,
    side,
    problem: undefined,
    isUnfollowed: false,
    hasPixel,
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

test('each copy is said to be called where it was', () => {
  const at = (line: number) => ({ ...PURCHASE, source: `http://shop.example/thanks:${line}:9` });
  const text = failure([at(4), at(7), at(7)], 'browser', { ...WANTED, times: 1 });
  expect(text.match(/at line \S+ of/g)).toEqual(['at line 4:9 of', 'at line 7:9 of']);
  expect(unwantedFailure('title', 'no Purchase', at(4))).toContain(
    'Called:   at line 4:9 of http://shop.example/thanks',
  );
});

test('where no page has the pixel, that is what has to be fixed', () => {
  const text = failure([], 'browser', WANTED, false);
  expect(text).toContain('Seen:     no event at all: no page has the pixel');
  expect(text).toContain(fix('pixel/on-every-page'));
  expect(failure([], 'server', WANTED, false)).toContain(fix('events-api/sent-for-each-conversion'));
});
