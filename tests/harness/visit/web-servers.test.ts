import { expect } from '@playwright/test';
import { preloadSettings, serversOf } from '../../../src/visit/web-servers.ts';
import { withEnvironment } from '../double/proxies.ts';
import { cleanTarget } from '../rules/clean.ts';
import { test } from '../test.ts';

/** What the site's server gets of the environment. */
async function environment(
  transport: 'none' | 'server' | 'preload',
  set: Record<string, string>,
  own: Record<string, string> = {},
): Promise<Record<string, string | undefined>> {
  const target = cleanTarget((one) =>
    Object.assign(one, {
      server: { command: 'serve', url: 'http://127.0.0.1:3000/', env: own },
      eventsApi: { transport, hosts: ['capi.shop.example'] },
    }),
  );
  const servers = await withEnvironment(set, async () =>
    serversOf({ target, logs: '/logs', ...(transport === 'server' ? { eventsApiPort: 4180 } : {}) }),
  );
  return servers.at(-1)!.env;
}

for (const transport of ['none', 'server', 'preload'] as const)
  test(`${transport}: the site's server uses no proxy for TikTok, its stand-ins and this machine`, async () => {
    const { NO_PROXY, no_proxy } = await environment(transport, { HTTPS_PROXY: 'http://proxy.example:1' });
    expect(no_proxy).toBe(NO_PROXY);
    expect(NO_PROXY!.split(',')).toEqual(
      expect.arrayContaining(['.tiktok.com', 'capi.shop.example', 'localhost', '127.0.0.1', '::1']),
    );
  });

test('NO_PROXY and NODE_OPTIONS keep their values, those of the target file before those of the environment', async () => {
  const { NO_PROXY } = await environment('none', { NO_PROXY: 'a.example,b.example' });
  expect(NO_PROXY).toMatch(/^a\.example,b\.example,\.tiktok\.com,/);
  expect((await environment('none', { no_proxy: '*' })).NO_PROXY).toBe('*');
  const own = { NO_PROXY: 'c.example', NODE_OPTIONS: '--title=shop' };
  const env = await environment('preload', { NO_PROXY: 'a.example' }, own);
  expect(env.NO_PROXY).toMatch(/^c\.example,\.tiktok\.com,/);
  expect(env.NODE_OPTIONS).toMatch(/^--title=shop --require=/);
});

test('with the stub, it may look up its own hosts and those in reaches, without their ports', () => {
  const target = cleanTarget((one) =>
    Object.assign(one, {
      baseURL: 'http://www.shop.example:3000',
      hosts: { '*.shop.example': '127.0.0.1', 'pay.example:8443': '127.0.0.1' },
      server: {
        command: 'serve',
        url: 'http://127.0.0.1:3000/',
        reaches: ['db.internal:5432', '127.0.0.1:6379'],
      },
    }),
  );
  expect(preloadSettings(target, '/logs').hosts).toEqual([
    'www.shop.example',
    '*.shop.example',
    'pay.example',
    'db.internal',
  ]);
});
