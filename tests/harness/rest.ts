import { execFileSync } from 'node:child_process';
import { test } from '@playwright/test';

/** Tag of a test that takes too long for every day: `npm run test:rest` runs it, and CI. */
export const REST = { tag: '@rest' };

/** Tag of a mutant beyond the sample: `npm run mutants` makes it live, and CI. */
export const MUTANT = { tag: '@mutant' };

/**
 * Leaves a test to machines that have a program, and says how to get it. TTQ_CLIENTS=required: where it is absent the test fails.
 *
 * @param args with which it ends at once, and well
 * @param name of the Debian package that it comes with
 */
export function needProgram(program: string, args: readonly string[], name: string): void {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
  } catch {
    const message = `${name} is not installed; with Debian: apt-get install ${name}`;
    if (process.env.TTQ_CLIENTS === 'required') throw new Error(message);
    test.skip(true, message);
  }
}
