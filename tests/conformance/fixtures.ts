import { test as base } from '@playwright/test';
import { Sessions } from '../../src/visit/sessions.ts';

/** One browser and one double for each worker, exchanged where the next visit is of another target. */
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
