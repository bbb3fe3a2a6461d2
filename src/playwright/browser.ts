import type { Browser, BrowserContextOptions, BrowserType, LaunchOptions } from '@playwright/test';
import { test } from '@playwright/test';
import { certificate } from '../double/certificate.ts';
import { TIKTOK_HOST_PATTERNS } from '../tiktok/hosts.ts';
import { asFailure, attach, type Judged, ofTest } from './judge.ts';
import type { SuiteSession } from './session.ts';
import type { ContextVisit, Opened } from './visit.ts';

/**
 * Records every context that is opened in this process, whoever opens it: Playwright's fixtures, the user's own, a hook, or a
 * browser launched by a test. What cannot be recorded is refused.
 *
 * @param type chromium
 * @param defaults Playwright's default launch options
 * @returns a function that undoes it
 */
export function recordAll(type: BrowserType, defaults: LaunchOptions, session: SuiteSession): () => void {
  const { launch, connect, launchPersistentContext, connectOverCDP } = type;
  type.launch = async (options) => {
    const args = withoutTikTok(await withKey(options?.args ?? defaults.args ?? []));
    const browser = await ofTest(launch.call(type, { ...options, args }));
    return recorded(browser, session, 'launch', options?.proxy ?? defaults.proxy);
  };
  // It takes its options separately, or with the address among them.
  type.connect = async (...given: unknown[]) => {
    const browser: Browser = await ofTest(Reflect.apply(connect, type, given));
    return recorded(browser, session, 'connect');
  };
  type.launchPersistentContext = () => ofTest(refuse('chromium.launchPersistentContext'));
  type.connectOverCDP = () => ofTest(refuse('chromium.connectOverCDP'));
  return () => Object.assign(type, { launch, connect, launchPersistentContext, connectOverCDP });
}

async function refuse(what: string): Promise<never> {
  throw new Error(
    `${what} opens a context that bypasses the test double of TikTok, so what its pages send would reach TikTok unseen. ` +
      'Use the browser fixture or chromium.launch, and browser.newContext with a storageState; ' +
      'or take the test from @playwright/test.',
  );
}

const TRUSTED = '--ignore-certificate-errors-spki-list=';

/** Makes the browser trust the double's key, besides those that the user named. */
async function withKey(args: readonly string[]): Promise<string[]> {
  const { spki } = await certificate();
  const others = args.filter((arg) => !arg.startsWith(TRUSTED));
  const trusted = args.flatMap((arg) =>
    arg.startsWith(TRUSTED) ? arg.slice(TRUSTED.length).split(',') : [],
  );
  return [...others, TRUSTED + [...trusted, spki].join(','), '--disable-quic'];
}

const RESOLVER = '--host-resolver-rules=';
const NOWHERE = TIKTOK_HOST_PATTERNS.map((host) => `MAP ${host} ~NOTFOUND`);

/**
 * Makes the browser itself find none of TikTok's hosts: not from a page that is opened past Playwright, such as by the DevTools
 * protocol. A recorded context leaves names to its door.
 */
function withoutTikTok(args: readonly string[]): string[] {
  const others = args.filter((arg) => !arg.startsWith(RESOLVER));
  // The browser reads the last of several, and takes the first rule that fits.
  const theirs = args.findLast((arg) => arg.startsWith(RESOLVER))?.slice(RESOLVER.length);
  return [...others, RESOLVER + [...NOWHERE, ...(theirs ? [theirs] : [])].join(',')];
}

function recorded(
  browser: Browser,
  session: SuiteSession,
  by: Opened['by'],
  proxy?: LaunchOptions['proxy'],
): Browser {
  const newContext = browser.newContext.bind(browser);
  const close = browser.close.bind(browser);
  browser.newContext = async (options: BrowserContextOptions = {}) => {
    const visit = await ofTest(session.open(newContext, { browser, by, proxy }, options));
    return recordedContext(visit, session);
  };
  browser.close = async (options) => {
    const open = session.unfinished().filter(({ context }) => context.browser() === browser);
    const judged: (Judged | undefined)[] = [];
    for (const visit of open) judged.push(await session.finish(visit));
    await close(options);
    for (const visit of open) await visit.close();
    report(judged);
  };
  return browser;
}

function recordedContext(visit: ContextVisit, session: SuiteSession) {
  const { context } = visit;
  const close = context.close.bind(context);
  Object.assign(context, { request: session.requests.refusing(context.request) });
  const newPage = () => ofTest(visit.openPage());
  context.newPage = newPage;
  context.close = async (options) => {
    const judged = await session.finish(visit);
    await close(options);
    await visit.close();
    await attached(judged);
    report([judged]);
  };
  return context;
}

async function attached(judged: Judged | undefined): Promise<void> {
  if (judged) await attach(judged, test.info());
}

/** In a hook, nothing else reports them. */
function report(judged: readonly (Judged | undefined)[]): void {
  const held = judged.filter((one) => one !== undefined && !one.released);
  if (held.length > 0) throw asFailure(held.map((one) => one!.message()).join('\n\n'));
}
