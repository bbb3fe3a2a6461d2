import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import type { HostPort } from '../double/socks.ts';
import { listeningIn } from './listening.ts';
import { type Inside, inFile, type NamespaceMessage, outFile } from './namespace-terms.ts';
import { relay } from './relay.ts';

/*
 * The program that keeps a network namespace alive: it forwards the connections that are allowed, and reports in lines of
 * JSON where anything in the namespace listens, each with a file that leads there. It ends with its standard input, after
 * ending everything left in the namespace.
 */

/** Milliseconds between checks of what listens. */
const POLL = 100;
/** Milliseconds for what is left to end. */
const END = 5_000;

const { folder, outside, ways } = JSON.parse(process.argv[2] ?? '') as Inside;
const here = namespaceOf('self');
if (here === undefined || here === outside) throw new Error('this is not a separate network namespace');

// Signals are meant for the site's server, which may take a while to end.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.on('end', leave).on('error', leave).resume();
// That the other side is gone may show only when something is sent to it.
process.stdout.on('error', leave);

await Promise.all(ways.map(({ at }, index) => relay(at, { path: outFile(folder, index) })));
const own = new Set(ways.map(({ at }) => keyOf(at)));
const open = new Map<string, { where: HostPort; close: () => void }>();
let isLooking = false;
report({ ready: true });
setInterval(look, POLL);

async function look(): Promise<void> {
  if (isLooking) return;
  isLooking = true;
  const all = listeningIn(tableOf('tcp'), tableOf('tcp6')).map((one) => [keyOf(one), one] as const);
  const found = new Map(all.filter(([key]) => !own.has(key)));
  for (const [key, { where, close }] of open) {
    if (found.has(key)) continue;
    close();
    open.delete(key);
    report({ closed: where });
  }
  for (const [key, where] of found) {
    if (open.has(key)) continue;
    open.set(key, { where, close: await relay({ path: inFile(folder, where) }, where) });
    report({ opened: where });
  }
  isLooking = false;
}

function keyOf({ host, port }: HostPort): string {
  return `${host} ${port}`;
}

function tableOf(protocol: 'tcp' | 'tcp6'): string {
  try {
    return readFileSync(`/proc/self/net/${protocol}`, 'utf8');
  } catch {
    // Without IPv6 there is no second table.
    return '';
  }
}

function report(what: NamespaceMessage): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function leave(): never {
  // A process that was found may have started another.
  const deadline = Date.now() + END;
  while (endOthers() > 0 && Date.now() < deadline);
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

/** Ends everything else in this namespace, and returns how many processes that was. */
function endOthers(): number {
  const others = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid && namespaceOf(pid) === here,
  );
  for (const pid of others) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
  return others.length;
}

function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}
