import { defineConfig } from '@playwright/test';
import { maskOutput } from './src/report/output.ts';
import { TargetError } from './src/target/load.ts';
import { OptionError } from './src/target/sdk.ts';
import { planVisits, visitIdOf } from './src/visit/plan.ts';
import { loadRun, type Run } from './src/visit/run.ts';
import { secretsOf } from './src/visit/secrets.ts';
import { webServers } from './src/visit/web-servers.ts';

const run = await loadRun().catch(refuse);
const { target, reports } = run;
maskOutput(secretsOf(target));

/** What `npx playwright test` runs: the audit of one target, by default the demo shop; TTQ_TARGET names another. */
export default defineConfig({
  testDir: 'tests/conformance',
  fullyParallel: true,
  workers: '100%',
  // A visit bounds its own steps; this is for one that hangs.
  timeout: 120_000,
  // A second try that passes would hide what the first one saw.
  retries: 0,
  outputDir: `${reports}/playwright`,
  reporter: [
    ['list'],
    ['allure-playwright', { resultsDir: `${reports}/allure-results`, detail: false }],
    [
      './src/report/reporter.ts',
      {
        reports,
        policy: target,
        planned: planVisits(target).map(visitIdOf),
      },
    ],
  ],
  webServer: webServers(run),
  globalTeardown: './tests/conformance/teardown.ts',
});

/** A wrong target file or option is one clear message, and nothing is started. */
function refuse(error: unknown): Run {
  if (!(error instanceof TargetError || error instanceof OptionError)) throw error;
  console.error(error.message);
  process.exit(2);
}
