import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { MUTANTS } from '../../../fixtures/mutants/index.ts';
import { VARIANTS } from '../../../fixtures/variants/index.ts';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import { SCENARIOS } from '../../../src/target/scenarios.ts';
import { DIAGNOSTICS } from '../../../src/tiktok/diagnostics.ts';
import { test } from '../test.ts';

const page = readFileSync(new URL('../../../docs/coverage.md', import.meta.url), 'utf8');

test('every rule that docs/coverage.md names exists', () => {
  const named = page.match(/(?<=`)[a-z]+(-[a-z]+)*\/[a-z0-9-]+(?=`)/g) ?? [];
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((id) => !RULE_BY_ID.has(id))).toEqual([]);
});

test('every diagnostic of the SDK has its row, with a rule in it', () => {
  for (const code of DIAGNOSTICS) {
    expect(page).toMatch(new RegExp(`^\\| \`${code}\` +\\| \`[a-z0-9-]+/[a-z0-9-]+\``, 'm'));
  }
});

test('every way in which shops run the pixel has a correct shop and two broken ones', () => {
  const names = (cell: string) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name!);
  const rows = page
    .split('## Ways in which shops run the pixel')[1]!
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('`'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows.length).toBeGreaterThan(12);
  for (const [, way, broken = '', right = ''] of rows) {
    expect(MUTANTS.filter(({ name }) => names(broken).includes(name)).length, way).toBe(names(broken).length);
    expect(names(broken).length, way).toBeGreaterThanOrEqual(2);
    const known: readonly string[] = right.startsWith('the shop as it is')
      ? SCENARIOS
      : VARIANTS.map(({ name }) => name);
    expect(names(right).length, way).toBeGreaterThanOrEqual(1);
    expect(
      names(right).filter((name) => !known.includes(name)),
      way,
    ).toEqual([]);
  }
});
