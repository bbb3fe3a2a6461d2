import { _baseTest as base } from '@playwright/test';
import { Sessions } from '../../src/visit/sessions.ts';

/**
 * One browser and one double for each worker, exchanged where the next visit is of another target. Built on the test type that has
 * no browser of its own: Playwright's usual one watches every browser context, so that traces, screenshots, the page's text on
 * failure, and steps with what was typed would stand in its reports in clear.
 */
export const test = base.extend<object, { sessions: Sessions }>({
  sessions: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      const sessions = new Sessions();
      await use(sessions);
      await sessions.close();
    },
    { scope: 'worker' },
  ],
});
