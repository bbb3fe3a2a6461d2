import { defineConfig } from '@playwright/test';
import { maskOutput } from './src/report/output.ts';
import { readBaseline, VerdictFileError } from './src/report/verdict-files.ts';
import { RULES } from './src/rules/index.ts';
import { NoTargetError } from './src/target/files.ts';
import { TargetError } from './src/target/load.ts';
import { optionsIn } from './src/target/options.ts';
import { OptionError } from './src/target/sdk.ts';
import type { Target } from './src/target/target.ts';
import type { Policy } from './src/verdict/audit.ts';
import { policyProblems } from './src/verdict/policy.ts';
import type { Snapshot } from './src/verdict/snapshot.ts';
import { planVisits, visitIdOf } from './src/visit/plan.ts';
import { loadRun } from './src/visit/run.ts';
import { secretsOf } from './src/visit/secrets.ts';
import { webServers } from './src/visit/web-servers.ts';

const run = await loadRun((target) => policyProblems(target, RULES)).catch(refuse);
const { targets, refused, repeat, reports } = run;
const baseline = earlier(optionsIn(process.env).baseline);
maskOutput(targets.flatMap(({ target }) => secretsOf(target)));

/** What `npx playwright test` runs: the audit of the targets that TTQ_TARGET names, by default of the demo shop. */
export default defineConfig({
  testDir: 'tests/conformance',
  fullyParallel: true,
  workers: '100%',
  // A visit bounds its own steps; this is for one that hangs.
  timeout: 120_000,
  // A second try that passes would hide what the first one saw.
  retries: 0,
  repeatEach: repeat,
  outputDir: `${reports}/playwright`,
  reporter: [
    ['./src/report/progress.ts'],
    ['./src/report/visit-results.ts', { resultsDir: `${reports}/allure-results`, detail: false }],
    // It would take a list of tests for tests that were skipped.
    ...(process.argv.includes('--list')
      ? []
      : ([['junit', { outputFile: `${reports}/junit.xml` }]] as const)),
    [
      './src/report/reporter.ts',
      {
        reports,
        targets: targets.map(({ target }) => ({
          // No more than it needs: a reporter may write its options down, and the customer's identity is no one's business.
          policy: policyOf(target),
          planned: planVisits(target).map(visitIdOf),
        })),
        refused: refused.map(({ target, problem }) => ({ target, problem })),
        ...(baseline ? { baseline } : {}),
      },
    ],
  ],
  webServer: webServers(run),
});

function policyOf({ name, gate, rules, waivers }: Target): Policy {
  return { name, gate, rules, waivers };
}

function earlier(path: string | undefined): Snapshot | undefined {
  try {
    return path === undefined ? undefined : readBaseline(path, reports);
  } catch (error) {
    return refuse(error);
  }
}

/** Wrong target files or options are one clear message, and nothing is started. */
function refuse(error: unknown): never {
  if (![NoTargetError, TargetError, OptionError, VerdictFileError].some((kind) => error instanceof kind))
    throw error;
  console.error((error as Error).message);
  process.exit(2);
}
