import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/**
 * A browser's TLS connections to a double. What a page sends while it is left may be on its way when the page is gone: it waits for
 * a connection to be opened, or in the browser's network service.
 */
export class Connections {
  /** By the browser's port, connections whose handshake is not over. */
  private readonly opening = new Map<number, PromiseWithResolvers<void>>();
  /** Chromium never uses some of the connections that it opens, and does not answer there. */
  private readonly inUse = new Set<ServerHttp2Session>();
  /** Connections that were opened or put to use, and requests. */
  private signs = 0;

  constructor(server: Http2SecureServer) {
    const sign = () => {
      this.signs += 1;
    };
    server.on('request', sign);
    server.on('secureConnection', ({ remotePort }: TLSSocket) => this.opened(remotePort));
    server.on('session', (session) => {
      session.once('remoteSettings', () => {
        this.inUse.add(session);
        sign();
      });
      session.once('close', () => this.inUse.delete(session));
    });
  }

  /** Called before the server gets the connection. */
  enter(socket: Socket): void {
    const { remotePort } = socket;
    if (remotePort === undefined) return; // closed already
    // Otherwise Node keeps a connection for good that a browser gives up before its handshake is over.
    socket.allowHalfOpen = false;
    this.opening.set(remotePort, Promise.withResolvers());
    socket.once('close', () => this.opened(remotePort));
  }

  /** Resolves once every connection is open, and the browser has answered on those in use without sending anything meanwhile. */
  async drain(): Promise<void> {
    let before: number;
    do {
      before = this.signs;
      await Promise.all([...this.opening.values()].map(({ promise }) => promise));
      await Promise.all([...this.inUse].map(answered));
    } while (this.signs > before || this.opening.size > 0);
  }

  private opened(port: number | undefined): void {
    if (port === undefined || !this.opening.has(port)) return;
    this.signs += 1;
    this.opening.get(port)?.resolve();
    this.opening.delete(port);
  }
}

/** Resolves once the browser has answered a ping, or its session is over. */
function answered(session: ServerHttp2Session): Promise<void> {
  return new Promise((resolve) => {
    if (session.destroyed || !session.ping(() => resolve())) resolve();
  });
}
