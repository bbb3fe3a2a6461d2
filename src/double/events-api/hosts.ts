import { isTikTokHost } from '../../tiktok/hosts.ts';

/** Tells whether a host name (no port) is answered as the Events API. */
export type HostFilter = (host: string) => boolean;

/** TikTok's hosts, all of them, so that none is reached by mistake; and those that are named, such as a regional endpoint. */
export function answeredHosts(names: readonly string[] = []): HostFilter {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return (host) => isTikTokHost(host) || known.has(host.toLowerCase().replace(/\.$/, ''));
}
