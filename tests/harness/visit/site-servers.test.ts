import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { RunLog } from '../../../src/double/events-api/run-log.ts';
import { noteChosen } from '../../../src/target/chosen.ts';
import { freePorts } from '../../../src/target/ports.ts';
import { RUN_KEY, writeRunFile } from '../../../src/target/run-file.ts';
import type { RunTarget } from '../../../src/target/shared-run.ts';
import { type Hold, holdServers } from '../../../src/visit/server-hold.ts';
import { SiteCauses } from '../../../src/visit/site-causes.ts';
import { siteProblem } from '../../../src/visit/site-problem.ts';
import { LISTENING } from '../../../src/visit/web-servers.ts';
import { LoopbackProxy, withEnvironment } from '../double/proxies.ts';
import { REST } from '../rest.ts';
import { cleanTarget } from '../rules/clean.ts';
import { test as base } from '../test.ts';
import { hasNamespaces } from './namespaces.ts';

const program = fileURLToPath(new URL('../../../src/visit/site-servers.ts', import.meta.url));

/** A target's server: the text of a Node program, which finds its port in PORT and the folder of the test in FOLDER. */
interface Site {
  text: string;
  port?: number;
  timeout?: number;
  transport?: 'preload' | 'proxy' | 'none';
  /** Before the command. */
  prefix?: string;
  isolated?: boolean;
  /** Port of the proxy for other machines. */
  listenOn?: number;
  /** Names of further targets that it serves. */
  alsoFor?: string[];
}

class Servers {
  readonly folder: string;
  output = '';
  #child: ReturnType<typeof spawn> | undefined;
  #key = '';
  #targets: RunTarget[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts the program, and has a visit to each target wait for its servers. */
  async start(sites: Record<string, Site>): Promise<void> {
    await this.open(sites);
    await Promise.all(this.#targets.map(({ target }) => this.visit(target.name)));
  }

  /** A visit that has its servers. */
  visit(name: string): Promise<Hold> {
    return holdServers(this.#targets.find(({ target }) => target.name === name)!, this.folder);
  }

  /** What Playwright has chosen. */
  choose(targets: string[]): void {
    noteChosen(this.folder, targets, this.#key);
  }

  /** Starts the program as Playwright does, in its own process group, and waits for its first line. */
  async open(sites: Record<string, Site>): Promise<void> {
    const ports = await freePorts(Object.keys(sites).length);
    this.#targets = Object.entries(sites).flatMap(([name, site]) => {
      const {
        text,
        port = ports.pop()!,
        timeout = 20_000,
        transport = 'none',
        prefix = '',
        isolated = false,
        listenOn,
      } = site;
      const file = join(this.folder, `${name}.mjs`);
      writeFileSync(file, text);
      mkdirSync(this.logs(name));
      const env = { PORT: String(port), FOLDER: this.folder };
      const server = {
        command: `${prefix}"${process.execPath}" "${file}"`,
        url: `http://127.0.0.1:${port}/`,
        env,
        timeout,
        isolated,
      };
      const listen = listenOn && {
        address: '127.0.0.1',
        port: listenOn,
        password: 'long enough for a proxy',
      };
      const eventsApi = { transport, ...(listen && { listen }) };
      const target = cleanTarget((one) => Object.assign(one, { name, server, eventsApi }));
      const others = (site.alsoFor ?? []).map((other) => {
        mkdirSync(this.logs(other));
        const startedBy = { server: name };
        return {
          target: { ...target, name: other },
          logs: this.logs(other),
          calls: this.logs(name),
          startedBy,
        };
      });
      return [{ target, logs: this.logs(name) }, ...others];
    });
    const run = { targets: this.#targets, logs: this.folder, maskKey: 'of this test' };
    this.#key = writeRunFile(this.folder, run);
    const env = { ...process.env, TTQ_LOGS: this.folder, [RUN_KEY]: this.#key };
    const child = spawn(process.execPath, [program], { detached: true, env, stdio: 'pipe' });
    this.#child = child;
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    await expect.poll(() => this.output, { timeout: 30_000 }).toMatch(new RegExp(`^${LISTENING}$`, 'm'));
  }

  logs(name: string): string {
    return join(this.folder, name);
  }

  /** The other end of the pipe is gone, as if Playwright was killed. */
  hangUp(): void {
    this.#child!.stdin!.end();
  }

  /** What Playwright does at the end. */
  signal(): void {
    process.kill(-this.#child!.pid!, 'SIGTERM');
  }

  async ended(): Promise<void> {
    const child = this.#child!;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  async kill(): Promise<void> {
    if (!this.#child) return;
    try {
      process.kill(-this.#child.pid!, 'SIGKILL');
    } catch {
      // All of the group has ended.
    }
    await this.ended();
  }
}

const test = base.extend<{ servers: Servers }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  servers: async ({}, use) => {
    const servers = new Servers(await mkdtemp(join(tmpdir(), 'ttq-servers-')));
    await use(servers);
    await servers.kill();
    await rm(servers.folder, { recursive: true, force: true });
  },
});

const LISTEN = `
import { createServer } from 'node:http';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
const { PORT, FOLDER } = process.env;
const listen = () => createServer((_, answer) => answer.end()).listen(PORT, '127.0.0.1');
writeFileSync(FOLDER + '/' + PORT + '.pid', String(process.pid));
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.describe.configure({ mode: 'parallel' });

test('servers are started at once, not one after another', REST, async ({ servers }) => {
  // None of them listens before all of them run.
  const text = `${LISTEN}
    const poll = setInterval(() => {
      if (readdirSync(FOLDER).filter((name) => name.endsWith('.pid')).length < 3) return;
      clearInterval(poll);
      listen();
    }, 20);`;
  await servers.start({ a: { text }, b: { text }, c: { text } });
  expect(['a', 'b', 'c'].map((name) => siteProblem(servers.logs(name))?.message)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test(
  'servers start shortly before the first visit to their target, and end after the last',
  REST,
  async ({ servers }) => {
    // A server that a shell starts, and that starts one itself.
    const text = `${LISTEN}
    import { spawn } from 'node:child_process';
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(FOLDER + '/' + process.argv[1].at(-5) + '.pids', process.pid + ' ' + child.pid);
    listen();`;
    const site = { text, prefix: 'true && ' };
    await servers.open({ a: site, b: site, c: { ...site, alsoFor: ['d'] } });
    servers.choose(['a', 'a', 'b', 'c', 'd']);
    const pids = (name: string) => {
      const file = join(servers.folder, `${name}.pids`);
      return existsSync(file) ? readFileSync(file, 'utf8').split(' ').map(Number) : [];
    };
    const alive = () => ['a', 'b', 'c'].filter((name) => pids(name).some(isAlive)).join();

    const [first, second] = await Promise.all([servers.visit('a'), servers.visit('a')]);
    await expect.poll(alive, 'of the visits that are made, and of the next').toBe('a,b');
    first.release();
    const third = await servers.visit('b');
    await expect.poll(alive, 'a visit to the first is still under way').toBe('a,b,c');
    second.release();
    await expect.poll(alive).toBe('b,c');
    third.release();
    (await servers.visit('c')).release();
    await expect.poll(alive, 'another target is served by it').toBe('c');
    (await servers.visit('d')).release();
    await expect.poll(alive).toBe('');
    expect(['a', 'b', 'c', 'd'].map((name) => siteProblem(servers.logs(name)))).toEqual(
      Array(4).fill(undefined),
    );

    (await servers.visit('a')).release();
    expect(pids('a').length, 'whoever asks again, as in the UI, is served again').toBe(2);
  },
);

test(
  'the check whether a server is up uses no proxy, whatever the environment names',
  REST,
  async ({ servers }) => {
    const proxy = await LoopbackProxy.start(() => undefined);
    // With it, Node's own clients use the other variables.
    await withEnvironment({ NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url }, () =>
      servers.start({ site: { text: `${LISTEN} listen();` } }),
    );
    proxy.close();
    expect(siteProblem(servers.logs('site'))).toBeUndefined();
    expect(proxy.asked).toEqual([]);
  },
);

test("the site's server gets none of the run's keys", async ({ servers }) => {
  const text = `${LISTEN} writeFileSync(FOLDER + '/env.json', JSON.stringify(process.env)); listen();`;
  await withEnvironment({ TTQ_MASK_KEY: 'k'.repeat(32) }, () => servers.start({ a: { text } }));
  const env = JSON.parse(readFileSync(join(servers.folder, 'env.json'), 'utf8')) as Record<string, string>;
  expect(env.FOLDER, 'its own environment').toBe(servers.folder);
  expect(Object.keys(env)).not.toContain(RUN_KEY);
  expect(Object.keys(env)).not.toContain('TTQ_MASK_KEY');
});

test('the log says whether the process that answers has loaded the stub, and the proxy is up before it', async ({
  servers,
}) => {
  const text = `${LISTEN}
    writeFileSync(FOLDER + '/' + PORT + '.env', process.env.HTTPS_PROXY ?? '');
    listen();`;
  await servers.start({
    loaded: { text, transport: 'preload' },
    // As a script of a package does that sets options of its own.
    reset: { text, transport: 'preload', prefix: 'env NODE_OPTIONS=--no-warnings ' },
    proxied: { text, transport: 'proxy', prefix: 'env NODE_USE_ENV_PROXY= ' },
  });
  const entries = (name: string) =>
    RunLog.in(servers.logs(name))
      .read()
      .map(({ type }) => type);
  expect(entries('loaded')).toContain('seen');
  expect(entries('loaded')).not.toContain('not-loaded');
  expect(entries('reset')).toEqual(['not-loaded']);
  expect(entries('proxied')).toEqual([]);
  const proxies = readdirSync(servers.folder)
    .filter((name) => name.endsWith('.env'))
    .map((name) => readFileSync(join(servers.folder, name), 'utf8'));
  // The one that has loaded the stub has the variables of its own environment.
  expect(proxies.filter((url) => /^http:\/\/127\.0\.0\.1:\d+$/.test(url))).toHaveLength(2);
});

test(
  'a back end of two targets is started once, and its problems are reported for both',
  REST,
  async ({ servers }) => {
    await servers.start({
      a: { text: "console.error('no database'); process.exit(3);", alsoFor: ['b'] },
      c: { text: `${LISTEN} listen();`, alsoFor: ['d'] },
    });
    const problem = (name: string) => siteProblem(servers.logs(name))?.message;
    expect(servers.output.match(/no database/g)).toHaveLength(1);
    expect(problem('a')).toContain('it ended with code 3');
    expect(problem('b')).toBe(problem('a'));
    expect([problem('c'), problem('d')]).toEqual([undefined, undefined]);
    expect(readdirSync(servers.folder).filter((name) => name.endsWith('.pid'))).toHaveLength(1);
  },
);

test(
  'a server that does not start is reported for its own target only, with its output',
  REST,
  async ({ servers }) => {
    const taken = createServer((_, answer) => answer.end()).listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await servers.start({
      good: { text: `${LISTEN} listen();` },
      exits: { text: "console.error('no database'); process.exit(3);" },
      hangs: { text: 'setInterval(() => {}, 1000);', timeout: 300 },
      taken: { text: `${LISTEN} listen();`, port },
    });
    taken.close();
    const problem = (name: string) => siteProblem(servers.logs(name))?.message;
    expect(problem('good')).toBeUndefined();
    expect(problem('exits')).toMatch(
      /^The site's server did not start: it ended with code 3 before it answered at http/,
    );
    expect(problem('hangs')).toMatch(/did not start: it did not answer at http\S+ within 0.3 seconds$/);
    expect(problem('taken')).toMatch(
      /did not start: something already answers at http\S+, so its address is in use$/,
    );
    expect(servers.output).toContain('exits: no database\n');
  },
);

test(
  'of servers that fail alike, the last lines of one are printed; of one that works, none',
  REST,
  async ({ servers }) => {
    const fails = (name: string, last: string) => ({
      text: `for (let n = 1; n <= 30; n++) console.log('line ' + n);
        console.error('/srv/${name}/app.js:' + process.pid + ' ${last}');
        process.exit(3);`,
    });
    const sites = {
      one: fails('one', 'no database'),
      two: fails('two', 'no database'),
      six: fails('six', 'no database'),
      // Masking megabytes at once would take more stack than there is.
      long: { text: "console.log('x'.repeat(30_000_000)); process.exit(3);" },
      mute: { text: 'process.exit(3);' },
      good: { text: `${LISTEN} console.log('hello'); listen();` },
    };
    await servers.start(sites);
    const lines = servers.output.split('\n').map((line) => line.replace(/\d{2,}/g, '#'));
    const quoted = lines.filter((line) => line.includes('no database'));
    expect(quoted).toEqual([expect.stringMatching(/^(one|two|six): \/srv\/\1\/app\.js:# no database$/)]);
    expect(lines.filter((line) => line.includes(': line '))).toHaveLength(19);
    expect(lines.filter((line) => line.includes('failed, too; --verbose prints'))).toHaveLength(1);
    expect(servers.output).toContain(`long: ${'x'.repeat(1_000)}…\n`);
    expect(servers.output).toContain('mute: the server printed nothing\n');
    expect(servers.output).not.toContain('hello');
  },
);

/** Has a port, but does not answer there. */
async function holder(): Promise<{ port: number; release: () => void }> {
  const server = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, release: () => server.close() };
}

test(
  'a server whose port was taken is started once more when the port is free',
  REST,
  async ({ servers }) => {
    const { port, release } = await holder();
    const started = withEnvironment({ TTQ_VERBOSE: '1' }, () =>
      servers.start({ a: { text: `${LISTEN} listen();`, port } }),
    );
    await expect.poll(() => servers.output, { timeout: 15_000 }).toContain('EADDRINUSE');
    release();
    await started;
    expect(siteProblem(servers.logs('a'))).toBeUndefined();
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('');
  },
);

test(
  'a server that meets a taken port again says so, and is not started a third time',
  REST,
  async ({ servers }) => {
    const { port, release } = await holder();
    const text = `${LISTEN}
    console.log('started');
    createServer().listen(${port}, '127.0.0.1').once('listening', listen);`;
    await withEnvironment({ TTQ_VERBOSE: '1' }, () => servers.start({ a: { text } }));
    release();
    expect(siteProblem(servers.logs('a'))?.message).toMatch(
      /^The site's server did not start: it ended with code 1 before it answered at http\S+ \(EADDRINUSE: another program uses /,
    );
    expect(servers.output.match(/^a: started$/gm)).toHaveLength(2);
  },
);

test(
  'a port that the harness itself cannot get is reported for its target only',
  REST,
  async ({ servers }) => {
    const { port, release } = await holder();
    const text = `${LISTEN} listen();`;
    await servers.start({ a: { text, transport: 'proxy', listenOn: port }, b: { text } });
    release();
    expect(siteProblem(servers.logs('a'))?.message).toMatch(
      /^The site's server was not started: eventsApi\.listen: cannot listen on 127\.0\.0\.1, port \d+ /,
    );
    expect(siteProblem(servers.logs('b'))).toBeUndefined();
  },
);

test(
  'the reason why the preloaded entry refuses a server is reported for its target',
  REST,
  async ({ servers }) => {
    const text =
      "console.error('ttq-conformance: it needs a newer Node. Start it with one.'); process.exit(1);";
    await servers.start({ a: { text } });
    expect(siteProblem(servers.logs('a'))?.message).toMatch(
      /did not start: it ended with code 1 before it answered at http\S+: it needs a newer Node\. Start it with one$/,
    );
  },
);

for (const [of, line, isInUse] of [
  ['Node', 'Error: listen EADDRINUSE: address already in use 127.0.0.1:3000', true],
  ['Python', 'OSError: [Errno 98] Address already in use', true],
  ['Go', 'listen tcp :8080: bind: address already in use', true],
  ['PHP', 'Failed to listen on 127.0.0.1:8000 (reason: Address already in use)', true],
  ['Spring', 'Web server failed to start. Port 8080 was already in use.', true],
  ['Next.js', ' \u26a0 Port 3000 is in use, trying 3001 instead.', true],
  [
    'Windows',
    'Only one usage of each socket address (protocol/network address/port) is normally permitted.',
    true,
  ],
  ['a customer', 'This e-mail address is already in use', false],
  ['a coupon', 'Coupon 3000 is in use', false],
] as const) {
  test(`a taken port, in the words of ${of}: ${isInUse}`, () => {
    const causes = new SiteCauses();
    causes.read(line);
    expect(causes.isAddressInUse).toBe(isInUse);
    expect(causes.args).toEqual(isInUse ? { portTaken: 1 } : {});
  });
}

test('a server that ends later is reported for its target', async ({ servers }) => {
  const text = `${LISTEN} console.log('out of memory'); listen();
    const poll = setInterval(() => existsSync(FOLDER + '/end') && process.exit(9), 20);`;
  await servers.start({ a: { text }, b: { text: `${LISTEN} listen();` } });
  expect(servers.output).not.toContain('out of memory');
  writeFileSync(join(servers.folder, 'end'), '');
  await expect
    .poll(() => siteProblem(servers.logs('a'))?.message)
    .toBe("The site's server did not keep running: it ended with code 9 during the run");
  await expect.poll(() => servers.output).toContain('a: out of memory\n');
  expect(siteProblem(servers.logs('b'))).toBeUndefined();
});

for (const [how, end] of [
  ['where Playwright was killed', (servers: Servers) => servers.hangUp()],
  ['where Playwright stops them', (servers: Servers) => servers.signal()],
] as const) {
  test(`no server is left ${how}`, REST, async ({ servers }) => {
    const [port] = await freePorts(1);
    await servers.start({ a: { text: `${LISTEN} listen();`, port: port! } });
    const pid = Number(readFileSync(join(servers.folder, `${port}.pid`), 'utf8'));
    expect(isAlive(pid)).toBe(true);
    end(servers);
    await servers.ended();
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
}

for (const [how, end] of [
  ['where Playwright was killed', (servers: Servers) => servers.hangUp()],
  ['where Playwright stops it', (servers: Servers) => servers.signal()],
  ['where the program itself is killed', (servers: Servers) => void servers.kill()],
] as const) {
  test(`an isolated server is reached at its address, and is not left ${how}`, REST, async ({ servers }) => {
    test.skip(!hasNamespaces(), 'this machine lets nobody make a network namespace');
    const [port] = await freePorts(1);
    const text = `${LISTEN} listen();
      writeFileSync(FOLDER + '/names', Object.keys(networkInterfaces()).join());`;
    const lasting = `import { spawn } from 'node:child_process';
      import { networkInterfaces } from 'node:os';
      // Of no group of the server's.
      const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });`;
    await servers.start({
      a: {
        text: `${lasting}${text} writeFileSync(FOLDER + '/child', String(child.pid));`,
        port: port!,
        isolated: true,
      },
    });
    expect(siteProblem(servers.logs('a'))).toBeUndefined();
    const read = (name: string) => readFileSync(join(servers.folder, name), 'utf8');
    expect(read('names')).toBe('lo');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    const pids = [`${port}.pid`, 'child'].map((name) => Number(read(name)));
    expect(pids.map(isAlive)).toEqual([true, true]);
    end(servers);
    await servers.ended();
    await expect.poll(() => pids.map(isAlive)).toEqual([false, false]);
  });
}

test('no logs stay if Playwright was killed', REST, async ({ servers }) => {
  await servers.start({ a: { text: `${LISTEN} listen();` } });
  servers.hangUp();
  await servers.ended();
  expect(existsSync(servers.folder)).toBe(false);
});
