import { once } from 'node:events';
import {
  type AddressInfo,
  connect,
  createServer,
  isIP,
  type LookupFunction,
  type Server,
  type Socket,
} from 'node:net';
import { isLoopback } from '../target/hosts.ts';
import { type Place, routeOf } from './routes.ts';
import { connected, type HostPort, negotiate, unbracketed, unreachable } from './socks.ts';

const LOOPBACK = '127.0.0.1';
const ignore = () => {};

/** What is behind a door. */
export interface Behind {
  place: Place;
  /** Takes a connection to one of TikTok's hosts. */
  double: (socket: Socket, port: number) => void;
  /** Takes a connection to one of the site's own hosts, if it is not to be made directly. */
  site?: ((socket: Socket) => void) | undefined;
  /** Connects to a host that the target does not map; directly by default. */
  reach?: Reach | undefined;
}

/**
 * Connects to a host. Resolves once connected, or once it has to hear the client first, to a function that takes the client.
 * Rejects with a message that says why if the host cannot be reached, or if `signal` says that the client is gone.
 */
export type Reach = (where: HostPort, signal: AbortSignal) => Promise<(client: Socket) => void>;

/**
 * The way out of one browser context: a SOCKS proxy on loopback that sends TikTok's hosts to the double, the target's hosts to
 * where they are, and, for a hermetic target, no others anywhere. SOCKS, because it passes everything on unchanged, plain HTTP
 * and web sockets too, and because an unreachable host is a network error to the page, not an answer.
 */
export class Door {
  private readonly behind: Behind;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly refused = new Map<string, string>();

  constructor(behind: Behind) {
    this.behind = behind;
    // After an upload has ended, its answer may still follow.
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.enter(socket));
  }

  async open(): Promise<void> {
    this.server.listen(0, LOOPBACK);
    await once(this.server, 'listening');
  }

  /** `127.0.0.1:port` */
  get address(): string {
    return `${LOOPBACK}:${(this.server.address() as AddressInfo).port}`;
  }

  /** For Playwright's `newContext`. Without the exception, Chromium bypasses every proxy for this machine. */
  get proxy(): { server: string; bypass: string } {
    return { server: `socks5://${this.address}`, bypass: '<-loopback>' };
  }

  /** Why the host of a URL was not reached at its last request; undefined if it was. */
  refusal(url: string): string | undefined {
    const { protocol, hostname, port } = new URL(url);
    return this.refused.get(
      name({ host: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) }),
    );
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private enter(socket: Socket): void {
    this.keep(socket);
    negotiate(socket, (where) => void this.lead(socket, where));
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', ignore);
    socket.on('close', () => this.sockets.delete(socket));
  }

  private async lead(socket: Socket, where: HostPort): Promise<void> {
    const { place, double, site, reach = directly } = this.behind;
    const route = routeOf(where, place);
    if (route.to === 'double') {
      connected(socket);
      double(socket, where.port);
      return;
    }
    if (site && route.to === 'site' && route.own) {
      connected(socket);
      site(socket);
      return;
    }
    const gone = new AbortController();
    socket.on('close', () => gone.abort());
    try {
      if (route.to === 'nowhere')
        throw new Error('the audit is hermetic, and it is not a host of the target');
      const join = await (route.mapped ? directly : reach)(
        { host: route.host, port: route.port },
        gone.signal,
      );
      this.refused.delete(name(where));
      connected(socket);
      join(socket);
    } catch (error) {
      if (gone.signal.aborted) return;
      this.refused.set(name(where), error instanceof Error ? error.message : String(error));
      unreachable(socket);
    }
  }
}

const name = ({ host, port }: HostPort) => `${unbracketed(host)}:${port}`;

/** As Chromium does: names of this machine are not looked up anywhere. */
const lookupLoopback: LookupFunction = (_host, _options, found) =>
  found(null, [
    { address: LOOPBACK, family: 4 },
    { address: '::1', family: 6 },
  ]);

/** A connection without a proxy. */
export const directly: Reach = async ({ host, port }, signal) => {
  const isName = isIP(host) === 0 && isLoopback(host);
  const there = connect({
    host,
    port,
    signal,
    allowHalfOpen: true,
    noDelay: true,
    ...(isName ? { lookup: lookupLoopback } : {}),
  });
  await once(there, 'connect').catch((error: unknown) => {
    throw error instanceof AggregateError ? error.errors[0] : error;
  });
  return (client) => join(client, there);
};

/** A connection over a file is ended, as Node throws if it is asked to reset one. */
function cut(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

/** Joins two connections: what ends or breaks on one side does so on the other. */
export function join(client: Socket, there: Socket): void {
  there.on('error', () => cut(client));
  client.on('error', () => cut(there));
  there.on('close', () => client.destroySoon());
  client.on('close', () => there.destroy());
  client.pipe(there).pipe(client);
}
