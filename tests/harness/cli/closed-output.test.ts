import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { REST } from '../rest.ts';
import { test as base } from '../test.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const HAR = fileURLToPath(
  new URL('../../../fixtures/har/purchase-without-third-argument.organic.har', import.meta.url),
);
const TARGET = fileURLToPath(new URL('../../../fixtures/targets/demo-shop.json', import.meta.url));

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-closed-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
});

/** A command whose output nobody reads, as after `| head`. */
async function unread(folder: string, args: string[]): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [err, [code]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, err };
}

test('a command whose output nobody reads exits as usual, with its files', async ({ folder }) => {
  const args = ['judge', HAR, '--target', TARGET, '--output', 'verdicts.json'];
  expect(await unread(folder, args)).toEqual({ code: 1, err: '' });
  expect(existsSync(join(folder, 'verdicts.json'))).toBe(true);
});

test('so does an audit', REST, async ({ folder }) => {
  const url = 'http://127.0.0.1:{port}/';
  const target = {
    name: 'shop',
    baseURL: url,
    pixels: ['C4A1B2C3D4E5F6G7H8I0'],
    server: { command: 'exit 3', url },
    journeys: [{ name: 'visit', start: '/' }],
    scenarios: ['organic'],
  };
  writeFileSync(join(folder, 'shop.json'), JSON.stringify(target));
  const { code, err } = await unread(folder, ['audit', 'shop.json']);
  expect({ code, err }).toEqual({ code: 2, err: '' });
  expect(existsSync(join(folder, 'reports/verdicts.json'))).toBe(true);
});
