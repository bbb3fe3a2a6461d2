import { type Browser, chromium, type LaunchOptions } from '@playwright/test';
import { certificate } from '../double/certificate.ts';
import type { Fetch } from '../double/fetch.ts';
import type { ScriptSource } from '../double/scripts/script.ts';
import { scriptSource } from '../double/scripts/source.ts';
import type { Sdk } from '../target/target.ts';
import { bounded } from './bounded.ts';
import { BrowserError, findBrowser, isHeaded, requireHeaded, whyNotStarted } from './browser.ts';

/** A browser shared by visits of one target or many, one after another or in parallel, each in its own context. */
export class Session {
  /** Reaches TikTok, for what a target lets through: scripts from there, events to there. */
  readonly fetch: Fetch;
  private current: Promise<Browser>;
  private readonly sources = new Map<string, ScriptSource>();
  private readonly given: ScriptSource | undefined;
  private readonly temp: string | undefined;

  /**
   * @param fetch reaches TikTok
   * @param scripts the SDK served to pages, by default that of each target
   * @param temp folder for the browser's profile, which somebody else removes if this process is killed
   * @throws BrowserError if there is no browser
   */
  static async open(
    fetch: Fetch = globalThis.fetch,
    scripts?: ScriptSource,
    temp?: string,
  ): Promise<Session> {
    return new Session(fetch, scripts, temp, await launchBrowser(temp));
  }

  private constructor(
    fetch: Fetch,
    scripts: ScriptSource | undefined,
    temp: string | undefined,
    browser: Browser,
  ) {
    this.temp = temp;
    this.fetch = fetch;
    this.given = scripts;
    this.current = Promise.resolve(browser);
  }

  /** The browser; a new one if the last one has crashed. */
  async browser(): Promise<Browser> {
    const before = this.current;
    const browser = await before;
    if (browser.isConnected()) return browser;
    // If several visits find it gone, one of them starts the next.
    if (this.current === before) this.current = launchBrowser(this.temp);
    return this.current;
  }

  /** The scripts of an SDK, shared by its visits: TikTok's own are fetched once. */
  scripts(sdk: Sdk): ScriptSource {
    if (this.given) return this.given;
    const key = JSON.stringify(sdk);
    const source = this.sources.get(key) ?? scriptSource(sdk, this.fetch);
    this.sources.set(key, source);
    return source;
  }

  async close(): Promise<void> {
    await bounded((await this.current).close(), CLOSING, undefined);
  }
}

/** Milliseconds for a browser to close. */
const CLOSING = 10_000;

/**
 * @param temp folder for its profile; by default the system's
 * @throws BrowserError if there is no browser, or it does not start
 */
export async function launchBrowser(temp?: string): Promise<Browser> {
  const headed = isHeaded();
  const found = headed ? requireHeaded() : findBrowser();
  if (!found)
    throw new BrowserError(
      'No browser was found. Run `npx ttq-conformance setup`, or set TTQ_BROWSER to a Chromium.',
    );
  const options = {
    ...(found.path === undefined ? {} : { executablePath: found.path }),
    ...(await launchOptions()),
    headless: !headed,
    timeout: 30_000,
  };
  try {
    return await (temp === undefined ? chromium.launch(options) : launchedIn(temp, options));
  } catch (error) {
    throw new BrowserError(whyNotStarted(found.path ?? chromium.executablePath(), (error as Error).message));
  }
}

/** Playwright makes the profile in the temporary folder named by this process's environment. */
async function launchedIn(temp: string, options: LaunchOptions): Promise<Browser> {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = temp;
  try {
    return await chromium.launch(options);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/**
 * Launch options that make a browser reach the double instead of TikTok, and nothing at all from a context without a door. They
 * are the same for all targets.
 */
async function launchOptions(): Promise<LaunchOptions> {
  const { spki } = await certificate();
  const args = [
    `--ignore-certificate-errors-spki-list=${spki}`,
    '--disable-quic',
    // Consent tools hide their banner from a browser that says it is automated.
    '--disable-blink-features=AutomationControlled',
    // The proxy looks names up, so this is for what bypasses the doors: no name resolves, TikTok's least of all. WebRTC asks the
    // whole network for names in .local, even for ~NOTFOUND; an address needs no look-up.
    '--host-resolver-rules=MAP *.local 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    // The headless shell ignores --no-proxy-server, and would use the proxy of the environment or the system.
    '--proxy-server=direct://',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  ];
  return { args };
}
