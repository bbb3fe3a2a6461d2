import { join } from 'node:path';
import type { HostPort } from '../double/socks.ts';

/* What both sides of a network namespace share. */

/** From an address in the namespace to one outside. */
export interface Way {
  at: HostPort;
  to: HostPort;
}

/** The arguments of the program in the namespace. */
export interface Inside {
  /** For the files that lead in and out. */
  folder: string;
  /** The namespace that it must not be in. */
  outside: string;
  ways: readonly Way[];
}

/** Its messages, one on each line. */
export type NamespaceMessage = { ready: true } | { opened: HostPort } | { closed: HostPort };

export const outFile = (folder: string, way: number) => join(folder, `out-${way}`);
export const inFile = (folder: string, { host, port }: HostPort) => join(folder, `in-${host}-${port}`);
