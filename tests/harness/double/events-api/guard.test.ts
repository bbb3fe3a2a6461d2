import { expect } from '@playwright/test';
import { lookupRefusal } from '../../../../src/double/events-api/guard.ts';
import { answeredHosts } from '../../../../src/double/events-api/hosts.ts';
import { test } from '../../test.ts';

const hosts = ['www.shop.example', '*.api.example'];
const refused = (host: string, network: 'hermetic' | 'open' = 'hermetic') =>
  lookupRefusal(host, { network, hosts, isAnswered: answeredHosts(['capi.shop.example']) });

test("a hermetic process looks up this machine and the target's own hosts, also by a pattern", () => {
  for (const host of [
    'localhost',
    '127.0.0.1',
    '::1',
    'www.shop.example',
    'WWW.Shop.example',
    'eu.api.example',
  ])
    expect(refused(host)).toBeUndefined();
  for (const host of [
    'shop.example',
    'api.example',
    'www.shop.example.com',
    'pay.example',
    '127.pay.example',
  ])
    expect(refused(host)).toContain('the audit is hermetic');
});

test("no audit looks up TikTok's hosts", () => {
  for (const network of ['hermetic', 'open'] as const)
    for (const host of ['business-api.tiktok.com', 'capi.shop.example'])
      expect(refused(host, network)).toBe('an audit sends nothing to TikTok');
  expect(refused('pay.example', 'open')).toBeUndefined();
});
