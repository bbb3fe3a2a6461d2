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
});
