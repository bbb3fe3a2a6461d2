import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { snapshotOf } from '../../../src/verdict/snapshot.ts';
import { audit, verdict, visit } from '../report/samples.ts';
import { test as base } from '../test.ts';
import { inProcess } from './in-process.ts';

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from it.
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-baseline-'));
    await mkdir(join(folder, 'reports'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

async function run(folder: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const { code, out, err } = await inProcess(folder, args);
  return { code, output: out + err };
}

const write = (folder: string, file: string, value: unknown) =>
  writeFile(join(folder, file), typeof value === 'string' ? value : JSON.stringify(value));

const right = audit([visit('organic')]);
const wrong = audit([visit('organic', [verdict('event-id/present', 'fail')])]);
const broken = audit([visit('organic', [], { outcome: 'broken' })]);

test('the verdicts of an audit become a baseline that does not differ from them', async ({ folder }) => {
  await write(folder, 'reports/verdicts.json', wrong);
  expect(await run(folder, 'baseline')).toEqual({
    code: 0,
    output: 'ttq-baseline.json: 1 target, 1 failure accepted\n',
  });
  expect(JSON.parse(await readFile(join(folder, 'ttq-baseline.json'), 'utf8'))).toEqual(snapshotOf(wrong));
  expect(await run(folder, 'diff', 'ttq-baseline.json')).toEqual({
    code: 0,
    output: 'No change: demo-shop\n\nNothing got worse.\n',
  });
});

test('verdicts that another program saved with a byte order mark are read', async ({ folder }) => {
  await write(folder, 'reports/verdicts.json', `\uFEFF${JSON.stringify(right)}`);
  expect((await run(folder, 'baseline')).code).toBe(0);
});

test('what is not a file is not read: it might never end', async ({ folder }) => {
  await symlink('/dev/zero', join(folder, 'reports/verdicts.json'));
  const { code, output } = await run(folder, 'baseline');
  expect(output).toContain('it cannot be read (it is not a regular file)');
  expect(code).toBe(2);
});

test('a file that is no text is refused in one line each for what, and what was wanted', async ({
  folder,
}) => {
  await write(folder, 'reports/verdicts.json', `\u001B[31mred\n${'x\n'.repeat(20)}`);
  const { code, output } = await run(folder, 'baseline');
  expect(output.split('\n')).toHaveLength(4);
  expect(output).not.toContain('red');
  expect(code).toBe(2);
});

test('diff exits with 1 if something got worse, but not if it was fixed', async ({ folder }) => {
  await write(folder, 'right.json', right);
  await write(folder, 'wrong.json', wrong);
  expect((await run(folder, 'diff', 'right.json', 'wrong.json')).code).toBe(1);
  const fixed = await run(folder, 'diff', 'wrong.json', 'right.json');
  expect(fixed.output).toContain('fixed');
  expect(fixed.code).toBe(0);
});

const refused: [string, unknown, string][] = [
  ['a visit that broke off', broken, 'demo-shop has 1 of 1 visits broken off or missing'],
  ['a part of an audit', { ...right, shard: { current: 1, total: 3 } }, 'It is shard 1 of 3'],
  ['no target', { ...right, targets: [] }, 'It has no target'],
  [
    'a target that was refused',
    {
      ...right,
      targets: [{ ...right.targets[0], problem: { refusals: [], message: 'no such file' }, visits: [] }],
    },
    'demo-shop could not be audited',
  ],
  ['half a file', JSON.stringify(right).slice(0, 100), 'it cannot be read'],
  ['another file', { name: 'demo-shop' }, '/version: found nothing; wanted this field'],
  ['verdicts of an earlier version', { ...right, version: 1 }, '/version: found 1; wanted'],
];
for (const [name, content, message] of refused) {
  test(`makes no baseline of ${name}`, async ({ folder }) => {
    await write(folder, 'reports/verdicts.json', content);
    const { code, output } = await run(folder, 'baseline');
    expect(output).toContain(message);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
    await expect(readFile(join(folder, 'ttq-baseline.json'))).rejects.toThrow('ENOENT');
  });
}

test('a baseline that cannot be written, or read', async ({ folder }) => {
  await write(folder, 'reports/verdicts.json', right);
  await write(folder, 'file', '');
  for (const args of [
    ['baseline', '-o', 'file/baseline.json'],
    ['diff', 'no-such.json'],
    ['diff', 'file'],
  ]) {
    const { code, output } = await run(folder, ...args);
    expect(output).toMatch(/file|no-such\.json/);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  }
});
