import { type Browser, chromium, type LaunchOptions } from 'playwright';
import { bundle } from '../double/bundle.ts';
import type { Fetch } from '../double/fetch.ts';
import type { ScriptSource } from '../double/scripts/script.ts';
import { scriptSource } from '../double/scripts/source.ts';
import { Double } from '../double/server.ts';
import type { Target } from '../target/target.ts';
import { BrowserError, findBrowser } from './browser.ts';
import { proxyArguments } from './proxy.ts';

/**
 * What visits share: one browser and one double, for the life of a Playwright worker. Visits of one session are made one after
 * another, each in a fresh browser context.
 */
export class Session {
  readonly target: Target;
  readonly double: Double;
  /** The way to TikTok, for what a target lets through: its scripts from there, events to there. */
  readonly fetch: Fetch;
  /** The call tap, as an init script. */
  readonly tap: string;
  private current: Browser;

  /**
   * @param fetch the way to TikTok
   * @param scripts the SDK that pages are given, by default the target's
   * @throws BrowserError where there is no browser
   */
  static async open(
    target: Target,
    fetch: Fetch = globalThis.fetch,
    scripts: ScriptSource = scriptSource(target.sdk, fetch),
  ): Promise<Session> {
    const double = await Double.start(scripts);
    try {
      return new Session(target, double, fetch, await launchBrowser(target, double));
    } catch (error) {
      await double.close();
      throw error;
    }
  }

  private constructor(target: Target, double: Double, fetch: Fetch, browser: Browser) {
    this.target = target;
    this.double = double;
    this.fetch = fetch;
    this.current = browser;
    // The tap tells its own frames in a stack by this name.
    this.tap = `${bundle(new URL('./tap/main', import.meta.url))}\n//# sourceURL=ttq-conformance-tap.js`;
  }

  /** The browser; a new one if the last one has crashed. */
  async browser(): Promise<Browser> {
    if (!this.current.isConnected()) this.current = await launchBrowser(this.target, this.double);
    return this.current;
  }

  async close(): Promise<void> {
    await this.current.close().catch(() => undefined);
    await this.double.close();
  }
}

/** @throws BrowserError where there is no browser */
export function launchBrowser(target: Place, double: Double): Promise<Browser> {
  const found = findBrowser();
  if (!found)
    throw new BrowserError(
      'No browser was found. Run `npx ttq-conformance setup`, or set TTQ_BROWSER to a Chromium.',
    );
  return chromium.launch({
    ...(found.path === undefined ? {} : { executablePath: found.path }),
    ...launchOptions(target, double),
    timeout: 30_000,
  });
}

/** Where a target is, which is all that the launch looks at. */
type Place = Pick<Target, 'baseURL' | 'hosts' | 'network'> & Partial<Pick<Target, 'pixelHosts'>>;

/** How a browser has to be launched so that TikTok's hosts are the double, and nothing can go around it. */
export function launchOptions(target: Place, double: Double): LaunchOptions {
  const args = [
    `--host-resolver-rules=${resolverRules(target, double).join(', ')}`,
    `--ignore-certificate-errors-spki-list=${double.spki}`,
    '--disable-quic',
    // Consent tools hide their banner from a browser that says it is driven by a program.
    '--disable-blink-features=AutomationControlled',
    // A page from a public address may not ask for loopback: to the browser, the double has to look as public as TikTok.
    `--ip-address-space-overrides=${double.addresses.map((address) => `${address}=public`).join(',')}`,
    ...proxyArguments(target, process.env),
  ];
  return { args };
}

/** The first rule that matches a host counts. */
function resolverRules(target: Place, double: Double): string[] {
  const rules = [
    ...double.resolverRules(target.pixelHosts),
    ...Object.entries(target.hosts).map(([host, address]) => `MAP ${host} ${address}`),
  ];
  if (target.network === 'open') return rules;
  const { hostname } = new URL(target.baseURL);
  if (!(hostname in target.hosts)) rules.push(`EXCLUDE ${hostname}`);
  return [...rules, ...Object.values(target.hosts).map((address) => `EXCLUDE ${address}`), 'MAP * ~NOTFOUND'];
}
