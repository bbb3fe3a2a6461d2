import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mergeExpects, mergeTests, test as plain, expect as plainExpect } from '@playwright/test';
import { expect, test } from '../../../../src/playwright/index.ts';

/** A suite with fixtures, options and matchers of its own. */

interface Shopper {
  product: { open: () => Promise<void> };
}
const theirs = plain.extend<Shopper>({
  product: async ({ page }, use) => use({ open: async () => void (await page.goto('/product')) }),
  context: async ({ context }, use) => {
    await context.addCookies([{ name: 'theirs', value: 'yes', url: 'http://127.0.0.1' }]);
    await use(context);
  },
});
const theirExpect = plainExpect.extend({
  toBeSix(found: number) {
    return { pass: found === 6, message: () => `${found} is not six` };
  },
});

for (const [order, merged] of [
  ['theirs last', mergeTests(test, theirs)],
  ['ours last', mergeTests(theirs, test)],
] as const) {
  const both = mergeExpects(expect, theirExpect);
  merged(`merged, ${order}`, async ({ product, ttq, context }) => {
    await product.open();
    await both(ttq).toHaveSent('ViewContent', { value: 29.99 });
    both(6).toBeSix();
    expect((await context.cookies()).map(({ name }) => name)).toContain('theirs');
  });
}

const launching = plain.extend<object, { theirs: undefined }>({
  browser: [
    async ({ playwright }, use) => {
      const browser = await playwright.chromium.launch({ args: ['--lang=de'] });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
});
mergeTests(test, launching)('a browser fixture of theirs', async ({ page, ttq }) => {
  await page.goto('/product');
  await expect(ttq).toHaveSent('ViewContent');
});

test.describe('a user who is logged in', () => {
  test.use({
    storageState: {
      cookies: [],
      origins: [{ origin: process.env.SHOP_URL!, localStorage: [{ name: 'login', value: 'ada' }] }],
    },
  });
  test('a login by storage state', async ({ page, ttq }) => {
    await page.goto('/product');
    expect(await page.evaluate(() => localStorage.getItem('login'))).toBe('ada');
    await expect(ttq).toHaveSent('ViewContent');
  });
});

test.describe('a proxy in the options of the suite', () => {
  test.use({ proxy: { server: process.env.PROXY_URL ?? 'http://127.0.0.1:1' } });
  test('is used for the site, and never for TikTok', async ({ page, ttq }) => {
    await page.goto('http://shop.example/product');
    await expect(ttq).toHaveSent('ViewContent');
  });
  test('is asked for requests of the test, and never for TikTok', async ({ request, context }) => {
    const server = createServer((_request, response) =>
      response.writeHead(302, { location: 'http://analytics.tiktok.com/api/v2/pixel' }).end(),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const redirecting = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const way of [request, context.request]) {
      expect((await way.get('http://shop.example/product')).status()).toBe(200);
      // The double answers what a context asks.
      await way.get(redirecting).catch(() => undefined);
    }
    await expect(request.get(redirecting)).rejects.toThrow('analytics.tiktok.com');
    server.close();
  });
});
