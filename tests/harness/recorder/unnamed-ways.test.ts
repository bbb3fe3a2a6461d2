import { expect } from '@playwright/test';
import { unnamedWays } from '../../../src/recorder/unnamed-ways.ts';
import { cleanTarget, SHOP } from '../rules/clean.ts';
import { test } from '../test.ts';

const taken = (...ways: { host: string; path: string }[]) => ({
  unnamed: new Map(
    ways.map((way) => [
      `${way.host}${way.path}`,
      { ...way, url: `https://${way.host}${way.path}/api/v2/pixel` },
    ]),
  ),
});

test('a path that is not named leaves unknown what was sent there, and the message says how to name it', () => {
  const own = new URL(SHOP).hostname;
  const target = cleanTarget((target) => {
    target.pixelPaths = ['/_t'];
  });
  expect(unnamedWays(taken(), target)).toEqual([]);
  const [spot] = unnamedWays(
    taken({ host: own, path: '/_s/tt' }, { host: 'tt.shop.example', path: '' }),
    target,
  );
  expect(spot).toMatchObject({
    part: 'messages',
    by: 'recorder',
    ways: { pixelHosts: ['tt.shop.example'], pixelPaths: ['/_t', '/_s/tt'] },
  });
  expect(spot!.why).toContain(
    'add "pixelHosts": ["tt.shop.example"] and "pixelPaths": ["/_t","/_s/tt"] to the target',
  );
});

test("TikTok's paths at the root of the site cannot be named", () => {
  const own = new URL(SHOP).hostname;
  const [root] = unnamedWays(taken({ host: own, path: '' }), cleanTarget());
  expect(root).not.toHaveProperty('ways');
  expect(root!.why).toContain(
    `https://${own}/api/v2/pixel, where TikTok's paths are at the root of the site`,
  );
  const [both] = unnamedWays(taken({ host: own, path: '' }, { host: own, path: '/_s' }), cleanTarget());
  expect(both!.ways).toEqual({ pixelHosts: [], pixelPaths: ['/_s'] });
});
