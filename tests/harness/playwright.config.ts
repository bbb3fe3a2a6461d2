import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

// Node caches compiled modules for this process and all that tests start: the command line starts in half the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url));
enableCompileCache(process.env.NODE_COMPILE_CACHE);

/** The tests of the harness itself. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.ts',
  forbidOnly: true,
  // Node itself strips the types. Playwright's compiler takes 25 s of CPU for these files in a fresh checkout.
  build: { external: ['**/*.ts'] },
  // Visits mostly wait, so there are more workers than cores.
  workers: '150%',
  // Only for tests that hang: the reporter limits how long a test may take, see slowest.ts.
  timeout: 180_000,
  outputDir: '../../reports/harness',
  // Playwright's own summary comes last.
  reporter: [['./slowest.ts'], ['./left-to-ci.ts'], ['list']],
});
