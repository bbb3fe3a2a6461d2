import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../../../../src/playwright/index.ts';
import { findBrowser } from '../../../../src/recorder/browser.ts';

/** The launch options of a file replace all earlier ones. */
const executablePath = findBrowser()?.path;
test.use({
  launchOptions: {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--ignore-certificate-errors-spki-list=dGhlaXJz'],
  },
});

test('launchOptions of a file keep the key of the double', async ({ page, ttq }) => {
  await page.goto('/product');
  await expect(ttq).toHaveSent('ViewContent');
});

test('a page that is opened past Playwright does not find TikTok', async ({ playwright }) => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.host);
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const rules = ['cdn.ibytedtos.com', 'other.example'].map((host) => `MAP ${host} 127.0.0.1:${port}`);
  const browser = await playwright.chromium.launch({ args: [`--host-resolver-rules=${rules.join(',')}`] });
  const protocol = await browser.newBrowserCDPSession();
  const { browserContextId } = await protocol.send('Target.createBrowserContext');
  for (const url of ['http://cdn.ibytedtos.com/', 'http://other.example/'])
    await protocol.send('Target.createTarget', { url, browserContextId });
  await expect.poll(() => asked).toContain('other.example');
  expect(new Set(asked)).toEqual(new Set(['other.example']));
  await browser.close();
  server.close();
});
