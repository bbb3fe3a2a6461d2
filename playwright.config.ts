import { defineConfig } from '@playwright/test';
import { preloadEnvironment } from './src/double/visit-log.ts';
import { TargetError } from './src/target/load.ts';
import { planVisits } from './src/visit/plan.ts';
import { loadRun, type Run } from './src/visit/run.ts';

const { target, logs, reports } = await loadRun().catch(refuse);
const { server } = target;

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
      { reports, target: target.name, failOn: target.gate.failOn, planned: planned() },
    ],
  ],
  ...(server && { webServer: [webServer(server)] }),
  globalTeardown: './tests/conformance/teardown.ts',
});

function planned() {
  return planVisits(target).map(({ journey, scenario, clickUrl }) => ({
    journey: journey.name,
    scenario,
    ...(clickUrl === undefined ? {} : { clickUrl }),
  }));
}

function webServer({ command, url, cwd, env, timeout }: NonNullable<typeof server>) {
  const preload = { folder: logs, network: target.network, hosts: Object.keys(target.hosts) };
  return {
    command,
    url,
    cwd: cwd ?? process.cwd(),
    env: { ...env, ...(target.eventsApi.transport === 'preload' ? preloadEnvironment(preload) : {}) },
    timeout: timeout ?? 60_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 5_000 },
  };
}

/** A wrong target file is one clear message, and nothing is started. */
function refuse(error: unknown): Run {
  if (!(error instanceof TargetError)) throw error;
  console.error(error.message);
  process.exit(2);
}
