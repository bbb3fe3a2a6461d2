import { createServer, type Server } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { chromium, expect, request } from '@playwright/test';
import { startEventsApiStub } from '../../../../src/index.ts';
import { findBrowser } from '../../../../src/recorder/browser.ts';
import { test as base } from '../../test.ts';
import { API, eventId, HEADERS, purchase, TRACK } from './support.ts';

const test = base.extend<{ site: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  site: async ({}, use) => {
    const server: Server = createServer((request, response) => response.end(`the site's ${request.url}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.closeAllConnections();
    server.close();
  },
});

const send = (id: string, url = `${API}${TRACK}`, init: RequestInit = {}) =>
  fetch(url, { method: 'POST', headers: HEADERS, body: JSON.stringify(purchase(id)), ...init });

function sendByHttps(id: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.request(`${API}${TRACK}`, { method: 'POST', headers: HEADERS }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    request.on('error', reject).end(JSON.stringify(purchase(id)));
  });
}

test('calls by fetch and by https are answered, collected masked, and judged', async () => {
  const told: string[] = [];
  const stub = startEventsApiStub({ onCall: (call) => told.push(eventId(call)) });
  expect(await (await send('order-1')).json()).toMatchObject({ code: 0, message: 'OK' });
  expect(JSON.parse(await sendByHttps('order-2'))).toMatchObject({ code: 0 });
  const refused = await send('', undefined, {
    body: JSON.stringify({ ...purchase('x'), event_source: 'www' }),
  });
  expect(await refused.json()).toMatchObject({ code: 40002 });
  stub.stop();
  expect(stub.calls.map(eventId)).toEqual(['order-1', 'order-2', 'x']);
  expect(told).toEqual(['order-1', 'order-2', 'x']);
  expect(stub.calls[0]!.headers['access-token']).toMatch(/^\[token sha256=/);
  expect(stub.calls[2]!.findings[0]).toMatchObject({ level: 'reject', path: '/body/event_source' });
});

test('a path before the API’s own, and further hosts, are answered', async () => {
  const stub = startEventsApiStub({ hosts: ['events.region.example'] });
  expect(await (await send('order-1', `https://events.region.example/base${TRACK}`)).json()).toMatchObject({
    code: 0,
  });
  stub.stop();
  expect(stub.calls.map(({ url }) => url)).toEqual([`https://events.region.example${TRACK}`]);
});

test('it can be stopped and started again, and a stopped one answers nothing', async () => {
  const first = startEventsApiStub({ hosts: ['events.region.example'], faults: [{ kind: 'http-500' }] });
  expect((await send('order-1')).status).toBe(500);
  first.stop();
  const second = startEventsApiStub();
  expect((await send('order-2')).status).toBe(200);
  // A host of the first: .example resolves nowhere.
  await expect(send('order-3', `https://events.region.example${TRACK}`)).rejects.toThrow('fetch failed');
  second.stop();
  first.stop();
  expect(first.calls.map(eventId)).toEqual(['order-1']);
  expect(second.calls.map(eventId)).toEqual(['order-2']);
});

test('faults come in order: a gateway’s page, a reset, silence, a slow answer, then answers as usual', async () => {
  const stub = startEventsApiStub({
    faults: [
      { kind: 'http-502', times: 1 },
      { kind: 'reset', times: 1 },
      { kind: 'timeout', times: 1 },
      { kind: 'slow', times: 1, delay: 150 },
    ],
  });
  const gateway = await send('1');
  expect([gateway.status, await gateway.text()]).toEqual([502, expect.stringContaining('<html>')]);
  await expect(sendByHttps('2')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(send('3', undefined, { signal: AbortSignal.timeout(150) })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  const before = performance.now();
  expect(await (await send('4')).json()).toMatchObject({ code: 0 });
  expect(performance.now() - before).toBeGreaterThan(140);
  expect(await (await send('5')).json()).toMatchObject({ code: 0 });
  stub.stop();
  expect(stub.calls.map(({ status, fault }) => [status, fault])).toEqual([
    [502, 'http-502'],
    [0, 'reset'],
    [0, 'timeout'],
    [200, 'slow'],
    [200, undefined],
  ]);
});

test('a call that waits for an answer when the stub is stopped fails', async () => {
  const stub = startEventsApiStub({ faults: [{ kind: 'timeout' }] });
  const sent = send('order-1');
  sent.catch(() => undefined);
  await expect.poll(() => stub.calls.length).toBe(1);
  stub.stop();
  await expect(sent).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
});

test('other requests are left alone: of this process, of Playwright, and those that a page routes', async ({
  site,
}) => {
  const stub = startEventsApiStub();
  expect(await (await fetch(`${site}/fetch`)).text()).toBe("the site's /fetch");
  const client = await request.newContext();
  expect(await (await client.get(`${site}/request`)).text()).toBe("the site's /request");
  await client.dispose();
  const path = findBrowser()?.path;
  const browser = await chromium.launch(path === undefined ? {} : { executablePath: path });
  try {
    const page = await browser.newPage();
    await page.route('**/routed', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${await response.text()}, routed` });
    });
    await page.goto(`${site}/routed`);
    expect(await page.textContent('body')).toBe("the site's /routed, routed");
  } finally {
    await browser.close();
    stub.stop();
  }
  expect(stub.calls).toEqual([]);
});
