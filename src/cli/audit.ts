import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clearReports, isUnwritten, reportFiles } from '../report/files.ts';
import { generateReport } from '../report/generate.ts';
import { firstLines } from '../report/text.ts';
import { readBaseline } from '../report/verdict-files.ts';
import { RULES } from '../rules/index.ts';
import { environmentOf, optionsIn, type RunOptions } from '../target/options.ts';
import { policyProblems } from '../verdict/policy.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { loadTargets, targetPatterns } from '../visit/run.ts';
import { COULD_NOT_RUN, HELD, RELEASED } from './exit-codes.ts';
import { ensureBrowser } from './setup.ts';

const inPackage = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Audits targets with Playwright's test runner and writes the report below ./reports.
 *
 * @param patterns target files, folders of them, or globs; by default TTQ_TARGET, else the demo shop
 * @param asked what was asked for on the command line; what was not is read from the environment
 * @param playwrightArgs further arguments for `playwright test`
 * @returns the exit code: RELEASED, HELD or COULD_NOT_RUN
 * @throws NoTargetError, TargetError, OptionError, VerdictFileError, ReportsError, BrowserError before anything is started
 */
export async function audit(
  patterns: string[],
  asked: RunOptions,
  playwrightArgs: string[],
): Promise<number> {
  const wanted = patterns.length > 0 ? patterns : targetPatterns();
  const env = { ...process.env, ...environmentOf(asked), TTQ_TARGET: wanted.join('\n') };
  const options = optionsIn(env);
  const reports = resolve('reports');
  if (options.baseline !== undefined) readBaseline(options.baseline, reports);
  const { refused } = await loadTargets(wanted, options, (target) => policyProblems(target, RULES));
  for (const { message } of refused) console.error(`Not audited. ${message}`);
  clearReports(reports);
  await ensureBrowser((line) => console.error(line));

  const run = await runPlaywright(env, playwrightArgs);
  const verdicts = readVerdicts(reportFiles(reports).verdicts);
  if (!verdicts) {
    console.error(
      'The audit could not run: Playwright ended without a verdict. Its own messages stand above; ' +
        'what was recorded before stays in reports/evidence.',
    );
    return COULD_NOT_RUN;
  }
  if (!run.interrupted && !lacksRoom(verdicts)) await writeReport(reports, verdicts);
  return exitCode(verdicts, run.code);
}

/**
 * @param playwrightCode the exit code of `playwright test`, which our reporter makes agree with its gate. Where it does not,
 * the verdicts are of another run in the same folder, or the run broke after they were written.
 */
export function exitCode(verdicts: AuditVerdicts, playwrightCode: number): number {
  const { gate, targets } = verdicts;
  if (gate.released && playwrightCode === 0) return RELEASED;
  const reached = targets
    .flatMap(({ visits }) => visits)
    .some(({ outcome, problem }) => outcome !== 'missing' && problem?.kind !== 'unreachable');
  return reached && !lacksRoom(verdicts) ? HELD : COULD_NOT_RUN;
}

/** Whether something that was recorded could not be written. */
function lacksRoom({ targets }: AuditVerdicts): boolean {
  return targets
    .flatMap(({ visits }) => visits)
    .some(({ problem }) => problem !== undefined && isUnwritten(problem.message));
}

interface Run {
  code: number;
  interrupted: boolean;
}

async function runPlaywright(env: NodeJS.ProcessEnv, args: string[]): Promise<Run> {
  const command = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const child = spawn(process.execPath, [command, 'test', '-c', inPackage('playwright.config.ts'), ...args], {
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

/** A report that cannot be made does not change the verdict. */
export async function writeReport(reports: string, { targets, gate }: AuditVerdicts): Promise<void> {
  const [first] = targets;
  const what = targets.length === 1 ? first!.target : `${targets.length} targets`;
  try {
    const page = await generateReport(reports, `${what}: ${gate.released ? 'released' : 'held'}`);
    console.log(`Report:   ${relative(process.cwd(), page)}`);
  } catch (error) {
    console.error(`The Allure report could not be made: ${firstLines((error as Error).message)}`);
  }
}
