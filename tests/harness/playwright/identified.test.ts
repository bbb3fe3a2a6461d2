import { expect } from '@playwright/test';
import { identified } from '../../../src/playwright/identified.ts';
import { hashOf } from '../../../src/tiktok/hashing.ts';
import { test } from '../test.ts';

const IDENTITY = { email: 'ada@shop.example', externalId: 'customer-7' };
const identify = (...args: unknown[]) => ({ method: 'identify', args });
const EMAIL = { email: hashOf('email', IDENTITY.email) };

test('each part of the identity, in one call or in several, in plain text or hashed', () => {
  for (const calls of [
    [identify({ ...EMAIL, external_id: 'customer-7' })],
    [identify(EMAIL), identify({ external_id: hashOf('externalId', 'customer-7') })],
    [identify({ email: ' Ada@Shop.example' }, { external_id: 'customer-7' })],
  ])
    expect(identified(calls, IDENTITY)).toMatchObject({ isMet: true, found: [] });
});

test('the external id alone, if that is asked for', () => {
  const calls = [identify({ external_id: 'customer-7' })];
  expect(identified(calls, IDENTITY, ['externalId']).isMet).toBe(true);
  expect(identified(calls, { externalId: 'customer-7' }).isMet).toBe(true);
  expect(identified(calls, IDENTITY)).toEqual({
    isMet: false,
    expected: 'ttq.identify with the e-mail address of the identity and the external id of the identity',
    found: ['ttq.identify without the e-mail address, or with a different one'],
  });
});

test('a target without an identity: an e-mail address or a phone number of anybody', () => {
  expect(identified([identify(EMAIL)], {}).isMet).toBe(true);
  for (const calls of [
    [],
    [identify({})],
    [identify({ email: '' })],
    [identify({ external_id: 'customer-7' })],
  ])
    expect(identified(calls, {})).toEqual({
      isMet: false,
      expected: 'ttq.identify with an e-mail address or a phone number',
      found: ['no call of ttq.identify that identifies anybody'],
    });
});

test('an empty identify identifies nobody, and neither does another call', () => {
  for (const calls of [[identify({ email: '', phone_number: '' })], [{ method: 'track', args: [EMAIL] }]])
    expect(identified(calls, IDENTITY)).toMatchObject({
      isMet: false,
      found: ['no call of ttq.identify that identifies anybody'],
    });
});
