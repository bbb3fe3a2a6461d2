import { expect } from '@playwright/test';
import { answer, isCollected } from '../../../src/double/answer.ts';
import { test } from '../test.ts';

const HOST = 'https://analytics.tiktok.com';
const scripts = {
  get: async ({ pathname }: URL) => (pathname.endsWith('.js') ? { body: 'sdk();' } : undefined),
};
const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  answer({ method, url: HOST + path, headers }, scripts);

test('scripts come from the source; only chunks may be cached', async () => {
  const { status, headers, body } = await ask('GET', '/i18n/pixel/events.js?sdkid=C1&lib=ttq');
  expect([status, body]).toEqual([200, 'sdk();']);
  expect(headers['content-type']).toContain('application/javascript');
  expect(headers['cache-control']).toBe('no-store');
  const chunk = await ask('GET', '/i18n/pixel/static/main.MWE.js');
  expect(chunk.headers['cache-control']).toContain('immutable');
});

for (const path of [
  '/api/v2/pixel',
  '/api/v2/pixel/act',
  '/api/v2/pixel/inter',
  '/api/v2/pixel/perf',
  '/api/v2/shopify_pixel',
  '/api/v2/shopify_pixel/act',
  '/api/v2/performance_interaction',
  '/api/v2/monitor',
  '/ipv6/enrich_ipv6',
]) {
  test(`${path} takes a beacon and an image`, async () => {
    expect(await ask('POST', path)).toMatchObject({ status: 200, body: '{}' });
    const image = await ask('GET', `${path}?analytics_message=e30`);
    expect(image).toMatchObject({ status: 200, headers: { 'content-type': 'image/gif' } });
  });
}

test('anything else is not found', async () => {
  for (const path of ['/', '/api/v2/pixels', '/i18n/pixel/', '/open_api/v1.3/event/track/']) {
    expect((await ask('GET', path)).status).toBe(404);
  }
  expect((await ask('POST', '/i18n/pixel/events.js')).status).toBe(404);
  expect((await answer({ method: 'GET', url: '*', headers: {} }, scripts)).status).toBe(404);
});

test('CORS lets every origin in, with credentials', async () => {
  const headers = { origin: 'https://www.shop.example', 'access-control-request-headers': 'x-a' };
  const allowed = {
    'access-control-allow-origin': 'https://www.shop.example',
    'access-control-allow-credentials': 'true',
  };
  expect((await ask('POST', '/api/v2/pixel', headers)).headers).toMatchObject(allowed);
  expect((await ask('GET', '/nothing', headers)).headers).toMatchObject(allowed);
  const preflight = await ask('OPTIONS', '/api/v2/pixel', headers);
  expect(preflight.status).toBe(204);
  expect(preflight.headers).toMatchObject({ ...allowed, 'access-control-allow-headers': 'x-a' });
});

test('requests of the collector are distinguished from the rest', () => {
  for (const [method, url] of [
    ['POST', `${HOST}/api/v2/pixel`],
    ['GET', `${HOST}/api/v2/pixel?analytics_message=e30`],
    ['POST', 'https://analytics-ipv6.tiktokw.us/ipv6/enrich_ipv6'],
  ] as const)
    expect(isCollected({ method, url }), url).toBe(true);
  for (const [method, url] of [
    ['OPTIONS', `${HOST}/api/v2/pixel`],
    ['POST', `${HOST}/ttq-conformance/tap`],
    ['GET', `${HOST}/ttq-conformance/fence/1`],
    ['GET', `${HOST}/i18n/pixel/events.js`],
    ['POST', 'https://elsewhere.example/api/v2/pixel'],
  ] as const)
    expect(isCollected({ method, url }), `${method} ${url}`).toBe(false);
});
