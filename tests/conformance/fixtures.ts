import { _baseTest as base } from '@playwright/test';
import { Session } from '../../src/recorder/session.ts';
import { sharedRun } from '../../src/target/run.ts';

/**
 * One browser for each worker, whichever targets its visits are of. Built on the test type that has no browser of its own: Playwright's
 * usual one watches every browser context, so that traces, screenshots, the page's text on failure, and steps with what was typed would
 * stand in its reports in clear.
 */
export const test = base.extend<object, { session: Session }>({
  session: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      // The run removes its folder at its end, also where this worker was killed.
      const session = await Session.open(undefined, undefined, sharedRun().logs);
      await use(session);
      await session.close();
    },
    { scope: 'worker' },
  ],
});
