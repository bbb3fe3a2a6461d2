import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, expect, type Page } from '@playwright/test';
import type { Place } from '../../../src/double/routes.ts';
import type { Script, ScriptSource } from '../../../src/double/scripts/script.ts';
import { StandIn } from '../../../src/double/scripts/stand-in.ts';
import { Double, type DoubleRequest } from '../../../src/double/server.ts';
import { baseCode } from '../../../src/drift/base-code.ts';
import { OTHER, PIXEL } from '../../../src/drift/probe.ts';
import { launchBrowser } from '../../../src/recorder/session.ts';
import { DEFAULT_SDK, type DoubleSdk } from '../../../src/target/target.ts';
import { test as base, type Lasting } from '../test.ts';

export { baseCode, expect, OTHER, PIXEL };

export const ORIGIN = 'http://www.shop.example';

/** A message on the wire; the tests read it as loosely as TikTok's servers would. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
export type Wire = any;

/** The base code with one pixel loaded. */
export const loaded = (calls = '', options = '{}') => baseCode(`ttq.load('${PIXEL}', ${options}); ${calls}`);

/** What reached the double from this test's pages. */
class Wiretap {
  readonly requests: DoubleRequest[] = [];

  at(path: string, host = 'analytics.tiktok.com'): DoubleRequest[] {
    return this.requests.filter(
      ({ url }) => new URL(url).pathname === path && new URL(url).hostname === host,
    );
  }

  /** Events posted to the pixel endpoint, the SDK's own among them. */
  get events(): Wire[] {
    return this.at('/api/v2/pixel')
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body.toString()));
  }

  /** Events by name; waits for as many as wanted. */
  async expectEvents(name: string, count = 1): Promise<Wire[]> {
    const named = () => this.events.filter(({ event }) => event === name);
    await expect.poll(() => named().length, `${count} x ${name}`).toBe(count);
    return named();
  }

  async expectEvent(name: string): Promise<Wire> {
    return (await this.expectEvents(name))[0];
  }

  /** What the SDK collected unasked. */
  actions(kind: 'act' | 'inter' = 'act'): Wire[] {
    return this.at(`/api/v2/pixel/${kind}`).map(({ body }) => JSON.parse(body.toString()));
  }

  /** Pixels whose loader was requested, and the other scripts of the SDK, in order. */
  get scripts(): string[] {
    return this.requests
      .map(({ url }) => /i18n\/pixel\/(?:static\/)?(\w+)/.exec(url)?.[1]?.replace(/_[0-9a-f]{8}$/, ''))
      .filter((name) => name !== undefined);
  }

  count(name: string): number {
    return this.events.filter(({ event }) => event === name).length;
  }
}

/** A shop whose pages the test writes. */
class Shop {
  readonly pages = new Map<string, string>();

  /** Serves a page from now on; returns its URL. */
  write(head: string, path = '/', body = ''): string {
    this.pages.set(path, `<!doctype html><html><head>${head}</head><body>${body}</body></html>`);
    return ORIGIN + path;
  }

  listener(): Server {
    return createServer((request, response) => {
      const page = this.pages.get(new URL(request.url ?? '/', ORIGIN).pathname);
      response
        .writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
        .end(page);
    });
  }
}

/** The stand-in SDK, whose options and deliveries a test can change. */
class Scripts implements ScriptSource {
  private standIn = new StandIn(DEFAULT_SDK);
  private readonly withheld: { part: string; until: Promise<boolean> }[] = [];

  set(options: Partial<DoubleSdk>): void {
    this.standIn = new StandIn({ ...DEFAULT_SDK, ...options });
    this.withheld.length = 0;
  }

  /** Answers 404 to scripts with this in their path. */
  block(part: string): void {
    this.withheld.push({ part, until: Promise.resolve(false) });
  }

  /** Holds back scripts with this in their path until the returned function is called. */
  delay(part: string): () => void {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.withheld.push({ part, until: promise });
    return () => resolve(true);
  }

  async get(url: URL): Promise<Script | undefined> {
    const { until } = this.withheld.find(({ part }) => url.href.includes(part)) ?? {};
    return (await until) === false ? undefined : this.standIn.get(url);
  }
}

interface Rig {
  browser: Browser;
  server: Server;
  shop: Shop;
  scripts: Scripts;
  place: Place;
}

async function openRig(): Promise<Rig> {
  const scripts = new Scripts();
  const shop = new Shop();
  const server = shop.listener();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hosts = Object.fromEntries(
    ['www.shop.example', 'other.shop.example', 'intranet'].map((host) => [host, `127.0.0.1:${port}`]),
  );
  const browser = await launchBrowser();
  const place: Place = { baseURL: ORIGIN, hosts, network: 'hermetic' };
  return { browser, server, shop, scripts, place };
}

const RIG: Lasting<Rig> = {
  open: openRig,
  close: async ({ browser, server }) => {
    await browser.close();
    server.close();
  },
};

interface Fixtures {
  /** Options of the stand-in SDK: `test.use({ sdk: { profile: '2024-04' } })`. */
  sdk: Partial<DoubleSdk>;
  rig: Rig;
  scripts: Scripts;
  wire: Wiretap;
  double: Double;
  shop: Shop;
  page: Page;
  warnings: string[];
}

export const test = base.extend<Fixtures>({
  sdk: [{}, { option: true }],
  scripts: async ({ rig, sdk }, use) => {
    rig.scripts.set(sdk);
    await use(rig.scripts);
  },
  rig: async ({ shared }, use) => use(await shared.get(RIG)),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a destructured first parameter
  wire: async ({}, use) => use(new Wiretap()),
  double: async ({ rig, wire, scripts }, use) => {
    const double = await Double.open({
      place: rig.place,
      scripts,
      onRequest: (request) => wire.requests.push(request),
    });
    await use(double);
    await double.close();
  },
  shop: async ({ rig }, use) => {
    rig.shop.pages.clear();
    await use(rig.shop);
  },
  page: async ({ rig, double }, use) => {
    const context = await rig.browser.newContext({ proxy: double.proxy });
    await use(await context.newPage());
    await context.close();
  },
  warnings: async ({ page }, use) => {
    const warnings: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    await use(warnings);
  },
});

/** Waits for the SDK to take over ttq, and for everything that it sends for the queue. */
export async function mounted(page: Page): Promise<void> {
  await page.waitForFunction('ttq.initialize');
}

/** Opens a page that loads several pixels. The SDK comes once all their scripts have run, so that it replays the queue for all at once. */
export async function openAtOnce(page: Page, scripts: Scripts, url: string): Promise<void> {
  const deliver = scripts.delay('static/main');
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction('globalThis.ttq && Object.values(ttq._i).every(({ info }) => info)');
  deliver();
}
