import { expect, test } from '@playwright/test';
import type { Environment } from '../../../src/visit/browser.ts';
import { proxyArguments } from '../../../src/visit/proxy.ts';

/** Which proxy the browser is told to ask, from the environment. */
const DIRECT = ['--proxy-server=direct://'];
const PROXY = 'http://proxy.corp.example:3128';
const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

const open = (env: Environment, more = {}) => proxyArguments({ network: 'open', hosts: {}, ...more }, env);
const serverIn = (args: string[]) => args[0]!.replace('--proxy-server=', '');
const bypassIn = (args: string[]) => args[1]!.replace('--proxy-bypass-list=', '').split(';');

for (const name of VARIABLES) {
  test(`hermetic: ${name} is not heeded`, () => {
    expect(proxyArguments({ network: 'hermetic', hosts: {} }, { [name]: PROXY })).toEqual(DIRECT);
  });

  test(`open: ${name} names the proxy of both schemes`, () => {
    expect(serverIn(open({ [name]: PROXY }))).toBe(`http=${PROXY};https=${PROXY}`);
  });
}

test('open: without a proxy in the environment none is asked, that of the system neither', () => {
  for (const env of [{}, { HTTPS_PROXY: '' }, { HTTPS_PROXY: ' ' }, { NO_PROXY: 'a.example' }])
    expect(open(env)).toEqual(DIRECT);
});

test('open: each scheme has its own, before that of all; the lower case comes first', () => {
  const env = { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:2', ALL_PROXY: 'http://c:3' };
  expect(serverIn(open(env))).toBe('http=http://a:1;https=http://b:2');
  expect(serverIn(open({ ...env, HTTP_PROXY: '' }))).toBe('http=http://c:3;https=http://b:2');
  expect(serverIn(open({ ...env, https_proxy: 'http://d:4' }))).toBe('http=http://a:1;https=http://d:4');
});

for (const [given, wanted] of [
  ['proxy.corp.example:3128', 'http://proxy.corp.example:3128'],
  ['https://proxy.corp.example', 'https://proxy.corp.example'],
  ['HTTP://Proxy.corp.example:3128/', 'http://proxy.corp.example:3128'],
  ['http://ada:s3cret@proxy.corp.example:3128', 'http://proxy.corp.example:3128'],
  ['http://ada:a/b@proxy.corp.example:3128', 'http://proxy.corp.example:3128'],
  ['socks5h://10.0.0.1:1080', 'socks5://10.0.0.1:1080'],
  ['socks4a://10.0.0.1:1080', 'socks4://10.0.0.1:1080'],
  ['http://[fd00::1]:3128', 'http://[fd00::1]:3128'],
] as const)
  test(`open: ${given} is written as Chromium reads it`, () => {
    expect(serverIn(open({ HTTPS_PROXY: given }))).toBe(`http=${wanted};https=${wanted}`);
  });

test("open: what leads elsewhere than its name says is never asked of the proxy, TikTok's hosts above all", () => {
  const bypass = bypassIn(
    open(
      { HTTPS_PROXY: PROXY },
      { pixelHosts: ['metrics.shop.example'], hosts: { 'shop.example': '127.0.0.1' } },
    ),
  );
  expect(bypass).toEqual(
    expect.arrayContaining([
      'tiktok.com',
      '*.tiktok.com',
      '*.tiktokw.us',
      'metrics.shop.example',
      'shop.example',
    ]),
  );
});

test('open: NO_PROXY names hosts with all below them, addresses and networks', () => {
  const list = 'corp.example, .intra.example,*.lan.example 10.0.0.0/8,10.1.2.3,fd00::1,host.example:8080,';
  const own = bypassIn(open({ HTTPS_PROXY: PROXY })).length;
  expect(bypassIn(open({ HTTPS_PROXY: PROXY, NO_PROXY: list })).slice(own)).toEqual([
    ...['corp.example', '*.corp.example', 'intra.example', '*.intra.example', 'lan.example', '*.lan.example'],
    ...['10.0.0.0/8', '10.1.2.3', '[fd00::1]', 'host.example:8080', '*.host.example:8080'],
  ]);
  expect(open({ HTTPS_PROXY: PROXY, no_proxy: '*' })).toEqual(DIRECT);
});
