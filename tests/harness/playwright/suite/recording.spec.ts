import type { BrowserContext, Page } from '@playwright/test';
import { test as plain } from '@playwright/test';
import { expect, test } from '../../../../src/playwright/index.ts';

test('a purchase after an ad click', async ({ page, ttq }) => {
  await page.goto(ttq.adClick('/go'));
  await page.getByRole('link', { name: 'Product' }).click();
  await page.getByRole('link', { name: 'Checkout' }).click();
  await page.locator('#email').fill('ada.byron@shop.example');
  await page.getByRole('button', { name: 'Place order' }).click();
  await expect(page.getByRole('heading')).toHaveText('Thank you');
  await expect
    .poll(() =>
      ttq
        .events()
        .filter(({ pixels }) => pixels.length > 0)
        .map(({ event }) => event),
    )
    .toContain('Purchase');
  expect(ttq.events().find(({ event }) => event === 'Purchase')).toMatchObject({
    params: { value: 59.98, currency: 'USD' },
    pixels: ['CAAAAAAAAAAAAAAAAAA1'],
  });
  expect(ttq.hops()[0]).toMatchObject({ status: 302 });
  expect(ttq.calls().map(({ method }) => method)).toContain('identify');
  expect((await ttq.cookies()).map(({ name }) => name)).toContain('_ttp');
  const { steps, documents, clickId, scenario, outcome } = await ttq.evidence();
  expect(outcome).toBe('complete');
  expect(scenario).toBe('ad-click');
  expect(clickId).toMatch(/^E\.C\.P\./);
  expect(steps.map(({ action, typed }) => typed ?? action)).toEqual(['click', 'click', 'email', 'click']);
  expect(documents.map(({ arrival, via }) => ({ arrival, via }))).toEqual([
    { arrival: true, via: 'goto' },
    { arrival: false, via: 'link' },
    { arrival: false, via: 'link' },
    { arrival: false, via: 'form' },
  ]);
  ttq.clear();
  expect(ttq.events()).toEqual([]);
});

test('what a test does to its page is a step', async ({ page, ttq }) => {
  await page.goto('/lp');
  await page.goto('/product');
  await page.reload();
  await page.goBack();
  const { steps, documents } = await ttq.evidence();
  expect(steps.map(({ action }) => action)).toEqual(['goto', 'reload', 'back']);
  expect(documents.map(({ via }) => via)).toEqual(['goto', 'goto', 'reload', 'history']);
});

test('what a visitor does in a pop-up is a step, and the site opened it', async ({ page, ttq }) => {
  await page.goto('/lp');
  const opened = page.waitForEvent('popup');
  await page.evaluate("void window.open('/product')");
  await (await opened).getByRole('link', { name: 'Checkout' }).click();
  await (await opened).waitForURL('**/checkout');
  const { steps, documents } = await ttq.evidence();
  expect(steps.map(({ action, on }) => `${action} ${on}`)).toEqual(['click a:has-text("Checkout")']);
  expect(documents.map(({ tab, via }) => `${tab} ${via}`)).toEqual(['0 goto', '1 pop-up', '1 link']);
});

let shared: Page;
test.describe
  .serial('a page of beforeAll', () => {
    test.beforeAll(async ({ browser }) => {
      shared = await browser.newPage();
      await shared.goto('/lp');
    });
    test.afterAll(() => shared.close());
    test('is recorded', ({ ttq }) => expect.poll(() => ttq.events().length).toBe(1));
    test('goes on in the next test', async ({ ttq }) => {
      await shared.goto('/product');
      await expect.poll(() => ttq.events().map(({ event }) => event)).toContain('ViewContent');
    });
  });

test('two at once are distinguished', async ({ page, browser, ttq }) => {
  const other: BrowserContext = await browser.newContext();
  const [one, two] = [page, await other.newPage()];
  await Promise.all([one.goto('/lp'), two.goto('/product')]);
  await expect
    .poll(() =>
      ttq
        .attach(other)
        .events()
        .map(({ event }) => event),
    )
    .toContain('ViewContent');
  await expect.poll(() => ttq.events().map(({ event }) => event)).toEqual(['Pageview']);
  await other.close();
});

test('a browser that the test launches', async ({ playwright, ttq }) => {
  const browser = await playwright.chromium.launch();
  const page = await browser.newPage();
  await page.goto('/lp');
  await expect.poll(() => ttq.events().map(({ event }) => event)).toEqual(['Pageview']);
  await browser.close();
});

plain('the plain test next to it is left alone', async ({ page }) => {
  await page.goto('/plain');
});
