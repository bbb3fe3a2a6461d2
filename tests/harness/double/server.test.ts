import { once } from 'node:events';
import { type ClientRequest, request as plainRequest, type RequestOptions } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect } from '@playwright/test';
import { SocksClient } from 'socks';
import type { ScriptSource } from '../../../src/double/scripts/script.ts';
import { Double, type DoubleRequest } from '../../../src/double/server.ts';
import { test } from '../test.ts';

/** Every script is empty. */
const EMPTY: ScriptSource = { get: async () => ({ body: '' }) };

const HOST = 'analytics.tiktok.com';
const PLACE = { baseURL: 'https://www.shop.example', hosts: {}, network: 'hermetic' } as const;

interface Seen {
  double: Double;
  seen: DoubleRequest[];
  /** Why scripts were not available. */
  told: string[];
}

async function started(scripts = EMPTY): Promise<Seen> {
  const [seen, told]: [DoubleRequest[], string[]] = [[], []];
  const double = await Double.open({
    place: PLACE,
    scripts,
    onRequest: (request) => seen.push(request),
    onScriptError: (message) => told.push(message),
  });
  return { double, seen, told };
}

/** A connection to a host of TikTok's through the double's door. */
async function connectTo(double: Double, port: number): Promise<Socket> {
  const [host = '', doorPort] = double.address.split(':');
  const { socket } = await SocksClient.createConnection({
    command: 'connect',
    proxy: { host, port: Number(doorPort), type: 5 },
    destination: { host: HOST, port },
  });
  return socket.on('error', () => {});
}

const secured = (socket: Socket, protocol: 'h2' | 'http/1.1') =>
  connectTls({ socket, servername: HOST, rejectUnauthorized: false, ALPNProtocols: [protocol] });

async function askSecurely(double: Double, options: RequestOptions): Promise<ClientRequest> {
  const socket = secured(await connectTo(double, 443), 'http/1.1');
  return plainRequest({
    createConnection: () => socket,
    headers: { host: HOST, 'Content-Type': 'text/plain' },
    ...options,
  });
}

async function http2To(double: Double): Promise<ClientHttp2Session> {
  const socket = secured(await connectTo(double, 443), 'h2');
  return connectHttp2(`https://${HOST}`, { createConnection: () => socket });
}

test('records requests of HTTP/1.1 and HTTP/2, and of plain http', async () => {
  const { double, seen } = await started();
  const before = Date.now() - 1;
  const first = await askSecurely(double, { method: 'POST', path: '/api/v2/pixel?a=1' });
  first.end('hello');
  const [answered] = await once(first, 'response');
  expect(answered.statusCode).toBe(200);
  answered.resume();

  const session = await http2To(double);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/nothing',
    ':authority': 'business-api.tiktok.com',
  });
  stream.end('two').resume();
  await once(stream, 'close');
  session.close();

  const plain = await connectTo(double, 80);
  const third = plainRequest({
    createConnection: () => plain,
    headers: { host: HOST },
    path: '/i18n/pixel/sdk.js',
  }).end();
  (await once(third, 'response'))[0].resume();

  expect(seen.map(({ method, url, status, body }) => [method, url, status, body.toString()])).toEqual([
    ['POST', 'https://analytics.tiktok.com/api/v2/pixel?a=1', 200, 'hello'],
    ['POST', 'https://business-api.tiktok.com/nothing', 404, 'two'],
    ['GET', 'http://analytics.tiktok.com/i18n/pixel/sdk.js', 200, ''],
  ]);
  expect(seen[0]!.headers).toMatchObject({ host: 'analytics.tiktok.com', 'content-type': 'text/plain' });
  expect(Object.keys(seen[1]!.headers).some((name) => name.startsWith(':'))).toBe(false);
  for (const { at } of seen) {
    expect(at).toBeGreaterThan(before);
    expect(at).toBeLessThan(Date.now() + 1);
  }
  await expect.poll(() => double.inFlight).toBe(0);
  await double.close();
});

test('an HTTP/1.1 upload that is cut off is recorded with what arrived', async () => {
  const { double, seen } = await started();
  const request = await askSecurely(double, { method: 'POST', path: '/api/v2/pixel' });
  request.setHeader('content-length', 100);
  request.on('error', () => {});
  request.write('{"event":');
  await expect.poll(() => double.inFlight).toBe(1);
  request.destroy();
  await expect
    .poll(() => seen.map(({ body, status }) => [body.toString(), status]))
    .toEqual([['{"event":', 0]]);
  expect(double.inFlight).toBe(0);
  await double.close();
});

test('an HTTP/2 stream that is reset is recorded with what arrived', async () => {
  const { double, seen } = await started();
  const session = await http2To(double);
  const stream = session.request({ ':method': 'POST', ':path': '/api/v2/pixel' });
  stream.on('error', () => {});
  stream.write('half');
  await expect.poll(() => double.inFlight).toBe(1);
  await new Promise((resolve) => session.ping(resolve)); // the data has arrived once the ping behind it is answered
  stream.destroy();
  await expect.poll(() => seen.map(({ body, status }) => [body.toString(), status])).toEqual([['half', 0]]);
  await expect.poll(() => double.inFlight).toBe(0);
  session.destroy();
  await double.close();
});

test('garbage on the wire does no harm, and close() does not wait for open connections', async () => {
  const { double, seen } = await started();
  const door = Number(double.address.split(':')[1]);
  for (const open of [
    () => connectTo(double, 443),
    () => connectTo(double, 80),
    () => connectTcp(door, '127.0.0.1').on('error', () => {}),
  ]) {
    const socket = await open();
    socket.end('no protocol at all\r\n\r\n');
    await once(socket.resume(), 'close');
  }
  const idle = await connectTo(double, 443);
  idle.resume();
  const session = await http2To(double);
  session.on('error', () => {});
  const stream = session.request({ ':method': 'POST', ':path': '/api/v2/pixel' }).on('error', () => {});
  stream.write('x');
  await expect.poll(() => double.inFlight).toBe(1);
  const ended = Promise.all([once(idle, 'close'), once(session, 'close')]);
  await double.close();
  await ended;
  expect(seen).toEqual([]);
});

test('a script that is not available is reported; until then the double is fetching', async () => {
  const failing = Promise.withResolvers<undefined>();
  const { double, told } = await started({ get: () => failing.promise });
  const request = await askSecurely(double, { path: '/i18n/pixel/events.js' });
  request.end();
  await expect.poll(() => double.isFetching).toBe(true);
  failing.reject(new Error('TikTok is silent'));
  const [answered] = await once(request, 'response');
  answered.resume();
  expect(answered.statusCode).toBe(502);
  expect(double.isFetching).toBe(false);
  expect(told).toEqual(['TikTok is silent']);
  await double.close();
});

/** How many requests have begun to arrive once nothing more is on its way. */
const drained = ({ double, seen }: Seen) => double.drain().then(() => seen.length + double.inFlight);

test('what waits for a connection to be opened is on its way', async () => {
  const running = await started();
  const { double } = running;
  const [first, second] = [await connectTo(double, 443), await connectTo(double, 443)];
  const arrived = drained(running);
  for (const socket of [first, second]) {
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secured(socket, 'h2') });
    await once(session.request({ ':path': '/api/v2/monitor' }).resume(), 'close');
  }
  expect(await arrived).toBe(2);
  await double.close();
});

test('connections that are given up or never used are not waited for', async () => {
  const running = await started();
  const { double } = running;
  const givenUp = await connectTo(double, 443);
  givenUp.write(Buffer.from([22, 3, 1])); // the beginning of a handshake
  const unused = secured(await connectTo(double, 443), 'h2');
  await once(unused, 'secureConnect');
  const inUse = await http2To(double);
  await once(inUse.request({ ':path': '/api/v2/monitor' }).resume(), 'close');
  const arrived = drained(running);
  givenUp.destroy();
  expect(await arrived).toBe(1);
  await double.close();
});
