import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/*
 * Free ports for servers that others start later. Between the choice and the start nobody holds them, so they are chosen
 * where nobody else takes them: outside the system's range for outgoing connections, and in a block that no other process of
 * this harness chooses from.
 */

/** Above all ports that browsers refuse to load pages from. */
const LOWEST = 10_240;
const HIGHEST = 65_535;
/** A process that needs more claims another block. */
const BLOCK = 64;
/** If the system does not say: the range reserved by IANA, which macOS and Windows use. */
const OUTGOING: Range = [49_152, HIGHEST];

type Range = readonly [first: number, last: number];

/** A currently free TCP port, for a server on loopback. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = left.shift();
    if (port !== undefined && (await isFree(port))) return port;
    if (left.length === 0) {
      claiming ??= claimBlock();
      await claiming;
      claiming = undefined;
    }
  }
}

/** Several different ones. */
export function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, freePort));
}

/** The unused ports of this process's block. */
const left: number[] = [];
let claiming: Promise<void> | undefined;

/** Claims a block by listening on its first port as long as this process runs. */
async function claimBlock(): Promise<void> {
  for (const first of shuffled(blocks(outgoingPorts()))) {
    const guard = await listening(first, '127.0.0.1');
    if (!guard) continue;
    guard.unref();
    left.push(...Array.from({ length: BLOCK - 1 }, (_, index) => first + 1 + index));
    return;
  }
  throw new Error(`No port is free from ${LOWEST} to ${HIGHEST}.`);
}

/**
 * The first ports of all blocks.
 *
 * @param outgoing the range for outgoing connections; ignored if it leaves no block free
 */
export function blocks(outgoing: Range): number[] {
  const [from, to] = outgoing;
  const count = Math.floor((HIGHEST + 1 - LOWEST) / BLOCK);
  const all = Array.from({ length: count }, (_, index) => LOWEST + index * BLOCK);
  const outside = all.filter((first) => first + BLOCK <= from || first > to);
  return outside.length > 0 ? outside : all;
}

function outgoingPorts(): Range {
  try {
    return readRange(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')) ?? OUTGOING;
  } catch {
    return OUTGOING;
  }
}

/** Undefined if the text is not a range. */
export function readRange(text: string): Range | undefined {
  const [, first, last] = /^(\d+)\s+(\d+)\s*$/.exec(text) ?? [];
  return first === undefined || last === undefined ? undefined : [Number(first), Number(last)];
}

function shuffled(numbers: readonly number[]): number[] {
  return numbers
    .map((number) => ({ number, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ number }) => number);
}

/** Whether a server can listen on a port of this machine, on any of its addresses. */
export async function isFree(port: number): Promise<boolean> {
  // Windows asks the user before a program listens on all addresses.
  const server = await listening(port, process.platform === 'win32' ? '127.0.0.1' : undefined);
  await new Promise((done) => (server ? server.close(done) : done(undefined)));
  return server !== undefined;
}

/** Undefined if the port is not available. */
function listening(port: number, host: string | undefined) {
  const server = createServer();
  return new Promise<typeof server | undefined>((done) => {
    server.once('error', () => done(undefined));
    server.listen({ port, host, exclusive: true }, () => done(server));
  });
}
