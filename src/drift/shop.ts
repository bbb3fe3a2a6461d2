import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { certificate } from '../double/certificate.ts';
import { ELSEWHERE, SHOP } from './probe.ts';

const LOOPBACK = '127.0.0.1';
/** Other hosts for probes: a second one of the shop's site, and one with a single label. */
const HOSTS = [hostOf(SHOP), hostOf(ELSEWHERE), 'other.shop.example', 'intranet'];

/** Serves the pages of one probe after another, over http and https. */
export class Shop {
  pages = new Map<string, string>();
  /** Addresses of its hosts. The first match counts, so port 80 comes first. */
  readonly hosts: Record<string, string> = {};
  private readonly servers: NetServer[];

  static async start(): Promise<Shop> {
    const { key, cert } = await certificate();
    const shop = new Shop(createServer(), createSecureServer({ key, cert }));
    const [plain, secure] = await Promise.all(shop.servers.map(listen));
    for (const host of HOSTS) {
      shop.hosts[`${host}:80`] = `${LOOPBACK}:${plain}`;
      shop.hosts[host] = `${LOOPBACK}:${secure}`;
    }
    return shop;
  }

  private constructor(plain: Server, secure: Server) {
    this.servers = [plain, secure];
    for (const server of [plain, secure]) {
      server.on('request', (request, response) => {
        const page = this.pages.get(new URL(request.url ?? '/', SHOP).pathname);
        response
          .writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
          .end(page);
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      this.servers.map((server) => {
        (server as Server).closeAllConnections();
        return new Promise<void>((resolve) => server.close(() => resolve()));
      }),
    );
  }
}

function hostOf(origin: string): string {
  return new URL(origin).hostname;
}

function listen(server: NetServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });
}
