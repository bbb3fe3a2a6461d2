import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dayOf } from '../report/day.ts';
import { COULD_NOT_RUN, exitCode, lacksRoom, saysSomething } from '../report/exit-code.ts';
import { reportFiles } from '../report/files.ts';
import { discardRun, openRun, publishRun, runFolder } from '../report/run-folder.ts';
import { readBaseline } from '../report/verdict-files.ts';
import { writeReports } from '../report/write-reports.ts';
import { RULE_BY_ID } from '../rules/index.ts';
import { environmentOf, MASK_KEY, optionsIn, type RunOptions } from '../target/options.ts';
import { DEMO_TARGET, loadTargets, SHORT_DEMO_TARGET, targetPatterns } from '../target/run.ts';
import { OptionError } from '../target/sdk.ts';
import { policyProblems } from '../verdict/policy.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { ensureBrowser } from './setup.ts';

/** In the repository as it is written, in the package compiled: as this module is. */
const CONFIG = fileURLToPath(new URL(`../../playwright.config${extname(import.meta.url)}`, import.meta.url));

/**
 * Audits targets with Playwright's test runner and writes the report below ./reports.
 *
 * @param patterns target files, folders of them, or globs; by default TTQ_TARGET, else the demo shop
 * @param asked what was asked for on the command line; what was not is read from the environment
 * @param playwrightArgs further arguments for `playwright test`
 * @param isAll whether all visits to the demo shop are to be made
 * @returns the exit code: RELEASED, HELD or COULD_NOT_RUN
 * @throws NoTargetError, TargetError, OptionError, VerdictFileError, ReportsError, BrowserError before anything is started
 */
export async function audit(
  patterns: string[],
  asked: RunOptions,
  playwrightArgs: string[],
  isAll = false,
): Promise<number> {
  const wanted = patternsOf(patterns, isAll);
  const env = { ...process.env, ...environmentOf(asked), TTQ_TARGET: wanted.join('\n') };
  const options = optionsIn(env);
  // It goes to the run alone: not to the programs that target files are.
  delete process.env[MASK_KEY];
  const reports = resolve('reports');
  if (options.baseline !== undefined) readBaseline(options.baseline, reports);
  const { refused } = await loadTargets(wanted, options, (target) =>
    policyProblems(target, [...RULE_BY_ID.values()], dayOf()),
  );
  for (const { message } of refused) console.error(`Not audited. ${message}`);
  await ensureBrowser((line) => console.error(line));
  const folder = runFolder(reports);
  openRun(folder);
  try {
    return await auditInto(folder, env, playwrightArgs);
  } finally {
    discardRun(folder);
  }
}

/** @throws OptionError where all of the demo shop is asked for, and another target is named */
function patternsOf(named: string[], isAll: boolean): string[] {
  const isDemo = named.length === 0 && (process.env.TTQ_TARGET ?? '').trim() === '';
  if (isAll && !isDemo)
    throw new OptionError(
      '--all: found it beside a target; wanted it alone. It asks for all visits to the demo shop; of a target that is named, all are made anyway.',
    );
  if (named.length > 0) return named;
  return targetPatterns(process.env.TTQ_TARGET, isAll ? DEMO_TARGET : SHORT_DEMO_TARGET);
}

/** Makes the run in its own folder, which becomes the reports folder where it has something to say. */
async function auditInto(folder: string, env: NodeJS.ProcessEnv, playwrightArgs: string[]): Promise<number> {
  const run = await runPlaywright({ ...env, TTQ_RUN_FOLDER: folder }, playwrightArgs);
  const verdicts = readVerdicts(reportFiles(folder).verdicts);
  if (!verdicts) {
    console.error(
      'The audit could not run: Playwright ended without a verdict. Its own messages stand above; the reports are as they were.',
    );
    return COULD_NOT_RUN;
  }
  const code = exitCode(verdicts, run.code);
  if (!saysSomething(verdicts, run.interrupted)) return code;
  if (!run.interrupted && !lacksRoom(verdicts)) {
    const note = await writeReports(folder, verdicts);
    if (note !== undefined) console.error(note);
  }
  publishRun(folder);
  return code;
}

interface Run {
  code: number;
  interrupted: boolean;
}

async function runPlaywright(env: NodeJS.ProcessEnv, args: string[]): Promise<Run> {
  const command = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const child = spawn(process.execPath, [command, 'test', '-c', CONFIG, ...args], {
    // The channel is for nothing but its end: a run whose command line was killed stops, too.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
  });
  let interrupted = false;
  // Playwright ends in good order, with its reports written, on SIGINT only. It ignores the second of two in one second, which
  // is what comes of Ctrl-C on a terminal.
  const stop = () => {
    interrupted = true;
    child.kill('SIGINT');
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const code = await new Promise<number | null>((done, fail) => {
      child.on('error', fail);
      child.on('close', done);
    });
    return { code: code ?? COULD_NOT_RUN, interrupted };
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function readVerdicts(path: string): AuditVerdicts | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as AuditVerdicts;
  } catch {
    return undefined;
  }
}
