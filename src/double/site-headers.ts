import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { certificate } from './certificate.ts';
import { isHandshake } from './handshake.ts';
import type { OwnPaths, Pass } from './own-paths.ts';

/** What is added to requests to the site's own hosts. */
export interface SiteHeadersOptions {
  headers: Readonly<Record<string, string>>;
  /** Whether an untrusted certificate of the site is accepted. */
  ignoreHTTPSErrors: boolean;
  /** The SOCKS proxy, `host:port`, through which the site is reached. */
  way: string;
  /** The pixel behind the site's own paths, if there is one. */
  ownPaths?: OwnPaths | undefined;
}

/**
 * Adds headers to a browser's requests to the site's own hosts, and sees requests to the site's paths to the pixel. A context's
 * `extraHTTPHeaders` would be sent to every host, and Playwright's credentials intercept every request. TLS is terminated here,
 * with the key that the browser trusts.
 */
export class SiteHeaders {
  private readonly options: SiteHeadersOptions;
  private readonly agent: SocksProxyAgent;
  private readonly proxy = createProxyServer({ xfwd: false });
  private readonly plain = createServer();
  private readonly secure: ReturnType<typeof createSecureServer>;
  private readonly failures = new Map<string, string>();
  /** Receives the site's answer to a request instead of the browser. */
  private readonly takers = new WeakMap<IncomingMessage, (answer: IncomingMessage) => void>();

  static async open(options: SiteHeadersOptions): Promise<SiteHeaders> {
    return new SiteHeaders(options, await certificate());
  }

  private constructor(options: SiteHeadersOptions, identity: { key: string; cert: string }) {
    this.options = options;
    this.agent = new SocksProxyAgent(`socks5h://${options.way}`, { keepAlive: true });
    this.secure = createSecureServer(identity);
    for (const [server, protocol] of [
      [this.plain, 'http:'],
      [this.secure, 'https:'],
    ] as const) {
      server.on('request', (request, response) => this.pass(protocol, request, response));
      server.on('upgrade', (request, socket: Socket, head) => this.upgrade(protocol, request, socket, head));
      server.on('clientError', (_error: Error, socket: Socket) => socket.destroy());
    }
    this.proxy.on('proxyRes', (answer, request) => this.takers.get(request)?.(answer));
    // The page should see a broken connection, and not an answer of ours.
    this.proxy.on('error', (error, request, response) => {
      if (request) this.failures.set(request.headers.host ?? '', error.message);
      if (response) ('destroy' in response ? response : (response as ServerResponse)).destroy();
    });
  }

  /** Takes a connection to a host of the site. */
  serve(socket: Socket): void {
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      if (isHandshake(first)) {
        // It reads the bytes that have arrived already.
        this.secure.emit('connection', socket);
        return;
      }
      this.plain.emit('connection', socket);
      socket.resume();
    });
  }

  /** Why a host, with its port if that is not the default, was not reached at its last request. */
  failure(host: string): string | undefined {
    return this.failures.get(host);
  }

  close(): void {
    this.agent.destroy();
  }

  private pass(protocol: string, request: IncomingMessage, response: ServerResponse): void {
    this.failures.delete(request.headers.host ?? '');
    const pass: Pass = (body, taken) => {
      if (taken) this.takers.set(request, taken);
      const to = {
        ...this.to(protocol, request),
        ...(body ? { buffer: body } : {}),
        selfHandleResponse: taken !== undefined,
      };
      void this.proxy.web(request, response, to).catch(() => response.destroy());
    };
    const { ownPaths } = this.options;
    if (ownPaths) ownPaths.take(protocol, request, response, pass);
    else pass();
  }

  private upgrade(protocol: string, request: IncomingMessage, socket: Socket, head: Buffer): void {
    void this.proxy.ws(request, socket, this.to(protocol, request), head).catch(() => socket.destroy());
  }

  private to(protocol: string, { headers: { host } }: IncomingMessage) {
    const { headers, ignoreHTTPSErrors } = this.options;
    return {
      target: `${protocol}//${host}`,
      headers: { ...headers },
      secure: !ignoreHTTPSErrors,
      agent: this.agent,
    };
  }
}
