import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Authority } from '../double/authority.ts';
import type { Received } from '../double/events-api/call.ts';
import {
  type AnyServer,
  answerEach,
  certificatesOf,
  secureServer,
} from '../double/events-api/http-server.ts';
import type { FaultedAnswer } from '../tiktok/events-api/faults.ts';
import { EVENTS_API_HOST, IPV6_HOST, PIXEL_HOST, TIKTOK_DOMAINS } from '../tiktok/hosts.ts';
import { quoted } from './quoted.ts';

/*
 * The wall for clients that ignore proxies. On Linux a site's server can be started in a mount namespace whose /etc/hosts
 * maps TikTok's hosts to a loopback address, where the stub answers. If this user may not listen on the HTTP ports, nothing
 * does, and such a call is refused.
 */

export interface Wall {
  /** The same command, behind the wall. */
  command: (command: string) => string;
  close(): Promise<void>;
}

/** What stays open without it, in one line. */
export const NO_WALL =
  "Requests of a site's server can leave this machine if its client ignores proxies: stopping them takes Linux, and a user who may " +
  'create a mount namespace (unshare -m). --strict-network refuses to audit without it.';

export interface WallOptions {
  /** The run's folder, for the hosts file. */
  folder: string;
  /** Host names besides TikTok's own. */
  hosts: readonly string[];
  authority: Authority;
  handle: (call: Received) => FaultedAnswer;
}

/** Undefined if this machine cannot build one: on another system, or without the permission. */
export async function startHostsWall({
  folder,
  hosts,
  authority,
  handle,
}: WallOptions): Promise<Wall | undefined> {
  if (process.platform !== 'linux') return undefined;
  // All of 127.0.0.0/8 is this machine; a random address keeps runs apart.
  const address = `127.${randomInt(64, 128)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
  const file = join(folder, 'hosts');
  writeFileSync(file, hostsFile(address, hosts));
  const command = await wayBehind(file, address);
  if (command === undefined) return undefined;
  const servers = await stubServers({ authority, handle }, { address, ports: [443, 80] });
  return {
    command,
    close: async () => void (await Promise.all(servers.map((one) => one.close()))),
  };
}

/** A hosts file has no wildcards: these are the hosts that servers call. */
const CALLED = [EVENTS_API_HOST, PIXEL_HOST, IPV6_HOST, 'analytics.us.tiktok.com', 'open.tiktok.com'];

/** This machine's hosts file, with TikTok's hosts and others mapped to an address of their own. */
export function hostsFile(address: string, hosts: readonly string[]): string {
  const names = new Set([
    ...CALLED,
    ...TIKTOK_DOMAINS.flatMap((domain) => [domain, `www.${domain}`]),
    ...hosts,
  ]);
  // The first entry counts.
  const own = [...names].map((name) => hostLines(address, name));
  return `${[...own, readFileSync('/etc/hosts', 'utf8')].join('\n')}\n`;
}

/** Without the second line, a client that asks for IPv6 would query a name server. */
export function hostLines(address: string, name: string): string {
  return `${address} ${name}\n::ffff:${address} ${name}`;
}

/** Milliseconds for a check behind the wall. */
const LOOK = 10_000;

/** How to enter a new namespace: as root, or as another user, who must become root in it first. */
async function wayBehind(file: string, address: string): Promise<((command: string) => string) | undefined> {
  const inside = (then: string) => `mount --bind ${quoted(file)} /etc/hosts && ${then}`;
  const { getuid, getgid } = process;
  const [user, group] = [getuid?.() ?? 0, getgid?.() ?? 0];
  const ways = [
    (command: string) => `exec unshare -m -- sh -c ${quoted(inside(`exec sh -c ${quoted(command)}`))}`,
    (command: string) =>
      `exec unshare -Urm -- sh -c ${quoted(inside(`exec unshare -U --map-user=${user} --map-group=${group} -- sh -c ${quoted(command)}`))}`,
  ];
  for (const way of ways) {
    if (await leads(way, address)) return way;
  }
  return undefined;
}

/** Whether a program started in this way sees the hosts file. */
async function leads(way: (command: string) => string, address: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', way('cat /etc/hosts')], { timeout: LOOK });
    return stdout.startsWith(address);
  } catch {
    return false;
  }
}

/** Servers that answer TikTok's hosts over HTTPS and HTTP: none if this user may not listen, so that calls are refused. */
export async function stubServers(
  { authority, handle }: Pick<WallOptions, 'authority' | 'handle'>,
  { address, ports: [secure, plain] }: { address: string; ports: readonly [number, number] },
): Promise<StubServer[]> {
  const servers = [
    await listening(secureServer(certificatesOf(authority)), secure, 'https', address, handle),
    await listening(createServer(), plain, 'http', address, handle),
  ];
  return servers.flatMap((one) => one ?? []);
}

interface StubServer {
  server: AnyServer;
  close(): Promise<void>;
}

async function listening(
  server: AnyServer,
  port: number,
  scheme: 'http' | 'https',
  address: string,
  handle: WallOptions['handle'],
): Promise<StubServer | undefined> {
  const close = answerEach(server, scheme, handle);
  try {
    server.listen(port, address);
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  return { server, close };
}
