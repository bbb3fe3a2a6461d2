import { RULE_BY_ID } from '../rules/index.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { NoAllureError } from './allure-report.ts';
import { generateReports } from './generate.ts';
import { linkScorecard } from './renderings.ts';
import { firstLines } from './text.ts';

/**
 * Makes the Allure reports and links the scorecard to them. Failing to make them does not change the verdict.
 *
 * @param folder of the run
 * @returns why there are none; undefined if there are
 */
export async function writeReports(folder: string, audit: AuditVerdicts): Promise<string | undefined> {
  try {
    const at = new Date();
    await generateReports(folder, audit, at);
    linkScorecard(folder, audit, RULE_BY_ID, at);
    return undefined;
  } catch (error) {
    if (error instanceof NoAllureError) return `No Allure report: ${error.message}`;
    return `The Allure report could not be made: ${firstLines((error as Error).message)}`;
  }
}
