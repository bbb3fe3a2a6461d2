import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { RULE_BY_ID } from '../rules/index.ts';
import { decisionOf } from '../verdict/gate.ts';
import { countsOf } from '../verdict/overview.ts';
import type { TargetVerdicts } from '../verdict/verdict.ts';
import { writeAllureResults } from './allure.ts';
import { publishedPage } from './allure-page.ts';
import { writerTo } from './allure-writers.ts';
import allurerc from './allurerc.ts';
import { rulesPageFrom, rulesPageUrl } from './doc-link.ts';
import { environmentInfo } from './environment.ts';
import { allureReport, historyFile, reportFiles } from './files.ts';
import { publishedFolder } from './run-folder.ts';

/** Some targets that reports are made of. */
export interface Batch {
  /** The folder of the run. */
  reports: string;
  targets: readonly TargetVerdicts[];
  /** When the visits were judged, in milliseconds since 1970. */
  at: number;
}

/**
 * Makes the reports of some targets in this process.
 *
 * @throws NoAllureError; Error with what Allure said
 */
export async function makeReports({ reports, targets, at }: Batch): Promise<void> {
  const allure = await loadAllure();
  for (const target of targets) await makeReport(allure, reports, target, at);
}

async function makeReport(
  { AllureReport, resolveConfig, BufferResultFile }: AllureCore,
  reports: string,
  target: TargetVerdicts,
  at: number,
): Promise<void> {
  // In the folder of the run, which goes with the run if this process is ended.
  const work = await mkdtemp(join(reports, '.allure-'));
  try {
    const results: [name: string, content: string | Buffer][] = [];
    const output = join(work, 'report');
    const published = reportFiles(publishedFolder(reports)).allure;
    writeAllureResults(
      writerTo((file, content) => results.push([file, content])),
      { version: 3, gate: target.gate, targets: [target] },
      { ...environmentInfo(reports, [target]), ...namedCounts(target) },
      {
        rules: RULE_BY_ID,
        at,
        rulesPage: rulesPageUrl() ?? rulesPageFrom(resolve(published)),
        home: '..',
        folder: reports,
      },
    );
    const name = `${target.target}: ${target.problem ? 'not audited' : decisionOf(target.gate).toLowerCase()}`;
    const history = join(reports, historyFile(target.target));
    const historyPath = join(work, 'history.jsonl');
    await readHistory(history, historyPath);
    const report = new AllureReport(
      await resolveConfig({ ...allurerc, historyPath }, { name, output, plugins: allurerc.plugins }),
    );
    await report.start();
    for (const [file, content] of results)
      await report.readResult(
        new BufferResultFile(typeof content === 'string' ? Buffer.from(content) : content, file),
      );
    await report.done();
    const page = await readFile(join(output, 'index.html'), 'utf8');
    await writeFile(
      join(reports, allureReport(target.target)),
      await publishedPage(page, reportFiles(reports).allure),
    );
    await writeFile(history, gzipSync(await readFile(historyPath)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The history is kept compressed, as CI keeps it from run to run. If it cannot be read, it starts again. */
async function readHistory(from: string, to: string): Promise<void> {
  try {
    await writeFile(to, gunzipSync(await readFile(from)));
  } catch {
    await rm(to, { force: true });
  }
}

/** The counts that all reports share, under the names they have there. */
function namedCounts(target: TargetVerdicts): Record<string, string> {
  const { failedRules, failedVisits, unjudgedVisits } = countsOf([target]);
  return {
    'failed rules': String(failedRules),
    'failed visits': String(failedVisits),
    'unjudged visits': String(unjudgedVisits),
  };
}

/**
 * Outside CI, Allure asks git five times for each report about the checkout of the current folder, and writes the answers into
 * the page. The audited site has nothing to do with the repository that the target files are in.
 */
function forgetCheckout(ci: Record<string, unknown>): void {
  if (ci.type !== 'local') return;
  for (const name of ['repoName', 'jobRunBranch', 'sourceBranch', 'provider', 'repository'])
    Object.defineProperty(ci, name, { value: undefined });
}

/** The part of @allurereport/core that is used; it comes with the package allure. */
interface AllureCore {
  AllureReport: new (
    config: object,
  ) => {
    start(): Promise<void>;
    readResult(file: object): Promise<void>;
    done(): Promise<void>;
  };
  resolveConfig(config: object, override: object): Promise<object>;
  BufferResultFile: new (content: Buffer, name: string) => object;
}

/** Allure, which makes the HTML reports, is not installed; it is optional. */
export class NoAllureError extends Error {
  override name = 'NoAllureError';
}

/**
 * Finds Allure's core beside this package, or in the current folder. Its own main file is a command line.
 *
 * @throws NoAllureError
 */
export function findAllure(): string {
  for (const place of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(createRequire(place).resolve('allure')).resolve('@allurereport/core');
    } catch {
      // Not there.
    }
  }
  throw new NoAllureError(
    'the package allure is not installed. To have one: npm install --save-dev allure. Its results are in allure-results, among the reports.',
  );
}

async function loadAllure(): Promise<AllureCore> {
  const core = findAllure();
  const load = (name: string) => import(pathToFileURL(createRequire(core).resolve(name)).href);
  forgetCheckout((await load('@allurereport/ci')).detect());
  const { BufferResultFile } = await load('@allurereport/reader-api');
  return { ...(await import(pathToFileURL(core).href)), BufferResultFile } as AllureCore;
}
