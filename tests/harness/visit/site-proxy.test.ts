import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import tls from 'node:tls';
import { freePorts } from '../../../src/target/ports.ts';
import { type SiteProxy, startSiteProxy } from '../../../src/visit/site-proxy.ts';
import { serversOf } from '../../../src/visit/web-servers.ts';
import { test as base, expect, purchase, TRACK } from '../double/events-api/support.ts';
import { withEnvironment } from '../double/proxies.ts';
import { cleanTarget } from '../rules/clean.ts';

type Transport = 'preload' | 'proxy' | 'server' | 'none';

const test = base.extend<{
  site: (transport: Transport, own?: Record<string, string>) => Promise<SiteProxy>;
}>({
  site: async ({ folder }, use) => {
    const proxies: SiteProxy[] = [];
    await use(async (transport, env = {}) => {
      const target = cleanTarget((one) =>
        Object.assign(one, {
          baseURL: 'http://www.shop.example:3000',
          hosts: {
            '*.shop.example': '127.0.0.1',
            'pay.example:8443': '127.0.0.1',
            'ads.tiktok.com': '127.0.0.1',
          },
          server: { command: 'serve', url: 'http://127.0.0.1:3000/', env },
          eventsApi: { transport, hosts: ['capi.shop.example', 'www.shop.example'] },
        }),
      );
      const proxy = await startSiteProxy({ target, logs: folder }, () => undefined);
      if (proxy) proxies.push(proxy);
      return proxy!;
    });
    for (const proxy of proxies) await proxy.close();
  },
});

test('without a transport there is no proxy', async ({ site, folder }) => {
  expect(await site('none')).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test('every variable leads to the proxy, and only this machine and the target bypass it', async ({
  site,
  folder,
}) => {
  const set = { HTTPS_PROXY: 'http://proxy.example:1', all_proxy: 'socks5://proxy.example:1', NO_PROXY: '*' };
  const { environment } = await withEnvironment(set, () =>
    site('proxy', { https_proxy: 'http://own.example' }),
  );
  const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
  const direct = 'localhost,127.0.0.1,::1,.shop.example';
  const file = (name: string) => join(folder, 'proxy', name);
  expect(environment).toEqual({
    HTTPS_PROXY: url,
    https_proxy: url,
    HTTP_PROXY: url,
    http_proxy: url,
    ALL_PROXY: undefined,
    all_proxy: undefined,
    NO_PROXY: direct,
    no_proxy: direct,
    CURL_CA_BUNDLE: file('bundle.pem'),
    SSL_CERT_FILE: file('bundle.pem'),
    SSL_CERT_DIR: undefined,
    REQUESTS_CA_BUNDLE: file('bundle.pem'),
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: expect.stringContaining(file('')),
    JAVA_TOOL_OPTIONS: expect.stringContaining(`"-Djavax.net.ssl.trustStore=${file('trust.jks')}"`),
    WGETRC: file('wgetrc'),
    PHP_INI_SCAN_DIR: `:${file('php')}`,
  });
});

test("files hold the system's authorities, those that were named before, and the run's own, but no key", async ({
  site,
  folder,
}) => {
  const [first = '', second = ''] = tls.rootCertificates;
  const own = join(folder, 'own.pem');
  writeFileSync(own, second);
  await site('proxy', { CURL_CA_BUNDLE: own, PHP_INI_SCAN_DIR: '/etc/php-own' });
  const read = (name: string) => readFileSync(join(folder, 'proxy', name), 'utf8');
  const ca = read('ca.pem').trim();
  const bundle = read('bundle.pem');
  for (const pem of [first, second, ca]) expect(bundle).toContain(pem.trim());
  expect(bundle.split(second.trim())).toHaveLength(2);
  expect(read('wgetrc')).toBe(`\nca_certificate = ${join(folder, 'proxy', 'bundle.pem')}\n`);
  const files = readdirSync(join(folder, 'proxy'), { recursive: true, encoding: 'utf8' });
  expect(files.toSorted()).toEqual([
    'bundle.pem',
    'ca.pem',
    'php',
    join('php', 'ttq-conformance.ini'),
    'trust.jks',
    'wgetrc',
  ]);
  for (const name of files.filter((one) => statSync(join(folder, 'proxy', one)).isFile()))
    expect(read(name)).not.toContain('PRIVATE KEY');
});

test('the stub that runs as a server speaks HTTPS under the authority that the site is given', async ({
  folder,
  log,
}) => {
  const [port = 0] = await freePorts(1);
  const target = cleanTarget((one) =>
    Object.assign(one, {
      server: { command: 'serve', url: 'http://127.0.0.1:3000/', env: { BASE: '{eventsApi}' } },
      eventsApi: { transport: 'server', https: true },
    }),
  );
  const run = { target, logs: folder, eventsApiPort: port };
  const proxy = await startSiteProxy(run, () => undefined);
  const servers = serversOf(run, proxy);
  expect(servers.map(({ name }) => name)).toEqual(["The site's server"]);
  const { BASE, TTQ_EVENTS_API_URL: url } = servers[0]!.env;
  expect([BASE, url]).toEqual([`https://127.0.0.1:${port}`, `https://127.0.0.1:${port}`]);
  const ca = readFileSync(proxy!.environment.SSL_CERT_FILE!, 'utf8');
  const answer = await new Promise<number | undefined>((resolve, reject) => {
    const request = https.request(`${url}${TRACK}`, { method: 'POST', ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject).end(JSON.stringify(purchase('order-1')));
  });
  expect(answer).toBe(200);
  expect(log.read().map(({ type }) => type)).toEqual(['call']);
  await expect(startSiteProxy(run, () => undefined)).rejects.toThrow(
    `eventsApi.port: cannot listen on ${port}`,
  );
  await proxy!.close();
});

test('containers get their own door: its address, its password and the authority to trust', async ({
  folder,
}) => {
  const [port = 0] = await freePorts(1);
  const listen = { address: '127.0.0.2', port, password: 'a password of 25 signs' };
  const target = cleanTarget((one) =>
    Object.assign(one, {
      server: { command: 'docker compose up', url: 'http://127.0.0.1:3000/' },
      eventsApi: { transport: 'proxy', listen },
    }),
  );
  const proxy = await startSiteProxy({ target, logs: folder }, () => undefined);
  expect(proxy!.environment).toMatchObject({
    TTQ_PROXY_URL: `http://ttq:a%20password%20of%2025%20signs@127.0.0.2:${port}`,
    TTQ_PROXY_CA: join(folder, 'proxy', 'ca.pem'),
  });
  await expect(startSiteProxy({ target, logs: folder }, () => undefined)).rejects.toThrow(
    `eventsApi.listen: cannot listen on 127.0.0.2, port ${port}`,
  );
  await proxy!.close();
});
