import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import { loadTarget, readTargets } from '../../../src/target/load.ts';
import { loadTargets } from '../../../src/target/run.ts';
import { test as base } from '../test.ts';

const BASE = {
  pixels: ['CDEMO000000000000001'],
  headers: { 'x-key': 'one', 'x-other': 'two' },
  storageState: 'state.json',
  journeys: [{ name: 'look', start: '/', steps: [{ upload: '#file', files: 'photo.png' }] }],
};

const test = base.extend<{ folder: string; write: (name: string, content: unknown) => string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-extends-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  write: async ({ folder }, use) => {
    await use((name, content) => {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    });
  },
});

const shop = (name: string, more: object = {}) => ({
  extends: '../base/shared.json',
  name,
  baseURL: `https://${name}.example`,
  ...more,
});

test('a target is merged over its base: objects by field, lists as a whole, paths relative to their file', async ({
  folder,
  write,
}) => {
  write('base/shared.json', BASE);
  write('base/state.json', { cookies: [], origins: [] });
  const target = await loadTarget(
    write('shops/a.json', shop('a', { headers: { 'x-key': 'mine' }, pixels: ['CDEMO000000000000002'] })),
    1,
  );
  expect(target).toMatchObject({
    name: 'a',
    pixels: ['CDEMO000000000000002'],
    headers: { 'x-key': 'mine', 'x-other': 'two' },
    storageState: join(folder, 'base/state.json'),
  });
  expect(target.journeys[0]!.steps).toEqual([{ upload: '#file', files: [join(folder, 'base/photo.png')] }]);
});

test('forty targets with one base beside them are forty targets', async ({ folder, write }) => {
  write('base.json', { ...BASE, storageState: undefined });
  for (let n = 1; n <= 40; n += 1)
    write(`shop-${n}.json`, shop(`shop-${n}`, { extends: 'base.json', headers: { 'x-key': `${n}` } }));
  const { targets, refused } = await loadTargets([folder], {}, () => []);
  expect(refused).toEqual([]);
  expect(targets).toHaveLength(40);
  expect(new Set(targets.map(({ target }) => target.headers['x-key'])).size).toBe(40);
});

test('a base that is a complete target is audited, too', async ({ folder, write }) => {
  write('base.json', { ...shop('whole', BASE), extends: undefined });
  write('other.json', shop('other', { extends: ['./base.json'] }));
  expect(await readTargets([folder])).toHaveLength(2);
});

test('a base may extend another one, and may be a module', async ({ write }) => {
  write('base/ground.json', { locale: 'de-DE', timezone: 'Europe/Berlin' });
  write(
    'base/shared.mjs',
    `export default { extends: './ground.json', ...${JSON.stringify({ ...BASE, storageState: undefined })}, locale: 'fr-FR' };`,
  );
  const target = await loadTarget(write('shops/a.json', shop('a', { extends: '../base/shared.mjs' })), 1);
  expect(target).toMatchObject({ locale: 'fr-FR', timezone: 'Europe/Berlin' });
});

const WRONG: [string, unknown, unknown, RegExp][] = [
  ['no such file', undefined, {}, /base\/shared\.json cannot be used:\n {2}found no such file/],
  [
    'itself',
    BASE,
    { extends: './a.json' },
    /\/extends: found "\.\/a\.json", which extends this file in turn/,
  ],
  [
    'one that extends it',
    { extends: '../shops/a.json' },
    {},
    /\/extends: found "\.\.\/shops\/a\.json", which/,
  ],
  ['a list', [], {}, /\/extends: found "\.\.\/base\/shared\.json", which contains no object/],
  ['a number', BASE, { extends: 7 }, /\/extends: found 7; wanted the path of a target file/],
];

for (const [what, shared, more, wanted] of WRONG)
  test(`refused: a target that extends ${what}`, async ({ write }) => {
    if (shared !== undefined) write('base/shared.json', shared);
    const file = write('shops/a.json', shop('a', more as object));
    await expect(loadTarget(file, 1)).rejects.toThrow(wanted);
  });

test('a function of a module is a step, named by its file and its place', async ({ folder, write }) => {
  const file = write(
    'a.target.mjs',
    `export default ${JSON.stringify({ ...shop('a', BASE), extends: undefined, storageState: undefined }).replace('[{"upload":"#file","files":"photo.png"}]', '[async ({ page }) => page.click("#buy")]')};`,
  );
  const target = await loadTarget(file, 1);
  expect(target.journeys[0]!.steps).toEqual([
    { run: '/journeys/0/steps/0', in: join(folder, 'a.target.mjs') },
  ]);
});

test('a function elsewhere is refused', async ({ write }) => {
  const file = write('a.target.mjs', 'export default { name: () => 1 };');
  await expect(loadTarget(file, 1)).rejects.toThrow(/\/name: found a function; wanted plain data/);
});
