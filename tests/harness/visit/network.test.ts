import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@playwright/test';
import { wayOut } from '../../../src/double/proxy.ts';
import { StandIn } from '../../../src/double/scripts/stand-in.ts';
import { Double, type DoubleRequest } from '../../../src/double/server.ts';
import { launchBrowser } from '../../../src/recorder/session.ts';
import { withDefaults } from '../../../src/target/check.ts';
import type { Target, TargetFile } from '../../../src/target/target.ts';
import { DEFAULT_SDK } from '../../../src/target/target.ts';
import { LoopbackProxy, withEnvironment } from '../double/proxies.ts';
import { test as base } from '../test.ts';

/** What the browser of an audit can reach, in a real one. */
const PAGE = `<script src="https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=C0000000000000000000&lib=ttq"></script>
  <img src="https://www.tiktok.com/embed.png"><img src="http://ads.tiktok.com/pixel.png">
  <img src="https://analytics.tiktok.com./dot.png"><img src="http://metrics.site.example/x.png">
  <img src="http://cdn.elsewhere.example/x.png">`;

interface Site {
  port: number;
  /** The requests that it received, with the host: as a site, or as a proxy. */
  asked: string[];
}

const test = base.extend<{ site: Site; seen: DoubleRequest[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  site: async ({}, use) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(URL.canParse(request.url ?? '') ? new URL(request.url!).host : (request.headers.host ?? ''));
      response.setHeader('content-type', 'text/html').end(PAGE);
    });
    server.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await use({ port: await listen(server), asked });
    server.closeAllConnections();
    server.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  seen: async ({}, use) => use([]),
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function targetAt(port: number, more: Partial<TargetFile>): Target {
  const file: TargetFile = {
    name: 'site',
    baseURL: `http://www.site.example:${port}`,
    pixels: ['C0000000000000000000'],
    journeys: [{ name: 'visit', start: '/' }],
    ...more,
  };
  return withDefaults(file, '/target.json');
}

/** Loads the target's page, and returns which requests failed, and how. */
async function load(target: Target, seen: DoubleRequest[]): Promise<[host: string, error: string][]> {
  await using double = await Double.open({
    place: target,
    scripts: new StandIn(DEFAULT_SDK),
    reach: wayOut(process.env),
    onRequest: (request) => seen.push(request),
  });
  await using browser = await launchBrowser();
  const page = await browser.newPage({ proxy: double.proxy });
  const failed: [string, string][] = [];
  page.on('requestfailed', (request) =>
    failed.push([new URL(request.url()).hostname, request.failure()?.errorText ?? '']),
  );
  await page.goto(target.baseURL);
  return failed;
}

const hostsOf = (seen: DoubleRequest[]) => seen.map(({ url }) => new URL(url).hostname);
const TIKTOK = ['analytics.tiktok.com', 'analytics.tiktok.com.', 'www.tiktok.com', 'ads.tiktok.com'];

test('hermetic: nothing but the target resolves, and TikTok leads to the double', async ({ site, seen }) => {
  const failed = await load(targetAt(site.port, { hosts: { 'www.site.example': '127.0.0.1' } }), seen);
  expect(failed.sort()).toEqual([
    ['cdn.elsewhere.example', 'net::ERR_SOCKS_CONNECTION_FAILED'],
    ['metrics.site.example', 'net::ERR_SOCKS_CONNECTION_FAILED'],
  ]);
  expect(hostsOf(seen)).toEqual(expect.arrayContaining(TIKTOK));
});

test('open: a page from a public address reaches the double', async ({ site, seen }) => {
  const target = targetAt(site.port, { hosts: { 'www.site.example': '127.0.0.1' }, network: 'open' });
  await load(target, seen);
  expect(hostsOf(seen)).toEqual(expect.arrayContaining(TIKTOK));
});

test('open: a proxy of the environment is used for the site, never for what leads to the double', async ({
  site,
  seen,
}) => {
  await withEnvironment({ HTTPS_PROXY: `http://127.0.0.1:${site.port}` }, async () => {
    const where = { baseURL: 'http://www.site.example', network: 'open' } as const;
    await load(targetAt(80, { ...where, pixelHosts: ['metrics.site.example'] }), seen);
  });
  expect(site.asked).toEqual(['www.site.example', 'cdn.elsewhere.example']);
  expect(hostsOf(seen)).toEqual(expect.arrayContaining([...TIKTOK, 'metrics.site.example']));
});

test('open: a site on this machine is reached directly', async ({ site, seen }) => {
  const proxy = await LoopbackProxy.start(() => undefined);
  await withEnvironment({ ALL_PROXY: proxy.url }, async () => {
    await load(targetAt(80, { baseURL: `http://127.0.0.1:${site.port}`, network: 'open' }), seen);
  });
  proxy.close();
  expect(proxy.asked).toEqual([
    'GET http://metrics.site.example/x.png',
    'GET http://cdn.elsewhere.example/x.png',
  ]);
  expect(hostsOf(seen)).toEqual(expect.arrayContaining(TIKTOK));
});
