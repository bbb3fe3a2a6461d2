import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from 'node:net';
import { isLoopback } from '../../target/hosts.ts';
import type { FaultedAnswer } from '../../tiktok/events-api/faults.ts';
import type { Authority } from '../authority.ts';
import { directly } from '../door.ts';
import { isHandshake } from '../handshake.ts';
import { proxiesFor, wayOut } from '../proxy.ts';
import { type Place, type Route, routeOf } from '../routes.ts';
import { type HostPort, unbracketed } from '../socks.ts';
import { handOnPlain } from '../through-proxy.ts';
import type { Received } from './call.ts';
import type { HostFilter } from './hosts.ts';
import {
  type AnyServer,
  certificatesOf,
  closed,
  give,
  onRequest,
  type Request,
  type Response,
  received,
  Sockets,
  secureServer,
} from './http-server.ts';

const LOOPBACK = '127.0.0.1';
const ignore = () => {};

export interface ConnectProxyOptions {
  /** Where the target is, and whether other hosts may be reached. */
  place: Place;
  /** Which hosts are answered as the Events API. */
  isAnswered: HostFilter;
  /** Signs the certificates for these hosts. */
  authority: Authority;
  /** Answers each of their requests once its whole body has arrived. */
  handle: (call: Received) => FaultedAnswer;
  /** Receives one line for everything that was refused. */
  onRefused: (line: string) => void;
  /** The environment, for the proxy to other hosts if they may be reached. */
  env?: NodeJS.ProcessEnv;
  /** Opens the proxy to other machines, such as containers: only for hosts that are answered here, and only with the password. */
  listen?: Listen;
}

/** Where other machines reach the proxy, and the password. They may use any user name. */
export interface Listen {
  address: string;
  /** 0 for any free port. */
  port: number;
  password: string;
}

/**
 * A proxy on loopback for the site's server, in any language: it answers TikTok's hosts itself, with TLS or without, and forwards
 * or refuses the rest, as the target says.
 */
export class ConnectProxy {
  private readonly options: ConnectProxyOptions;
  private readonly sockets = new Sockets();
  private readonly proxy: Server;
  /** Accepts connections to the proxy. */
  private readonly front: SocketServer;
  /** Answers TikTok's hosts to clients that were led here without their knowledge, and speak TLS at once. */
  private readonly direct: AnyServer;
  /** Answers TikTok's hosts without TLS, inside a tunnel. */
  private readonly plain: AnyServer;
  private readonly secure = new Map<string, Promise<AnyServer>>();

  static async start(options: ConnectProxyOptions): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(options);
    const { address = LOOPBACK, port = 0 } = options.listen ?? {};
    proxy.front.listen(port, address);
    await once(proxy.front, 'listening');
    return proxy;
  }

  private constructor(options: ConnectProxyOptions) {
    this.options = options;
    this.plain = this.answering(createServer(), 'http');
    this.proxy = createServer((request, response) => void this.takeRequest(request, response));
    this.direct = this.answering(secureServer(certificatesOf(options.authority)), 'https');
    this.front = createSocketServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', ignore);
      const isDirect = (first: Buffer) => !options.listen && isHandshake(first);
      atFirst(socket, (first) => (isDirect(first) ? this.direct : this.proxy));
    });
    this.proxy.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      void this.takeTunnel(request, socket, head);
    });
    this.proxy.on('clientError', (_error: Error, socket: Socket) => say(socket, 400, BAD_REQUEST));
  }

  get url(): string {
    const { address, port } = this.front.address() as AddressInfo;
    return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }

  /** Closes every connection and stops. */
  async close(): Promise<void> {
    await closed(this.front, this.sockets);
  }

  /** Whether the sender may use the proxy, for other machines. */
  private isLet({ headers }: IncomingMessage): boolean {
    const { listen } = this.options;
    if (!listen) return true;
    const [, given = ''] = /^Basic (.+)$/i.exec(headers['proxy-authorization'] ?? '') ?? [];
    // This header is for the proxy only.
    delete headers['proxy-authorization'];
    const password = Buffer.from(given, 'base64')
      .toString()
      .replace(/^[^:]*:/, '');
    return timingSafeEqual(digest(password), digest(listen.password));
  }

  private async takeTunnel(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    if (!this.isLet(request)) return say(socket, 407, NO_PASSWORD, ASKS);
    const { url = '' } = request;
    const where = authorityOf(url);
    if (!where) return say(socket, 400, `${BAD_REQUEST}: CONNECT ${url}`);
    const gone = new AbortController();
    socket.on('close', () => gone.abort());
    try {
      const lead = await this.wayTo(where, gone.signal);
      if (gone.signal.aborted) return;
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) socket.unshift(head);
      lead(socket);
    } catch (error) {
      if (!gone.signal.aborted) say(socket, error instanceof Refused ? 403 : 502, this.tell(error, where));
    }
  }

  private async wayTo(where: HostPort, signal: AbortSignal): Promise<(client: Socket) => void> {
    if (this.options.isAnswered(where.host)) return (client) => this.answerTunnel(client, where.host);
    const route = this.routeOf(where);
    const reach = route.mapped || isLoopback(route.host) ? directly : wayOut(this.env);
    return reach({ host: route.host, port: route.port }, signal);
  }

  /** A client may also speak without TLS inside a tunnel. */
  private answerTunnel(client: Socket, host: string): void {
    atFirst(client, (first) => (isHandshake(first) ? this.secureFor(host) : this.plain));
  }

  private secureFor(host: string): Promise<AnyServer> {
    const known = this.secure.get(host) ?? this.secureServer(host);
    this.secure.set(host, known);
    return known;
  }

  private async secureServer(host: string): Promise<AnyServer> {
    const leaf = await this.options.authority.leaf(host.replace(/\.$/, ''));
    const server = this.answering(secureServer(leaf), 'https');
    server.on('tlsClientError', (error: Error) =>
      this.options.onRefused(
        `A client did not accept the certificate with which ${host} was answered (${error.message}): it trusts neither the variables nor the files of the proxy`,
      ),
    );
    return server;
  }

  private answering(server: AnyServer, scheme: 'http' | 'https'): AnyServer {
    onRequest(server, (request, response) => void this.answer(scheme, request, response));
    (server as Server).on('clientError', (_error: Error, socket: Socket) => socket.destroy());
    return server;
  }

  private async answer(scheme: string, request: Request, response: Response): Promise<void> {
    const call = await received(scheme, request);
    if (call) give(this.options.handle(call), response, () => this.sockets.reset(request));
  }

  /** A request that names its host: without TLS, or from a client that sends its proxy what others encrypt. */
  private async takeRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.isLet(request)) return say(response, 407, NO_PASSWORD, ASKS);
    const url = /^https?:/i.test(request.url ?? '') ? URL.parse(request.url!) : null;
    if (!url) return say(response, 400, `${BAD_REQUEST}: ${request.method} ${request.url}`);
    const where = {
      host: unbracketed(url.hostname),
      port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    };
    if (this.options.isAnswered(where.host)) return this.answer('http', request, response);
    try {
      const { host, port, mapped } = this.routeOf(where);
      if (url.protocol === 'https:') throw new Error('encrypted requests must use CONNECT');
      const isDirect = mapped || isLoopback(host);
      await handOnPlain(
        request,
        response,
        { host, port },
        isDirect ? undefined : proxiesFor(where, this.env),
      );
    } catch (error) {
      say(response, error instanceof Refused ? 403 : 502, this.tell(error, where));
    }
  }

  /** @throws Refused if the target is hermetic and the host is not one of its own */
  private routeOf(where: HostPort): Extract<Route, { to: 'site' }> {
    const { place, listen } = this.options;
    if (listen) throw new Refused("other machines reach TikTok's hosts here, and nothing else");
    // Hosts that stand for TikTok's in the browser are ordinary hosts here.
    const route = routeOf(where, { ...place, pixelHosts: [] });
    if (route.to === 'site') return route;
    if (route.to === 'nowhere' && isLoopback(where.host))
      return { to: 'site', mapped: false, own: false, ...where };
    throw new Refused('the audit is hermetic; "network": "open" in the target file allows it');
  }

  private tell(error: unknown, { host, port }: HostPort): string {
    const why = error instanceof Error ? error.message : String(error);
    const verb = error instanceof Refused ? 'refused' : 'did not reach';
    const line = `ttq-conformance ${verb} ${host}:${port}: ${why}`;
    this.options.onRefused(line);
    return line;
  }

  private get env(): NodeJS.ProcessEnv {
    return this.options.env ?? process.env;
  }
}

/** Gives a connection to the server that its first bytes ask for. */
function atFirst(client: Socket, serverFor: (first: Buffer) => AnyServer | Promise<AnyServer>): void {
  client.once('data', async (first: Buffer) => {
    client.pause();
    client.unshift(first);
    (await serverFor(first)).emit('connection', client);
    client.resume();
  });
}

/** A host that the target does not allow. */
class Refused extends Error {}

const BAD_REQUEST =
  'ttq-conformance: this is the proxy of an audit; wanted CONNECT host:port, or a request with a whole URL';

const NO_PASSWORD =
  'ttq-conformance: wanted the password of eventsApi.listen, as in http://ttq:password@host:port';
const ASKS = { 'proxy-authenticate': 'Basic realm="ttq-conformance"' };

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function say(
  to: ServerResponse | Socket,
  status: number,
  line: string,
  more: Record<string, string> = {},
): void {
  const body = `${line}\n`;
  const headers = {
    ...more,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  if ('writeHead' in to) return void to.writeHead(status, headers).end(body);
  if (!to.writable) return void to.destroy();
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  to.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
}

/** `host:port`, as in CONNECT. */
function authorityOf(text: string): HostPort | undefined {
  const [, host, port] = /^(\[[\da-f:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/i.exec(text) ?? [];
  return host === undefined ? undefined : { host: unbracketed(host.toLowerCase()), port: Number(port) };
}
