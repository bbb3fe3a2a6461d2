import { type Browser, chromium } from 'playwright';
import { bundle } from '../double/bundle.ts';
import { Double } from '../double/server.ts';
import type { Target } from '../target/target.ts';
import { TIKTOK_HOST_PATTERNS } from '../tiktok/hosts.ts';
import { BrowserError, findBrowser } from './browser.ts';

/**
 * What visits share: one browser and one double, for the life of a Playwright worker. Visits of one session are made one after
 * another, each in a fresh browser context.
 */
export class Session {
  readonly target: Target;
  readonly double: Double;
  /** The call tap, as an init script. */
  readonly tap: string;
  private current: Browser;

  /** @throws BrowserError where there is no browser */
  static async open(target: Target): Promise<Session> {
    const double = await Double.start();
    try {
      return new Session(target, double, await launch(target, double));
    } catch (error) {
      await double.close();
      throw error;
    }
  }

  private constructor(target: Target, double: Double, browser: Browser) {
    this.target = target;
    this.double = double;
    this.current = browser;
    // The tap tells its own frames in a stack by this name.
    this.tap = `${bundle(new URL('./tap/main', import.meta.url))}\n//# sourceURL=ttq-conformance-tap.js`;
  }

  /** The browser; a new one if the last one has crashed. */
  async browser(): Promise<Browser> {
    if (!this.current.isConnected()) this.current = await launch(this.target, this.double);
    return this.current;
  }

  async close(): Promise<void> {
    await this.current.close().catch(() => undefined);
    await this.double.close();
  }
}

async function launch(target: Target, double: Double): Promise<Browser> {
  const found = findBrowser();
  if (!found)
    throw new BrowserError(
      'No browser was found. Run `npx ttq-conformance setup`, or set TTQ_BROWSER to a Chromium.',
    );
  const args = [
    `--host-resolver-rules=${resolverRules(target, double).join(', ')}`,
    `--ignore-certificate-errors-spki-list=${double.spki}`,
    '--disable-quic',
  ];
  const options = {
    ...(found.path === undefined ? {} : { executablePath: found.path }),
    args,
    timeout: 30_000,
  };
  const proxy = target.network === 'open' ? proxyOfEnvironment() : undefined;
  // Through a proxy the resolver rules would not count: TikTok's hosts must never be asked of one.
  return chromium.launch(
    proxy
      ? {
          ...options,
          proxy: {
            server: proxy,
            bypass: TIKTOK_HOST_PATTERNS.map((host) => host.replace('*', '')).join(','),
          },
        }
      : { ...options, args: [...args, '--no-proxy-server'] },
  );
}

function proxyOfEnvironment(): string | undefined {
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  return HTTPS_PROXY || https_proxy || HTTP_PROXY || http_proxy || undefined;
}

/** The first rule that matches a host counts. */
function resolverRules(target: Target, double: Double): string[] {
  const rules = [
    ...double.resolverRules,
    ...Object.entries(target.hosts).map(([host, address]) => `MAP ${host} ${address}`),
  ];
  if (target.network === 'open') return rules;
  const { hostname } = new URL(target.baseURL);
  if (!(hostname in target.hosts)) rules.push(`EXCLUDE ${hostname}`);
  return [...rules, ...Object.values(target.hosts).map((address) => `EXCLUDE ${address}`), 'MAP * ~NOTFOUND'];
}
