import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beginSdkRun } from '../double/scripts/live.ts';
import { isHeaded, requireBrowser, requireHeaded, requireUi } from '../recorder/browser.ts';
import { COULD_NOT_RUN, holdExit, settleExit } from '../report/exit-code.ts';
import { decideGate } from '../report/gate.ts';
import { reporterBeside } from '../report/named-reporters.ts';
import { type PlaywrightFlags, playwrightFlags, refuseFlags } from '../report/playwright-flags.ts';
import { discardRun, handedFolder, runFolder } from '../report/run-folder.ts';
import { optionsIn } from '../target/options.ts';
import { type Run, sharedRun } from '../target/shared-run.ts';
import type { Target } from '../target/target.ts';
import { readVisitTimes } from '../target/visit-times.ts';
import type { Policy } from '../verdict/audit.ts';
import type { Snapshot } from '../verdict/snapshot.ts';
import { orderMark, passShards, visitsInOrder } from '../visit/order.ts';
import { planVisits, visitIdOf } from '../visit/plan.ts';
import { PRINTED } from './printed-errors.ts';

/** What the configuration needs of the process that starts the others. */
interface Begun {
  run: Run;
  /** A reporter that the user named in the environment. */
  alsoReports: string | undefined;
}

/**
 * Begins a run of Playwright: loads its targets, unless the command line has done so, refuses what cannot be audited, and has the gate
 * decide at its end. Only in the process that starts the others, as it takes more modules than a worker needs.
 *
 * @param reports the reports folder
 */
export async function beginRun(reports: string): Promise<Begun> {
  const command = process.argv[2];
  // It runs nothing, so there is no verdict to wait for.
  if (command !== 'clear-cache') holdExit();
  try {
    return await begun(reports, command);
  } catch (error) {
    return refuse(error);
  }
}

async function begun(reports: string, command: string | undefined): Promise<Begun> {
  const flags = playwrightFlags(process.argv);
  // Workers learn of it only by these variables.
  if (flags.headed) process.env.TTQ_HEADED = '1';
  if (flags.quiet) process.env.TTQ_QUIET = '1';
  const handed = handedFolder();
  const run =
    handed !== undefined && process.env.TTQ_LOGS ? handedRun() : await ownRun(handed ?? runFolder(reports));
  const alsoReports = reporterBeside();
  const { times, baseline } = optionsIn(process.env);
  passShards(process.argv);
  const order =
    times === undefined ? undefined : orderMark(visitsInOrder(run.targets, readVisitTimes(times)));
  const earlier = baseline === undefined ? undefined : await earlierVerdicts(baseline, reports);
  refuseFlags(flags, run.wanted !== undefined);
  if (command === 'test' && !process.argv.includes('--list')) requireShown(flags);
  if (flags.ui) settleExit(() => COULD_NOT_RUN);
  decideGate({
    reports,
    folder: run.folder,
    isHandedOver: handed !== undefined,
    targets: run.targets.map(({ target }) => ({
      // No more than it needs: the customer's identity must not spread.
      policy: policyOf(target),
      planned: planVisits(target).map(visitIdOf),
    })),
    refused: run.refused.map(({ target, refusals }) => ({ target, refusals })),
    ...(earlier ? { baseline: earlier } : {}),
    ...(order === undefined ? {} : { order }),
  });
  delete process.env.TTQ_RUN_FOLDER;
  beginSdkRun();
  // Otherwise Playwright writes it to the folder of the run, where the next one does not look for it.
  process.env.PLAYWRIGHT_LAST_RUN_OUTPUT_FILE ??= join(reports, 'playwright', '.last-run.json');
  if (handed === undefined) process.once('exit', () => discardRun(run.folder));
  return { run, alsoReports };
}

/** The run that the command line has loaded. */
function handedRun(): Run {
  const run = sharedRun();
  // Should the command line be gone by then.
  process.once('exit', () => rmSync(run.logs, { recursive: true, force: true, maxRetries: 5 }));
  return run;
}

/** For plain `playwright test`. */
async function ownRun(folder: string): Promise<Run> {
  const [{ loadRun }, { policyProblems }, { RULE_BY_ID }, { dayOf }] = await Promise.all([
    import('../target/run.ts'),
    import('../verdict/policy.ts'),
    import('../rules/index.ts'),
    import('../report/day.ts'),
  ]);
  return loadRun((target) => policyProblems(target, [...RULE_BY_ID.values()], dayOf()), folder);
}

async function earlierVerdicts(path: string, reports: string): Promise<Snapshot> {
  const { readBaseline } = await import('../report/verdict-files.ts');
  return readBaseline(path, reports);
}

function requireShown({ ui }: PlaywrightFlags): void {
  if (ui === 'window') requireUi();
  else if (isHeaded()) requireHeaded();
  else requireBrowser();
}

function policyOf({ name, gate, rules, waivers }: Target): Policy {
  return { name, gate, rules, waivers };
}

/** Reports invalid target files or options in one clear message, and starts nothing. */
function refuse(error: unknown): never {
  if (!(error instanceof Error && PRINTED.has(error.name))) throw error;
  console.error(error.message);
  process.exit(2);
}
