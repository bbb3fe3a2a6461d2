import { expect } from '@playwright/test';
import { OWN_HOST, type Place, routeOf } from '../../../src/double/routes.ts';
import { test } from '../test.ts';

/** Where a browser's requests are led, by `host:port`. */
const SHOP: Place = { baseURL: 'https://www.shop.example', hosts: {}, network: 'hermetic' };

function led(place: Partial<Place>, asked: string): string {
  const [, host = '', port] = /^(.*):(\d+)$/.exec(asked)!;
  const route = routeOf({ host, port: Number(port) }, { ...SHOP, ...place });
  return route.to === 'site' ? `${route.mapped ? 'mapped ' : ''}${route.host} ${route.port}` : route.to;
}

for (const host of [
  'tiktok.com',
  'analytics.tiktok.com',
  'analytics.tiktok.com.',
  'a.b.tiktokw.us',
  OWN_HOST,
])
  for (const network of ['hermetic', 'open'] as const)
    test(`${network}: ${host} is the double's, whatever the target says`, () => {
      const hosts = { [host]: '10.0.0.1', '*': '10.0.0.2' };
      expect(led({ network, hosts, baseURL: `https://${host}` }, `${host}:443`)).toBe('double');
      expect(led({ network, hosts }, `${host}:8443`)).toBe('double');
    });

test("a host that leads to one of TikTok's leads to the double", () => {
  const pixelHosts = ['Metrics.shop.example'];
  expect(led({ pixelHosts }, 'metrics.shop.example:443')).toBe('double');
  expect(led({ pixelHosts }, 'metrics.shop.example.:443')).toBe('double');
  expect(led({ pixelHosts }, 'x.metrics.shop.example:443')).toBe('nowhere');
});

test('a hermetic target is found under its own name, and nothing else is', () => {
  expect(led({}, 'www.shop.example:443')).toBe('www.shop.example 443');
  for (const asked of ['shop.example:443', 'x.www.shop.example:443', 'nottiktok.com:443', '127.0.0.1:80'])
    expect(led({}, asked), asked).toBe('nowhere');
  for (const [baseURL, asked] of [
    ['http://localhost:3000', 'localhost:3000'],
    ['http://shop.localhost:3000', 'shop.localhost:3000'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://[::1]:3000', '::1:3000'],
  ] as const)
    expect(led({ baseURL }, asked), asked).toBe(`${asked.replace(/:(\d+)$/, '')} 3000`);
});

test('an open target keeps all other hosts', () => {
  expect(led({ network: 'open' }, 'cdn.elsewhere.example:443')).toBe('cdn.elsewhere.example 443');
});

test('hosts lead to an address, with its own port or the requested one; the first counts', () => {
  const hosts = {
    'www.shop.example:80': '127.0.0.1:8080',
    'www.shop.example': '127.0.0.1:8443',
    'six.shop.example': '[::1]:8080',
    'bare.shop.example': '::1',
    '*.cdn.example': 'Localhost',
  };
  for (const [asked, wanted] of [
    ['www.shop.example:80', 'mapped 127.0.0.1 8080'],
    ['www.shop.example:443', 'mapped 127.0.0.1 8443'],
    ['six.shop.example:443', 'mapped ::1 8080'],
    ['bare.shop.example:81', 'mapped ::1 81'],
    ['a.cdn.example:443', 'mapped localhost 443'],
    ['cdn.example:443', 'nowhere'],
    ['wwwxshop.example:443', 'nowhere'],
    // Redirects may contain the address itself.
    ['127.0.0.1:9', '127.0.0.1 9'],
    ['::1:9', '::1 9'],
  ] as const) {
    expect(led({ hosts }, asked), asked).toBe(wanted);
  }
});
