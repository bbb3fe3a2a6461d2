import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, expect, type Page } from '@playwright/test';
import { StandIn } from '../../../src/double/scripts/stand-in.ts';
import { Double } from '../../../src/double/server.ts';
import { obstacle } from '../../../src/recorder/fence.ts';
import { launchBrowser } from '../../../src/recorder/session.ts';
import { DEFAULT_SDK } from '../../../src/target/target.ts';
import { LoopbackProxy, Outside } from '../double/proxies.ts';
import { test as base, type Lasting } from '../test.ts';

const HOST = 'analytics.tiktok.com';
/** Milliseconds, also for what never answers. */
const TIMEOUT = 1_500;

/** Answers every request of the pages it controls, whatever the host. */
const WORKER = `
  oninstall = () => skipWaiting();
  onactivate = (event) => event.waitUntil(clients.claim());
  onfetch = (event) => event.respondWith(new Response('{}', { status: 203 }));`;
const PAGE = `<!doctype html><script>
  navigator.serviceWorker.register('/worker.js');
  navigator.serviceWorker.addEventListener('controllerchange', () => { document.title = 'controlled'; });
</script>`;

interface Rig {
  browser: Browser;
  server: Server;
  site: string;
}

const RIG: Lasting<Rig> = {
  open: async () => {
    const server = createServer((request, response) => {
      const isWorker = request.url === '/worker.js';
      response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html');
      response.end(isWorker ? WORKER : PAGE);
    });
    const site = `http://localhost:${await listen(server)}`;
    return { browser: await launchBrowser(), server, site };
  },
  close: async ({ browser, server }) => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  },
};

const test = base.extend<{ double: Double; seen: string[]; fresh: Page; rig: Rig }>({
  rig: async ({ shared }, use) => use(await shared.get(RIG)),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  seen: async ({}, use) => use([]),
  double: async ({ rig, seen }, use) => {
    const double = await Double.open({
      place: { baseURL: rig.site, hosts: {}, network: 'hermetic' },
      scripts: new StandIn(DEFAULT_SDK),
      onRequest: ({ url }) => seen.push(url),
    });
    await use(double);
    await double.close();
  },
  fresh: async ({ rig, double }, use) => {
    const context = await rig.browser.newContext({ proxy: double.proxy });
    await use(await context.newPage());
    await context.close();
  },
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

test('the double itself receives it, and it is not recorded as a request', async ({
  double,
  seen,
  fresh,
}) => {
  expect(await obstacle(fresh, double, HOST, TIMEOUT)).toBeUndefined();
  expect(await obstacle(fresh, double, HOST, TIMEOUT)).toBeUndefined();
  expect(seen).toEqual([]);
});

test('a service worker that answers for TikTok is reported, and cannot affect a page that was left', async ({
  rig,
  double,
  fresh,
}) => {
  await fresh.goto(rig.site);
  await expect(fresh).toHaveTitle('controlled');
  expect(await obstacle(fresh, double, HOST, TIMEOUT)).toBe(
    'a service worker of the page answered with status 203',
  );
  await fresh.goto('about:blank');
  expect(await obstacle(fresh, double, HOST, TIMEOUT)).toBeUndefined();
});

test('a route of the test is reported', async ({ double, fresh }) => {
  await fresh.route('**/*', (route) => route.fulfill({ status: 204 }));
  expect(await obstacle(fresh, double, HOST, TIMEOUT)).toBe(
    'a route of the test, or an extension of the browser, answered with status 204',
  );
  await fresh.unroute('**/*');
  await fresh.route('**/*', (route) => route.abort());
  expect(await obstacle(fresh, double, HOST, TIMEOUT)).toBe('the request failed (net::ERR_FAILED)');
});

test('a Content-Security-Policy is reported', async ({ double, fresh }) => {
  await fresh.setContent('<meta http-equiv="Content-Security-Policy" content="connect-src \'self\'">');
  expect(await obstacle(fresh, double, HOST, TIMEOUT)).toMatch(
    /^the page did not send it \(.*Failed to fetch/,
  );
});

test('a page that patched fetch proves nothing', async ({ double, fresh }) => {
  await fresh.evaluate('window.fetch = async () => new Response()');
  expect(await obstacle(fresh, double, HOST, TIMEOUT)).toBe('the page did not send it within 1.5 s');
});

test('a request that nobody answers is reported', async ({ double, fresh }) => {
  await fresh.route('**/*', () => undefined);
  expect(await obstacle(fresh, double, HOST, TIMEOUT)).toBe('nothing answered within 1.5 s');
});

for (const [what, leads, wanted] of [
  ['leads elsewhere', true, /^a proxy or another server, at 127\.0\.0\.1:\d+, answered with status 200$/],
  ['refuses', false, /^a proxy in between did not let it through \(net::ERR_TUNNEL_CONNECTION_FAILED\)$/],
] as const)
  test(`a proxy that ${what} is reported`, async ({ rig, double }) => {
    const outside = await Outside.start();
    const proxy = await LoopbackProxy.start(() => (leads ? outside.port : undefined));
    const context = await rig.browser.newContext({
      ignoreHTTPSErrors: true,
      proxy: { server: proxy.url, bypass: '<-loopback>' },
    });
    expect(await obstacle(await context.newPage(), double, HOST, TIMEOUT)).toMatch(wanted);
    await context.close();
    // Chromium may try a certificate twice.
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${HOST}:443`]));
    expect(outside.asked).toHaveLength(leads ? 1 : 0);
    proxy.close();
    outside.close();
  });

test("a context without a door, or with another visit's, does not reach the double", async ({
  rig,
  double,
}) => {
  const without = await rig.browser.newContext();
  expect(await obstacle(await without.newPage(), double, HOST, TIMEOUT)).toBe(
    'the request failed (net::ERR_NAME_NOT_RESOLVED)',
  );
  await without.close();
  await using other = await Double.open({
    place: { baseURL: rig.site, hosts: {}, network: 'hermetic' },
    scripts: new StandIn(DEFAULT_SDK),
  });
  const strange = await rig.browser.newContext({ proxy: other.proxy });
  expect(await obstacle(await strange.newPage(), double, HOST, TIMEOUT)).toMatch(
    /^a proxy or another server, at 127\.0\.0\.1:\d+, answered with status \d+$/,
  );
  await strange.close();
});
