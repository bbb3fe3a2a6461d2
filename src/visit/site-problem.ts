import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Says to a target's visits that its site is not there.
 *
 * @param logs folder of the target's log
 * @param problem a sentence; of several, the first stays
 */
export function noteSiteProblem(logs: string, problem: string): void {
  try {
    writeFileSync(fileOf(logs), problem, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Why a target's site is not there; undefined as far as is known. */
export function siteProblem(logs: string): string | undefined {
  try {
    return readFileSync(fileOf(logs), 'utf8');
  } catch {
    return undefined;
  }
}

function fileOf(logs: string): string {
  return join(logs, 'site-problem.txt');
}
