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

/** What stands behind a door. */
export interface Behind {
  place: Place;
  /** Takes a connection to a host of TikTok's. */
  double: (socket: Socket, port: number) => void;
  /** Takes a connection to a host of the site's own, where that is not to go straight there. */
  site?: ((socket: Socket) => void) | undefined;
  /** Makes a connection to a host that the target does not map. By default a direct one. */
  reach?: Reach | undefined;
}

/**
 * Makes a connection. What it resolves to is connected, or hears the client itself and knows then what to do. Rejects where there is no
 * way, with a message that says why, and where `signal` says that the client is gone.
 */
export type Reach = (where: HostPort, signal: AbortSignal) => Promise<(client: Socket) => void>;

/**
 * The way out of one browser context: a SOCKS proxy on loopback that leads TikTok's hosts to the double, the target's to where they are,
 * and all others nowhere where the target is hermetic. SOCKS, since it passes on what the site and the browser say as it is, plain HTTP
 * and web sockets too, and since what cannot be reached is an error of the network to the page, and no answer.
 */
export class Door {
  private readonly behind: Behind;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly refused = new Map<string, string>();

  constructor(behind: Behind) {
    this.behind = behind;
    // An upload that is over may still be answered.
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

  /** For Playwright's `newContext`. Without the exception, Chromium reaches this machine past every proxy. */
  get proxy(): { server: string; bypass: string } {
    return { server: `socks5://${this.address}`, bypass: '<-loopback>' };
  }

  /** Why what a URL names was not reached when it was last asked for; undefined where it was. */
  refusal(url: string): string | undefined {
    const { protocol, hostname, port } = new URL(url);
    return this.refused.get(
      name({ host: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) }),
    );
  }

  /** Cuts every connection. */
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
      if (route.to === 'nowhere') throw new Error('the audit is hermetic, and it is no host of the target');
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

/** As Chromium does, without asking anybody for what is this machine. */
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

/** One that is made through a file ends, and cannot be reset: Node throws where it is asked to. */
function cut(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

/** Makes one connection of two: what ends or breaks on one side does so on the other. */
export function join(client: Socket, there: Socket): void {
  there.on('error', () => cut(client));
  client.on('error', () => cut(there));
  there.on('close', () => client.destroySoon());
  client.on('close', () => there.destroy());
  client.pipe(there).pipe(client);
}
