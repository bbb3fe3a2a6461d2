import { expect } from '@playwright/test';
import type { SdkRecord } from '../../../src/evidence/evidence.ts';
import { sdkName } from '../../../src/report/sdk-name.ts';
import { test } from '../test.ts';

const script = (name: string, sha256: string, fetched?: string) => ({
  url: `https://analytics.tiktok.com/i18n/pixel/${name}`,
  status: 200,
  sha256,
  ...(fetched === undefined ? {} : { fetched }),
});
const live = (...scripts: SdkRecord['scripts']): SdkRecord => ({
  mode: 'live',
  libraries: ['pixel.js 2.2.1'],
  scripts,
});

test('names an SDK with what identifies its build', () => {
  expect(sdkName({ mode: 'double', profile: '2026-05', libraries: [], scripts: [] })).toBe('double 2026-05');
  expect(sdkName({ ...live(), upstream: 'mirror.example' })).toBe('live via mirror.example (pixel.js 2.2.1)');
  const main = script('static/main.MQ.js', 'a', '2026-11-28T09:12:00.000Z');
  const loader = (sha256: string) => script('events.js?sdkid=C1', sha256, '2026-11-29T00:00:00.000Z');
  const name = sdkName(live(loader('b'), main));
  expect(name).toMatch(/^live \(pixel\.js 2\.2\.1, build [0-9a-f]{8}, fetched 2026-11-28\)$/);
  // The loader differs from page to page; a different main script is a different build.
  expect(sdkName(live(loader('c'), main))).toBe(name);
  expect(sdkName(live(loader('b'), { ...main, sha256: 'd' }))).not.toBe(name);
});
