import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { FileSystemWriter } from 'allure-js-commons/sdk/reporter';
import { writeAllureResults } from '../../../src/report/allure.ts';
import { copyShard } from '../../../src/report/copy-shard.ts';
import { reportFiles } from '../../../src/report/files.ts';
import { test } from '../test.ts';
import { audit, ruleMap, verdict, visit } from './samples.ts';

let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ttq-shard-'));
});
test.afterEach(() => rm(folder, { recursive: true, force: true }));

test('a damaged result is named, with what to do', async () => {
  const [shard, joined] = [join(folder, 'shard-1'), join(folder, 'reports')];
  const { allureResults } = reportFiles(shard);
  await mkdir(allureResults, { recursive: true });
  const file = join(allureResults, 'a-result.json');
  await writeFile(file, '');
  expect(() => copyShard(shard, joined)).toThrow(
    `The shard ${shard} cannot be copied: ${file} cannot be read (Unexpected end of JSON input). Fetch its reports again, or run that shard again.`,
  );
});

test('copies the visits of a shard, and no results of its rules', async () => {
  const [shard, joined] = [join(folder, 'shard-1'), join(folder, 'reports')];
  const failing = visit('organic', [verdict('event-id/present', 'fail')], { evidence: 'evidence/a.json' });
  const { allureResults } = reportFiles(shard);
  const writer = new FileSystemWriter({ resultsDir: allureResults });
  const style = { rules: ruleMap(), at: 0, home: '..' };
  writeAllureResults(writer, audit([failing]), { target: 'demo-shop' }, style);
  expect((await readdir(allureResults)).filter((file) => file.endsWith('-result.json'))).toHaveLength(1);
  const ofVisit = {
    labels: [{ name: 'framework', value: 'playwright' }],
    attachments: [{ source: 'b.svg' }],
  };
  await writeFile(join(allureResults, 'a-result.json'), JSON.stringify(ofVisit));
  await writeFile(join(allureResults, 'b.svg'), '<svg/>');
  await mkdir(join(shard, 'evidence'));
  await writeFile(join(shard, 'evidence/a.json'), '{}');

  copyShard(shard, joined);
  expect((await readdir(reportFiles(joined).allureResults)).sort()).toEqual(['a-result.json', 'b.svg']);
  expect(await readdir(join(joined, 'evidence'))).toEqual(['a.json']);
});
