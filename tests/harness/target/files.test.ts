import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { targetFiles } from '../../../src/target/files.ts';

const test = base.extend<{ folder: string; found: (...patterns: string[]) => Promise<string[]> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-targets-'));
    for (const file of ['b.json', 'a.ts', 'c.mjs', 'd.js', 'types.d.ts', 'notes.md', '[x].json'])
      writeFileSync(join(folder, file), '{}');
    mkdirSync(join(folder, 'deeper.json'));
    writeFileSync(join(folder, 'deeper.json', 'e.json'), '{}');
    mkdirSync(join(folder, 'empty'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  found: async ({ folder }, use) => {
    await use(async (...patterns) => {
      const files = await targetFiles(patterns.map((pattern) => join(folder, pattern)));
      return files.map((file) => relative(folder, file));
    });
  },
});

test('a folder: its target files, not those of folders in it', async ({ found }) => {
  expect(await found('.')).toEqual(['[x].json', 'a.ts', 'b.json', 'c.mjs', 'd.js']);
});

test('a glob', async ({ found }) => {
  expect(await found('{b,deeper*/*}.json')).toEqual(['b.json', 'deeper.json/e.json']);
});

test('a file with the signs of a glob in its name is that file', async ({ found }) => {
  expect(await found('[x].json')).toEqual(['[x].json']);
});

test('each file once, in the order of what was named', async ({ found }) => {
  expect(await found('c.mjs', '*.mjs', 'b.json')).toEqual(['c.mjs', 'b.json']);
});

test('a file that is not there is left to its reader', async ({ found }) => {
  expect(await found('none.json')).toEqual(['none.json']);
});

for (const [pattern, says] of [
  ['empty', 'empty: found no target file in this folder; wanted target files (*.json, *.ts, *.js, *.mjs)'],
  ['*.yaml', '*.yaml: found no file of that kind; wanted'],
] as const) {
  test(`nothing in ${pattern} is an error`, async ({ found }) => {
    await expect(found('b.json', pattern)).rejects.toThrow(says);
  });
}
