import type { Browser } from '@playwright/test';
import { expect, test } from '../../../../src/playwright/index.ts';

/** Every test is judged at its end. Some break the shop, so that they fail; they are told apart by their titles. */
test.use({
  ttqAudit: 'auto',
  screenshot: 'only-on-failure',
  ttqTarget: { pixels: ['CAAAAAAAAAAAAAAAAAA1'], timeouts: { settle: 1_000 } },
});

async function openAndClose(browser: Browser, path: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(path);
  await page.close();
}

test('a correct page passes', async ({ page }) => {
  await page.goto('/product');
});

test('an API-only test is not judged', async ({ request }) => {
  expect((await request.get('/plain')).ok()).toBe(true);
});

test('a broken page fails', async ({ page }) => {
  await page.goto('/thanks?broken=value-as-cents');
  await page.goto('/thanks?broken=no-event-id');
});

test('what is sent as the page is left counts', async ({ page }) => {
  await page.goto('/late');
});

test('a page that cannot be left', async ({ page }) => {
  await page.goto('/endless');
});

test('a page that goes offline at the end', async ({ page, context }) => {
  await page.goto('/product');
  await context.setOffline(true);
});

test('a route of the test answers', async ({ page }) => {
  await page.route('https://analytics.tiktok.com/**', (route) => route.fulfill({ body: '' }));
  await page.goto('/product');
});

test('a route of the test continues', async ({ page }) => {
  await page.route('**', (route) => route.continue());
  await page.goto('/product');
});

test('a test that fails on its own', async ({ page }) => {
  await page.goto('/product');
  expect(1).toBe(2);
});

test('fails at first', async ({ page }, testInfo) => {
  await page.goto(testInfo.retry === 0 ? '/thanks?broken=no-event-id' : '/thanks');
});

test.describe('with a page of a hook', () => {
  test.beforeAll(({ browser }) => openAndClose(browser, '/product'));
  test('the hook is judged', ({ browser: _browser }) => {});
});

test.describe('switched off', () => {
  test.use({ ttqAudit: 'manual' });
  test.beforeAll(({ browser }) => openAndClose(browser, '/thanks?broken=no-event-id'));
  test('a broken page passes', async ({ page }) => {
    await page.goto('/thanks?broken=no-event-id');
  });
});
