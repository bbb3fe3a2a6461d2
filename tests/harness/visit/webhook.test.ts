import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from '@playwright/test';
import { checkTarget } from '../../../src/target/check.ts';
import { stepRecord } from '../../../src/visit/steps.ts';
import { callWebhook, type Webhook } from '../../../src/visit/webhook.ts';
import { cleanTarget } from '../rules/clean.ts';
import { test as base } from '../test.ts';

interface Called {
  method: string | undefined;
  url: string | undefined;
  headers: Record<string, unknown>;
  body: string;
}

/** The site's server: what it was called with, and how it answers. */
const test = base.extend<{ shop: { calls: Called[]; status: number; port: number } }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern
  shop: async ({}, use) => {
    const shop = { calls: [] as Called[], status: 204, port: 0 };
    const server = createServer(async (request, response) => {
      const { method, url, headers } = request;
      shop.calls.push({ method, url, headers, body: await text(request) });
      response.writeHead(shop.status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    shop.port = (server.address() as AddressInfo).port;
    await use(shop);
    server.close();
  },
});

const siteAt = (port: number) =>
  cleanTarget((target) => {
    target.baseURL = 'http://shop.example';
    target.hosts = { 'shop.example': `127.0.0.1:${port}` };
    target.network = 'hermetic';
  });

const PAID: Webhook = {
  request: '/webhooks/paid?order={eventId}',
  headers: { 'X-Signature': 'signed' },
  json: { order: '{eventId}', email: '{email}', total: 59.98 },
};

test('a webhook is called as a payment provider would: with URL, headers and body', async ({ shop }) => {
  const target = siteAt(shop.port);
  await callWebhook(PAID, target, 'order-7');
  const [{ method, url, headers, body }] = shop.calls as [Called];
  expect([method, url]).toEqual(['POST', '/webhooks/paid?order=order-7']);
  expect(headers).toMatchObject({
    host: 'shop.example',
    'x-signature': 'signed',
    'content-type': 'application/json',
  });
  expect(headers).not.toHaveProperty('cookie');
  expect(JSON.parse(body)).toEqual({ order: 'order-7', email: target.identity.email, total: 59.98 });
});

test('a job is started by a GET without a body', async ({ shop }) => {
  await callWebhook({ request: '/jobs/send', method: 'GET' }, siteAt(shop.port));
  expect(shop.calls).toMatchObject([{ method: 'GET', url: '/jobs/send', body: '' }]);
});

test('an error that the site answers breaks the visit', async ({ shop }) => {
  shop.status = 500;
  await expect(callWebhook(PAID, siteAt(shop.port))).rejects.toThrow(
    'POST /webhooks/paid was answered with HTTP 500',
  );
});

test('a host that is not of the site is not called', async ({ shop }) => {
  const elsewhere = { request: `http://127.0.0.2:${shop.port}/webhooks/paid` };
  await expect(callWebhook(elsewhere, siteAt(shop.port))).rejects.toThrow(
    `127.0.0.2:${shop.port} is not a host of the site: add it to hosts, or call a host of the site`,
  );
  const tiktok = { request: 'https://business-api.tiktok.com/open_api/v1.3/event/track/' };
  await expect(callWebhook(tiktok, siteAt(shop.port))).rejects.toThrow('is not a host of the site');
  expect(shop.calls).toEqual([]);
});

test('its headers and its body are not in the evidence', () => {
  expect(stepRecord(PAID)).toEqual({
    action: 'request',
    on: '/webhooks/paid?order={eventId}',
    text: '{"request":"/webhooks/paid?order={eventId}"}',
  });
});

test('a target file may have such a step', () => {
  const target = { name: 'a', baseURL: 'http://a.example', pixels: ['C0000000000000000000'] };
  const journeys = (step: object) => [{ name: 'order', start: '/', steps: [step] }];
  expect(checkTarget({ ...target, journeys: journeys(PAID) })).toEqual([]);
  expect(checkTarget({ ...target, journeys: journeys({ ...PAID, method: 'SEND' }) })).not.toEqual([]);
});

test('a shop without a pixel is a target if it names the sources of its server', () => {
  const target = { name: 'a', baseURL: 'http://a.example', pixels: [] };
  const journeys = (expected: object) => [
    { name: 'order', start: '/', expect: [{ event: 'Purchase', ...expected }] },
  ];
  const eventsApi = { transport: 'none', sources: ['C0000000000000000000'] };
  const codes = (file: object) => checkTarget(file).map(({ code }) => code);
  expect(codes({ ...target, eventsApi, journeys: journeys({}) })).toEqual([]);
  expect(codes({ ...target, journeys: journeys({}) })).toEqual(['no-source']);
  expect(codes({ ...target, eventsApi, journeys: journeys({ browser: true }) })).toEqual(['no-browser-half']);
});
