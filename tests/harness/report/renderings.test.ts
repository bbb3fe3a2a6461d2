import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { reportFiles } from '../../../src/report/files.ts';
import { STEP_SUMMARY_LIMIT } from '../../../src/report/markdown.ts';
import { type RenderingStyle, writeRenderings } from '../../../src/report/renderings.ts';
import { test } from '../test.ts';
import { audit, ruleMap, verdict, visit } from './samples.ts';

const rules = ruleMap('event-id/present');
const held = audit([visit('organic', [verdict('event-id/present', 'fail')])]);

let reports: string;
test.beforeEach(async () => {
  reports = join(await mkdtemp(join(tmpdir(), 'ttq-write-')), 'reports');
});
test.afterEach(() => rm(join(reports, '..'), { recursive: true, force: true }));

function write(environment: NodeJS.ProcessEnv = {}, more: RenderingStyle = {}) {
  const printed: string[] = [];
  const print = (text: string) => printed.push(text);
  return { problems: writeRenderings(reports, held, rules, { environment, print, ...more }), printed };
}

test('writes all of them below the reports folder, and outside a workflow nothing else', () => {
  expect(write({}, { at: new Date('2026-11-25T23:10:00Z') })).toEqual({ problems: [], printed: [] });
  const { summary, sarif, scorecard } = reportFiles(reports);
  expect(readFileSync(summary, 'utf8')).toMatch(/^## Held: demo-shop\n/);
  expect(JSON.parse(readFileSync(sarif, 'utf8'))).toMatchObject({ version: '2.1.0' });
  expect(readFileSync(scorecard, 'utf8')).toContain('Audited 2026-11-25 23:10 UTC');
});

test('no path of the machine is in any of them', () => {
  write();
  const { summary, sarif, scorecard } = reportFiles(reports);
  for (const path of [summary, sarif, scorecard]) expect(readFileSync(path, 'utf8')).not.toContain(tmpdir());
});

test("in a workflow the step's summary is added to, and annotations are printed", () => {
  const file = join(reports, '..', 'step.md');
  writeFileSync(file, '# Build\n');
  const { problems, printed } = write({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file });
  expect(problems).toEqual([]);
  expect(readFileSync(file, 'utf8')).toMatch(/^# Build\n\n## Held: demo-shop\n/);
  expect(printed).toEqual([expect.stringMatching(/^::error title=event-id\/present \(blocker\)::.*\n$/)]);
});

test('a full summary of the step does not stop the other files', () => {
  const file = join(reports, '..', 'step.md');
  writeFileSync(file, 'x'.repeat(STEP_SUMMARY_LIMIT));
  const { problems, printed } = write({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file });
  expect(problems).toEqual([expect.stringContaining('The summary of the step could not be written: ')]);
  expect(printed).toHaveLength(1);
  expect(existsSync(reportFiles(reports).scorecard)).toBe(true);
});

test('a rendering that cannot be written does not stop the others', () => {
  const { summary, sarif, scorecard } = reportFiles(reports);
  mkdirSync(summary, { recursive: true });
  const { problems } = write();
  expect(problems).toEqual([expect.stringContaining('The summary.md could not be written: EISDIR')]);
  for (const path of [sarif, scorecard]) expect(existsSync(path)).toBe(true);
});

test('docs/reports.md has a row for each file', () => {
  const page = read('../../../docs/reports.md');
  const files = Object.values(reportFiles('reports')).map((file) => relative('reports', file));
  const rows = files.filter((file) => page.includes(`\n| \`${file}\``) || page.includes(`\n| \`${file}/`));
  expect(rows).toEqual(files);
});

test('every renderer has a test of its own', () => {
  const renderers = [...read('../../../src/report/renderings.ts').matchAll(/(\w+)\(audit, /g)].map(
    ([, name]) => name!,
  );
  expect(renderers).toContain('formatMarkdown');
  const tests = globSync('*.test.ts', { cwd: import.meta.dirname }).map((file) => read(`./${file}`));
  for (const name of renderers)
    expect(
      tests.some((text) => new RegExp(`import {[^}]*\\b${name}\\b[^}]*} from '.*/src/report/`).test(text)),
      `a test that imports ${name}`,
    ).toBe(true);
});

function read(file: string): string {
  return readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
}
