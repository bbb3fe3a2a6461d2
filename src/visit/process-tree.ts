import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process: its own id, and its parent's. */
type Parented = [pid: number, parent: number];

/**
 * A process and all of its descendants, except those that were left to the system when their parent ended.
 *
 * @returns their ids; of the process alone where this system does not say
 */
export function processTree(pid: number): number[] {
  const all = processes();
  const tree = [pid];
  // A parent comes before its children: what is added is looked at, too.
  for (const parent of tree) tree.push(...all.filter(([, of]) => of === parent).map(([child]) => child));
  return tree;
}

function processes(): Parented[] {
  try {
    return process.platform === 'linux' ? inProc() : listed();
  } catch {
    return [];
  }
}

/** Not by `ps`, which slim container images lack. */
function inProc(): Parented[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name of the program is in parentheses, and may contain anything.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [[Number(name), Number(parent)] satisfies Parented];
    } catch {
      // It has ended.
      return [];
    }
  });
}

function listed(): Parented[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => line.trim().split(/\s+/).map(Number) as Parented);
}
