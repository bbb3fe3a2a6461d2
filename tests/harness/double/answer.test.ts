import { expect, test } from '@playwright/test';
import { answer } from '../../../src/double/answer.ts';

const HOST = 'https://analytics.tiktok.com';
const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  answer({ method, url: HOST + path, headers }, { sdk: 'sdk();' });

test('events.js is the SDK, with its own URL in front, and is not cached', () => {
  const { status, headers, body } = ask('GET', '/i18n/pixel/events.js?sdkid=C1&lib=ttq');
  expect(status).toBe(200);
  expect(headers['content-type']).toContain('application/javascript');
  expect(headers['cache-control']).toBe('no-store');
  expect(body).toContain('sdk();');
  expect(body).toContain(`("${HOST}/i18n/pixel/events.js?sdkid=C1&lib=ttq")`);
});

for (const path of [
  '/i18n/pixel/sdk.js?sdkid=C1',
  '/i18n/pixel/enable_cookie',
  '/i18n/pixel/disable_cookie',
]) {
  test(`${path} is an empty script`, () => {
    const { status, headers, body } = ask('GET', path);
    expect([status, body]).toEqual([200, '']);
    expect(headers['content-type']).toContain('application/javascript');
  });
}

for (const path of [
  '/api/v2/pixel',
  '/api/v2/pixel/act',
  '/api/v2/pixel/inter',
  '/api/v2/pixel/perf',
  '/api/v2/performance_interaction',
  '/api/v2/monitor',
  '/ipv6/enrich_ipv6',
]) {
  test(`${path} takes a beacon and an image`, () => {
    expect(ask('POST', path)).toMatchObject({ status: 200, body: '{}' });
    const image = ask('GET', `${path}?analytics_message=e30`);
    expect(image).toMatchObject({ status: 200, headers: { 'content-type': 'image/gif' } });
  });
}

test('anything else is not found', () => {
  for (const path of ['/', '/api/v2/pixels', '/i18n/pixel/', '/open_api/v1.3/event/track/']) {
    expect(ask('GET', path).status).toBe(404);
  }
  expect(ask('POST', '/i18n/pixel/events.js').status).toBe(404);
  expect(answer({ method: 'GET', url: '*', headers: {} }, { sdk: '' }).status).toBe(404);
});

test('CORS lets every origin in, with credentials', () => {
  const headers = { origin: 'https://www.shop.example', 'access-control-request-headers': 'x-a' };
  const allowed = {
    'access-control-allow-origin': 'https://www.shop.example',
    'access-control-allow-credentials': 'true',
  };
  expect(ask('POST', '/api/v2/pixel', headers).headers).toMatchObject(allowed);
  expect(ask('GET', '/nothing', headers).headers).toMatchObject(allowed);
  const preflight = ask('OPTIONS', '/api/v2/pixel', headers);
  expect(preflight.status).toBe(204);
  expect(preflight.headers).toMatchObject({ ...allowed, 'access-control-allow-headers': 'x-a' });
});
