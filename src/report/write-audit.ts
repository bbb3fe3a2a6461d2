import type { EnvironmentInfo } from 'allure-js-commons/sdk';
import { RULES } from '../rules/index.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { writeAllureResults } from './allure.ts';
import { readEvidence } from './environment.ts';
import { reportFiles, writeVerdicts } from './files.ts';
import { firstLines } from './text.ts';
import { writeRenderings } from './write.ts';

/**
 * Writes what is made of an audit's verdicts: an Allure result for each, verdicts.json, and the renderings. Allure results that
 * cannot be written hold the audit, in which it is then said.
 *
 * @param at when the visits were judged, in milliseconds since 1970
 * @returns one sentence for each rendering that could not be written
 * @throws ReportsError where verdicts.json cannot be written
 */
export function writeAudit(
  reports: string,
  audit: AuditVerdicts,
  environment: EnvironmentInfo,
  at: number,
): string[] {
  const rules = new Map(RULES.map((rule) => [rule.id, rule]));
  try {
    writeAllureResults(reportFiles(reports).allureResults, audit, rules, environment, at, (file) =>
      readEvidence(reports, file),
    );
  } catch (error) {
    audit.gate.released = false;
    audit.gate.reasons.unshift(`The Allure results were not written: ${firstLines(String(error))}`);
  }
  writeVerdicts(reports, audit);
  return writeRenderings(reports, audit, rules, { at: new Date(at) });
}
