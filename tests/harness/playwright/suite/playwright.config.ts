import { defineConfig, devices } from '@playwright/test';
import type { TtqTestArgs, TtqWorkerArgs } from '../../../../src/playwright/index.ts';
import { findBrowser } from '../../../../src/recorder/browser.ts';

/** The suite of a shop's developer. The harness passes the shop's address. */
const { SHOP_URL = '', SUITE_OUTPUT = 'test-results' } = process.env;
const executablePath = findBrowser()?.path;

export default defineConfig<TtqTestArgs, TtqWorkerArgs>({
  testDir: '.',
  outputDir: SUITE_OUTPUT,
  timeout: 30_000,
  snapshotDir: `${SUITE_OUTPUT}-snapshots`,
  reporter: process.env.SUITE_REPORTER
    ? [
        ['line'],
        ['json'],
        ['../../../../src/playwright/reporter.ts', { outputFolder: `${SUITE_OUTPUT}-ttq` }],
      ]
    : [['line'], ['json']],
  use: {
    baseURL: SHOP_URL,
    launchOptions: executablePath === undefined ? {} : { executablePath },
    ttqTarget: { pixels: ['CAAAAAAAAAAAAAAAAAA1'], identity: { email: 'ada.byron@shop.example' } },
  },
  projects: [
    { name: 'desktop', use: devices['Desktop Chrome'] },
    { name: 'phone', use: devices['Pixel 7'], testMatch: 'recording.spec.ts' },
  ],
});
