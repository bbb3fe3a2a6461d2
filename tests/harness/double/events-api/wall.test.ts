import { readFileSync } from 'node:fs';
import { preloadEnvironment, VISIT_COOKIE } from '../../../../src/double/events-api/preload-settings.ts';
import type { RunLog } from '../../../../src/double/events-api/run-log.ts';
import { type SiteProxy, startSiteProxy } from '../../../../src/visit/site-proxy.ts';
import { preloadSettings } from '../../../../src/visit/web-servers.ts';
import { REST } from '../../rest.ts';
import { cleanTarget } from '../../rules/clean.ts';
import { LoopbackProxy } from '../proxies.ts';
import { API, test as base, eventId, expect, HEADERS, purchase, TRACK } from './support.ts';

/** A site that calls in the way that the path says, and answers with what came of it. */
const SITE = `
import childProcess, { exec, execFile, execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
const url = '${API}${TRACK}';
const headers = ${JSON.stringify(HEADERS)};
const body = (id) => JSON.stringify(${JSON.stringify(purchase('ID'))}).replace('"ID"', JSON.stringify(id));
const program = (id) => \`fetch('\${url}', { method: 'POST', headers: \${JSON.stringify(headers)}, body: \${JSON.stringify(body(id))} }).then((answer) => answer.text()).then(console.log, console.log)\`;
const raw = (options, id) => new Promise((done, fail) => {
  https.request(url, { method: 'POST', headers, ...options }, async (answer) => done((await answer.toArray()).join(''))).on('error', fail).end(body(id));
});
const run = promisify(execFile);
const node = (id, options) => run(process.execPath, ['-e', program(id)], options).then(({ stdout }) => stdout);
const shell = (command, options) => promisify(exec)(command, options).then(({ stdout }) => stdout);
const text = (id) => \`"\${process.execPath}" -e '\${program(id).replaceAll("'", \`'"'"'\`)}'\`;
const worker = (id, options) => new Promise((done) => new Worker(program(id), { eval: true, stdout: true, ...options }).on('exit', () => done('done')));
const ways = {
  https: (id) => raw({}, id),
  agent: (id) => raw({ agent: new https.Agent() }, id),
  // As axios does: it asks the variables at each call.
  variables: async (id) => {
    const { https_proxy, HTTPS_PROXY, no_proxy = '', NO_PROXY = no_proxy } = process.env;
    const goesPast = NO_PROXY.split(',').some((name) => name === '*' || new URL(url).hostname.endsWith(name));
    return (https_proxy || HTTPS_PROXY) && !goesPast ? 'asks the proxy' : raw({}, id);
  },
  http2: async (id) => {
    const session = http2.connect('${API}');
    const request = session.request({ ':method': 'POST', ':path': '${TRACK}', ...headers });
    request.end(body(id));
    try { return (await request.toArray()).join(''); } finally { session.destroy(); }
  },
  child: (id) => node(id),
  clean: (id) => node(id, { env: {} }),
  forked: (id) => new Promise((done) => {
    const file = join(import.meta.dirname, 'forked.mjs');
    writeFileSync(file, program(id));
    fork(file, { env: {}, silent: true }).on('exit', () => done('done'));
  }),
  spawned: (id) => new Promise((done) => spawn(process.execPath, ['-e', program(id)], { env: { PATH: process.env.PATH } }).on('exit', () => done('done'))),
  spawnSync: async (id) => String(spawnSync(process.execPath, ['-e', program(id)], { env: {} }).stdout),
  execFileSync: async (id) => String(execFileSync(process.execPath, ['-e', program(id)])),
  execSync: async (id) => String(execSync(text(id), { env: {} })),
  // As a script of a package does that sets options of its own.
  options: (id) => shell(\`NODE_OPTIONS=--no-warnings TTQ_PRELOAD= \${text(id)}\`),
  worker: (id) => worker(id),
  workerClean: (id) => worker(id, { env: {} }),
  elsewhere: () => fetch('http://cdn.elsewhere.example/').then(() => 'reached', (error) => String(error.cause?.message)),
  childElsewhere: () => run(process.execPath, ['-e', "fetch('http://cdn.elsewhere.example/').then(() => console.log('reached'), (error) => console.log(error.cause?.message))"], { env: {} }).then(({ stdout }) => stdout),
  environment: async () => JSON.stringify(process.env),
};
http.createServer(async (request, response) => {
  const [, way, id] = request.url.split('/');
  response.end(await ways[way](id).catch((error) => 'failed: ' + error.message));
}).listen(0, '127.0.0.1', function () { console.log(String(this.address().port)); });
`;

interface Fixtures {
  /** Asks the site, which is started with these variables. */
  ask: (way: string, id?: string) => Promise<string>;
  own: Record<string, string>;
  siteProxy: SiteProxy;
  outside: LoopbackProxy;
}

const test = base.extend<Fixtures>({
  own: [{}, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  outside: async ({}, use) => {
    const outside = await LoopbackProxy.start(() => undefined);
    await use(outside);
    outside.close();
  },
  siteProxy: async ({ folder, outside }, use) => {
    const env = { HTTP_PROXY: outside.url, HTTPS_PROXY: outside.url };
    const target = cleanTarget((one) =>
      Object.assign(one, {
        network: 'hermetic',
        server: { command: 'serve', url: 'http://127.0.0.1:1/', env },
      }),
    );
    const proxy = await startSiteProxy({ target, logs: folder }, () => undefined);
    await use(proxy!);
    await proxy!.close();
  },
  ask: async ({ folder, run, siteProxy, own }, use) => {
    const target = cleanTarget((one) => Object.assign(one, { network: 'hermetic' }));
    const environment = preloadEnvironment(preloadSettings(target, folder), own, siteProxy.environment);
    const site = await run(SITE, { ...own, ...environment });
    await use(async (way, id = way) => {
      const headers = { cookie: `${VISIT_COOKIE}=visit-${id}` };
      return (await fetch(`http://127.0.0.1:${site.line}/${way}/${id}`, { headers })).text();
    });
  },
});

async function expectSeen(ways: string[], ask: Fixtures['ask'], log: RunLog): Promise<void> {
  const answers: Record<string, string> = {};
  for (const way of ways) answers[way] = await ask(way);
  const calls = log.read().flatMap((entry) => (entry.type === 'call' ? [entry.call] : []));
  expect(calls.map(eventId), JSON.stringify(answers)).toEqual(ways);
}

const IN_PROCESS = ['https', 'agent', 'variables'];

test("a site's own calls belong to its request, and never go through the proxy", async ({
  ask,
  log,
  outside,
}) => {
  await expectSeen(IN_PROCESS, ask, log);
  const requests = log.read().flatMap((entry) => (entry.type === 'call' ? [entry.visit] : []));
  expect(requests).toEqual(IN_PROCESS.map((way) => `visit-${way}`));
  expect(outside.asked).toEqual([]);
});

test('a call over HTTP/2 alone is answered behind the stub, and not tied to its request', async ({
  ask,
  log,
  outside,
}) => {
  expect(JSON.parse(await ask('http2'))).toMatchObject({ code: 0 });
  const calls = log.read().flatMap((entry) => (entry.type === 'call' ? [entry] : []));
  expect(calls.map(({ visit, call }) => [visit, eventId(call), call.url, call.headers.host])).toEqual([
    [undefined, 'http2', `${API}${TRACK}`, 'business-api.tiktok.com:443'],
  ]);
  expect(outside.asked).toEqual([]);
});

test('what a site starts with an empty environment is seen', async ({ ask, log, outside }) => {
  await expectSeen(['clean'], ask, log);
  expect(outside.asked).toEqual([]);
});

for (const ways of [
  ['workerClean'],
  ['child', 'forked', 'spawned', 'options'],
  ['spawnSync', 'execFileSync', 'execSync', 'worker'],
])
  test(
    `what a site starts in other ways is seen: ${ways.join(', ')}`,
    REST,
    async ({ ask, log, outside }) => {
      await expectSeen(ways, ask, log);
      expect(outside.asked).toEqual([]);
    },
  );

test('other hosts are refused in the process and by the wall', REST, async ({ ask, outside }) => {
  expect(await ask('elsewhere')).toBe(
    'ttq-conformance refused to look up cdn.elsewhere.example: the audit is hermetic; "network": "open" in the target file allows it',
  );
  expect(await ask('childElsewhere')).toContain('ttq-conformance refused to look up cdn.elsewhere.example');
  expect(outside.asked).toEqual([]);
});

test.describe('with its own variables', () => {
  test.use({ own: { HTTPS_PROXY: 'http://127.0.0.1:1', CURL_CA_BUNDLE: '/own.pem', NO_PROXY: 'a.example' } });

  test('the process keeps them', async ({ ask, siteProxy }) => {
    const env = JSON.parse(await ask('environment'));
    expect(env).toMatchObject({
      HTTPS_PROXY: 'http://127.0.0.1:1',
      CURL_CA_BUNDLE: '/own.pem',
      NO_PROXY: expect.stringMatching(/^a\.example,\.tiktok\.com,/),
    });
    for (const name of ['https_proxy', 'NODE_USE_ENV_PROXY', 'SSL_CERT_FILE', 'WGETRC'])
      expect(env).not.toHaveProperty(name);
    expect(readFileSync(siteProxy.environment.SSL_CERT_FILE!, 'utf8')).toContain('BEGIN CERTIFICATE');
  });
});
