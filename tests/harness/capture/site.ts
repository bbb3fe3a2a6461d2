import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { withDefaults } from '../../../src/target/check.ts';
import type { Journey, Target } from '../../../src/target/target.ts';

/** `www` and `shop` are one site with two origins; `other` is another site, for which Chromium uses a separate process. */
export const HOSTS = { www: 'www.site.test', shop: 'shop.site.test', other: 'frame.localhost' } as const;

/** A tiny site whose pages the test writes. Every host serves the same pages. */
export class Site {
  readonly pages = new Map<string, string>();
  /** Milliseconds that a path takes to answer. */
  readonly delays = new Map<string, number>();
  private readonly server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const page = this.pages.get(pathname);
    const delay = this.delays.get(pathname);
    if (delay !== undefined) await setTimeout(delay);
    const type = request.url?.endsWith('.js') ? 'text/javascript' : 'text/html';
    response
      .writeHead(page === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` })
      .end(page);
  });

  static async start(): Promise<Site> {
    const site = new Site();
    await new Promise<void>((resolve) => site.server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  url(path: string, host: keyof typeof HOSTS = 'www'): string {
    return `http://${HOSTS[host]}:${(this.server.address() as AddressInfo).port}${path}`;
  }

  /** The site as a target with one journey, with short timeouts for what never comes. */
  target(journey: Pick<Journey, 'start' | 'steps'>, pixels: string[]): Target {
    const hosts = Object.fromEntries(Object.values(HOSTS).map((host) => [host, '127.0.0.1']));
    return withDefaults(
      {
        name: 'tiny-site',
        baseURL: this.url('/'),
        hosts,
        pixels,
        scenarios: ['organic'],
        journeys: [{ name: 'tiny', ...journey }],
        timeouts: { step: 5_000, settle: 500 },
      },
      'tiny-site.json',
    );
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export function document(head: string, body = ''): string {
  return `<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
}
