import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import { ReportsError, unwritable } from '../../../src/report/files.ts';
import {
  discardRun,
  openRun,
  playwrightOutput,
  publishedFolder,
  publishRun,
  runFolder,
} from '../../../src/report/run-folder.ts';
import { joinVisitTimes } from '../../../src/report/visit-times.ts';
import { readVisitTimes } from '../../../src/target/visit-times.ts';
import { test } from '../test.ts';

let reports: string;
test.beforeEach(() => {
  reports = join(mkdtempSync(join(tmpdir(), 'ttq-run-')), 'reports');
});
test.afterEach(() => rmSync(dirname(reports), { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
const read = (file: string) => readFileSync(join(reports, file), 'utf8');

/** A run that has written what one writes, each file with the run's name as its content. */
function run(name: string, more: string[] = []): string {
  const folder = runFolder(reports);
  openRun(folder);
  for (const file of ['verdicts.json', `evidence/${name}/visit.json`, 'summary.md', ...more])
    write(join(folder, file), name);
  write(join(playwrightOutput(folder), 'attachment'), name);
  return folder;
}

/** The folder of a process that has ended. */
function ofDeadProcess(): string {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return runFolder(reports).replace(`-${process.pid}-`, `-${pid}-`);
}

test('a run replaces the one before completely; other files stay', () => {
  publishRun(run('first', ['allure/index.html', 'allure-history/shop.jsonl']));
  write(join(reports, 'README.md'), 'tracked');
  const second = run('second');
  expect(read('verdicts.json')).toBe('first');
  publishRun(second);
  expect(read('verdicts.json')).toBe('second');
  expect(readdirSync(join(reports, 'evidence'))).toEqual(['second']);
  expect(read('README.md')).toBe('tracked');
  expect(read('allure-history/shop.jsonl')).toBe('first');
  expect(existsSync(join(reports, 'allure'))).toBe(false);
  expect(read(`playwright/${basename(playwrightOutput(second))}/attachment`)).toBe('second');
  expect(readdirSync(reports).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('of two simultaneous runs, the reports of the later one stay, and neither touches the other until then', () => {
  const [one, other] = [run('one', ['results.sarif']), run('other')];
  publishRun(other);
  expect(readdirSync(join(one, 'evidence'))).toEqual(['one']);
  publishRun(one);
  expect([read('verdicts.json'), read('summary.md'), read('results.sarif')]).toEqual(['one', 'one', 'one']);
  expect(readdirSync(join(reports, 'evidence'))).toEqual(['one']);
});

test('a run without verdicts leaves no trace', () => {
  publishRun(run('first'));
  const before = readdirSync(reports);
  const second = run('second');
  discardRun(second);
  expect(readdirSync(reports)).toEqual(before);
  expect(read('verdicts.json')).toBe('first');
  expect(existsSync(playwrightOutput(second))).toBe(false);
});

test('discarding a published run removes nothing from the reports', () => {
  const folder = run('first');
  publishRun(folder);
  discardRun(folder);
  expect(existsSync(playwrightOutput(folder))).toBe(true);
});

test('the next run removes what killed runs left, but not the folders of running ones', () => {
  const [dead, running] = [ofDeadProcess(), run('running')];
  write(join(dead, 'evidence/visit.json'), 'dead');
  write(join(playwrightOutput(dead), 'attachment'), 'dead');
  publishRun(run('next'));
  for (const path of [dead, playwrightOutput(dead)]) expect(existsSync(path)).toBe(false);
  for (const path of [running, playwrightOutput(running)]) expect(existsSync(path)).toBe(true);
});

test("another machine's run is not assumed to have ended", () => {
  const theirs = runFolder(reports).replace(/run-[\da-f]{8}/, 'run-00000000');
  mkdirSync(theirs, { recursive: true });
  openRun(runFolder(reports));
  expect(existsSync(theirs)).toBe(true);
});

test('a process that was killed while it published does not stop the next one', () => {
  const folder = run('next');
  writeFileSync(join(reports, '.publishing'), basename(ofDeadProcess()));
  publishRun(folder);
  expect(read('verdicts.json')).toBe('next');
});

test('if the folders cannot be exchanged, the last reports stay whole', () => {
  publishRun(run('first', ['allure/index.html']));
  const second = run('second');
  // In the way of moving the old reports aside.
  write(join(second, '.old/allure/in-the-way'), '');
  expect(() => publishRun(second)).toThrow(ReportsError);
  expect([read('verdicts.json'), read('summary.md'), read('allure/index.html')]).toEqual(
    Array(3).fill('first'),
  );
  expect(readdirSync(join(reports, 'evidence'))).toEqual(['first']);
});

test('a file where the reports should be is to be moved', () => {
  rmSync(reports, { recursive: true, force: true });
  writeFileSync(reports, '');
  expect(() => openRun(runFolder(reports))).toThrow(
    `${reports} cannot be written (ENOTDIR: not a directory, mkdir '${reports}'). Move what is in the way, and run again.`,
  );
});

test('times of a shard that cannot be read are left out, and named', () => {
  const shards = ['a', 'b', 'c'].map((name) => join(reports, name));
  write(join(shards[0]!, 'visit-times.json'), '{');
  write(join(shards[1]!, 'visit-times.json'), '{ "shop": { "purchase organic": 5 } }');
  expect(joinVisitTimes(shards, reports)).toEqual([join(shards[0]!, 'visit-times.json')]);
  expect(readVisitTimes(join(reports, 'visit-times.json'))).toEqual({ shop: { 'purchase organic': 5 } });
});

test('messages name the folder where the reports will be', () => {
  const folder = runFolder(reports);
  expect(publishedFolder(folder)).toBe(reports);
  expect(publishedFolder(reports)).toBe(reports);
  const file = join(folder, 'evidence/shop/visit.json');
  const { message } = unwritable(file, new Error(`ENOSPC: no space left on device, open '${file}'`));
  expect(message).toContain(`${reports}/evidence/shop/visit.json cannot be written (ENOSPC`);
  expect(message).not.toContain('.run-');
});
