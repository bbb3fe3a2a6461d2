import { test as base } from '@playwright/test';
import { loadRun, type Run } from '../../src/visit/run.ts';
import { Session } from '../../src/visit/session.ts';

/** One browser and one double for each worker. */
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
