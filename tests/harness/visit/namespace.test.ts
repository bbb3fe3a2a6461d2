import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { freePorts } from '../../../src/target/ports.ts';
import { type Namespace, startNamespace } from '../../../src/visit/namespace.ts';
import type { Way } from '../../../src/visit/namespace-terms.ts';
import { needProgram, REST } from '../rest.ts';
import { test as base } from '../test.ts';
import { hasNamespaces } from './namespaces.ts';

/** What a program in the namespace must not reach: it counts what arrives, by TCP and UDP, at an address of this machine. */
interface Sink {
  host: string;
  port: number;
  arrived: () => string[];
}

interface Fixtures {
  folder: string;
  sink: Sink;
  /** Starts a namespace with these ways. */
  start: (ways?: Way[]) => Promise<Namespace>;
  lines: string[];
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-namespace-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  sink: async ({}, use) => {
    const arrived: string[] = [];
    // What is sent to one of the machine's own addresses does not leave it.
    const host = ownAddress() ?? '127.0.0.2';
    const tcp = createServer((socket) => {
      arrived.push('tcp');
      socket.destroy();
    }).listen(0, host);
    await once(tcp, 'listening');
    const { port } = tcp.address() as AddressInfo;
    const udp = createSocket('udp4').on('message', () => arrived.push('udp'));
    udp.bind(port, host);
    await once(udp, 'listening');
    await use({ host, port, arrived: () => arrived });
    tcp.close();
    udp.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  lines: async ({}, use) => use([]),
  start: async ({ lines }, use) => {
    test.skip(!hasNamespaces(), 'this machine lets nobody make a network namespace');
    const started: Namespace[] = [];
    await use(async (ways = []) => {
      const hosts = '127.0.0.1 localhost\n127.64.0.1 business-api.tiktok.com\n';
      const namespace = await startNamespace({ hosts, ways, onLine: (line) => lines.push(line) });
      if ('lack' in namespace) throw new Error(namespace.lack);
      started.push(namespace);
      return namespace;
    });
    for (const one of started) await one.close();
  },
});

function ownAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

const NODE = `"${process.execPath}"`;

/** Ways to send something, to any host and port; each says in a word how that ended. */
const SENDERS: Record<
  string,
  { by?: readonly [program: string, name: string]; program: string; extension: string }
> = {
  'a look-up that asks a server of names by itself': {
    program: `import { Resolver } from 'node:dns/promises';
const resolver = new Resolver({ timeout: 500, tries: 1 });
resolver.setServers([process.env.HOST + ':' + process.env.PORT]);
await resolver.resolve4('business-api.tiktok.com').catch(({ code }) => console.log(code));`,
    extension: 'mjs',
  },
  'UDP to an address': {
    program: `import { createSocket } from 'node:dgram';
const socket = createSocket('udp4');
socket.send('x', process.env.PORT, process.env.HOST, (error) => { console.log(error?.code); socket.close(); });`,
    extension: 'mjs',
  },
  'TCP to an address': {
    program: `import { connect } from 'node:net';
connect(process.env.PORT, process.env.HOST).on('error', ({ code }) => console.log(code)).on('close', () => {});`,
    extension: 'mjs',
  },
  "Python's http.client": {
    by: ['/usr/bin/python3', 'python3'],
    program: `import http.client, os
try: http.client.HTTPConnection(os.environ['HOST'], int(os.environ['PORT'])).request('POST', '/', 'x')
except Exception as error: print(error)`,
    extension: 'py',
  },
  'a program that the server starts in a session of its own': {
    by: ['curl', 'curl'],
    program: `exec setsid --wait curl -sS --noproxy '*' "http://$HOST:$PORT/" 2>&1`,
    extension: 'sh',
  },
};

for (const [name, { by, program, extension }] of Object.entries(SENDERS))
  test(`${name} reaches nobody from there, but does from outside`, REST, async ({ start, sink, folder }) => {
    if (by) needProgram(by[0], [by[0] === 'curl' ? '-V' : '--version'], by[1]);
    const namespace = await start();
    const file = join(folder, `send.${extension}`);
    await writeFile(file, program);
    const command = `${by?.[0] === 'curl' ? 'sh' : (by?.[0] ?? NODE)} ${file}`;
    const env = { ...process.env, HOST: sink.host, PORT: String(sink.port) };
    const run = (line: string) => promisify(execFile)('sh', ['-c', line], { env }).catch((error) => error);
    const { stdout } = await run(namespace.command(command));
    expect(stdout).toMatch(/ENETUNREACH|ECONNREFUSED|unreachable|refused|Couldn't connect/i);
    expect(sink.arrived()).toEqual([]);
    await run(command);
    await expect.poll(sink.arrived).not.toEqual([]);
  });

test('a name that is not in its hosts file is looked up nowhere', REST, async ({ start }) => {
  needProgram('strace', ['-V'], 'strace');
  const namespace = await start();
  const command = namespace.command(
    'strace -f -e trace=connect,sendto,sendmmsg getent ahosts www.shop.example; echo status $?',
  );
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command]);
  expect(stdout).toBe('status 2\n');
  expect(stderr).not.toMatch(/sin_port=htons\(53\).*= [^-]/);
  expect(stderr).not.toMatch(/sun_path=.*\) = 0/);
});

/** A program that listens, and answers with its name and what it got from another place. */
const SITE = `
import { createServer, connect } from 'node:net';
const [port, host, ask] = process.argv.slice(2);
createServer((client) => {
  client.on('error', () => undefined);
  if (!ask) return client.end('nobody');
  const [to, at] = ask.split('@');
  connect(Number(at), to).on('error', ({ code }) => client.end(code)).on('data', (data) => client.end(data));
}).listen(Number(port), host, () => console.log('up'));
`;

interface Listening {
  child: ChildProcess;
  port: number;
}

async function serve(folder: string, namespace: Namespace, host: string, ask = ''): Promise<Listening> {
  const [port = 0] = await freePorts(1);
  await writeFile(join(folder, 'site.mjs'), SITE);
  const command = namespace.command(`exec ${NODE} ${folder}/site.mjs ${port} ${host} ${ask}`);
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface(child.stdout), 'line');
  return { child, port };
}

/** What a server answers, or why it cannot be reached. */
async function heard(host: string, port: number): Promise<string> {
  const socket = connect(port, host);
  const text: string[] = [];
  socket.on('data', (data) => text.push(String(data)));
  return new Promise((resolve) => {
    socket.on('error', ({ message }) => resolve(message)).on('close', () => resolve(text.join('')));
  });
}

test(
  'a server there is reached from outside at the same address, until it ends',
  REST,
  async ({ start, folder }) => {
    const namespace = await start();
    const { child, port } = await serve(folder, namespace, '127.0.0.1');
    await expect.poll(() => heard('127.0.0.1', port)).toBe('nobody');
    child.kill();
    await expect.poll(() => heard('127.0.0.1', port)).toContain('ECONNREFUSED');
  },
);

test('it reaches what it should, by name and by address', REST, async ({ start, folder }) => {
  const database: Server = createServer((socket) => socket.end('the database')).listen(0, '127.0.0.1');
  await once(database, 'listening');
  const to = { host: '127.0.0.1', port: (database.address() as AddressInfo).port };
  const namespace = await start([
    { at: to, to },
    { at: { host: '10.9.8.7', port: 5432 }, to },
    { at: { host: '127.64.1.1', port: 5432 }, to },
  ]);
  for (const ask of [`127.0.0.1@${to.port}`, '10.9.8.7@5432', '127.64.1.1@5432']) {
    const { port } = await serve(folder, namespace, '127.0.0.1', ask);
    await expect.poll(() => heard('127.0.0.1', port)).toBe('the database');
  }
  const other = await serve(folder, namespace, '127.0.0.1', `127.0.0.1@${to.port + 1}`);
  await expect.poll(() => heard('127.0.0.1', other.port)).toBe('ECONNREFUSED');
  database.close();
});

test(
  'a port that is in use outside is taken over when it is free, and a line says so',
  REST,
  async ({ start, folder, lines }) => {
    const namespace = await start();
    const first = await serve(folder, namespace, '127.0.0.1');
    await expect.poll(() => heard('127.0.0.1', first.port)).toBe('nobody');
    const other = await start();
    const command = other.command(`exec ${NODE} ${folder}/site.mjs ${first.port} 127.0.0.1`);
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
    await expect
      .poll(() => lines)
      .toEqual([
        expect.stringContaining(`127.0.0.1:${first.port} of its network namespace cannot be reached`),
      ]);
    await namespace.close();
    await expect.poll(() => heard('127.0.0.1', first.port)).toBe('nobody');
    child.kill();
  },
);

test(
  'a connection that is reset on either side ends on the other, and nothing else does',
  REST,
  async ({ start, folder }) => {
    const rude = createServer((socket) => socket.once('data', () => socket.resetAndDestroy())).listen(
      0,
      '127.0.0.1',
    );
    await once(rude, 'listening');
    const to = { host: '127.0.0.1', port: (rude.address() as AddressInfo).port };
    const namespace = await start([{ at: to, to }]);
    const { port } = await serve(folder, namespace, '127.0.0.1');
    await expect.poll(() => heard('127.0.0.1', port)).toBe('nobody');
    // From outside, by a client inside; from a client, by one outside.
    const client = `require('node:net').connect(${to.port}, '127.0.0.1').on('error', () => {}).on('close', () => console.log('over')).write('x')`;
    const { stdout } = await promisify(execFile)('sh', ['-c', namespace.command(`${NODE} -e "${client}"`)]);
    expect(stdout).toBe('over\n');
    const impatient = connect(port, '127.0.0.1');
    await once(impatient, 'connect');
    impatient.write('x');
    impatient.resetAndDestroy();
    const inside = `const socket = require('node:net').connect(${to.port}, '127.0.0.1', () => { socket.write('y'); socket.resetAndDestroy(); })`;
    await promisify(execFile)('sh', ['-c', namespace.command(`${NODE} -e "${inside}"`)]);
    expect(await heard('127.0.0.1', port)).toBe('nobody');
    rude.close();
  },
);

/** Processes in other network namespaces, as far as this test can see them. */
function processesIn(namespace: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/ns/net`) === namespace;
    } catch {
      return false;
    }
  });
}

/** A program that starts a namespace with what stays in it, and says which it is. */
const HOLDER = `
import { execFileSync } from 'node:child_process';
import { startNamespace } from ${JSON.stringify(new URL('../../../src/visit/namespace.ts', import.meta.url).href)};
const namespace = await startNamespace({ hosts: '', ways: [{ at: { host: '127.0.0.1', port: 443 }, to: { host: '127.0.0.1', port: 1 } }], onLine() {} });
if ('lack' in namespace) throw new Error(namespace.lack);
const inside = namespace.command('(setsid sleep 600 >&- 2>&- &) ; id -u; readlink /proc/self/ns/net');
console.log(execFileSync('sh', ['-c', inside], { encoding: 'utf8' }).trim().replace('\\n', ' '));
setInterval(() => {}, 1000);
`;

for (const [who, by] of [
  ['this user', []],
  ['a user who is not root', ['unshare', '-U', '--map-user=65534', '--map-group=65534', '--']],
] as const)
  test(`nothing of it stays if the program of ${who} that started it is killed`, REST, async ({ folder }) => {
    test.skip(!hasNamespaces(), 'this machine lets nobody make a network namespace');
    const file = join(folder, 'holder.mjs');
    await writeFile(file, HOLDER);
    const [program = '', ...args] = [...by, process.execPath, file];
    const child = spawn(program, args, {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(child.stdout), 'line');
    const [user, namespace = ''] = String(line).split(' ');
    expect(Number(user)).toBe(by.length > 0 ? 65534 : process.getuid?.());
    expect(processesIn(namespace).length).toBeGreaterThan(1);
    expect(readdirSync(folder).filter((name) => name.startsWith('ttq-net-'))).toHaveLength(1);
    child.kill('SIGKILL');
    await expect.poll(() => processesIn(namespace)).toEqual([]);
    await expect.poll(() => readdirSync(folder).filter((name) => name.startsWith('ttq-net-'))).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });
