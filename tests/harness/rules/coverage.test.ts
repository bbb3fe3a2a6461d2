import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import { DIAGNOSTICS } from '../../../src/tiktok/diagnostics.ts';
import { test } from '../test.ts';

const page = readFileSync(new URL('../../../docs/coverage.md', import.meta.url), 'utf8');

test('every rule that the page of what finds what names is one', () => {
  const named = page.match(/(?<=`)[a-z]+(-[a-z]+)*\/[a-z0-9-]+(?=`)/g) ?? [];
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((id) => !RULE_BY_ID.has(id))).toEqual([]);
});

test("every diagnostic of the SDK's has its row, with a rule in it", () => {
  for (const code of DIAGNOSTICS) {
    expect(page).toMatch(new RegExp(`^\\| \`${code}\` +\\| \`[a-z0-9-]+/[a-z0-9-]+\``, 'm'));
  }
});
