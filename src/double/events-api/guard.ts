import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { isLoopback } from '../../target/hosts.ts';
import { TIKTOK_DOMAINS } from '../../tiktok/hosts.ts';
import { isLike } from '../routes.ts';
import type { HostFilter } from './hosts.ts';

type Callback = (error: NodeJS.ErrnoException) => void;

interface Guarded {
  network: 'hermetic' | 'open';
  /** Host names that may be reached in a hermetic run, besides loopback; `*` matches anything. */
  hosts: string[];
  /** Which hosts are answered as the Events API. */
  isAnswered: HostFilter;
}

/**
 * The last barrier: whatever client a server uses, TikTok's host names do not resolve in its process, and in a hermetic run only
 * loopback and the target's own hosts do. Calls that nock answers never reach a look-up. Sockets would be the wrong place for a
 * barrier, as nock's mocked ones connect, too.
 */
export function guardLookups(guarded: Guarded): void {
  const { lookup } = dns;
  dns.lookup = ((host: string, ...rest: unknown[]) => {
    const why = lookupRefusal(host, guarded);
    if (why === undefined) return Reflect.apply(lookup, dns, [host, ...rest]);
    process.nextTick(rest.at(-1) as Callback, refused(host, why));
  }) as typeof lookup;
  const { lookup: promised } = dns.promises;
  dns.promises.lookup = (async (host: string, ...rest: unknown[]) => {
    const why = lookupRefusal(host, guarded);
    if (why !== undefined) throw refused(host, why);
    return Reflect.apply(promised, dns.promises, [host, ...rest]);
  }) as typeof promised;
}

/**
 * A proxy looks names up on its own. So the variable that clients check keeps TikTok's hosts from a proxy, and if a tunnel is
 * opened all the same, no TLS connection to them can be made through it.
 */
export function guardProxies(isAnswered: HostFilter): void {
  Object.assign(process.env, withoutProxy(process.env));
  const { connect } = tls;
  tls.connect = ((...args: unknown[]) => {
    const { socket, servername, host = servername } = (args[0] ?? {}) as tls.ConnectionOptions;
    const name = servername || host;
    if (!socket || name === undefined || !isAnswered(name)) return Reflect.apply(connect, tls, args);
    const refusing = new tls.TLSSocket(socket as Socket);
    process.nextTick(() => refusing.destroy(refused(name, NOTHING_TO_TIKTOK, 'a tunnel to')));
    return refusing;
  }) as typeof connect;
  syncBuiltinESMExports();
}

/**
 * The variables that keep TikTok's hosts from a proxy, added to what they already contain; also this machine, where the stub of
 * the Events API listens.
 *
 * @param hosts further names that stand for TikTok's
 */
export function withoutProxy(
  env: NodeJS.ProcessEnv,
  hosts: readonly string[] = [],
): { NO_PROXY: string; no_proxy: string } {
  const held = env.no_proxy || env.NO_PROXY;
  const own = [...TIKTOK_DOMAINS.map((domain) => `.${domain}`), ...hosts, ...LOOPBACK];
  // A lone star means every host; in a list, some clients do not understand it.
  const all = held === '*' ? held : [...new Set([...(held?.split(',') ?? []), ...own])].join(',');
  return { NO_PROXY: all, no_proxy: all };
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

const NOTHING_TO_TIKTOK = 'an audit sends nothing to TikTok';

function refused(host: string, why: string, what = 'to look up'): Error {
  const message = `ttq-conformance refused ${what} ${host}: ${why}`;
  return Object.assign(new Error(message), { code: 'ENOTFOUND', hostname: host });
}

/** Why a name is not looked up; undefined if it is. */
export function lookupRefusal(host: string, { network, hosts, isAnswered }: Guarded): string | undefined {
  if (isAnswered(host)) return NOTHING_TO_TIKTOK;
  if (network === 'open' || hosts.some((own) => isLike(host.toLowerCase(), own)) || isLoopback(host))
    return undefined;
  return 'the audit is hermetic; "network": "open" in the target file allows it';
}
