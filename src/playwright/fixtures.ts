import { test as base } from '@playwright/test';
import { recordAll } from './browser.ts';
import { asFailure, attach } from './judge.ts';
import { TRACKED } from './reported.ts';
import { SuiteSession } from './session.ts';
import type { TtqTarget } from './target.ts';
import { Ttq } from './ttq.ts';

/** The fixture for tests, and its option. */
export interface TtqTestArgs {
  /** The tracking of the test's pages: what was called, what was sent, and what the rules say. */
  ttq: Ttq;
  /**
   * `auto` judges every test at its end by all rules, and fails it if the gate would hold. By default only what a test asks for
   * is judged, for example by `expect(ttq).toConform()`.
   */
  ttqAudit: 'auto' | 'manual';
}

/** The option that each project, or file, sets. */
export interface TtqWorkerArgs {
  /** The site under test: what a target file says about it, without journeys. */
  ttqTarget: TtqTarget | undefined;
}

interface Own {
  _ttqConditions: undefined;
  _ttqTest: undefined;
}
interface OwnOfWorker {
  _ttqSession: SuiteSession | undefined;
}

/** Playwright's word for a fixture that its hooks have, too, as its own have it: beforeAll opens contexts. Its types do not know it. */
const IN_HOOKS_TOO = 'all-hooks-included' as unknown as true;

const NO_TARGET =
  'The option ttqTarget is not set: say in the Playwright configuration, or in test.use, which pixels the site has, such as { pixels: ["C…"] }.';

/**
 * Playwright's `test` with the fixture `ttq`. While the option `ttqTarget` is set, every context is recorded, whichever fixture,
 * hook or test opens it; what its pages send to TikTok is answered on this machine and goes no further.
 */
export const test = base.extend<TtqTestArgs & Own, TtqWorkerArgs & OwnOfWorker>({
  ttqTarget: [undefined, { scope: 'worker', option: true }],
  ttqAudit: ['manual', { option: true }],

  _ttqSession: [
    async ({ playwright, launchOptions, ttqTarget }, use, { project, config }) => {
      if (!ttqTarget) return use(undefined);
      const session = new SuiteSession(ttqTarget, project.use, config.configFile);
      const restore = recordAll(playwright.chromium, launchOptions, session);
      const restoreRequests = session.requests.takeOver(playwright.request, () => session.proxy);
      await use(session);
      restore();
      await restoreRequests();
      session.close(project.outputDir);
    },
    { scope: 'worker', auto: true, box: true },
  ],

  // Nothing may be launched before recording starts.
  browser: [async ({ _ttqSession, browser }, use) => use(browser), { scope: 'worker' }],

  context: async ({ _ttqSession, browserName, context }, use) => {
    if (_ttqSession && browserName === 'chromium' && !_ttqSession.visitOf(context))
      throw asFailure(
        'The context of this test is not recorded: it was not opened by browser.newContext. Remove reuseContext, and fixtures that open contexts in another way.',
      );
    await use(context);
  },

  _ttqConditions: [
    async (
      { _ttqSession: session, ttqAudit, screenshot, baseURL, proxy, userAgent, javaScriptEnabled, offline },
      use,
    ) => {
      session?.under({
        defaults: { baseURL, proxy, userAgent, javaScriptEnabled, offline },
        isJudging: ttqAudit === 'auto',
        isShown: (typeof screenshot === 'string' ? screenshot : screenshot.mode) !== 'off',
      });
      await use(undefined);
    },
    { auto: IN_HOOKS_TOO, box: true },
  ],

  _ttqTest: [
    async ({ _ttqSession: session, _ttqConditions, ttqAudit, browserName }, use, testInfo) => {
      if (ttqAudit === 'auto') requireSession(session, browserName);
      session?.begin(testInfo);
      await use(undefined);
      const judged = session?.end() ?? [];
      for (const one of judged) await attach(one, testInfo);
      const held = judged.filter(({ released }) => !released);
      // The test has already said why it failed.
      if (held.length === 0 || testInfo.status !== testInfo.expectedStatus) return;
      throw asFailure(held.map(({ message }) => message()).join('\n\n'));
    },
    { auto: true, box: true },
  ],

  ttq: async ({ _ttqSession, browserName }, use, { annotations }) => {
    annotations.push({ type: TRACKED });
    const session = requireSession(_ttqSession, browserName);
    // An invalid one is refused before the test begins.
    session.target();
    await use(new Ttq(session));
  },
});

function requireSession(session: SuiteSession | undefined, browserName: string): SuiteSession {
  if (!session) throw asFailure(NO_TARGET);
  if (browserName === 'chromium') return session;
  throw asFailure(
    `Tracking is recorded in Chromium only, and this project runs ${browserName}: skip the test there, with test.skip(({ browserName }) => browserName !== 'chromium').`,
  );
}
