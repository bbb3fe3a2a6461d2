import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { Authority } from '../../../../src/double/authority.ts';
import { ConnectProxy, type ConnectProxyOptions } from '../../../../src/double/events-api/connect-proxy.ts';
import { answeredHosts } from '../../../../src/double/events-api/hosts.ts';
import { answerInLog } from '../../../../src/double/events-api/logged-answer.ts';
import { tieCall, visitsIn } from '../../../../src/double/events-api/tie.ts';
import { LoopbackProxy } from '../proxies.ts';
import { test as base, eventId, expect, HEADERS, purchase, TRACK } from './support.ts';

interface Answer {
  status: number;
  text: string;
}

interface Fixtures {
  authority: Authority;
  /** Where everything that leaves the proxy would arrive: the proxy of the environment. Leads to `site`. */
  sink: LoopbackProxy;
  /** A site on loopback that says its own name. */
  site: number;
  open: (options?: Partial<ConnectProxyOptions>) => Promise<ConnectProxy>;
  refused: string[];
}

const HERMETIC = { baseURL: 'http://www.shop.example', hosts: {}, network: 'hermetic' } as const;
const OPEN = { ...HERMETIC, network: 'open' } as const;

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  authority: async ({}, use) => use(await Authority.make()),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  refused: async ({}, use) => use([]),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  site: async ({}, use) => {
    const site = http.createServer(({ method, url }, response) => response.end(`the site: ${method} ${url}`));
    await once(site.listen(0, '127.0.0.1'), 'listening');
    await use((site.address() as net.AddressInfo).port);
    site.closeAllConnections();
    site.close();
  },
  sink: async ({ site }, use) => {
    const sink = await LoopbackProxy.start(() => site);
    await use(sink);
    sink.close();
  },
  open: async ({ authority, log, sink, refused }, use) => {
    const proxies: ConnectProxy[] = [];
    await use(async (options = {}) => {
      const proxy = await ConnectProxy.start({
        place: HERMETIC,
        isAnswered: answeredHosts(['capi.shop.example']),
        authority,
        handle: (received) => answerInLog(log, received).answer,
        onRefused: (line) => refused.push(line),
        env: { HTTP_PROXY: sink.url, HTTPS_PROXY: sink.url },
        ...options,
      });
      proxies.push(proxy);
      return proxy;
    });
    await Promise.all(proxies.map((proxy) => proxy.close()));
  },
});

/** Asks a proxy for a tunnel. */
async function tunnel(
  { url }: Pick<ConnectProxy, 'url'>,
  path: string,
  headers: http.OutgoingHttpHeaders = {},
): Promise<{ answer: Answer; socket: Socket }> {
  const { hostname: host, port } = new URL(url);
  const request = http.request({ host, port, method: 'CONNECT', path, headers, agent: false }).end();
  const { promise, resolve, reject } = Promise.withResolvers<{ answer: Answer; socket: Socket }>();
  request.on('error', reject);
  request.on('connect', async (response, socket: Socket, head: Buffer) => {
    const status = response.statusCode ?? 0;
    if (status === 200) return resolve({ answer: { status, text: '' }, socket });
    const rest = await chunksOf(socket);
    resolve({ answer: { status, text: [String(head), ...rest].join('') }, socket });
  });
  return promise;
}

async function answerOf(request: http.ClientRequest): Promise<Answer> {
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return { status: response.statusCode ?? 0, text: (await chunksOf(response)).join('') };
}

async function chunksOf(stream: AsyncIterable<unknown>): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of stream) chunks.push(String(chunk));
  return chunks;
}

/** Posts in TLS through a tunnel, as a client that trusts this authority alone. */
async function post(
  proxy: ConnectProxy,
  { pem }: Authority,
  body: object,
  host = 'business-api.tiktok.com',
  proxyHeaders: http.OutgoingHttpHeaders = {},
) {
  const { socket } = await tunnel(proxy, `${host}:443`, proxyHeaders);
  const secure = tls.connect({ socket, servername: host, ca: pem });
  const request = https.request(`https://${host}${TRACK}`, {
    method: 'POST',
    headers: HEADERS,
    defaultPort: 443,
    createConnection: () => secure,
  });
  request.end(JSON.stringify(body));
  try {
    return await answerOf(request);
  } finally {
    secure.destroy();
  }
}

/** Posts over HTTP/2 alone, which needs a stream for each request. */
async function postOverHttp2(socket: Socket, { pem }: Authority, body: object): Promise<Answer> {
  const host = 'business-api.tiktok.com';
  const secure = tls.connect({ socket, servername: host, ca: pem, ALPNProtocols: ['h2'] });
  const session = http2.connect(`https://${host}`, { createConnection: () => secure });
  // The request fails with it, too.
  for (const stream of [socket, secure, session]) stream.on('error', () => {});
  try {
    const request = session.request({ ':method': 'POST', ':path': TRACK, ...HEADERS });
    request.end(JSON.stringify(body));
    const [headers] = (await once(request, 'response')) as [http2.IncomingHttpHeaders];
    return { status: Number(headers[':status']), text: (await chunksOf(request)).join('') };
  } finally {
    session.destroy();
  }
}

test('HTTP/2 is answered in a tunnel, and to a client that speaks TLS at once', async ({
  open,
  authority,
  log,
}) => {
  const proxy = await open();
  const { socket } = await tunnel(proxy, 'business-api.tiktok.com:443');
  const tunnelled = await postOverHttp2(socket, authority, purchase('in a tunnel'));
  const { hostname, port } = new URL(proxy.url);
  const direct = await postOverHttp2(net.connect(Number(port), hostname), authority, purchase('at once'));
  for (const { status, text } of [tunnelled, direct])
    expect({ status, code: JSON.parse(text).code }).toEqual({ status: 200, code: 0 });
  const calls = log.read().flatMap((entry) => (entry.type === 'call' ? [entry.call] : []));
  expect(calls.map(eventId)).toEqual(['in a tunnel', 'at once']);
  expect(calls.map(({ url }) => url)).toEqual(
    Array.from({ length: 2 }, () => `https://business-api.tiktok.com${TRACK}`),
  );
});

test('a reset cuts the connection of an HTTP/2 client', async ({ open, authority }) => {
  const proxy = await open({ handle: () => ({ kind: 'reset', findings: [], delay: 0 }) });
  const { socket } = await tunnel(proxy, 'business-api.tiktok.com:443');
  await expect(postOverHttp2(socket, authority, purchase('order-1'))).rejects.toThrow();
});

test("TikTok's hosts and those named are answered with and without TLS, and logged", async ({
  open,
  authority,
  log,
  sink,
  refused,
}) => {
  const proxy = await open();
  for (const host of ['business-api.tiktok.com', 'a.b.tiktok.com', 'capi.shop.example']) {
    const { status, text } = await post(proxy, authority, purchase(host), host);
    expect({ status, code: JSON.parse(text).code }).toEqual({ status: 200, code: 0 });
  }
  const { hostname, port } = new URL(proxy.url);
  for (const scheme of ['http', 'https']) {
    const path = `${scheme}://business-api.tiktok.com${TRACK}`;
    const request = http.request({ hostname, port, method: 'POST', path, headers: HEADERS, agent: false });
    request.end(JSON.stringify(purchase(scheme)));
    expect((await answerOf(request)).status).toBe(200);
  }
  const { socket } = await tunnel(proxy, 'business-api.tiktok.com:80');
  const clear = http.request(`http://business-api.tiktok.com${TRACK}`, {
    method: 'POST',
    headers: HEADERS,
    createConnection: () => socket,
  });
  clear.end(JSON.stringify(purchase('clear')));
  expect((await answerOf(clear)).status).toBe(200);
  socket.destroy();
  const calls = log.read().flatMap((entry) => (entry.type === 'call' ? [entry.call] : []));
  expect(calls.map((call) => `${call.url} ${eventId(call)}`)).toEqual([
    `https://business-api.tiktok.com${TRACK} business-api.tiktok.com`,
    `https://a.b.tiktok.com${TRACK} a.b.tiktok.com`,
    `https://capi.shop.example${TRACK} capi.shop.example`,
    `http://business-api.tiktok.com${TRACK} http`,
    `https://business-api.tiktok.com${TRACK} https`,
    `http://business-api.tiktok.com${TRACK} clear`,
  ]);
  expect(sink.asked).toEqual([]);
  expect(refused).toEqual([]);
});

test('a client that does not trust the authority sends nothing', async ({ open, log }) => {
  const proxy = await open();
  const { socket } = await tunnel(proxy, 'business-api.tiktok.com:443');
  const secure = tls.connect({ socket, servername: 'business-api.tiktok.com' });
  const [error] = await once(secure, 'error');
  expect(error.code).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  expect(log.read()).toEqual([]);
});

test('a hermetic proxy refuses every other host in one line, and nothing leaves', async ({
  open,
  sink,
  refused,
}) => {
  const proxy = await open();
  const line = (address: string) =>
    `ttq-conformance refused ${address}: the audit is hermetic; "network": "open" in the target file allows it`;
  const refusals = await Promise.all(
    ['api.psp.example:443', '192.0.2.1:443', '[2001:db8::1]:8443', 'tiktok.com.psp.example:443'].map(
      async (path) => (await tunnel(proxy, path)).answer,
    ),
  );
  expect(refusals).toEqual([
    { status: 403, text: `${line('api.psp.example:443')}\n` },
    { status: 403, text: `${line('192.0.2.1:443')}\n` },
    { status: 403, text: `${line('2001:db8::1:8443')}\n` },
    { status: 403, text: `${line('tiktok.com.psp.example:443')}\n` },
  ]);
  const plain = http.get({ ...addressOf(proxy), path: 'http://api.psp.example/pay', agent: false });
  expect(await answerOf(plain)).toEqual({ status: 403, text: `${line('api.psp.example:80')}\n` });
  expect(refused).toHaveLength(5);
  expect(sink.asked).toEqual([]);
});

test("the target's hosts lead where the target says, and this machine's names to this machine", async ({
  open,
  site,
  sink,
}) => {
  const proxy = await open({
    place: { ...HERMETIC, hosts: { 'shop.example': `127.0.0.1:${site}` } },
  });
  for (const host of ['shop.example', `127.0.0.1:${site}`, `localhost:${site}`]) {
    const plain = http.get({ ...addressOf(proxy), path: `http://${host}/cron?a=1`, agent: false });
    expect(await answerOf(plain)).toEqual({ status: 200, text: 'the site: GET /cron?a=1' });
  }
  const { socket } = await tunnel(proxy, 'shop.example:80');
  const tunnelled = http.get('http://shop.example/', { createConnection: () => socket });
  expect(await answerOf(tunnelled)).toEqual({ status: 200, text: 'the site: GET /' });
  socket.destroy();
  expect(sink.asked).toEqual([]);
});

test('an open proxy passes the rest on through the proxy of the environment, but never TikTok', async ({
  open,
  authority,
  sink,
  refused,
}) => {
  const proxy = await open({ place: OPEN });
  const { socket } = await tunnel(proxy, 'api.psp.example:443');
  const tunnelled = http.get('http://api.psp.example/pay', { createConnection: () => socket });
  expect(await answerOf(tunnelled)).toEqual({ status: 200, text: 'the site: GET /pay' });
  socket.destroy();
  const plain = http.get({ ...addressOf(proxy), path: 'http://api.psp.example/pay', agent: false });
  expect((await answerOf(plain)).status).toBe(307);
  expect((await post(proxy, authority, purchase('open'))).status).toBe(200);
  expect(sink.asked).toEqual(['CONNECT api.psp.example:443', 'GET http://api.psp.example/pay']);
  expect(refused).toEqual([]);
});

test('what cannot be reached is a bad gateway that says why', async ({ open, refused }) => {
  const nobody = net.createServer().listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as net.AddressInfo;
  await new Promise((done) => nobody.close(done));
  const proxy = await open({ place: OPEN, env: {} });
  const { answer } = await tunnel(proxy, `127.0.0.1:${port}`);
  expect(answer.status).toBe(502);
  expect(answer.text).toMatch(/^ttq-conformance did not reach 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  expect(refused).toHaveLength(1);
});

for (const [what, text] of [
  ['a path', 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'],
  ['CONNECT without a port', 'CONNECT a.example HTTP/1.1\r\nHost: a.example\r\n\r\n'],
  ['no HTTP', '\x17\x03\x01\x00\x05hello\r\n\r\n'],
] as const)
  test(`${what} is a bad request, and the proxy stays`, async ({ open, authority }) => {
    const proxy = await open();
    const socket = net.connect(Number(new URL(proxy.url).port), '127.0.0.1');
    socket.write(text, 'latin1');
    const answer = (await chunksOf(socket)).join('');
    expect(answer).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\r\n\r\nttq-conformance: this is the proxy of an audit/,
    );
    expect((await post(proxy, authority, purchase('after'))).status).toBe(200);
  });

test('a garbled handshake gets no answer, and the proxy stays', async ({ open, authority }) => {
  const proxy = await open();
  const socket = net.connect(Number(new URL(proxy.url).port), '127.0.0.1');
  socket.write('\x16\x03\x01\x00\x05hello\r\n\r\n', 'latin1');
  expect((await chunksOf(socket)).join('')).not.toContain('HTTP');
  expect((await post(proxy, authority, purchase('after'))).status).toBe(200);
});

test('calls of two visits are distinguished by their content, and each meets the faults of its visit', async ({
  open,
  authority,
  log,
}) => {
  log.append(
    { type: 'begin', visit: 'one', at: Date.now() - 1, faults: [{ kind: 'http-502', times: 1 }] },
    { type: 'key', visit: 'one', key: 'click-id', value: 'E.C.P.one' },
    { type: 'begin', visit: 'two', at: Date.now() - 1, faults: [{ kind: 'reset', times: 1 }] },
    { type: 'key', visit: 'two', key: 'user-agent', value: 'Browser ttq-visit/2' },
  );
  const proxy = await open();
  const one = purchase('1', { ttclid: 'E.C.P.one' });
  const two = purchase('2', { user_agent: 'Browser ttq-visit/2' });
  expect((await post(proxy, authority, one)).status).toBe(502);
  await expect(post(proxy, authority, two)).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect((await post(proxy, authority, two)).status).toBe(200);
  expect((await post(proxy, authority, one)).status).toBe(200);
  const entries = log.read();
  const visits = visitsIn(entries);
  const calls = entries.filter((entry) => entry.type === 'call');
  expect(calls.map(({ call, visit }) => tieCall(call, visit, visits))).toEqual([
    [{ visit: 'one', by: 'click-id' }],
    [{ visit: 'two', by: 'user-agent' }],
    [{ visit: 'two', by: 'user-agent' }],
    [{ visit: 'one', by: 'click-id' }],
  ]);
});

function addressOf({ url }: ConnectProxy): { host: string; port: string } {
  const { hostname: host, port } = new URL(url);
  return { host, port };
}

const LISTEN = { address: '127.0.0.2', port: 0, password: 'of this test alone' };
const basic = (password: string) => ({
  'proxy-authorization': `Basic ${Buffer.from(`ttq:${password}`).toString('base64')}`,
});

test("other machines reach only TikTok's hosts, by the door for other machines", async ({
  open,
  authority,
  log,
  site,
  sink,
  refused,
}) => {
  const proxy = await open({ listen: LISTEN, place: OPEN });
  expect(new URL(proxy.url).hostname).toBe('127.0.0.2');
  const { status } = await post(proxy, authority, purchase('container'), undefined, basic(LISTEN.password));
  expect(status).toBe(200);
  for (const host of ['www.shop.example:443', `127.0.0.1:${site}`, 'elsewhere.example:443']) {
    const { answer } = await tunnel(proxy, host, basic(LISTEN.password));
    expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('and nothing else') });
  }
  expect(sink.asked).toEqual([]);
  expect(refused).toHaveLength(3);
  const calls = log.read().flatMap((entry) => (entry.type === 'call' ? [entry.call] : []));
  expect(calls.map(eventId)).toEqual(['container']);
});

for (const [name, headers] of [
  ['no password', {}],
  ['another password', basic('guessed')],
  ['none of that form', { 'proxy-authorization': 'Bearer x' }],
] as const) {
  test(`a client on another machine with ${name} is asked for it, and gets nothing`, async ({
    open,
    log,
  }) => {
    const proxy = await open({ listen: LISTEN });
    const { answer } = await tunnel(proxy, 'business-api.tiktok.com:443', headers);
    expect(answer).toMatchObject({ status: 407, text: expect.stringContaining('eventsApi.listen') });
    const { hostname, port } = new URL(proxy.url);
    const path = `http://business-api.tiktok.com${TRACK}`;
    const clear = http.request({ hostname, port, method: 'POST', path, headers, agent: false }).end('{}');
    expect((await answerOf(clear)).status).toBe(407);
    expect(log.read()).toEqual([]);
  });
}
