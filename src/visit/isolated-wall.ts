import { type AddressInfo, isIP } from 'node:net';
import type { AnyServer } from '../double/events-api/http-server.ts';
import type { HostPort } from '../double/socks.ts';
import { hostAndPort, isLoopback } from '../target/hosts.ts';
import { hostLines, hostsFile, stubServers, type Wall, type WallOptions } from './hosts-wall.ts';
import { startNamespace } from './namespace.ts';
import type { Way } from './namespace-terms.ts';

/** TikTok's hosts, in a namespace with a loopback of its own. */
const STUB = '127.64.0.1';

interface IsolatedOptions extends Pick<WallOptions, 'hosts'> {
  /** Answers TikTok's hosts; without it they are refused. */
  answering?: Pick<WallOptions, 'authority' | 'handle'>;
  /** Ports of the run on 127.0.0.1: of the proxy, and of the stub if it is a separate server. */
  ports: readonly number[];
  /** What else the site's server may reach: `server.reaches`. */
  reaches: readonly string[];
  onLine: (line: string) => void;
}

/**
 * A network namespace for a site's server, in which the stub answers TikTok's hosts as behind the hosts wall; here it can use the
 * HTTP ports as any user. If it cannot be built, returns why.
 */
export async function startIsolatedWall({
  hosts,
  answering,
  ports,
  reaches,
  onLine,
}: IsolatedOptions): Promise<Wall | { lack: string }> {
  const stub = answering ? await stubServers(answering, { address: '127.0.0.1', ports: [0, 0] }) : [];
  const close = async () => void (await Promise.all(stub.map((one) => one.close())));
  const named = namedWays(reaches);
  const namespace = await startNamespace({
    hosts: [...named.lines, hostsFile(STUB, hosts)].join('\n'),
    ways: [
      ...stub.map(({ server }, index) => ({
        at: { host: STUB, port: [443, 80][index]! },
        to: { host: '127.0.0.1', port: portOf(server) },
      })),
      ...ports.map((port) => same({ host: '127.0.0.1', port })),
      ...named.ways,
    ],
    onLine,
  });
  if ('lack' in namespace) {
    await close();
    return namespace;
  }
  return {
    command: namespace.command,
    close: async () => {
      await namespace.close();
      await close();
    },
  };
}

const isAddress = (host: string) => isIP(host) > 0;

function portOf(server: AnyServer): number {
  return (server.address() as AddressInfo).port;
}

function same(where: HostPort): Way {
  return { at: where, to: where };
}

/** Each name gets an address of its own there, by lines for the hosts file. */
export function namedWays(reaches: readonly string[]): { ways: Way[]; lines: string[] } {
  const places = reaches.flatMap((text) => hostAndPort(text) ?? []);
  const names = [...new Set(places.map(({ host }) => host))].filter((host) => !isAddress(host));
  const addressOf = (host: string) => `127.64.1.${names.indexOf(host) + 1}`;
  return {
    ways: places.map((to) => {
      if (isAddress(to.host)) return same(to);
      return { at: { host: isLoopback(to.host) ? '127.0.0.1' : addressOf(to.host), port: to.port }, to };
    }),
    lines: names.filter((host) => !isLoopback(host)).map((host) => hostLines(addressOf(host), host)),
  };
}
