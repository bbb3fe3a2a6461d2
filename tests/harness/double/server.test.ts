import { once } from 'node:events';
import { request as plainRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as secureRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { expect, test } from '@playwright/test';
import type { ScriptSource } from '../../../src/double/scripts/script.ts';
import { Double, type DoubleRequest } from '../../../src/double/server.ts';

/** Every script is empty. */
const EMPTY: ScriptSource = { get: async () => ({ body: '' }) };

const rule = 'MAP *.tiktok.com';
const portIn = (double: Double, prefix: string) =>
  Number(
    double
      .resolverRules()
      .find((entry) => entry.startsWith(`${prefix} `))
      ?.split(':')
      .at(-1),
  );
const securePort = (double: Double) => portIn(double, rule);
const plainPort = (double: Double) => portIn(double, `${rule}:80`);

async function started(scripts = EMPTY): Promise<{ double: Double; seen: DoubleRequest[] }> {
  const double = await Double.start(scripts);
  const seen: DoubleRequest[] = [];
  double.onRequest = (request) => seen.push(request);
  return { double, seen };
}

const target = (double: Double) => ({
  host: '127.0.0.1',
  port: securePort(double),
  servername: 'analytics.tiktok.com',
  rejectUnauthorized: false,
  agent: false as const,
  headers: { host: 'analytics.tiktok.com', 'Content-Type': 'text/plain' },
});

test('records requests of HTTP/1.1 and HTTP/2, and of plain http', async () => {
  const { double, seen } = await started();
  const before = Date.now() - 1;
  const first = secureRequest({ ...target(double), method: 'POST', path: '/api/v2/pixel?a=1' }).end('hello');
  const [answered] = await once(first, 'response');
  expect(answered.statusCode).toBe(200);
  answered.resume();

  const session = connectHttp2(`https://127.0.0.1:${securePort(double)}`, { rejectUnauthorized: false });
  const stream = session.request({
    ':method': 'POST',
    ':path': '/nothing',
    ':authority': 'business-api.tiktok.com',
  });
  stream.end('two').resume();
  await once(stream, 'close');
  session.close();

  const headers = { host: 'analytics.tiktok.com' };
  const third = plainRequest({
    host: '127.0.0.1',
    port: plainPort(double),
    headers,
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
  for (const { at, connectedAt } of seen) {
    expect(at).toBeGreaterThanOrEqual(connectedAt);
    expect(connectedAt).toBeGreaterThan(before);
    expect(at).toBeLessThan(Date.now() + 1);
  }
  await expect.poll(() => double.inFlight).toBe(0);
  await double.close();
});

test('an HTTP/1.1 upload that is cut off is recorded with what arrived', async () => {
  const { double, seen } = await started();
  const request = secureRequest({ ...target(double), method: 'POST', path: '/api/v2/pixel' });
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
  const session = connectHttp2(`https://127.0.0.1:${securePort(double)}`, { rejectUnauthorized: false });
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

test('garbage on the wire harms nobody, and close() does not wait for open connections', async () => {
  const { double, seen } = await started();
  for (const port of [securePort(double), plainPort(double)]) {
    const socket = connectTcp(port, '127.0.0.1').on('error', () => {});
    socket.end('no protocol at all\r\n\r\n');
    await once(socket.resume(), 'close');
  }
  const idle = connectTcp(securePort(double), '127.0.0.1').on('error', () => {});
  const session = connectHttp2(`https://127.0.0.1:${securePort(double)}`, { rejectUnauthorized: false });
  session.on('error', () => {});
  const stream = session.request({ ':method': 'POST', ':path': '/api/v2/pixel' }).on('error', () => {});
  stream.write('x');
  await expect.poll(() => double.inFlight).toBe(1);
  const ended = Promise.all([once(idle, 'close'), once(session, 'close')]);
  await double.close();
  await ended;
  expect(seen).toEqual([]);
});

test('one key for all doubles of a process', async () => {
  const [one, two] = await Promise.all([Double.start(EMPTY), Double.start(EMPTY)]);
  expect(one.spki).toBe(two.spki);
  expect(Buffer.from(one.spki, 'base64')).toHaveLength(32);
  expect(securePort(one)).not.toBe(securePort(two));
  await Promise.all([one.close(), two.close()]);
});

test('a script that cannot be had is told, with the connection that asked; until then the double is fetching', async () => {
  const failing = Promise.withResolvers<undefined>();
  const { double, seen } = await started({ get: () => failing.promise });
  const told: [string, number][] = [];
  double.onScriptError = (...error) => told.push(error);
  const request = secureRequest({ ...target(double), path: '/i18n/pixel/events.js' }).end();
  await expect.poll(() => double.isFetching).toBe(true);
  failing.reject(new Error('TikTok is silent'));
  const [answered] = await once(request, 'response');
  answered.resume();
  expect(answered.statusCode).toBe(502);
  expect(double.isFetching).toBe(false);
  expect(told).toEqual([['TikTok is silent', seen[0]!.connectedAt]]);
  await double.close();
});
