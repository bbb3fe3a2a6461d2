import { expect } from '@playwright/test';
import { canonicalEvent, isStandardEvent } from '../../../src/tiktok/event-names.ts';
import { EVENTS_API_HOST, isTikTokHost, TIKTOK_HOST_PATTERNS } from '../../../src/tiktok/hosts.ts';
import { test } from '../test.ts';

test('hosts of TikTok, and hosts that only look like them', () => {
  const own = [
    'tiktok.com',
    'analytics.us.tiktok.com',
    'analytics-ipv6.tiktokw.us',
    'ANALYTICS.TikTok.com.',
    EVENTS_API_HOST,
  ];
  for (const host of own) expect(isTikTokHost(host), host).toBe(true);
  for (const host of ['nottiktok.com', 'tiktok.com.shop.example', 'tiktok', '']) {
    expect(isTikTokHost(host), host).toBe(false);
  }
});

test('every domain has a pattern for itself and one for its hosts', () => {
  expect(TIKTOK_HOST_PATTERNS).toEqual(
    expect.arrayContaining(['tiktok.com', '*.tiktok.com', '*.tiktokw.us']),
  );
});

test('canonical names', () => {
  expect(canonicalEvent('CompletePayment')).toBe('Purchase');
  expect(canonicalEvent('SubmitForm')).toBe('Lead');
  expect(canonicalEvent('ConsultByPhone')).toBe('Contact');
  for (const name of ['Purchase', 'completepayment', 'MyEvent', 'constructor', '']) {
    expect(canonicalEvent(name)).toBe(name);
  }
  expect(['CompletePayment', 'Purchase', 'PlaceAnOrder', 'SubmitForm'].every(isStandardEvent)).toBe(true);
  expect(['Pageview', 'PageView', 'purchase', 'toString'].some(isStandardEvent)).toBe(false);
});
