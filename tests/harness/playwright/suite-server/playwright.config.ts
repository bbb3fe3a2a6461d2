import { defineConfig } from '@playwright/test';
import {
  eventsApiServer,
  siteEnvironment,
  type TtqTarget,
  type TtqTestArgs,
  type TtqWorkerArgs,
} from '../../../../src/playwright/index.ts';
import { findBrowser } from '../../../../src/recorder/browser.ts';

/** The suite of a shop that is started by Playwright, and whose server calls the Events API. */
const { SUITE_OUTPUT = 'test-results', PORT = '4100', STUB_PORT } = process.env;
const executablePath = findBrowser()?.path;
const baseURL = `http://127.0.0.1:${PORT}`;
const command = 'node server.mjs';
const ttqTarget: TtqTarget = {
  pixels: ['CAAAAAAAAAAAAAAAAAA1'],
  eventsApi: STUB_PORT ? { transport: 'server', port: Number(STUB_PORT) } : { transport: 'preload' },
};

export default defineConfig<TtqTestArgs, TtqWorkerArgs>({
  outputDir: SUITE_OUTPUT,
  reporter: [['line'], ['json']],
  webServer: STUB_PORT
    ? [
        eventsApiServer(ttqTarget),
        { command, url: baseURL, env: { PORT, EVENTS_API: `http://127.0.0.1:${STUB_PORT}` } },
      ]
    : { command, url: baseURL, env: { PORT, ...siteEnvironment(ttqTarget) } },
  use: {
    baseURL,
    launchOptions: executablePath === undefined ? {} : { executablePath },
    ttqTarget,
  },
});
