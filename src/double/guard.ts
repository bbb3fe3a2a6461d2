import dns from 'node:dns';
import { isTikTokHost } from '../tiktok/hosts.ts';

type Callback = (error: NodeJS.ErrnoException) => void;

/**
 * The last wall: whatever client a server uses, TikTok's host names do not resolve in its process, and in a hermetic run
 * nothing but loopback and the target's own hosts does. What nock answers never gets as far as a look-up: it works above it,
 * which is why sockets are not the place to stand (its mocked ones are connected, too).
 */
export function guardLookups({ network, hosts }: { network: 'hermetic' | 'open'; hosts: string[] }): void {
  const { lookup } = dns;
  dns.lookup = ((host: string, ...rest: unknown[]) => {
    const why = refusal(host, network, hosts);
    if (why === undefined) return Reflect.apply(lookup, dns, [host, ...rest]);
    const message = `ttq-conformance refused to look up ${host}: ${why}`;
    process.nextTick(
      rest.at(-1) as Callback,
      Object.assign(new Error(message), { code: 'ENOTFOUND', hostname: host }),
    );
  }) as typeof lookup;
}

function refusal(host: string, network: 'hermetic' | 'open', hosts: string[]): string | undefined {
  if (isTikTokHost(host)) return 'an audit sends nothing to TikTok';
  if (network === 'open' || hosts.includes(host) || /^(localhost|127\.|::1|.+\.localhost)/.test(host))
    return undefined;
  return 'the audit is hermetic; "network": "open" in the target file allows it';
}
