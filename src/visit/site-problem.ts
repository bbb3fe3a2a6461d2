import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, type ProblemArgs, type ProblemCode, problem } from '../evidence/problem.ts';

/**
 * Says to a target's visits that its site is not there. Of several reasons, the first stays.
 *
 * @param logs folder of the target's log
 */
export function noteSiteProblem<Code extends ProblemCode>(
  logs: string,
  code: Code,
  args: ProblemArgs<Code>,
): void {
  try {
    writeFileSync(fileOf(logs), JSON.stringify(problem(code, args)), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Why a target's site is not there; undefined as far as is known. */
export function siteProblem(logs: string): Problem | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(logs), 'utf8')) as Problem;
  } catch {
    return undefined;
  }
}

function fileOf(logs: string): string {
  return join(logs, 'site-problem.json');
}
