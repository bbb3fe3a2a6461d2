import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { testFolder } from '../../../src/cli/test-folder.ts';
import { REST } from '../rest.ts';
import { test } from '../test.ts';

test('a suite says where its tests are, also before it has one', REST, () => {
  const folder = test.info().outputPath('suite');
  mkdirSync(folder, { recursive: true });
  expect(testFolder(folder)).toBe('');
  const config = (content: object) =>
    writeFileSync(join(folder, 'playwright.config.mjs'), `export default ${JSON.stringify(content)};`);
  config({ testDir: 'e2e' });
  expect(testFolder(folder)).toBe('e2e');
  config({ projects: [{ name: 'setup', testDir: 'login' }, { testDir: 'tests/shop' }] });
  expect(testFolder(folder)).toBe('tests/shop');
  writeFileSync(join(folder, 'playwright.config.mjs'), 'throw new Error("no configuration");');
  expect(testFolder(folder)).toBe('');
});
