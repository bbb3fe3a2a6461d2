import { type APIRequestContext, request as api, type BrowserServer, chromium } from '@playwright/test';
import { expect, test } from '../../../../src/playwright/index.ts';
import { findBrowser } from '../../../../src/recorder/browser.ts';
import { failure } from './failure.ts';

/** Each way of losing the double. */
const executablePath = findBrowser()?.path;
const UNREACHED = 'The browser does not reach the test double of TikTok: ';

test('a context that is offline', async ({ browser }) => {
  const context = await browser.newContext({ offline: true });
  const said = await failure(() => context.newPage());
  expect(said).toContain(
    `${UNREACHED}the request failed (net::ERR_INTERNET_DISCONNECTED). No page was opened.`,
  );
  expect(said).toContain('The context is opened with offline: true');
});

test('a route of the context', async ({ context }) => {
  await context.route('**', (route) => route.fulfill({ body: 'mine' }));
  const said = await failure(() => context.newPage());
  expect(said).toContain(
    `${UNREACHED}a route of the test, or an extension of the browser, answered with status 200.`,
  );
});

test.describe('a browser of another process', () => {
  let server: BrowserServer;
  test.beforeAll(async () => {
    server = await chromium.launchServer(executablePath === undefined ? {} : { executablePath });
  });
  test.afterAll(() => server.close());
  test('is connected to', async ({ playwright }) => {
    const browser = await playwright.chromium.connect(server.wsEndpoint());
    const said = await failure(() => browser.newPage());
    expect(said).toContain(`${UNREACHED}something else answered, with another certificate`);
    expect(said).toContain('connectOptions');
    await browser.close();
  });
  test('is refused by its debugging port, and so is a persistent context', async ({ playwright }) => {
    const { chromium } = playwright;
    const refused =
      /opens a context that bypasses the test double of TikTok, so what its pages send would reach TikTok unseen/;
    expect(await failure(() => chromium.connectOverCDP('http://127.0.0.1:1'))).toMatch(refused);
    expect(await failure(() => chromium.launchPersistentContext(''))).toMatch(refused);
  });
});

let imported: APIRequestContext;
test.beforeAll(async () => {
  imported = await api.newContext();
});
test.afterAll(() => imported.dispose());
test('requests of the test itself', async ({ request, context, page, playwright, browser }) => {
  const own = await playwright.request.newContext();
  const later = await browser.newContext({ ignoreHTTPSErrors: true });
  const ways = [request, context.request, page.request, own, imported, later.request];
  const refused = (host: string) => `A request of the test itself to ${host} was refused`;
  for (const way of ways) {
    const url = 'https://business-api.tiktok.com/open_api/v1.3/event/track/';
    expect(await failure(() => way.post(url, { data: {} }))).toContain(refused('business-api.tiktok.com'));
    const beacon = 'https://analytics.tiktok.com/api/v2/pixel';
    expect(await failure(() => way.fetch(beacon))).toContain(refused('analytics.tiktok.com'));
    expect((await way.get(`${process.env.SHOP_URL}/product`)).status()).toBe(200);
    expect(await failure(() => way.put('http://127.0.0.1:1/'))).toContain('apiRequestContext.put: ');
  }
  expect((await request.get('/product')).status()).toBe(200);
  await own.dispose();
});

test('a context of another browser', async ({ ttq, context }) => {
  expect(await failure(() => ttq.attach(Object.create(context)))).toContain('This context is not recorded');
});

test('nothing is open', async ({ ttq }) => {
  expect(await failure(() => ttq.events())).toBe(
    'No page is open yet: ttq shows what the pages of a test do.',
  );
});

test('an error points to the line of the test, and not into the package', async ({ browser, playwright }) => {
  const context = await browser.newContext({ offline: true });
  const stackOf = (call: Promise<unknown>) => call.then(String, ({ stack }: Error) => stack);
  const stacks = [
    await stackOf(context.newPage()),
    await stackOf(playwright.chromium.connect('ws://127.0.0.1:1/')),
    await stackOf(playwright.chromium.launch({ executablePath: '/nowhere' })),
    await stackOf(playwright.chromium.launchPersistentContext('')),
  ];
  for (const stack of stacks) {
    expect(stack).toContain('closed.spec.ts');
    expect(stack).not.toContain('/src/playwright/');
  }
});

test('without JavaScript nothing is proved, and nothing is judged', async ({ browser, ttq }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await (await context.newPage()).goto('/product');
  const sent = expect(ttq.attach(context)).toHaveSent('ViewContent', {}, { timeout: 100 });
  expect(await failure(() => sent)).toContain('opened with javaScriptEnabled: false, so no pixel runs');
  await context.close();
});
