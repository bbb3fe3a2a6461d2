import { join } from 'node:path';
import type { HostPort } from '../double/socks.ts';

/* What both sides of a network namespace go by. */

/** From an address in the namespace to one outside. */
export interface Way {
  at: HostPort;
  to: HostPort;
}

/** What the program in the namespace is given. */
export interface Inside {
  /** For the files that lead in and out. */
  folder: string;
  /** The namespace that it is not to be in. */
  outside: string;
  ways: readonly Way[];
}

/** What it says, a line each. */
export type Told = { ready: true } | { opened: HostPort } | { closed: HostPort };

export const outFile = (folder: string, way: number) => join(folder, `out-${way}`);
export const inFile = (folder: string, { host, port }: HostPort) => join(folder, `in-${host}-${port}`);
