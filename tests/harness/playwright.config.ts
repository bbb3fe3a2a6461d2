import { defineConfig } from '@playwright/test';

/** The tests of the harness itself. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.ts',
  fullyParallel: true,
  forbidOnly: true,
  workers: '100%',
  timeout: 60_000,
  outputDir: '../../reports/harness',
  reporter: [['list']],
});
