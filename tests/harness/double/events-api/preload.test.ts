import { readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import {
  type PreloadSettings,
  preloadEnvironment,
  VISIT_COOKIE,
} from '../../../../src/double/events-api/preload-settings.ts';
import type { RunLog } from '../../../../src/double/events-api/run-log.ts';
import type { Fault } from '../../../../src/tiktok/events-api/faults.ts';
import { REST } from '../../rest.ts';
import { API, eventId, expect, HEADERS, purchase, type Running, TRACK, test } from './support.ts';

test.describe.configure({ mode: 'parallel' });

/** A server that calls the Events API in the way that the path says. It answers once it has called, or has deferred the call. */
const SERVER = `
import { execFile } from 'node:child_process';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { Worker } from 'node:worker_threads';
const url = '${API}${TRACK}';
const headers = ${JSON.stringify(HEADERS)};
const body = (id) => JSON.stringify(${JSON.stringify(purchase('ID'))}).replace('"ID"', JSON.stringify(id));
const oneByOne = new https.Agent({ keepAlive: true, maxSockets: 1 });
const raw = (id, options = {}) => new Promise((done, fail) => {
  const request = https.request(url, { method: 'POST', headers, ...options }, (response) => {
    let text = '';
    response.on('data', (chunk) => { text += chunk; }).on('end', () => done(text));
  });
  request.on('error', fail).end(body(id));
});
const program = (id) => \`fetch('\${url}', { method: 'POST', headers: \${JSON.stringify(headers)}, body: \${JSON.stringify(body(id))} }).then((answer) => answer.text())\`;
const queue = [];
const ways = {
  fetch: async (id) => (await fetch(url, { method: 'POST', headers, body: body(id) })).text(),
  https: (id) => raw(id),
  agent: (id) => raw(id, { agent: oneByOne }),
  later: async (id) => { setTimeout(() => ways.fetch(id), 30); return 'later'; },
  queue: async (id) => {
    queue.push(id);
    // The first to come drains it for all.
    if (queue.length === 1) setTimeout(() => { for (const id of queue.splice(0)) ways.fetch(id); }, 100);
    return 'later';
  },
  worker: (id) => new Promise((done) => new Worker(program(id), { eval: true }).on('exit', () => done('done'))),
  child: (id) => new Promise((done) => execFile(process.execPath, ['-e', program(id)], () => done('done'))),
  exit: async (id) => { await ways.fetch(id); process.exit(3); },
  kill: async (id) => { await ways.fetch(id); process.kill(process.pid, 'SIGKILL'); },
  elsewhere: () => fetch('http://cdn.elsewhere.example/').then(() => 'reached', (error) => String(error.cause?.message)),
  http2: () => new Promise((done) => {
    const session = http2.connect('${API}').on('error', (error) => done(error.message));
    session.request({ ':path': '/' }).on('error', () => {});
  }),
  tunnel: () => new Promise((done) => {
    const proxy = net.createServer((socket) => socket.resume()).listen(0, '127.0.0.1', () => {
      const socket = net.connect(proxy.address().port, '127.0.0.1', () => {
        tls.connect({ socket, servername: new URL(url).hostname }).on('error', (error) => done(error.message));
      });
    });
  }),
  proxies: async () => process.env.NO_PROXY + ' ' + process.env.no_proxy,
  own: async (id) => {
    const server = http2.createServer((request, response) => response.end('HTTP/2 works'));
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const session = http2.connect('http://127.0.0.1:' + server.address().port);
    const text = await new Promise((done) => {
      let text = '';
      session.request({ ':path': '/' }).on('data', (chunk) => { text += chunk; }).on('end', () => done(text)).end();
    });
    session.close();
    server.close();
    return text;
  },
};
async function answer(request, response) {
  const [, way, id] = request.url.split('/');
  // The answer waits a little, so that requests of several visits are under way at once.
  await new Promise((resume) => setTimeout(resume, 20));
  response.end(await ways[way](id).catch((error) => 'failed: ' + (error.cause?.code ?? error.code) + ' ' + error.message));
}
const servers = [http.createServer(answer), http2.createServer(answer)];
for (const server of servers) await new Promise((done) => server.listen(0, '127.0.0.1', done));
console.log(servers.map((server) => server.address().port).join(' '));
`;

interface Site extends Running {
  /** The server's answer to a request of a visit. */
  ask: (path: string, visit?: string) => Promise<string>;
  askHttp2: (path: string, visit: string) => Promise<string>;
}

type Start = (settings?: Partial<PreloadSettings>) => Promise<Site>;

const preloaded = test.extend<{ site: Start }>({
  site: async ({ folder, run }, use) => {
    await use(async (settings = {}) => {
      const own = { folder, network: 'hermetic' as const, hosts: [], ...settings };
      const running = await run(SERVER, preloadEnvironment(own, {}));
      const [port, port2] = running.line.split(' ');
      const cookie = (visit?: string) =>
        visit === undefined ? {} : { cookie: `a=b; ${VISIT_COOKIE}=${visit}` };
      return {
        ...running,
        ask: async (path, visit) =>
          (await fetch(`http://127.0.0.1:${port}${path}`, { headers: cookie(visit) })).text(),
        askHttp2: (path, visit) => http2Get(`http://127.0.0.1:${port2}`, { ':path': path, ...cookie(visit) }),
      };
    });
  },
});

function http2Get(origin: string, headers: Record<string, string>): Promise<string> {
  const session = connect(origin);
  return new Promise((resolve, reject) => {
    let text = '';
    session
      .request(headers)
      .on('data', (chunk) => {
        text += chunk;
      })
      .on('end', () => resolve(text))
      .on('error', reject)
      .end();
  }).finally(() => session.close()) as Promise<string>;
}

const callsIn = (log: RunLog) => log.read().filter((entry) => entry.type === 'call');
const idsOf = (log: RunLog, visit?: string) =>
  callsIn(log)
    .filter((entry) => entry.visit === visit)
    .map(({ call }) => eventId(call));

for (const way of ['fetch', 'https']) {
  preloaded(
    `a call by ${way} is answered in the service's envelope and written down, its token masked`,
    way === 'https' ? REST : {},
    async ({ site, log, folder }) => {
      const { ask } = await site();
      const answer = JSON.parse(await ask(`/${way}/order-1`, 'v1'));
      expect(answer).toMatchObject({ code: 0, message: 'OK', data: {} });
      expect(answer.request_id).toMatch(/^\d{14}[0-9A-F]{20}$/);
      expect(log.read()).toEqual([
        { type: 'seen', visit: 'v1', at: expect.any(Number) },
        {
          type: 'call',
          visit: 'v1',
          call: expect.objectContaining({ method: 'POST', url: `${API}${TRACK}`, status: 200, answer }),
        },
      ]);
      for (const file of await readdir(folder)) {
        if (file.endsWith('.jsonl'))
          expect(await readFile(join(folder, file), 'utf8')).not.toContain('the-token');
      }
    },
  );
}

preloaded(
  'each call is tied to the visit that caused it, also when many run at once and when it is made later',
  async ({ site, log }) => {
    const { ask } = await site();
    const ways = ['fetch', 'https', 'later', 'agent'];
    const visits = Array.from({ length: 16 }, (_, index) => `visit-${index}`);
    await Promise.all(visits.map((visit, index) => ask(`/${ways[index % ways.length]}/${visit}`, visit)));
    for (const visit of visits) await expect.poll(() => idsOf(log, visit)).toEqual([visit]);
  },
);

preloaded('a request over HTTP/2 names its visit, too', REST, async ({ site, log }) => {
  const { askHttp2 } = await site();
  await Promise.all(['v1', 'v2', 'v3'].map((visit) => askHttp2(`/fetch/${visit}`, visit)));
  for (const visit of ['v1', 'v2', 'v3']) expect(idsOf(log, visit)).toEqual([visit]);
});

preloaded('a call that no visit caused is tied to none', REST, async ({ site, log }) => {
  const { ask } = await site();
  await ask('/fetch/order-1', 'v1');
  await ask('/fetch/order-2');
  expect(idsOf(log, 'v1')).toEqual(['order-1']);
  expect(idsOf(log)).toEqual(['order-2']);
});

for (const way of ['worker', 'child']) {
  preloaded(
    `a call from a ${way} is answered and written down, without a visit`,
    REST,
    async ({ site, log }) => {
      const { ask } = await site();
      await ask(`/${way}/order-1`, 'v1');
      expect(idsOf(log)).toEqual(['order-1']);
    },
  );
}

preloaded('a queue is drained in the name of who started it', REST, async ({ site, log }) => {
  // Which is why content counts as well: see tie.test.ts.
  const { ask } = await site();
  await Promise.all(['v1', 'v2'].map((visit) => ask(`/queue/${visit}`, visit)));
  await expect.poll(() => callsIn(log).length).toBe(2);
  expect(new Set(callsIn(log).map(({ visit }) => visit)).size).toBe(1);
});

for (const [way, code] of [
  ['exit', 3],
  ['kill', 'SIGKILL'],
] as const) {
  preloaded(
    `what was sent is written down before the process ends by ${way}`,
    way === 'exit' ? REST : {},
    async ({ site, log }) => {
      const { ask, ended } = await site();
      await ask(`/${way}/order-1`, 'v1').catch(() => undefined);
      expect(await ended).toBe(code);
      expect(idsOf(log, 'v1')).toEqual(['order-1']);
    },
  );
}

preloaded('faults come in order, from the first again for each visit', REST, async ({ site, log }) => {
  const { ask } = await site();
  const faults: Fault[] = [
    { kind: 'http-502', times: 1 },
    { kind: 'reset', times: 1 },
  ];
  for (const visit of ['v1', 'v2']) log.append({ type: 'begin', visit, at: Date.now(), faults });
  for (const visit of ['v1', 'v2']) {
    expect(await ask(`/fetch/${visit}`, visit)).toContain('<h1>502 Bad Gateway</h1>');
    expect(await ask(`/https/${visit}`, visit)).toContain('failed: ECONNRESET');
    expect(JSON.parse(await ask(`/fetch/${visit}`, visit)).code).toBe(0);
  }
  const told = callsIn(log).map(({ call: { status, fault } }) => [status, fault]);
  expect(told.slice(0, 3)).toEqual([
    [502, 'http-502'],
    [0, 'reset'],
    [200, undefined],
  ]);
  expect(told.slice(3)).toEqual(told.slice(0, 3));
});

preloaded(
  'visits that run at once meet their own faults, and a call of no visit meets none',
  async ({ site, log }) => {
    log.append({ type: 'begin', visit: 'v1', at: Date.now() });
    log.append({ type: 'begin', visit: 'v2', at: Date.now(), faults: [{ kind: 'http-500' }] });
    log.append({ type: 'begin', visit: 'v3', at: Date.now(), faults: [{ kind: 'token-expired', times: 1 }] });
    const { ask } = await site();
    const calls = ['v1', 'v2', 'v3', 'v0', 'v1', 'v2', 'v3'].map((visit) =>
      ask(`/fetch/${visit}-order`, visit),
    );
    await Promise.all(calls);
    const met = (id: string) => {
      const own = callsIn(log).filter(({ visit }) => visit === id);
      return own.map(({ call: { fault } }) => fault).toSorted();
    };
    expect(met('v1')).toStrictEqual([undefined, undefined]);
    expect(met('v2')).toEqual(['http-500', 'http-500']);
    expect(met('v3')).toStrictEqual(['token-expired', undefined]);
    expect(met('v0')).toStrictEqual([undefined]);
  },
);

preloaded('a call that is never answered is still written down', REST, async ({ site, log }) => {
  log.append({ type: 'begin', visit: 'v1', at: Date.now(), faults: [{ kind: 'timeout' }] });
  const { ask } = await site();
  const asked = ask('/fetch/order-1', 'v1').catch(() => undefined);
  await expect.poll(() => idsOf(log, 'v1')).toEqual(['order-1']);
  expect(await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))])).toBe(
    'waits',
  );
});

preloaded('other hosts do not resolve in a hermetic run, and the error says why', async ({ site }) => {
  const { ask } = await site();
  expect(await ask('/elsewhere/x', 'v1')).toContain(
    'ttq-conformance refused to look up cdn.elsewhere.example: the audit is hermetic',
  );
});

preloaded('a further host is answered as the Events API', REST, async ({ site, log }) => {
  const { ask } = await site({ eventsApiHosts: ['cdn.elsewhere.example'] });
  expect(await ask('/elsewhere/x', 'v1')).toBe('reached');
  expect(callsIn(log).map(({ call: { url, status } }) => [url, status])).toEqual([
    ['http://cdn.elsewhere.example/', 404],
  ]);
});

preloaded(
  'HTTP/2 to other servers works, and HTTP/2 to the Events API says that it does not',
  REST,
  async ({ site }) => {
    const { ask } = await site();
    expect(await ask('/own/x')).toBe('HTTP/2 works');
    expect(await ask('/http2/x')).toContain('answers business-api.tiktok.com over HTTP/1.1, not over HTTP/2');
  },
);

preloaded('no proxy is used for TikTok, and a tunnel to it is refused', async ({ site }) => {
  const { ask } = await site();
  expect(await ask('/proxies/x')).toMatch(/^(\S*\.tiktok\.com,\S*) \1$/);
  expect(await ask('/tunnel/x')).toBe(
    'ttq-conformance refused a tunnel to business-api.tiktok.com: an audit sends nothing to TikTok',
  );
});

const CALL = `
const answer = await fetch('${API}${TRACK}', { method: 'POST', headers: ${JSON.stringify(HEADERS)}, body: JSON.stringify(${JSON.stringify(purchase('order-1'))}) });
console.log(String((await answer.json()).code));
`;
const ALONE = ['--conditions=ttq-source', '--import', 'ttq-conformance/events-api/preload'];

test(
  'outside an audit it says that it is loaded, and prints each call in a line',
  REST,
  async ({ start }) => {
    // From the project's folder, where the package is known by its name.
    const { line, printed, ended } = await start([...ALONE, '--input-type=module', '-e', CALL]);
    expect(await ended).toBe(0);
    expect(line).toBe('0');
    expect(printed()).toMatch(/ttq-conformance answers the Events API in process \d+: calls follow here/);
    expect(printed()).toMatch(/\d\d:\d\d:\d\d\.\d{3} {2}2\.0 {2}Purchase order-1 {2}-> 0/);
    expect(printed()).not.toContain('the-token');
  },
);

test('outside an audit it writes to the file that TTQ_EVENTS_API_LOG names', REST, async ({ start, log }) => {
  const { printed, ended } = await start([...ALONE, '--input-type=module', '-e', CALL], {
    TTQ_EVENTS_API_LOG: log.file,
  });
  expect(await ended).toBe(0);
  expect(printed()).toContain(`calls are written to ${log.file}`);
  expect(idsOf(log)).toEqual(['order-1']);
});

const ENTRY = fileURLToPath(new URL('../../../../src/double/events-api/preload.cjs', import.meta.url));

test('the oldest Node can parse what is preloaded', async () => {
  const text = await readFile(ENTRY, 'utf8');
  expect(() => parse(text, { ecmaVersion: 5, sourceType: 'script' })).not.toThrow();
  // Module names with the prefix node: came later.
  expect([...text.matchAll(/require\('([^']+)'\)/g)].map(([, name]) => name)).toEqual(['fs', 'path']);
});

test.describe('on a Node that cannot load the stub', () => {
  for (const [version, name, isRun] of [
    ['12.22.12', 'server.cjs', false],
    ['20.20.2', 'server.cjs', false],
    ['22.19.0', 'npm-server.cjs', false],
    ['23.5.0', 'server.cjs', false],
    ['20.20.2', 'npm', true],
    ['20.20.2', 'npm-cli.js', true],
    ['20.20.2', 'pnpm.cjs', true],
    ['22.20.0', 'server.cjs', true],
    ['23.6.0', 'server.cjs', true],
    ['26.0.0', 'server.cjs', true],
  ] as const) {
    // The last that is too old; CI tries the others.
    const details = version === '22.19.0' ? {} : REST;
    test(
      `${version}: ${name} ${isRun ? 'runs' : 'is ended before it begins'}`,
      details,
      async ({ folder, start }) => {
        const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
        await writeFile(join(folder, 'older.cjs'), older);
        await writeFile(join(folder, name), "console.log('begun');");
        const { line, printed, ended } = await start([
          ...['--require', join(folder, 'older.cjs'), '--require', ENTRY],
          join(folder, name),
        ]);
        expect(await ended).toBe(isRun ? 0 : 1);
        expect(line).toBe(isRun ? 'begun' : '');
        if (isRun) return;
        expect(printed()).toMatch(
          /^ttq-conformance: the stub of the Events API needs Node 22\.20 or newer .+\n$/,
        );
        expect(printed()).toContain(
          `this process runs on ${version}. Start the site with a newer Node, or set `,
        );
      },
    );
  }
});
