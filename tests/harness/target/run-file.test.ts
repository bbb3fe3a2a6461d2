import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { loadRun } from '../../../src/target/run.ts';
import { RUN_KEY, readRunFile, writeRunFile } from '../../../src/target/run-file.ts';
import { sharedRun } from '../../../src/target/shared-run.ts';
import { withEnvironment } from '../double/proxies.ts';
import { IDENTITY, SECRETS } from '../leaks/canaries.ts';
import { leaksInFolder } from '../leaks/search.ts';
import { REST } from '../rest.ts';

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-run-file-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
});

const CANARIES = Object.entries({ ...IDENTITY, ...SECRETS }).map(([name, text]) => ({ name, text }));

const TARGET = {
  name: 'shop',
  baseURL: `http://clerk:${SECRETS.login}@127.0.0.1:{port}`,
  server: {
    command: 'node shop.js',
    url: 'http://127.0.0.1:{port}/',
    env: { TIKTOK_ACCESS_TOKEN: SECRETS.token, SESSION: SECRETS.session },
  },
  pixels: ['C0000000000000000000'],
  identity: IDENTITY,
  journeys: [
    { name: 'visit', start: '/', steps: [{ fill: '#password', with: SECRETS.password }] },
    { name: 'other', start: `/?key=${SECRETS.bearer}` },
  ],
};

test('a run leaves nothing of its targets in plain text in the folder for temporary files', async ({
  folder,
}) => {
  const file = join(folder, 'target.json');
  const temporary = mkdtempSync(join(folder, 'temporary-'));
  writeFileSync(file, JSON.stringify(TARGET));
  const given = 'k'.repeat(32);
  await withEnvironment(
    { TMPDIR: temporary, TTQ_TARGET: file, TTQ_LOGS: '', [RUN_KEY]: '', TTQ_MASK_KEY: given },
    async () => {
      const run = await loadRun(() => [], join(folder, 'reports'));
      expect(readdirSync(run.logs)).toEqual(expect.arrayContaining(['@run', 'shop']));
      expect(leaksInFolder(temporary, [...CANARIES, { name: 'the key', text: given }])).toEqual([]);
      expect(process.env.TTQ_MASK_KEY, 'what it starts does not get the key').toBeUndefined();
      // Another process of the run has only these two.
      expect(sharedRun(process.env.TTQ_LOGS, process.env[RUN_KEY])).toEqual(run);
      expect(run.targets[0]!.target.identity).toEqual(IDENTITY);
      expect(run.maskKey).toBe(given);
    },
  );
});

test('an audit leaves nothing of a module there, either, such as compiled code', REST, ({ folder }) => {
  const temporary = mkdtempSync(join(folder, 'temporary-'));
  const { steps } = TARGET.journeys[0]!;
  const server = { ...TARGET.server, command: 'exit 3' };
  const target = { ...TARGET, server, journeys: [{ name: 'visit', start: '/', steps }] };
  writeFileSync(join(folder, 'shop.target.mjs'), `export default ${JSON.stringify(target)};`);
  const command = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
  const { NODE_COMPILE_CACHE, ...env } = process.env;
  const { stdout } = spawnSync(process.execPath, [command, 'audit', 'shop.target.mjs'], {
    cwd: folder,
    env: { ...env, TMPDIR: temporary },
    encoding: 'utf8',
  });
  expect(stdout).toContain("The site's server did not start");
  expect(readdirSync(temporary)).not.toEqual([]);
  expect(leaksInFolder(temporary, CANARIES)).toEqual([]);
});

test('nobody else may read the file, and no other key opens it', ({ folder }) => {
  const key = writeRunFile(folder, { a: 'ü' });
  expect(readRunFile(folder, key)).toEqual({ a: 'ü' });
  if (process.platform !== 'win32') expect(statSync(join(folder, '@run')).mode & 0o777).toBe(0o600);
  const other = mkdtempSync(join(folder, 'other-'));
  const otherKey = writeRunFile(other, {});
  expect(() => readRunFile(folder, otherKey)).toThrow();
  expect(() => sharedRun(folder, '')).toThrow(/TTQ_RUN_KEY is not set/);
});
