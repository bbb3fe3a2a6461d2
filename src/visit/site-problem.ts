import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from '../evidence/evidence.ts';
import { type Problem, type ProblemArgs, type ProblemCode, problem } from '../evidence/problem.ts';
import type { Target } from '../target/target.ts';

/**
 * Records for a target's visits that its site is not up. The first reason is kept.
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

/** Errors of Node and Chromium for a site that is not there, or has no valid certificate. */
const IS_DOWN = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_CERT_\w+|ERR_SSL_\w+)\b/;

/**
 * Records that a visit did not reach its site. On the second one, the site counts as down, and the remaining visits are not made.
 * A site that answers, even with an error, is visited.
 *
 * @param logs folder of the target's log
 */
export function noteUnreached(
  logs: string,
  { outcome, problem: found }: Evidence,
  { baseURL }: Target,
): void {
  if (outcome === 'complete' || found?.code !== 'no-answer') return;
  const { origin, error } = found.args;
  // An ad may lead through a foreign host.
  if (typeof origin !== 'string' || typeof error !== 'string' || origin !== new URL(baseURL).origin) return;
  if (!IS_DOWN.test(error)) return;
  if (isNoted(join(logs, 'site-unreached.json'), found))
    noteSiteProblem(logs, 'no-answer', { origin, error });
}

/** Whether one was recorded before; if not, records this one. */
function isNoted(file: string, found: Problem): boolean {
  try {
    writeFileSync(file, JSON.stringify(found), { flag: 'wx' });
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return true;
  }
}

/** Why a target's site is not up; undefined as far as is known. */
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
