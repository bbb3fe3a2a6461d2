import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { formatAnnotations } from './annotations.ts';
import { rulesPageFrom, rulesPageUrl } from './doc-link.ts';
import { reportFiles } from './files.ts';
import { formatJunit } from './junit.ts';
import { COMMENT_LIMIT, formatMarkdown, STEP_SUMMARY_LIMIT } from './markdown.ts';
import { ownManifest } from './package-root.ts';
import { publishedFolder } from './run-folder.ts';
import { sarifLog } from './sarif.ts';
import { formatScorecard, type ScorecardStyle } from './scorecard.ts';
import type { RuleTexts } from './terminal.ts';
import { firstLines } from './text.ts';
import { readTrend, takeTrend } from './trend.ts';

/** What `writeRenderings` needs besides the audit. */
export interface RenderingStyle extends Pick<ScorecardStyle, 'at'> {
  /** The process environment: GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE. */
  environment?: NodeJS.ProcessEnv;
  /** Prints text that ends with a line break. */
  print?: (text: string) => void;
}

/**
 * Writes the renderings of an audit into the reports folder: summary.md, results.sarif, junit.xml and scorecard.html. In a GitHub
 * workflow it also adds to the step's summary and prints annotations.
 *
 * @returns a sentence for each that could not be written; the others are written anyway
 */
export function writeRenderings(
  reports: string,
  audit: AuditVerdicts,
  rules: RuleTexts,
  { environment = process.env, print = (text) => process.stdout.write(text), ...card }: RenderingStyle = {},
): string[] {
  const files = reportFiles(reports);
  const published = publishedFolder(reports);
  const rulesPage = rulesPageUrl(undefined, environment);
  const fromHere = rulesPage ?? rulesPageFrom(resolve(published));
  const folder = inRepository(published, environment.GITHUB_WORKSPACE || process.cwd());
  const summaryFile = environment.GITHUB_STEP_SUMMARY;
  const parts: [name: string, write: () => void][] = [
    [
      'summary.md',
      () =>
        writeFileSync(
          files.summary,
          // It is read on other machines, where local paths lead nowhere.
          formatMarkdown(audit, rules, { limit: COMMENT_LIMIT, rulesPage }),
        ),
    ],
    [
      'results.sarif',
      () => {
        const log = sarifLog(audit, rules, { version: ownManifest().version, reports: folder, rulesPage });
        writeFileSync(files.sarif, `${JSON.stringify(log, null, 2)}\n`);
      },
    ],
    ['junit.xml', () => writeFileSync(files.junit, formatJunit(audit, rules))],
    [
      'scorecard.html',
      () => {
        const trend = takeTrend(reports, audit);
        writeFileSync(
          files.scorecard,
          formatScorecard(audit, rules, { ...card, trend, rulesPage: fromHere }),
        );
      },
    ],
  ];
  if (summaryFile) parts.push(['summary of the step', () => addToStep(summaryFile, audit, rules, rulesPage)]);
  if (environment.GITHUB_ACTIONS === 'true')
    parts.push([
      'annotations',
      () => {
        for (const line of formatAnnotations(audit, rules)) print(`${line}\n`);
      },
    ]);
  return parts.flatMap(([name, write]) => {
    try {
      mkdirSync(reports, { recursive: true });
      write();
      return [];
    } catch (error) {
      return [`The ${name} could not be written: ${firstLines(String(error))}`];
    }
  });
}

/**
 * Writes scorecard.html again once there are Allure reports for its cells to link to.
 *
 * @param reports as in writeRenderings
 */
export function linkScorecard(reports: string, audit: AuditVerdicts, rules: RuleTexts, at: Date): void {
  const rulesPage = rulesPageUrl() ?? rulesPageFrom(resolve(publishedFolder(reports)));
  writeFileSync(
    reportFiles(reports).scorecard,
    formatScorecard(audit, rules, {
      at,
      rulesPage,
      hasAllure: true,
      trend: readTrend(reportFiles(reports).trend),
    }),
  );
}

/** Others may have begun the step's summary, and GitHub refuses all of it if it grows too long. */
function addToStep(
  path: string,
  audit: AuditVerdicts,
  rules: RuleTexts,
  rulesPage: string | undefined,
): void {
  const begun = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const limit = STEP_SUMMARY_LIMIT - begun - 1;
  appendFileSync(path, `\n${formatMarkdown(audit, rules, { limit, rulesPage })}`);
}

/** The reports folder relative to the repository's root; only its name if it is outside. */
function inRepository(reports: string, root: string): string {
  const path = relative(root, resolve(reports)).replaceAll('\\', '/');
  return path.startsWith('..') || isAbsolute(path) ? 'reports' : path || '.';
}
