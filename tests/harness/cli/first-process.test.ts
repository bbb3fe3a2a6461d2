import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { RUN_KEY, writeRunFile } from '../../../src/target/run-file.ts';
import { test } from '../test.ts';

const LOADED = fileURLToPath(new URL('./loaded.ts', import.meta.url));
const CONFIG = new URL('../../../playwright.config.ts', import.meta.url).href;

test('a worker of a run loads neither the rules nor a reporter with the configuration', async () => {
  const logs = mkdtempSync(join(tmpdir(), 'ttq-worker-'));
  const key = writeRunFile(logs, { targets: [], refused: [], repeat: 1, logs, folder: logs, maskKey: '00' });
  const { TTQ_RUN_FOLDER: _folder, ...env } = process.env;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', LOADED, '--input-type=module', '-e', `await import(${JSON.stringify(CONFIG)})`],
    { encoding: 'utf8', env: { ...env, TTQ_LOGS: logs, [RUN_KEY]: key } },
  );
  await rm(logs, { recursive: true });
  const loaded = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as string[];
  expect(loaded, stderr).toContain(CONFIG);
  expect(loaded.filter((url) => /\/src\/(rules|report\/gate|cli)|\/allure-/.test(url))).toEqual([]);
});
