import { expect } from '@playwright/test';
import { behindOwnPath, unnamedWay } from '../../../src/tiktok/own-paths.ts';
import { rewritten, rewrittenHost, SCRIPT_PLACEHOLDER } from '../../../src/tiktok/script-placeholder.ts';
import { test } from '../test.ts';

test("what follows a path of the site is TikTok's", () => {
  const paths = ['/_t', '/_t/c/tiktok'];
  expect(behindOwnPath('/_t/i18n/pixel/events.js', paths)).toBe('/i18n/pixel/events.js');
  expect(behindOwnPath('/_t/c/tiktok/api/v2/pixel', paths)).toBe('/api/v2/pixel');
  for (const other of ['/_t', '/_tt/api/v2/pixel', '/api/v2/pixel', '/x/_t/api/v2/pixel'])
    expect(behindOwnPath(other, paths), other).toBeUndefined();
});

const NAMED = { pixelHosts: ['metrics.shop.example'], pixelPaths: ['/_t'] };

for (const [url, way] of [
  [
    'https://www.shop.example/_s/tt/i18n/pixel/events.js?sdkid=C1',
    { host: 'www.shop.example', path: '/_s/tt' },
  ],
  ['https://www.shop.example/_s/api/v2/shopify_pixel', { host: 'www.shop.example', path: '/_s' }],
  ['https://tt.shop.example/api/v2/pixel', { host: 'tt.shop.example', path: '' }],
  ['https://metrics.shop.example/api/v2/pixel', undefined],
  ['https://www.shop.example/_t/api/v2/pixel', undefined],
  ['https://analytics.tiktok.com/api/v2/pixel', undefined],
  ['https://www.shop.example/events.js', undefined],
  ['https://www.shop.example/api/v2/pixels', undefined],
  ['data:text/plain,/api/v2/pixel', undefined],
] as const) {
  test(`${url} uses ${way ? 'a path or host that is not named' : 'a known one, or none'}`, () => {
    expect(unnamedWay(url, NAMED)).toEqual(way);
  });
}

test("a stand-in for a script shows what a site makes of TikTok's host", () => {
  expect(rewrittenHost(SCRIPT_PLACEHOLDER)).toBe('https://analytics.tiktok.com/');
  const passedOn = SCRIPT_PLACEHOLDER.replaceAll('https://analytics.tiktok.com/', '/_s/tt/');
  expect(rewrittenHost(passedOn)).toBe('/_s/tt/');
  expect(rewritten('f("https://analytics.tiktok.com/api/v2/pixel")', '/_s/tt/')).toBe(
    'f("/_s/tt/api/v2/pixel")',
  );
  expect(rewrittenHost('!function(){}()')).toBeUndefined();
});
