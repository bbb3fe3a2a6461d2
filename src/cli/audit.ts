import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { hasBrowser, requireHeaded, requireUi } from '../recorder/browser.ts';
import { dayOf } from '../report/day.ts';
import { COULD_NOT_RUN, exitCode, lacksRoom, saysSomething } from '../report/exit-code.ts';
import { reportFiles } from '../report/files.ts';
import { type PlaywrightFlags, playwrightFlags, refuseFlags } from '../report/playwright-flags.ts';
import { inRunFolder, publishRun } from '../report/run-folder.ts';
import { RULE_BY_ID } from '../rules/index.ts';
import { environmentOf, MASK_KEY, optionsIn, type RunOptions } from '../target/options.ts';
import { DEMO_TARGET, loadTargets, SHORT_DEMO_TARGET, shareRun, targetPatterns } from '../target/run.ts';
import { OptionError } from '../target/sdk.ts';
import { readVisitTimes } from '../target/visit-times.ts';
import { wantedBy } from '../target/wanted.ts';
import { policyProblems } from '../verdict/policy.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { endInterrupted } from './interrupted.ts';
import { PlaywrightRun } from './run-playwright.ts';

/** Options of the command line that are passed on as flags of Playwright's. */
export interface AuditFlags {
  /** All visits to the demo shop, and not only the few that show what an audit is. */
  all?: boolean | undefined;
  /** A regular expression for the names of visits. */
  grep?: string | undefined;
  /** How many visits run at once, or a share of the cores, such as `50%`. */
  workers?: string | undefined;
  headed?: boolean | undefined;
  debug?: boolean | undefined;
  ui?: boolean | undefined;
  /** The mode, `true` if none was given. Always refused. */
  trace?: string | boolean | undefined;
}

/**
 * Audits targets with Playwright's test runner and writes the report below ./reports.
 *
 * @param patterns target files, folders of them, or globs; by default TTQ_TARGET, otherwise the demo shop
 * @param asked options from the command line; others are read from the environment
 * @param flags further options: all visits to the demo shop, and flags for Playwright
 * @param more further arguments for `playwright test`
 * @returns the exit code: RELEASED, HELD or COULD_NOT_RUN
 * @throws NoTargetError, TargetError, OptionError, VerdictFileError, ReportsError, BrowserError before anything is started
 */
export async function audit(
  patterns: string[],
  asked: RunOptions,
  flags: AuditFlags,
  more: string[],
): Promise<number> {
  const playwrightArgs = [...argsOf(flags), ...more];
  const playwright = playwrightFlags(playwrightArgs);
  const wanted = patternsOf(patterns, flags.all);
  const env: NodeJS.ProcessEnv = { ...process.env, ...environmentOf(asked), TTQ_TARGET: wanted.join('\n') };
  const options = optionsIn(env);
  // Only for the run itself, which is handed over with it, and not for target files that are programs.
  for (const one of [process.env, env]) delete one[MASK_KEY];
  refuseFlags(playwright, options.journey !== undefined || options.scenario !== undefined);
  if (options.baseline !== undefined) {
    const { readBaseline } = await import('../report/verdict-files.ts');
    readBaseline(options.baseline, resolve('reports'));
  }
  if (options.times !== undefined) readVisitTimes(options.times);
  const run = new PlaywrightRun(env, playwrightArgs);
  try {
    return await auditOf(wanted, options, flags.grep, playwright, run);
  } finally {
    run.discard();
  }
}

/** What is refused here was not begun. */
async function auditOf(
  wanted: readonly string[],
  options: RunOptions,
  grep: string | undefined,
  { ui, headed }: PlaywrightFlags,
  run: PlaywrightRun,
): Promise<number> {
  const reports = resolve('reports');
  const loaded = await loadTargets(wanted, options, (target) =>
    policyProblems(target, [...RULE_BY_ID.values()], dayOf()),
  );
  const { targets, messages } = loaded;
  for (const message of messages) console.error(`Not audited. ${message}`);
  if (grep !== undefined) {
    const { refuseGrep } = await import('./grep.ts');
    refuseGrep(
      grep,
      targets.map(({ target }) => target),
      wantedBy(options),
    );
  }
  if (ui === 'window') requireUi();
  else if (headed) requireHeaded();
  else if (!hasBrowser()) await installBrowser();
  if (options.strictNetwork) {
    const { requireIsolation } = await import('../visit/strict-network.ts');
    await requireIsolation(targets.map(({ target }) => target));
  }
  return inRunFolder(reports, (folder) => {
    const { environment } = shareRun(loaded, options, folder);
    return auditInto(folder, run.run({ ...environment, TTQ_RUN_FOLDER: folder }), ui);
  });
}

async function installBrowser(): Promise<void> {
  const { ensureBrowser } = await import('./setup.ts');
  await ensureBrowser((line) => console.error(line));
}

/** As on Playwright's command line. */
function argsOf({ grep, workers, headed, debug, ui, trace }: AuditFlags): string[] {
  return [
    ...(grep === undefined ? [] : [`--grep=${grep}`]),
    ...(workers === undefined ? [] : [`--workers=${workersIn(workers)}`]),
    ...(headed ? ['--headed'] : []),
    ...(debug ? ['--debug'] : []),
    ...(ui ? ['--ui'] : []),
    ...(trace === undefined ? [] : [`--trace=${trace === true ? 'on' : trace}`]),
  ];
}

function workersIn(text: string): string {
  if (/^[1-9]\d*%?$/.test(text)) return text;
  throw new OptionError(
    `--workers: found ${JSON.stringify(text)}; wanted how many visits run at once, or a share of the cores, such as 4 or 50%.`,
  );
}

/** @throws OptionError if all of the demo shop is asked for, and another target is named */
function patternsOf(named: string[], isAll = false): string[] {
  const isDemo = named.length === 0 && (process.env.TTQ_TARGET ?? '').trim() === '';
  if (isAll && !isDemo)
    throw new OptionError(
      '--all: found it beside a target; wanted it alone. It asks for all visits to the demo shop; for a named target, all visits are made anyway.',
    );
  if (named.length > 0) return named;
  return targetPatterns(process.env.TTQ_TARGET, isAll ? DEMO_TARGET : SHORT_DEMO_TARGET);
}

/** Runs in a folder of its own, which becomes the reports folder if the run has a result. */
async function auditInto(
  folder: string,
  ended: ReturnType<PlaywrightRun['run']>,
  ui: PlaywrightFlags['ui'],
): Promise<number> {
  // Loaded while visits are made, so that nobody waits for it.
  const [run, { writeReports }] = await Promise.all([ended, import('../report/write-reports.ts')]);
  const verdicts = readVerdicts(reportFiles(folder).verdicts);
  if (!verdicts && ui) {
    console.error("No release decision: Playwright's UI shows visits but does not decide on a release.");
    return COULD_NOT_RUN;
  }
  if (!verdicts && run.interrupted !== undefined) endInterrupted(run.interrupted);
  if (!verdicts) {
    console.error(
      'The audit could not run: Playwright ended without a verdict. Its own messages are above; the reports are unchanged.',
    );
    return COULD_NOT_RUN;
  }
  const code = exitCode(verdicts, run.code);
  if (!saysSomething(verdicts, run.interrupted !== undefined)) return code;
  if (run.interrupted === undefined && !lacksRoom(verdicts)) {
    const note = await writeReports(folder, verdicts);
    if (note !== undefined) console.error(note);
  }
  publishRun(folder);
  return code;
}

function readVerdicts(path: string): AuditVerdicts | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as AuditVerdicts;
  } catch {
    return undefined;
  }
}
