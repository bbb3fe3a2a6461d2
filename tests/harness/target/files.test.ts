import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from '@playwright/test';
import { strayProblem, targetFiles } from '../../../src/target/files.ts';
import { refusalText } from '../../../src/target/refusal.ts';
import { test as base } from '../test.ts';

type Found = Awaited<ReturnType<typeof targetFiles>>;

const test = base.extend<{ folder: string; found: (...patterns: string[]) => Promise<Found> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-targets-'));
    const targets = ['b.json', 'a.target.ts', 'c.target.mjs', 'd.target.js', '[x].json'];
    const modules = ['vite.config.js', 'c.mjs', 'e.target.cjs'];
    for (const file of [...targets, ...modules, 'types.d.ts', 'f.target.d.mts', 'notes.md'])
      writeFileSync(join(folder, file), '{}');
    mkdirSync(join(folder, 'deeper.json'));
    writeFileSync(join(folder, 'deeper.json', 'e.json'), '{}');
    mkdirSync(join(folder, 'empty'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  found: async ({ folder }, use) => {
    await use(async (...patterns) => {
      const { files, strays } = await targetFiles(patterns.map((pattern) => join(folder, pattern)));
      const shown = (paths: string[]) => paths.map((path) => relative(folder, path));
      return { files: shown(files), strays: shown(strays) };
    });
  },
});

test('a folder gives its target files by name, but not those of its subfolders; other modules are strays', async ({
  found,
}) => {
  expect(await found('.')).toEqual({
    files: ['[x].json', 'a.target.ts', 'b.json', 'c.target.mjs', 'd.target.js'],
    strays: ['c.mjs', 'e.target.cjs', 'vite.config.js'],
  });
});

test('a folder with nothing but strays is passed on to the loader', async ({ folder, found }) => {
  writeFileSync(join(folder, 'empty', 'shop.ts'), '');
  expect(await found('empty')).toEqual({ files: [], strays: ['empty/shop.ts'] });
});

test('a file that is named, or matches a glob, is a target whatever its name', async ({ found }) => {
  expect(await found('.', 'vite.config.js', '*.mjs')).toMatchObject({
    files: expect.arrayContaining(['vite.config.js', 'c.mjs', 'c.target.mjs']),
    strays: ['e.target.cjs'],
  });
  expect((await found('*')).files).not.toContain('notes.md');
  expect((await found('*')).files).not.toContain('types.d.ts');
});

for (const [file, renamed] of [
  ['vite.config.js', 'vite.config.target.js'],
  ['shop.mts', 'shop.target.ts'],
  ['shop.target.cjs', 'shop.target.js'],
  ['shop.mjs', 'shop.target.mjs'],
] as const) {
  test(`${file} would be a target as ${renamed}`, () => {
    expect(refusalText(strayProblem(`/targets/${file}`))).toContain(
      `Rename it to ${renamed} if it is a target`,
    );
  });
}

test('a glob', async ({ found }) => {
  expect((await found('{b,deeper*/*}.json')).files).toEqual(['b.json', 'deeper.json/e.json']);
});

test('a file whose name contains characters of a glob is that file', async ({ found }) => {
  expect((await found('[x].json')).files).toEqual(['[x].json']);
});

test('each file once, in the order of what was named', async ({ found }) => {
  expect((await found('c.mjs', 'c.mjs', 'b.json')).files).toEqual(['c.mjs', 'b.json']);
});

test('a missing file is passed on to the loader', async ({ found }) => {
  expect((await found('none.json')).files).toEqual(['none.json']);
});

for (const [pattern, says] of [
  [
    'empty',
    'empty: found no target file in this folder; wanted target files (*.json, *.target.ts, *.target.js, *.target.mjs)',
  ],
  ['*.yaml', '*.yaml: found no matching file; wanted'],
] as const) {
  test(`nothing in ${pattern} is an error`, async ({ found }) => {
    await expect(found('b.json', pattern)).rejects.toThrow(says);
  });
}
