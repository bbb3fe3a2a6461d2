import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { REST } from '../rest.ts';
import { test } from '../test.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** What a checkout needs to write a rule and to run its tests. */
const PARTS = [
  'src',
  'tests',
  'docs',
  'fixtures',
  'build',
  'package.json',
  'biome.json',
  'tsconfig.json',
  'tsconfig.page.json',
  '.gitignore',
];

let checkout: string;

test.beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'ttq-new-rule-'));
  for (const part of PARTS) cpSync(join(repository, part), join(checkout, part), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(checkout, 'node_modules'));
  execFileSync('git', ['init', '--quiet'], { cwd: checkout });
});

test.afterAll(() => rmSync(checkout, { recursive: true }));

const newRule = (...args: string[]) =>
  spawnSync(process.execPath, [join(checkout, 'docs/new-rule.ts'), ...args], { encoding: 'utf8' });

test('a new rule compiles, and its tests fail until it is filled in', REST, () => {
  for (const id of ['event-id/sample', 'sample/present']) {
    const { status, stdout, stderr } = newRule(id);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`src/rules/${id}.ts: the rule`);
  }
  // Another rule has this name, too.
  expect(readFileSync(join(checkout, 'src/rules/sample/present.ts'), 'utf8')).toContain(
    'export const samplePresent',
  );

  const bin = (name: string) => join(checkout, 'node_modules/.bin', name);
  const compiled = spawnSync(bin('tsc'), ['-p', '.'], { cwd: checkout, encoding: 'utf8' });
  expect(compiled.stdout).toBe('');

  const arguments_ = [
    'test',
    '-c',
    'tests/harness/playwright.config.ts',
    'harness/rules/rules',
    'mutants/evidence',
  ];
  const tested = spawnSync(bin('playwright'), [...arguments_, '-g', 'sample|page-first', '--reporter=line'], {
    cwd: checkout,
    encoding: 'utf8',
  });
  expect(tested.status).toBe(1);
  expect(tested.stdout).toContain('event-id/sample follows the form of a rule');
  expect(tested.stdout).toContain('event-id/sample: TODO: one way to break it');
  expect(tested.stdout).toContain('sample/present follows the form of a rule');
  // A rule that is not filled in does not hide what else fails.
  expect(tested.stdout).not.toMatch(/^ +\d+\) .*page-first/m);
});

test('refuses an invalid name and one that is taken, and writes nothing', REST, () => {
  const unchanged = () => readFileSync(join(checkout, 'src/rules/index.ts'), 'utf8');
  const before = unchanged();
  for (const id of ['', 'present', 'Event/Id', 'event-id/../../x', 'event-id/present']) {
    const { status, stderr } = newRule(id);
    expect(status, id).toBe(2);
    expect(stderr).toMatch(/wanted topic\/name in lower case|src\/rules\/event-id\/present\.ts exists/);
  }
  expect(unchanged()).toBe(before);
});
