import { expect } from '@playwright/test';
import { filesWith, isShortened, leftToCi } from './left-to-ci.ts';
import { test } from './test.ts';

test('npm test says in one line what it leaves to CI, and a run of one file does not', () => {
  expect(isShortened(['node', 'playwright', 'test', '--grep-invert', '@rest|@mutant'])).toBe(true);
  expect(isShortened(['node', 'playwright', 'test', '--grep', '@rest'])).toBe(false);
  expect(leftToCi(['clients', 'wall'])).toBe(
    'Left to CI: the tests tagged @rest of 2 files (clients, wall), by npm run test:rest; ' +
      'the mutants beyond the sample (@mutant), by npm run mutants',
  );
});

test('the files that it names are those with such tests', () => {
  const files = filesWith('@rest', 'REST', 'oneOfMany');
  expect(files).toEqual(expect.arrayContaining(['clients', 'php-shop', 'table']));
  expect(files).not.toContain('connect-proxy');
});
