import { execFileSync } from 'node:child_process';
import { test } from '@playwright/test';

/** Tag of a test that takes too long for `npm test`: `npm run test:rest` runs it, and CI. */
export const REST = { tag: '@rest' };

/** Details of a test that is one of many similar ones: `npm test` runs a quarter of them, CI all. */
export function oneOfMany(index: number): { tag?: string } {
  return index % 4 === 0 ? {} : REST;
}

/** Tag of a mutant beyond the sample, or of its whole journey: `npm run mutants` and CI visit it. */
export const MUTANT = { tag: '@mutant' };

/** Tag of a mutant's visit that stops once the mutant has shown: `npm run mutants` makes the whole journey instead. */
export const SHORT = { tag: '@short' };

/** How many samples a property is tried with: in `npm test`, a tenth of those in CI, which sets TTQ_SAMPLES to `all`. */
export function samples(all: number): number {
  return process.env.TTQ_SAMPLES === 'all' ? all : Math.ceil(all / 10);
}

/**
 * Skips a test on machines without a program, and says how to get it. With TTQ_CLIENTS=required, the test fails instead.
 *
 * @param args with which it ends at once, successfully
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
