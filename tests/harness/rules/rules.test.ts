import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { withoutPixel } from '../../../src/rules/browser-half.ts';
import { RULES, RUN_RULES } from '../../../src/rules/index.ts';
import { SEVERITIES } from '../../../src/target/target.ts';
import { test } from '../test.ts';
import { cleanTarget } from './clean.ts';

const folder = fileURLToPath(new URL('../../../src/rules/', import.meta.url));

const tables = globSync('*.test.ts', { cwd: import.meta.dirname })
  .map((file) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))
  .join('\n');

const ALL_RULES = [...RULES, ...RUN_RULES];

test('every rule file is in RULES or RUN_RULES, once, under the id of its path', () => {
  const files = globSync('*/*.ts', { cwd: folder }).map((file) =>
    file.replaceAll('\\', '/').replace(/\.ts$/, ''),
  );
  const ids = ALL_RULES.map(({ id }) => id);
  expect(files.length).toBeGreaterThan(0);
  expect(ids.toSorted()).toEqual(files.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
});

for (const rule of ALL_RULES) {
  test(`${rule.id} follows the form of a rule`, async () => {
    // The rule of that file, not only one with that id.
    const module = (await import(`../../../src/rules/${rule.id}.ts`)) as Record<string, unknown>;
    expect(Object.values(module)).toContain(rule);
    expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*\/[a-z]+(-[a-z\d]+)*$/);
    expect(SEVERITIES).toContain(rule.severity);

    for (const [name, text] of Object.entries({ why: rule.why, fix: rule.fix })) {
      expect(text, name).toMatch(/^\S.*[^\s.]\.$/);
    }
    // Titles and sources are alone on their line, like headings and labels, with no full stop.
    for (const [name, text] of Object.entries({ title: rule.title, source: rule.source })) {
      expect(text, name).toMatch(/^\S.*[^\s.]$/);
    }
    for (const text of [rule.title, rule.why, rule.fix, rule.source]) {
      expect(text).not.toMatch(/ {2}|\n|TODO/);
    }
  });

  test(`${rule.id} has messages that work without arguments, and a table of cases`, () => {
    for (const [code, message] of Object.entries(rule.messages)) {
      expect(message({}), code).toMatch(/^\S(.*\S)?$/);
    }
    // The table checks that every code has its message, and that every message is shown by a case.
    expect(tables, 'a test that imports the rule').toContain(`/src/rules/${rule.id}.ts'`);
  });
}

/** Topics that a target without a pixel is asked about. A new topic belongs here, or into browser-half.ts. */
const NOT_OF_THE_PIXEL = ['click-id', 'consent', 'dedup', 'events-api', 'match', 'plan', 'privacy'];

test('each topic is known to be about the pixel, or not', () => {
  const serverOnly = cleanTarget((target) => {
    target.pixels = [];
    target.eventsApi = { ...target.eventsApi, sources: ['C0000000000000000000'] };
  });
  const topics = [...new Set(RULES.map(({ id }) => id.split('/')[0]!))];
  const asked = topics.filter((topic) => withoutPixel({ id: `${topic}/any` }, serverOnly) === undefined);
  expect(asked.sort()).toEqual(NOT_OF_THE_PIXEL);
});
