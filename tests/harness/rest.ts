import { execFileSync } from 'node:child_process';
import { test } from '@playwright/test';

/** Tag of a test that takes too long for every day: `npm run test:rest` runs it, and CI. */
export const REST = { tag: '@rest' };

/** Tag of a mutant beyond the sample, or of its whole journey: `npm run mutants` makes it live, and CI. */
export const MUTANT = { tag: '@mutant' };

/** Tag of a mutant's visit that turns back once the mutant has shown: `npm run mutants` has the whole journey in its place. */
export const SHORT = { tag: '@short' };

/** Of the samples that CI tries a property with, those of a run that a person waits for: a tenth. CI sets TTQ_SAMPLES to `all`. */
export function samples(all: number): number {
  return process.env.TTQ_SAMPLES === 'all' ? all : Math.ceil(all / 10);
}

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
