import { isTikTokHost } from '../../tiktok/hosts.ts';

/** Whether a host name (without a port) is answered as the Events API. */
export type HostFilter = (host: string) => boolean;

/** All of TikTok's hosts, so that none is reached by mistake, and the given names, such as a regional endpoint. */
export function answeredHosts(names: readonly string[] = []): HostFilter {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return (host) => isTikTokHost(host) || known.has(host.toLowerCase().replace(/\.$/, ''));
}
