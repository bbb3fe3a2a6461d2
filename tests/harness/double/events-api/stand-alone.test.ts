import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { VISIT_KEYS } from '../../../../src/double/events-api/run-log.ts';
import type { Fault } from '../../../../src/tiktok/events-api/faults.ts';
import { inProcess } from '../../cli/in-process.ts';
import { REST } from '../../rest.ts';
import { test as base, eventId, expect, HEADERS, purchase, type Running, TRACK } from './support.ts';

const MAIN = fileURLToPath(new URL('../../../../src/cli/main.ts', import.meta.url));

interface Door extends Running {
  url: string;
}

const test = base.extend<{ open: (...args: string[]) => Promise<Door> }>({
  open: async ({ start }, use) => {
    await use(async (...args) => {
      const running = await start([MAIN, 'events-api', '--port', '0', ...args]);
      return { ...running, url: /https?:\/\/[\d.:]+/.exec(running.line)?.[0] ?? '' };
    });
  },
});

const send = (url: string, body: unknown, path = TRACK) =>
  fetch(`${url}${path}`, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) });

test('each call is answered, written to the log, and printed in a line with its findings, masked', async ({
  open,
  log,
}) => {
  const { url, printed, child, ended } = await open('--log', log.file);
  expect(await (await send(url, purchase('order-1'))).json()).toMatchObject({ code: 0 });
  const wrong = await send(url, { ...purchase('a@b.example'), event_source: 'www' }, `/gateway${TRACK}`);
  expect(await wrong.json()).toMatchObject({ code: 40002 });
  expect(log.read()).toMatchObject([
    { type: 'call', call: { url: `${url}${TRACK}`, status: 200, answer: { code: 0 } } },
    { type: 'call', call: { url: `${url}${TRACK}`, status: 200, answer: { code: 40002 } } },
  ]);
  await expect.poll(printed).toMatch(/2\.0 {2}Purchase order-1 {2}-> 0/);
  await expect
    .poll(printed)
    .toMatch(/Purchase \[email hmac=.*-> 40002 {2}\| event_source: found "www", wanted web/);
  expect(`${printed()}${await readFile(log.file, 'utf8')}`).not.toMatch(/the-token|a@b\.example/);
  await fetch(`${url}${TRACK}`, { method: 'POST', body: '{}' });
  await expect.poll(printed).toContain('the Access-Token header: found nothing, wanted only the token');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test(
  'over HTTPS it is trusted by the file it names, as the API, localhost and 127.0.0.1',
  REST,
  async ({ open, log, folder }) => {
    const { url, printed, child, ended } = await open(
      '--https',
      '--host',
      'events.region.example',
      '--log',
      log.file,
    );
    await expect.poll(printed).toContain(`${folder}/ttq-events-api-ca.pem`);
    const ca = await readFile(`${folder}/ttq-events-api-ca.pem`, 'utf8');
    const { port } = new URL(url);
    for (const servername of ['business-api.tiktok.com', 'localhost', '127.0.0.1', 'events.region.example']) {
      const code = await new Promise((resolve, reject) => {
        const options = {
          ca,
          host: '127.0.0.1',
          port,
          path: TRACK,
          method: 'POST',
          headers: { ...HEADERS, host: servername },
        };
        https
          .request(
            { ...options, ...(servername === '127.0.0.1' ? {} : { servername }) },
            async (response) => {
              resolve(JSON.parse(Buffer.concat(await response.toArray()).toString()).code);
            },
          )
          .on('error', reject)
          .end(JSON.stringify(purchase('order-1')));
      });
      expect(code).toBe(0);
    }
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  },
);

test('faults come in order', REST, async ({ open }) => {
  const { url } = await open(
    '--fault',
    'http-502:1',
    '--fault',
    'reset:1',
    '--fault',
    'timeout:1',
    '--fault',
    'slow:1:150',
  );
  const gateway = await send(url, purchase('1'));
  expect([gateway.status, await gateway.text()]).toEqual([502, expect.stringContaining('<html>')]);
  await expect(send(url, purchase('2'))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  const silent = fetch(`${url}${TRACK}`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(150) });
  await expect(silent).rejects.toMatchObject({ name: 'TimeoutError' });
  const before = performance.now();
  expect(await (await send(url, purchase('4'))).json()).toMatchObject({ code: 0 });
  expect(performance.now() - before).toBeGreaterThan(140);
  expect(await (await send(url, purchase('5'))).json()).toMatchObject({ code: 0 });
});

test('a connection is reset over HTTPS, too', REST, async ({ open, folder, log }) => {
  const { url } = await open('--https', '--log', log.file, '--fault', 'reset');
  const ca = await readFile(`${folder}/ttq-events-api-ca.pem`, 'utf8');
  const sent = new Promise((resolve, reject) => {
    https.request(`${url}${TRACK}`, { method: 'POST', ca }, resolve).on('error', reject).end('{}');
  });
  await expect(sent).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test(
  'each visit in the log of an audit meets its own faults, and no other call does',
  REST,
  async ({ open, log }) => {
    for (const [visit, times] of [
      ['v1', 1],
      ['v2', 2],
      ['v3', 0],
    ] as const) {
      const faults: Fault[] = times > 0 ? [{ kind: 'http-500', times }] : [];
      log.append({ type: 'begin', visit, at: Date.now(), faults });
      log.append({ type: 'key', visit, key: VISIT_KEYS[0], value: `E.C.P.${visit}` });
    }
    const { url } = await open('--log', log.file);
    const statuses: number[] = [];
    for (const visit of ['v1', 'v2', 'v3', 'v0', 'v1', 'v2', 'v2']) {
      statuses.push((await send(url, purchase('order', { ttclid: `E.C.P.${visit}` }))).status);
    }
    expect(statuses).toEqual([500, 500, 200, 200, 200, 500, 200]);
  },
);

test('an incomplete call is not recorded, and does no harm', REST, async ({ open, log }) => {
  const { url } = await open('--log', log.file);
  const { port } = new URL(url);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(`POST ${TRACK} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`, () =>
        socket.destroy(),
      );
    });
    socket.on('close', () => resolve());
  });
  expect((await send(url, purchase('order-1'))).status).toBe(200);
  expect(log.read().map((entry) => entry.type === 'call' && eventId(entry.call))).toEqual(['order-1']);
});

for (const [what, args, message] of [
  ['an unknown fault', ['--fault', 'nope'], '--fault: found "nope"; wanted one of token-empty, '],
  ['a fault with odd times', ['--fault', 'slow:0'], '--fault: found "slow:0"; wanted kind, kind:times or '],
  ['an invalid port', ['--port', '70000'], '--port: found "70000"; wanted a number from 0 to 65535.'],
  [
    'a log that cannot be written',
    ['--log', '/nowhere/calls.jsonl'],
    '--log /nowhere/calls.jsonl cannot be written: ',
  ],
] as const) {
  test(`${what} is one clear message`, async ({ folder }) => {
    const { code, out, err } = await inProcess(folder, ['events-api', '--port', '0', ...args]);
    expect(code).toBe(2);
    expect(`${out}${err}`.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(message);
  });
}

test('a port that is in use is one clear message', async ({ folder }) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const { code, err } = await inProcess(folder, ['events-api', '--port', String(port)]);
  expect(code).toBe(2);
  expect(err.trim()).toBe(
    `--port ${port} cannot be listened on: it is in use. Name another, or 0 for a free one.`,
  );
  taken.close();
});
