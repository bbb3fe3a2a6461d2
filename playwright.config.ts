import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { beginSdkRun } from './src/double/scripts/live.ts';
import { sealWith } from './src/masking/seal.ts';
import { BrowserError, isHeaded, requireBrowser, requireHeaded, requireUi } from './src/recorder/browser.ts';
import { secretsOf } from './src/recorder/secrets.ts';
import { dayOf } from './src/report/day.ts';
import { COULD_NOT_RUN, holdExit, settleExit } from './src/report/exit-code.ts';
import { decideGate, reporterBeside } from './src/report/gate.ts';
import { maskOutput } from './src/report/output.ts';
import { playwrightFlags, refuseFlags } from './src/report/playwright-flags.ts';
import { discardRun, handedFolder, playwrightOutput, runFolder } from './src/report/run-folder.ts';
import { readBaseline, VerdictFileError } from './src/report/verdict-files.ts';
import { RULES } from './src/rules/index.ts';
import { NoTargetError } from './src/target/files.ts';
import { TargetError } from './src/target/load.ts';
import { optionsIn } from './src/target/options.ts';
import { loadRun } from './src/target/run.ts';
import { OptionError } from './src/target/sdk.ts';
import type { Target } from './src/target/target.ts';
import { readVisitTimes } from './src/target/visit-times.ts';
import type { Policy } from './src/verdict/audit.ts';
import { policyProblems } from './src/verdict/policy.ts';
import type { Snapshot } from './src/verdict/snapshot.ts';
import { orderMark, passShards, visitsInOrder } from './src/visit/order.ts';
import { planVisits, visitIdOf } from './src/visit/plan.ts';
import { webServers } from './src/visit/web-servers.ts';

// Its workers load this file, too; they leave the exit code to this process.
const isFirst = !process.env.TTQ_LOGS;
const command = process.argv[2];
// It runs nothing, so there is no verdict to wait for.
if (isFirst && command !== 'clear-cache') holdExit();
const flags = playwrightFlags(process.argv);
// Workers learn of it only by these variables.
if (flags.headed) process.env.TTQ_HEADED = '1';
if (flags.quiet) process.env.TTQ_QUIET = '1';

const reports = resolve('reports');
const handed = isFirst ? handedFolder() : undefined;
const run = await loadRun(
  (target) => policyProblems(target, RULES, dayOf()),
  handed ?? runFolder(reports),
).catch(refuse);
const { targets, refused, repeat, folder } = run;
const alsoReports = orRefuse(() => reporterBeside());
const { times } = optionsIn(process.env);
if (isFirst) passShards(process.argv);
const order =
  times === undefined
    ? undefined
    : orderMark(
        visitsInOrder(
          targets,
          orRefuse(() => readVisitTimes(times)),
        ),
      );
const baseline = orRefuse(() => earlier(optionsIn(process.env).baseline));
if (isFirst) begin();
sealWith(run.maskKey);
maskOutput(targets.flatMap(({ target }) => secretsOf(target)));

/** For `npx playwright test`: the audit of the targets in TTQ_TARGET, by default of the demo shop. */
export default defineConfig({
  testDir: 'tests/conformance',
  fullyParallel: true,
  workers: '100%',
  // A visit limits its own steps; this is for one that hangs.
  timeout: 120_000,
  // A retry that passes would hide what the first try saw.
  retries: 0,
  repeatEach: repeat,
  outputDir: playwrightOutput(folder),
  // Reporters that show a run, or list it for others. The command line may name other reporters; the gate is decided anyway.
  reporter: [
    [fileURLToPath(new URL(`./src/report/progress${extname(import.meta.url)}`, import.meta.url))],
    ...(alsoReports ? [[alsoReports] as const] : []),
  ],
  webServer: webServers(run),
});

/** Only for the process that starts the others. */
function begin(): void {
  orRefuse(() => refuseFlags(flags, run.wanted !== undefined));
  if (command === 'test' && !process.argv.includes('--list'))
    orRefuse<unknown>(() =>
      flags.ui === 'window' ? requireUi() : isHeaded() ? requireHeaded() : requireBrowser(),
    );
  if (flags.ui) settleExit(() => COULD_NOT_RUN);
  decideGate({
    reports,
    folder,
    isHandedOver: handed !== undefined,
    targets: targets.map(({ target }) => ({
      // No more than it needs: the customer's identity must not spread.
      policy: policyOf(target),
      planned: planVisits(target).map(visitIdOf),
    })),
    refused: refused.map(({ target, refusals }) => ({ target, refusals })),
    ...(baseline ? { baseline } : {}),
    ...(order === undefined ? {} : { order }),
  });
  delete process.env.TTQ_RUN_FOLDER;
  beginSdkRun();
  // Otherwise Playwright writes it to the folder of the run, where the next one does not look for it.
  process.env.PLAYWRIGHT_LAST_RUN_OUTPUT_FILE ??= join(reports, 'playwright', '.last-run.json');
  if (handed === undefined) process.once('exit', () => discardRun(folder));
}

function policyOf({ name, gate, rules, waivers }: Target): Policy {
  return { name, gate, rules, waivers };
}

function orRefuse<T>(get: () => T): T {
  try {
    return get();
  } catch (error) {
    return refuse(error);
  }
}

function earlier(path: string | undefined): Snapshot | undefined {
  return path === undefined ? undefined : readBaseline(path, reports);
}

/** Reports invalid target files or options in one clear message, and starts nothing. */
function refuse(error: unknown): never {
  if (
    ![NoTargetError, TargetError, OptionError, VerdictFileError, BrowserError].some(
      (kind) => error instanceof kind,
    )
  )
    throw error;
  console.error((error as Error).message);
  process.exit(2);
}
