import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FRAMEWORK } from './allure.ts';
import { ReportsError, reportFiles } from './files.ts';

/**
 * Copies what a shard recorded, to be reported anew: evidence, timelines, and Allure's results of its visits. Its results of rules
 * and its environment stay behind: they are of the shard.
 *
 * @param from the shard's reports folder
 * @param to another one
 * @throws ReportsError where something cannot be read or written
 */
export function copyShard(from: string, to: string): void {
  const [theirs, ours] = [reportFiles(from), reportFiles(to)];
  try {
    for (const name of ['evidence', 'timelines'] as const)
      if (existsSync(theirs[name])) cpSync(theirs[name], ours[name], { recursive: true });
    if (!existsSync(theirs.allureResults)) return;
    mkdirSync(ours.allureResults, { recursive: true });
    for (const file of readdirSync(theirs.allureResults)) {
      if (isOfVisit(join(theirs.allureResults, file)))
        cpSync(join(theirs.allureResults, file), join(ours.allureResults, file));
    }
  } catch (error) {
    throw new ReportsError(`The shard ${from} cannot be copied to ${to}: ${(error as Error).message}.`);
  }
}

function isOfVisit(file: string): boolean {
  if (
    /-globals\.json$|\/(environment\.properties|categories\.json|executor\.json)$/.test(
      file.replaceAll('\\', '/'),
    )
  )
    return false;
  return !file.endsWith('-result.json') || !isOfRule(readFileSync(file, 'utf8'));
}

function isOfRule(result: string): boolean {
  const { labels = [] } = JSON.parse(result) as { labels?: { name: string; value: string }[] };
  return labels.some(({ name, value }) => name === 'framework' && value === FRAMEWORK);
}
