import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

// Node keeps what it has compiled, types stripped, for the processes that tests start: the command line starts in half the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url));

/** The tests of the harness itself. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.ts',
  forbidOnly: true,
  // Much of a visit is waiting: more at once than there are cores.
  workers: '150%',
  // For what hangs: how long a test may take is the reporter's matter, see slowest.ts.
  timeout: 180_000,
  outputDir: '../../reports/harness',
  // Playwright's own summary stays the last word.
  reporter: [['./slowest.ts'], ['./left-to-ci.ts'], ['list']],
});
