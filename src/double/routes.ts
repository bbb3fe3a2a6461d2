import { isIP } from 'node:net';
import { isTikTokHost } from '../tiktok/hosts.ts';
import type { Credentials } from './credentials.ts';
import { type HostPort, unbracketed } from './socks.ts';

/**
 * Leads to the double like TikTok's hosts, but belongs to nobody (RFC 2606): if something is between the browser and the double,
 * requests to it reach nobody else.
 */
export const OWN_HOST = 'ttq-conformance.invalid';

/** Where a target is, and what its pages may reach. */
export interface Place extends Credentials {
  baseURL: string;
  /** From a host, or host and port, to the address that serves it, with or without a port. The first match counts. */
  hosts: Record<string, string>;
  network: 'hermetic' | 'open';
  /** Hosts of the site that stand for TikTok's. */
  pixelHosts?: readonly string[];
  /** Paths of the site that stand for TikTok's hosts. */
  pixelPaths?: readonly string[];
  /** Whether an untrusted certificate of the site is accepted. */
  ignoreHTTPSErrors?: boolean;
}

/** `mapped`: by the target's `hosts`, so that only this mapping knows where it is. `own`: of the site itself. */
export type Route =
  | { to: 'double' }
  | { to: 'nowhere' }
  | ({ to: 'site'; mapped: boolean; own: boolean } & HostPort);

/** Where a browser's requests go. TikTok's hosts lead to the double whatever a target says. */
export function routeOf({ host, port }: HostPort, place: Place): Route {
  if (isOfDouble(host, place)) return { to: 'double' };
  for (const [pattern, address] of Object.entries(place.hosts)) {
    const { host: name, port: only = port } = parseAddress(pattern);
    if (only !== port || !isLike(host, name)) continue;
    return { to: 'site', mapped: true, own: true, port, ...parseAddress(address) };
  }
  const isKnown = place.network === 'open' || ownHosts(place).includes(host);
  const own = unbracketed(new URL(place.baseURL).hostname) === host;
  return isKnown ? { to: 'site', mapped: false, own, host, port } : { to: 'nowhere' };
}

function isOfDouble(host: string, { pixelHosts = [] }: Place): boolean {
  const name = host.replace(/\.$/, '');
  return name === OWN_HOST || isTikTokHost(name) || pixelHosts.some((own) => own.toLowerCase() === name);
}

/** Hosts of a hermetic target that are reached under their own name. */
function ownHosts({ baseURL, hosts }: Place): string[] {
  const addresses = Object.values(hosts).map((address) => parseAddress(address).host);
  return [unbracketed(new URL(baseURL).hostname), ...addresses];
}

/** `host`, `host:port`, `::1`, `[::1]:port`. */
function parseAddress(text: string): { host: string; port?: number } {
  const address = text.trim().toLowerCase();
  const [, host = address, port] = (isIP(address) === 0 && /^(.*):(\d+)$/.exec(address)) || [];
  return { host: unbracketed(host), ...(port === undefined ? {} : { port: Number(port) }) };
}

/** @param pattern a name in which `*` matches anything */
export function isLike(host: string, pattern: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`).test(host);
}
