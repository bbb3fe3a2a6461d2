import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** CPU milliseconds used so far. The browser's and the shop's are undefined if the system does not report them. */
export interface CpuTimes {
  /** This process: the harness, the double and Playwright's driver, which all run in it. */
  harness: number;
  browser: number | undefined;
  shop: number | undefined;
}

interface Process {
  pid: number;
  parent: number;
  /** Clock ticks, including those of children it has waited for: a renderer that ended is counted in its parent. */
  ticks: number;
}

const hasProc = existsSync('/proc/self/stat');
const tickLength = hasProc ? 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) : 0;

/** @param shop process id of the shop, a child of this process; all its other children are the browser's */
export function cpuTimes(shop: number): CpuTimes {
  const { user, system } = process.cpuUsage();
  const harness = (user + system) / 1000;
  if (!hasProc) return { harness, browser: undefined, shop: undefined };
  const processes = readProcesses();
  const browser = processes.filter(({ pid, parent }) => parent === process.pid && pid !== shop);
  const total = (roots: Process[]) =>
    roots.flatMap((root) => tree(root, processes)).reduce((sum, { ticks }) => sum + ticks, 0) * tickLength;
  return { harness, browser: total(browser), shop: total(processes.filter(({ pid }) => pid === shop)) };
}

/** How many processes the browser has; undefined if the system does not report it. */
export function browserProcesses(shop: number): number | undefined {
  if (!hasProc) return undefined;
  const processes = readProcesses();
  return processes
    .filter(({ pid, parent }) => parent === process.pid && pid !== shop)
    .flatMap((root) => tree(root, processes)).length;
}

export function difference(after: CpuTimes, before: CpuTimes): CpuTimes {
  const minus = (a?: number, b?: number) => (a === undefined || b === undefined ? undefined : a - b);
  return {
    harness: after.harness - before.harness,
    browser: minus(after.browser, before.browser),
    shop: minus(after.shop, before.shop),
  };
}

function tree(root: Process, processes: Process[]): Process[] {
  const children = processes.filter(({ parent }) => parent === root.pid);
  return [root, ...children.flatMap((child) => tree(child, processes))];
}

function readProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parse(readFileSync(`/proc/${pid}/stat`, 'utf8'))];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

/** See proc_pid_stat(5). The command's name may contain spaces and brackets, so fields are counted after the last bracket. */
function parse(stat: string): Process {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number);
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(fields[1]),
    ticks: utime! + stime! + cutime! + cstime!,
  };
}
