import { createRequire } from 'node:module';
import { Session } from '../../src/recorder/session.ts';
import { sharedRun } from '../../src/target/shared-run.ts';

/**
 * Playwright's test type without a browser of its own. The usual one watches every browser context, so its reports would hold traces,
 * screenshots, page text on failure, and steps with typed text, all in plain text. Older releases export it only for `require`.
 */
const { _baseTest: base } = createRequire(import.meta.url)(
  '@playwright/test',
) as typeof import('@playwright/test');

/** One browser for each worker, for visits of any target. */
export const test = base.extend<object, { session: Session }>({
  session: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      // The run removes its folder at its end, even if this worker was killed.
      const session = await Session.open(undefined, undefined, sharedRun().logs);
      await use(session);
      await session.close();
    },
    { scope: 'worker' },
  ],
});
