import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Reporter } from '@playwright/test/reporter';
import { MUTANT, REST } from './rest.ts';

/** Reports at the end of `npm test` what it did not run: a green run says nothing about these. */
export default class LeftToCi implements Reporter {
  onEnd(): void {
    if (!isShortened(process.argv)) return;
    console.log(`\n${leftToCi(filesWith(REST.tag, 'REST', 'oneOfMany'))}`);
  }

  printsToStdio(): boolean {
    return false;
  }
}

/** Whether a run leaves out the longer tests, as `npm test` does. */
export function isShortened(args: readonly string[]): boolean {
  const inverted = args.indexOf('--grep-invert');
  return inverted >= 0 && args[inverted + 1]!.includes(REST.tag);
}

/** @param files of tests, by their names without the extension */
export function leftToCi(files: readonly string[]): string {
  return (
    `Left to CI: the tests tagged ${REST.tag} of ${files.length} files (${files.join(', ')}), by npm run test:rest; ` +
    `the mutants beyond the sample (${MUTANT.tag}), by npm run mutants`
  );
}

/** The files with tests that use a tag: directly, or by the name of what gives it. */
export function filesWith(tag: string, ...names: string[]): string[] {
  const word = new RegExp(`\\b(${names.join('|')})\\b|${tag}`);
  return globSync('**/*.ts', { cwd: import.meta.dirname })
    .filter((file) => {
      const text = readFileSync(join(import.meta.dirname, file), 'utf8');
      // Some tests are made in a module that the files of tests share.
      return /^\s*test\(/m.test(text) && word.test(text);
    })
    .map((file) => basename(file, '.test.ts').replace(/\.ts$/, ''))
    .sort();
}
