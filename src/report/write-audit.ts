import { resolve } from 'node:path';
import type { EnvironmentInfo } from 'allure-js-commons/sdk';
import { RULE_BY_ID } from '../rules/index.ts';
import { reason } from '../verdict/reasons.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { writeAllureResults } from './allure.ts';
import { folderWriter } from './allure-writers.ts';
import { rulesPageFrom, rulesPageUrl } from './doc-link.ts';
import { reportFiles, writeVerdicts } from './files.ts';
import { writeRenderings } from './renderings.ts';
import { publishedFolder } from './run-folder.ts';
import { firstLines } from './text.ts';

/**
 * Writes everything made from an audit's verdicts: Allure's results, verdicts.json and the renderings. If Allure's results cannot
 * be written, that holds the audit and is one of its reasons; other failures to write are returned.
 *
 * @param reports the folder to write to: that of a run, or the published one
 * @param at when the visits were judged
 * @param print prints text that ends with a line break
 * @returns a sentence for each rendering that could not be written
 * @throws ReportsError if verdicts.json cannot be written
 */
export function writeAudit(
  reports: string,
  audit: AuditVerdicts,
  environment: EnvironmentInfo,
  at: Date,
  print?: (text: string) => void,
): string[] {
  const { allureResults } = reportFiles(reports);
  const { allure } = reportFiles(publishedFolder(reports));
  try {
    writeAllureResults(folderWriter(allureResults), audit, environment, {
      rules: RULE_BY_ID,
      at: at.getTime(),
      rulesPage: rulesPageUrl() ?? rulesPageFrom(resolve(allure)),
      home: '..',
      folder: reports,
    });
  } catch (error) {
    audit.gate.released = false;
    audit.gate.reasons.unshift(reason('allure-unwritten', { error: firstLines(String(error)) }));
  }
  writeVerdicts(reportFiles(reports).verdicts, audit);
  return writeRenderings(reports, audit, RULE_BY_ID, { at, ...(print ? { print } : {}) });
}
