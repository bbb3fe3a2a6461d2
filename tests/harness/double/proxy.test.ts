import { expect } from '@playwright/test';
import { proxiesFor } from '../../../src/double/proxy.ts';
import type { Environment } from '../../../src/recorder/browser.ts';
import { test } from '../test.ts';

/** Which proxy of the environment is used for the site. */
const PROXY = 'http://proxy.corp.example:3128';
const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

const asked = (env: Environment, host = 'www.shop.example', port = 443) => {
  const proxies = proxiesFor({ host, port }, env);
  return proxies && [proxies.http, proxies.https].map(({ href }) => href.replace(/\/$/, ''));
};

for (const name of VARIABLES)
  test(`${name} names the proxy of both schemes`, () => {
    expect(asked({ [name]: PROXY })).toEqual([PROXY, PROXY]);
  });

test('without a proxy in the environment, none is used', () => {
  for (const env of [{}, { HTTPS_PROXY: '' }, { HTTPS_PROXY: ' ' }, { NO_PROXY: 'a.example' }])
    expect(asked(env)).toBeUndefined();
});

test('the proxy of a scheme comes before that for all, and lower case before upper case', () => {
  const env = { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:2', ALL_PROXY: 'http://c:3' };
  expect(asked(env)).toEqual(['http://a:1', 'http://b:2']);
  expect(asked({ ...env, HTTP_PROXY: '' })).toEqual(['http://c:3', 'http://b:2']);
  expect(asked({ ...env, https_proxy: 'http://d:4' })).toEqual(['http://a:1', 'http://d:4']);
});

for (const [given, wanted] of [
  ['proxy.corp.example:3128', 'http://proxy.corp.example:3128'],
  ['https://proxy.corp.example', 'https://proxy.corp.example'],
  ['HTTP://Proxy.corp.example:3128/', 'http://proxy.corp.example:3128'],
  ['http://ada:s3cret@proxy.corp.example:3128', 'http://ada:s3cret@proxy.corp.example:3128'],
  ['http://ada:a/b@proxy.corp.example:3128', 'http://ada:a%2Fb@proxy.corp.example:3128'],
  ['socks5h://10.0.0.1:1080', 'socks5h://10.0.0.1:1080'],
  ['http://[fd00::1]:3128', 'http://[fd00::1]:3128'],
] as const)
  test(`${given} is understood`, () => {
    expect(asked({ HTTPS_PROXY: given })).toEqual([wanted, wanted]);
  });

test('no proxy is used for this machine', () => {
  for (const host of ['localhost', 'shop.localhost', '127.0.0.1', '127.1.2.3', '::1', '169.254.1.1'])
    expect(asked({ ALL_PROXY: PROXY }, host), host).toBeUndefined();
  for (const host of ['localhost.example', 'notlocalhost', '128.0.0.1'])
    expect(asked({ ALL_PROXY: PROXY }, host), host).toBeDefined();
});

test('NO_PROXY names hosts with all below them, addresses, networks, ports and patterns', () => {
  const NO_PROXY =
    'corp.example, .intra.example,*.lan.example 10.0.0.0/8,11.1.2.3,fd00::1,fd01::/16,host.example:8080,shop-*.example,';
  const isAsked = (host: string, port?: number) =>
    asked({ HTTPS_PROXY: PROXY, NO_PROXY }, host, port) !== undefined;
  for (const host of [
    'corp.example',
    'a.b.corp.example',
    'intra.example',
    'x.intra.example',
    'x.lan.example',
  ])
    expect(isAsked(host), host).toBe(false);
  for (const host of ['10.200.3.4', '11.1.2.3', 'fd00::1', 'fd01::5', 'shop-7.example', 'a.shop-7.example'])
    expect(isAsked(host), host).toBe(false);
  expect(isAsked('host.example', 8080)).toBe(false);
  expect(isAsked('www.host.example', 8080)).toBe(false);
  expect(isAsked('host.example', 443)).toBe(true);
  for (const host of ['notcorp.example', 'corp.example.org', '11.1.2.4', 'fd00::2', 'shop.example'])
    expect(isAsked(host), host).toBe(true);
  expect(asked({ HTTPS_PROXY: PROXY, no_proxy: '*' })).toBeUndefined();
  expect(asked({ HTTPS_PROXY: PROXY, no_proxy: '<local>' }, 'intranet')).toBeUndefined();
  expect(asked({ HTTPS_PROXY: PROXY, no_proxy: '<local>' })).toBeDefined();
});
