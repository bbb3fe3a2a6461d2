import { type BrowserServer, chromium } from '@playwright/test';
import { expect, test } from '../../../../src/playwright/index.ts';
import { findBrowser } from '../../../../src/recorder/browser.ts';

/** Each way of losing the double: the harness reads what each test says. */
const executablePath = findBrowser()?.path;
const own = executablePath === undefined ? {} : { executablePath };

test('a context that is offline', async ({ browser }) => {
  const context = await browser.newContext({ offline: true });
  await context.newPage();
});

test('a route of the context', async ({ context }) => {
  await context.route('**', (route) => route.fulfill({ body: 'mine' }));
  await context.newPage();
});

test.describe('a browser of another process', () => {
  let server: BrowserServer;
  test.beforeAll(async () => {
    server = await chromium.launchServer(own);
  });
  test.afterAll(() => server.close());
  test('is connected to', async ({ playwright }) => {
    const browser = await playwright.chromium.connect(server.wsEndpoint());
    await browser.newPage();
  });
  test('is refused by its debugging port', async ({ playwright }) => {
    await playwright.chromium.connectOverCDP('http://127.0.0.1:1');
  });
});

test('a persistent context', async ({ playwright }) => {
  await playwright.chromium.launchPersistentContext('');
});

test('an attached context from elsewhere', async ({ ttq, context }) => {
  ttq.attach(Object.create(context));
});

test('nothing is open', ({ ttq }) => {
  ttq.events();
});

test('without JavaScript nothing is proved, and nothing judged', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await (await context.newPage()).goto('/product');
  await context.close();
});

test('nobody came by an ad', async ({ page, ttq }) => {
  await page.goto('/product');
  await expect(ttq).toHaveKeptClickId();
});
