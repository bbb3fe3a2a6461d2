import { _baseTest as base } from '@playwright/test';
import { loadRun, type Run } from '../../src/visit/run.ts';
import { Session } from '../../src/visit/session.ts';

/**
 * One browser and one double for each worker. Built on the test type that has no browser of its own: Playwright's usual one
 * watches every browser context, so that traces, screenshots, the page's text on failure, and steps with what was typed would
 * stand in its reports in clear.
 */
export const test = base.extend<object, { run: Run; session: Session }>({
  run: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => use(await loadRun()),
    { scope: 'worker' },
  ],
  session: [
    async ({ run }, use) => {
      const session = await Session.open(run.target);
      await use(session);
      await session.close();
    },
    { scope: 'worker' },
  ],
});
