import { createRequire } from 'node:module';
import { Session } from '../../src/recorder/session.ts';
import { sharedRun } from '../../src/target/run.ts';

/**
 * Playwright's test type that has no browser of its own: its usual one watches every browser context, so that traces, screenshots, the
 * page's text on failure, and steps with what was typed would stand in its reports in clear. Older releases have it for `require` alone.
 */
const { _baseTest: base } = createRequire(import.meta.url)(
  '@playwright/test',
) as typeof import('@playwright/test');

/** One browser for each worker, whichever targets its visits are of. */
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
