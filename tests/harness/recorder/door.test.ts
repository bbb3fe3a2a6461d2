import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Browser, type BrowserContextOptions, expect, type Page } from '@playwright/test';
import { serverCertificate } from '../../../src/double/certificate.ts';
import type { Place } from '../../../src/double/routes.ts';
import { StandIn } from '../../../src/double/scripts/stand-in.ts';
import { Double, type DoubleRequest } from '../../../src/double/server.ts';
import { launchBrowser } from '../../../src/recorder/session.ts';
import { DEFAULT_SDK } from '../../../src/target/target.ts';
import { oneOfMany, REST } from '../rest.ts';
import { test as base, type Lasting } from '../test.ts';

/** What a browser reaches through a door, and what it cannot reach without it. */

type Open = (
  place: Partial<Place>,
  options?: BrowserContextOptions,
) => Promise<{ page: Page; double: Double; seen: DoubleRequest[] }>;

const BROWSER: Lasting<Browser> = { open: () => launchBrowser(), close: (browser) => browser.close() };

const test = base.extend<{ open: Open; serve: (site: Site) => Promise<string>; browser: Browser }>({
  browser: async ({ shared }, use) => use(await shared.get(BROWSER)),
  open: async ({ browser }, use) => {
    await using opened = new AsyncDisposableStack();
    await use(async (place, options = {}) => {
      const seen: DoubleRequest[] = [];
      const double = await Double.open({
        place: { baseURL: 'http://www.shop.example', hosts: {}, network: 'hermetic', ...place },
        scripts: new StandIn(DEFAULT_SDK),
        onRequest: (request) => seen.push(request),
      });
      opened.use(double);
      const context = opened.use(await browser.newContext({ proxy: double.proxy, ...options }));
      return { page: await context.newPage(), double, seen };
    });
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  serve: async ({}, use) => {
    const servers: Server[] = [];
    await use(async ({ page, secure, host = '127.0.0.1', more }) => {
      const answer = (request: IncomingMessage, response: ServerResponse) =>
        page instanceof Function
          ? page(request, response)
          : response.setHeader('content-type', 'text/html').end(page);
      const server = secure
        ? createSecureServer(await serverCertificate(['www.shop.example']), answer)
        : createServer(answer);
      more?.(server);
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, host, resolve));
      return `${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
    });
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  },
});

interface Site {
  page: string | ((request: IncomingMessage, response: ServerResponse) => unknown);
  secure?: boolean;
  host?: string;
  more?: (server: Server) => void;
}

const portOf = (address: string) => address.split(':').at(-1)!;
const TITLED = '<!doctype html><link rel="icon" href="data:,"><title>shop</title>';
const BEACON = "navigator.sendBeacon('https://analytics.tiktok.com/api/v2/pixel', '{}')";

test.describe.configure({ mode: 'parallel' });

for (const [index, [host, bound]] of (
  [
    ['localhost', '127.0.0.1'],
    ['localhost', '::1'],
    ['shop.localhost', '127.0.0.1'],
    ['shop.localhost', '::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '::1'],
  ] as const
).entries())
  test(
    `a site on this machine, ${host} on ${bound}, is reached through the door, and nothing else on this machine is`,
    oneOfMany(index),
    async ({ open, serve }) => {
      const site = await serve({ page: TITLED, host: bound });
      const other = await serve({ page: (_request, response) => response.end() });
      const baseURL = `http://${host}:${portOf(site)}`;
      const { page } = await open({ baseURL });
      await page.goto(baseURL);
      await expect(page).toHaveTitle('shop');
      const strange = `http://${host === '127.0.0.1' ? 'localhost' : '127.0.0.1'}:${portOf(other)}`;
      const reached = (url: string) =>
        page.evaluate(
          (at) =>
            fetch(at, { mode: 'no-cors' }).then(
              () => true,
              () => false,
            ),
          url,
        );
      expect(await reached(strange)).toBe(false);
      expect(await page.evaluate('isSecureContext')).toBe(true);
    },
  );

test('one host name leads two simultaneous visits to two sites, over HTTP and HTTPS', async ({
  open,
  serve,
}) => {
  const at = [
    await serve({ page: '<title>one</title>' }),
    await serve({ page: '<title>two</title>', secure: true }),
  ];
  const [one, two] = await Promise.all([
    open({ hosts: { 'www.shop.example': at[0]! } }),
    open({ hosts: { 'www.shop.example': at[1]! } }, { ignoreHTTPSErrors: true }),
  ]);
  await Promise.all([one.page.goto('http://www.shop.example'), two.page.goto('https://www.shop.example')]);
  await expect(one.page).toHaveTitle('one');
  await expect(two.page).toHaveTitle('two');
});

test('only the key of the double is trusted', async ({ open, serve }) => {
  const site = await serve({ page: TITLED, secure: true });
  const { page } = await open({ hosts: { 'www.shop.example': site } });
  await expect(page.goto('https://www.shop.example')).rejects.toThrow('net::ERR_CERT_AUTHORITY_INVALID');
});

test("the site's own basic auth, in the URL or in the options", REST, async ({ open, serve }) => {
  const page = (request: IncomingMessage, response: ServerResponse) =>
    request.headers.authorization === `Basic ${btoa('ada:secret')}`
      ? response.setHeader('content-type', 'text/html').end(TITLED)
      : response.writeHead(401, { 'www-authenticate': 'Basic realm="staging"' }).end();
  const hosts = { 'www.shop.example': await serve({ page }) };
  const inAddress = await open({ hosts });
  await inAddress.page.goto('http://ada:secret@www.shop.example');
  await expect(inAddress.page).toHaveTitle('shop');
  const inOptions = await open({ hosts }, { httpCredentials: { username: 'ada', password: 'secret' } });
  await inOptions.page.goto('http://www.shop.example');
  await expect(inOptions.page).toHaveTitle('shop');
  const without = await open({ hosts });
  expect((await without.page.goto('http://www.shop.example').catch(() => null))?.status() ?? 401).toBe(401);
});

test('web sockets of the site', async ({ open, serve }) => {
  const upgrade = (request: IncomingMessage, socket: Socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const head = `HTTP/1.1 101 Hi\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
    socket.on('error', () => {});
    socket.write(head);
    socket.write(Buffer.from([0x81, 2, ...Buffer.from('hi')]));
  };
  for (const secure of [false, true]) {
    const site = await serve({ page: TITLED, secure, more: (server) => server.on('upgrade', upgrade) });
    const { page } = await open({ hosts: { 'www.shop.example': site } }, { ignoreHTTPSErrors: true });
    await page.goto(`http${secure ? 's' : ''}://www.shop.example`);
    const heard = await page.evaluate(
      (url) => {
        const { promise, resolve } = Promise.withResolvers<unknown>();
        const socket = new WebSocket(url);
        socket.onmessage = ({ data }) => resolve(data);
        socket.onerror = () => resolve('error');
        return promise;
      },
      `ws${secure ? 's' : ''}://www.shop.example`,
    );
    expect(heard).toBe('hi');
  }
});

test(
  'beacons on dismissal, from six visits at once, to a host not contacted before',
  REST,
  async ({ open, serve }) => {
    const left = `<script>addEventListener('pagehide', () => ${BEACON})</script>`;
    const hosts = { 'www.shop.example': await serve({ page: TITLED + left }) };
    const visits = await Promise.all(Array.from({ length: 6 }, () => open({ hosts })));
    await Promise.all(visits.map(({ page }) => page.goto('http://www.shop.example')));
    await Promise.all(visits.map(({ page }) => page.goto('about:blank')));
    const posted = () => visits.map(({ seen }) => seen.filter(({ method }) => method === 'POST').length);
    await expect.poll(posted).toEqual([1, 1, 1, 1, 1, 1]);
  },
);

test('the double speaks HTTP/2 to a page', REST, async ({ open, serve }) => {
  const { page } = await open({ hosts: { 'www.shop.example': await serve({ page: TITLED }) } });
  await page.goto('http://www.shop.example');
  const protocols = new Map<string, string | undefined>();
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  network.on('Network.responseReceived', ({ response }) => protocols.set(response.url, response.protocol));
  const url = 'https://analytics.tiktok.com/any';
  await page.evaluate((at) => fetch(at, { mode: 'no-cors' }).then(() => undefined), url);
  await expect.poll(() => protocols.get(url)).toBe('h2');
});

test("a service worker's requests to TikTok reach the double, and those to others are refused", async ({
  open,
  serve,
}) => {
  const worker = `self.addEventListener('message', async ({ source }) => {
    const ask = (url) => fetch(url, { mode: 'no-cors' }).then(() => 'answered', () => 'failed');
    source.postMessage([await ask('https://analytics.tiktok.com/worker'), await ask('https://cdn.elsewhere.example/')]);
  });`;
  const page = ({ url }: IncomingMessage, response: ServerResponse) =>
    response
      .setHeader('content-type', url === '/worker.js' ? 'text/javascript' : 'text/html')
      .end(url === '/worker.js' ? worker : TITLED);
  const baseURL = `http://localhost:${portOf(await serve({ page }))}`;
  const visit = await open({ baseURL });
  await visit.page.goto(baseURL);
  const told = await visit.page.evaluate(`(async () => {
    await navigator.serviceWorker.register('/worker.js');
    const { active } = await navigator.serviceWorker.ready;
    const { promise, resolve } = Promise.withResolvers();
    navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
    active.postMessage('go');
    return promise;
  })()`);
  expect(told).toEqual(['answered', 'failed']);
  expect(visit.seen.map(({ url }) => url)).toEqual(['https://analytics.tiktok.com/worker']);
});

test('mixed content is blocked, and upgraded, as without a door', REST, async ({ open, serve }) => {
  const html = `${TITLED}<script src="http://analytics.tiktok.com/i18n/pixel/sdk.js"></script>
    <img src="http://analytics.tiktok.com/image">`;
  const site = await serve({ page: html, secure: true });
  const { page, seen } = await open({ hosts: { 'www.shop.example': site } }, { ignoreHTTPSErrors: true });
  const blocked: string[] = [];
  page.on('console', (message) => /Mixed Content/.test(message.text()) && blocked.push(message.text()));
  await page.goto('https://www.shop.example');
  expect(seen.map(({ url }) => url)).toEqual(['https://analytics.tiktok.com/image']);
  expect(blocked.join('\n')).toContain('sdk.js');
});

test('a Content-Security-Policy counts as without a door', async ({ open, serve }) => {
  const policy = '<meta http-equiv="Content-Security-Policy" content="img-src https://analytics.tiktok.com">';
  const images = '<img src="https://analytics.tiktok.com/yes"><img src="https://ads.tiktok.com/no">';
  const { page, seen } = await open({
    hosts: { 'www.shop.example': await serve({ page: policy + images }) },
  });
  await page.goto('http://www.shop.example');
  expect(seen.map(({ url }) => url)).toEqual(['https://analytics.tiktok.com/yes']);
});

test('WebRTC does not bypass the door', async ({ open, serve }) => {
  const heard: string[] = [];
  const stun = createSocket('udp4').on('message', (message) => heard.push(message.toString('hex')));
  await new Promise<void>((resolve) => stun.bind(0, '127.0.0.1', resolve));
  const { port } = stun.address();
  const { page } = await open({ hosts: { 'www.shop.example': await serve({ page: TITLED }) } });
  await page.goto('http://www.shop.example');
  const state = await page.evaluate(`(async () => {
    const iceServers = [{ urls: ['stun:127.0.0.1:${port}', 'stun:stun.tiktok.com:3478'] }];
    const connection = new RTCPeerConnection({ iceServers });
    connection.createDataChannel('x');
    const { promise, resolve } = Promise.withResolvers();
    connection.onicegatheringstatechange = () =>
      connection.iceGatheringState === 'complete' && resolve(connection.iceGatheringState);
    await connection.setLocalDescription(await connection.createOffer());
    return promise;
  })()`);
  stun.close();
  expect(state).toBe('complete');
  expect(heard).toEqual([]);
});

test('a name given to WebRTC is not looked up in the local network', async ({ open, serve }) => {
  const { page } = await open({ hosts: { 'www.shop.example': await serve({ page: TITLED }) } });
  await page.goto('http://www.shop.example');
  // The browser needs an address to go on. For a name of this machine it has one at once; otherwise it asks by multicast DNS,
  // and nobody there knows this name.
  const state = await page.evaluate(`(async () => {
    const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
    one.createDataChannel('x');
    await one.setLocalDescription(await one.createOffer());
    await other.setRemoteDescription(one.localDescription);
    await other.setLocalDescription(await other.createAnswer());
    await one.setRemoteDescription(other.localDescription);
    const { promise, resolve } = Promise.withResolvers();
    one.oniceconnectionstatechange = () => resolve(one.iceConnectionState);
    const candidate = 'candidate:1 1 tcp 1518280447 nobody-knows-this.local 5000 typ host tcptype passive';
    await one.addIceCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
    return promise;
  })()`);
  expect(state).toBe('checking');
});

test('a site that is down is a network error, and the door knows why', async ({ open, serve }) => {
  const started: Server[] = [];
  const gone = await serve({ page: TITLED, more: (server) => started.push(server) });
  await new Promise((resolve) => started[0]!.close(resolve));
  const { page, double } = await open({ hosts: { 'www.shop.example': gone } });
  await expect(page.goto('http://www.shop.example')).rejects.toThrow('net::ERR_SOCKS_CONNECTION_FAILED');
  expect(double.refusal('http://www.shop.example/any')).toBe(`connect ECONNREFUSED ${gone}`);
  await expect(page.goto('https://cdn.elsewhere.example')).rejects.toThrow('net::ERR_SOCKS');
  expect(double.refusal('https://cdn.elsewhere.example')).toBe(
    'the audit is hermetic, and it is not a host of the target',
  );
  expect(double.refusal('https://www.shop.example')).toBeUndefined();
});
