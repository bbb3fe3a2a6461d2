import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostPort } from '../double/socks.ts';
import { isLoopback } from '../target/hosts.ts';
import { type Inside, inFile, type NamespaceMessage, outFile, type Way } from './namespace-terms.ts';
import { quoted } from './quoted.ts';
import { relay } from './relay.ts';

/*
 * A network namespace for a site's server, with only a loopback of its own: whatever a program in it does, no packet leaves
 * this machine. Connections in both directions go through files, which both sides see: what the server may reach, and what
 * listens in it, at the same address outside. It needs only unshare, from util-linux, and no rights beyond those for a mount
 * namespace.
 */

export interface Namespace {
  /** The same command, in the namespace. */
  command: (command: string) => string;
  /** Ends everything in it. */
  close(): Promise<void>;
}

interface NamespaceOptions {
  /** The content of /etc/hosts there. */
  hosts: string;
  ways: readonly Way[];
  /** Called with what in the namespace cannot be reached from outside. */
  onLine: (line: string) => void;
}

/** Milliseconds for it to be ready. */
const START = 10_000;
/** Milliseconds after which a port in use is tried again. */
const AGAIN = 200;

/** If this machine cannot build one, returns why: on another system, or without the permission. */
export async function startNamespace(options: NamespaceOptions): Promise<Namespace | { lack: string }> {
  if (process.platform !== 'linux') return { lack: `this is ${process.platform}` };
  const lacks: string[] = [];
  for (const isRoot of [true, false]) {
    const built = await build(options, isRoot);
    if ('command' in built) return built;
    lacks.push(built.lack);
  }
  return { lack: [...new Set(lacks)].join('; ') };
}

/** @param isRoot whether to build it as the current user, or as root of a user namespace */
async function build(
  { hosts, ways, onLine }: NamespaceOptions,
  isRoot: boolean,
): Promise<Namespace | { lack: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'ttq-net-'));
  const closes = await Promise.all(ways.map(({ to }, index) => relay({ path: outFile(folder, index) }, to)));
  const inside: Inside = { folder, outside: readlinkSync('/proc/self/ns/net'), ways };
  const program = fileURLToPath(new URL(`./namespace-relay${extname(import.meta.url)}`, import.meta.url));
  const words = [process.execPath, program, JSON.stringify(inside)];
  const flags = isRoot ? '-mn' : '-Urmn';
  const { PATH = '' } = process.env;
  const child = spawn('unshare', [flags, '--', 'sh', '-c', setup(folder, hosts, ways), 'sh', ...words], {
    // It outlives the process group of the site's server, to make sure that all of it has ended.
    detached: true,
    env: { ...process.env, PATH: `${PATH}:/usr/sbin:/sbin`, NODE_OPTIONS: '' },
    stdio: 'pipe',
  });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', ({ message }) => {
      said = message;
      resolve();
    });
  });
  const close = async () => {
    child.stdin.end();
    await ended;
    for (const one of closes) one();
    rmSync(folder, { recursive: true, force: true });
  };
  const doors = new Doors(folder, onLine);
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as NamespaceMessage;
      if ('ready' in message) resolve(true);
      else if ('opened' in message) doors.open(message.opened);
      else doors.close(message.closed);
    });
    void ended.then(() => resolve(false));
    setTimeout(() => resolve(false), START).unref();
  });
  if (!(await ready)) {
    child.kill('SIGKILL');
    await close();
    return { lack: said.trim().split('\n').at(-1) || `it was not ready within ${START / 1000} seconds` };
  }
  return {
    command: (command) => behind(child.pid!, command, isRoot),
    close: async () => {
      doors.closeAll();
      await close();
    },
  };
}

/** An address outside at which something in the namespace is reached. If its port is in use, it waits. */
interface Door {
  isWanted: boolean;
  close: () => void;
}

class Doors {
  private readonly folder: string;
  private readonly onLine: (line: string) => void;
  private readonly doors = new Map<string, Door>();

  constructor(folder: string, onLine: (line: string) => void) {
    this.folder = folder;
    this.onLine = onLine;
  }

  open(where: HostPort): void {
    const door: Door = { isWanted: true, close: () => undefined };
    this.doors.set(inFile('', where), door);
    void this.listen(where, door, true);
  }

  close(where: HostPort): void {
    const door = this.doors.get(inFile('', where));
    if (!door) return;
    door.isWanted = false;
    door.close();
  }

  closeAll(): void {
    for (const door of this.doors.values()) {
      door.isWanted = false;
      door.close();
    }
  }

  private async listen(where: HostPort, door: Door, isFirst: boolean): Promise<void> {
    try {
      const close = await relay(where, { path: inFile(this.folder, where) });
      door.close = close;
      if (!door.isWanted) close();
    } catch (error) {
      if (!door.isWanted) return;
      if (isFirst)
        this.onLine(
          `${where.host}:${where.port} of its network namespace cannot be reached: ${(error as Error).message}`,
        );
      setTimeout(() => void this.listen(where, door, false), AGAIN).unref();
    }
  }
}

/** A shell script that sets up the new namespace, and then becomes the program passed as its arguments. */
function setup(folder: string, hosts: string, ways: readonly Way[]): string {
  const over = (file: string, content: string) => {
    const own = join(folder, file.replaceAll('/', '-'));
    writeFileSync(own, content);
    return `mount --bind ${quoted(own)} ${file}`;
  };
  const addresses = new Set(ways.map(({ at }) => at.host).filter((host) => !isLoopback(host)));
  return [
    over('/etc/hosts', hosts),
    // Other name services are outside, behind these sockets.
    ...(existsSync(NAMES)
      ? [over(NAMES, readFileSync(NAMES, 'utf8').replace(/^\s*hosts:.*$/m, 'hosts: files'))]
      : []),
    ...['/run/nscd', '/run/systemd/resolve'].map(
      (path) => `{ [ ! -d ${path} ] || mount -t tmpfs none ${path}; }`,
    ),
    `{ ${LOOPBACK_UP.join(' || ')}; }`,
    ...[...addresses].map((host) => `ip address add ${host}/${isIP(host) === 4 ? 32 : 128} dev lo`),
    // Containers let everybody use the ports below 1024.
    `{ echo ${readFileSync(FIRST_PORT, 'utf8').trim()} > ${FIRST_PORT} || true; } 2>&-`,
    'exec "$@"',
  ].join(' && ');
}

const NAMES = '/etc/nsswitch.conf';
const FIRST_PORT = '/proc/sys/net/ipv4/ip_unprivileged_port_start';

/** With whatever program the system has. The last sets the flags UP and RUNNING: Perl is part of every Debian and Ubuntu. */
const LOOPBACK_UP = [
  'ip link set lo up 2>&-',
  'ifconfig lo up 2>&-',
  `perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 0); ioctl(S, 0x8914, pack("Z16s", "lo", 65)) or die $!'`,
];

/** Enters the namespaces of a process from outside. They start in the root folder. */
function behind(pid: number, command: string, isRoot: boolean): string {
  const { getuid, getgid } = process;
  const enter = `exec nsenter -t ${pid} ${isRoot ? '-m -n' : '-U --preserve-credentials -m -n'} --`;
  // After entering as root of a user namespace, become the original user again.
  const again = isRoot ? '' : `unshare -U --map-user=${getuid?.()} --map-group=${getgid?.()} --`;
  return `${enter} ${again} sh -c 'cd "$1" && exec sh -c "$2"' sh "$PWD" ${quoted(command)}`;
}
