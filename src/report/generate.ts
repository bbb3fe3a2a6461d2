import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { RULE_BY_ID } from '../rules/index.ts';
import { decisionOf } from '../verdict/gate.ts';
import { countsOf } from '../verdict/overview.ts';
import type { AuditVerdicts, TargetVerdicts } from '../verdict/verdict.ts';
import { writeAllureResults } from './allure.ts';
import { writerTo } from './allure-writers.ts';
import allurerc from './allurerc.ts';
import { rulesPageFrom, rulesPageUrl } from './doc-link.ts';
import { environmentInfo } from './environment.ts';
import { html } from './escape.ts';
import { allureReport, reportFiles } from './files.ts';
import { publishedFolder, takeHistory } from './run-folder.ts';

/**
 * Makes an Allure report for each target that could be audited, in this process: an HTML file each, which opens from disk, and
 * one script that all share.
 *
 * @param at when the visits were judged
 * @throws NoAllureError; Error with Allure's message
 */
export async function generateReports(reports: string, audit: AuditVerdicts, at: Date): Promise<void> {
  leaveLittleRoom();
  const allure = await loadAllure();
  const files = reportFiles(reports);
  await rm(files.allure, { recursive: true, force: true });
  await mkdir(files.allure, { recursive: true });
  takeHistory(reports);
  await mkdir(files.allureHistory, { recursive: true });
  const targets = audit.targets.filter(({ problem }) => problem === undefined);
  for (const target of targets) await generateReport(allure, reports, target, at);
  await writeFile(join(files.allure, 'index.html'), contents(targets));
}

/**
 * Limits V8's room for young objects from now on. Reports are megabytes of short-lived strings, and V8 keeps more memory the more
 * room it has for them.
 */
export function leaveLittleRoom(): void {
  setFlagsFromString('--max-semi-space-size=4');
}

/** Links to the report of each target; of one target, redirects to it. */
function contents(targets: readonly TargetVerdicts[]): string {
  const links = targets.map(
    ({ target }) => `<li><a href="./${encodeURIComponent(`${target}.html`)}">${html(target)}</a></li>`,
  );
  const [only] = targets;
  const lead =
    targets.length === 1
      ? `<meta http-equiv="refresh" content="0; url=./${encodeURIComponent(`${only!.target}.html`)}">`
      : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${lead}<title>Allure reports</title></head><body><ul>${links.join('\n')}</ul></body></html>\n`;
}

async function generateReport(
  { AllureReport, resolveConfig, BufferResultFile }: AllureCore,
  reports: string,
  target: TargetVerdicts,
  at: Date,
): Promise<void> {
  const { allure, allureHistory } = reportFiles(reports);
  const work = await mkdtemp(join(tmpdir(), 'ttq-allure-'));
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
        at: at.getTime(),
        rulesPage: rulesPageUrl() ?? rulesPageFrom(resolve(published)),
        home: '..',
        folder: reports,
      },
    );
    const name = `${target.target}: ${target.problem ? 'not audited' : decisionOf(target.gate).toLowerCase()}`;
    const historyPath = join(allureHistory, `${target.target}.jsonl`);
    const report = new AllureReport(
      await resolveConfig({ ...allurerc, historyPath }, { name, output, plugins: allurerc.plugins }),
    );
    await report.start();
    for (const [file, content] of results)
      await report.readResult(
        new BufferResultFile(typeof content === 'string' ? Buffer.from(content) : content, file),
      );
    await report.done();
    const page = await shared(await readFile(join(output, 'index.html'), 'utf8'), allure);
    await writeFile(join(reports, allureReport(target.target)), page);
  } finally {
    await rm(work, { recursive: true, force: true });
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

/** Looks beside this package, and in the current folder. Its own main file is a command line. */
async function loadAllure(): Promise<AllureCore> {
  for (const place of [import.meta.url, join(process.cwd(), 'package.json')]) {
    let core: string;
    try {
      core = createRequire(createRequire(place).resolve('allure')).resolve('@allurereport/core');
    } catch {
      continue;
    }
    const load = (name: string) => import(pathToFileURL(createRequire(core).resolve(name)).href);
    forgetCheckout((await load('@allurereport/ci')).detect());
    const { BufferResultFile } = await load('@allurereport/reader-api');
    return { ...(await import(pathToFileURL(core).href)), BufferResultFile } as AllureCore;
  }
  throw new NoAllureError(
    'the package allure is not installed. To have one: npm install --save-dev allure. Its results are in allure-results.',
  );
}

const CSP = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' data: blob: file: 'self'",
  "style-src 'unsafe-inline' data:",
  'img-src data: blob:',
  'font-src data:',
  'media-src data: blob:',
  'connect-src data: blob:',
  'frame-src data: blob:',
  'worker-src data: blob:',
].join('; ');

/** The script of the previous report: it is the same in each, and megabytes long. */
let before = { program: '', name: '' };

const APP = /src="data:text\/javascript;base64,([^"]+)"/;

/**
 * The page with its script moved to a shared file, as a classic script, which opens from disk. Also removes Google Analytics,
 * which Allure's page loads with no option against it: a report on tracking must not track its reader.
 */
async function shared(page: string, folder: string): Promise<string> {
  const program = APP.exec(page)?.[1];
  if (program === undefined || !page.includes('<head>'))
    throw new Error('Allure writes its page in an unknown way: use the version that package.json names');
  if (program !== before.program) {
    const digest = createHash('sha256').update(program, 'base64').digest('hex');
    before = { program, name: `app-${digest.slice(0, 12)}.js` };
  }
  const { name } = before;
  const file = join(folder, name);
  if (!existsSync(file)) await writeFile(file, program, 'base64');
  return page
    .replace(APP, () => `src="${name}"`)
    .replace('<head>', () => `<head><meta http-equiv="Content-Security-Policy" content="${CSP}">`);
}
