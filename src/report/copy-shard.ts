import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestResult } from 'allure-js-commons';
import { readJson } from '../target/json-file.ts';
import { FRAMEWORK } from './allure.ts';
import { ReportsError, reportFiles } from './files.ts';

/**
 * Copies what a shard recorded, to be reported again: evidence, timelines, and Allure's results of its visits. Its results of
 * rules and its environment describe only the shard, and are left out.
 *
 * @param from the shard's reports folder
 * @param to another one
 * @throws ReportsError if something cannot be read or written
 */
export function copyShard(from: string, to: string): void {
  const [theirs, ours] = [reportFiles(from), reportFiles(to)];
  try {
    for (const name of ['evidence', 'timelines'] as const)
      if (existsSync(theirs[name])) cpSync(theirs[name], ours[name], { recursive: true });
    if (!existsSync(theirs.allureResults)) return;
    mkdirSync(ours.allureResults, { recursive: true });
    for (const file of filesOfVisits(theirs.allureResults))
      cpSync(join(theirs.allureResults, file), join(ours.allureResults, file));
  } catch (error) {
    throw new ReportsError(
      `The shard ${from} cannot be copied: ${(error as Error).message}. Fetch its reports again, or run that shard again.`,
    );
  }
}

/** Files that describe the shard, and are written again. */
const OF_SHARD = /-globals\.json$|^(environment\.properties|categories\.json|executor\.json)$/;

/** Names of Allure's result files, those of rules left out. */
function filesOfVisits(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => !OF_SHARD.test(file));
  const ofRules = new Set(
    files
      .filter((file) => file.endsWith('-result.json'))
      .flatMap((file) => {
        const { labels = [] } = resultIn(join(folder, file));
        const isOfRule = labels.some(({ name, value }) => name === 'framework' && value === FRAMEWORK);
        return isOfRule ? [file] : [];
      }),
  );
  return files.filter((file) => !ofRules.has(file));
}

function resultIn(file: string): Result {
  try {
    return readJson(file) as Result;
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as Error).message})`);
  }
}

type Result = Partial<Pick<TestResult, 'labels'>>;
