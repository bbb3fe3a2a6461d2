import { isIP } from 'node:net';
import { isLoopback } from './hosts.ts';
import type { Target, TargetFile } from './target.ts';

interface Isolated {
  server: { url: string };
  network: Target['network'];
  eventsApi?: Pick<NonNullable<TargetFile['eventsApi']>, 'listen'> | undefined;
}

/** Why a site's server cannot have its own network namespace. Undefined if it can. */
export function whyNotIsolated({
  server,
  network,
  eventsApi,
}: Isolated): 'isolated-open' | 'isolated-listen' | 'isolated-elsewhere' | undefined {
  if (network === 'open') return 'isolated-open';
  if (eventsApi?.listen) return 'isolated-listen';
  const host = new URL(server.url).hostname.replace(/^\[(.*)\]$/, '$1');
  // A name may be mapped by the server's hosts file.
  return isIP(host) > 0 && !isLoopback(host) ? 'isolated-elsewhere' : undefined;
}
