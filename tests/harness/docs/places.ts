import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import { baseCode } from '../../../src/drift/base-code.ts';
import { findBrowser } from '../../../src/recorder/browser.ts';
import { root } from './pages.ts';

/** Where a page says that its commands are run: each line is given to a shell there, as its reader would. */

export interface Ran {
  /** Null where it was ended by a signal. */
  code: number | null;
  output: string;
}

/** Without the repository's variables, this run's own, or a display. */
function environment(): NodeJS.ProcessEnv {
  const own =
    /^(TEST_|TTQ_(?!BROWSER)|FORCE_COLOR|NODE_OPTIONS|DISPLAY|WAYLAND_|GITHUB_|INIT_CWD|npm_(command|package|lifecycle))/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  const path = (env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith('node_modules/.bin'));
  return { ...env, PATH: [dirname(process.execPath), ...path].join(delimiter) };
}

/**
 * Types a line into a shell.
 *
 * @param until what is printed by a program that runs until it is ended, when it has started
 */
export async function typed(
  line: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
  until?: RegExp,
): Promise<Ran> {
  const child = spawn('bash', ['-c', line], {
    cwd: folder,
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what the shell starts is ended with it.
    detached: true,
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      output += data;
      if (until?.test(output)) endGroup(child);
    });
  const [code] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  return { code, output };
}

const running = new Set<ChildProcess>();

/** Ends what is still running, as after a test that took too long. */
export function endTyped(): void {
  for (const child of running) endGroup(child);
  running.clear();
}

function endGroup(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGTERM');
  } catch {
    // It has already ended.
  }
}

/** A copy of the repository as it stands, with what is not committed yet, and with the packages that it has installed. */
export function makeClone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ttq-clone-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const deleted = execFileSync('git', ['ls-files', '-z', '--deleted'], { cwd: root, encoding: 'utf8' });
  const gone = new Set(deleted.split('\0'));
  for (const file of listed.split('\0').filter((one) => one !== '' && !gone.has(one))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  return folder;
}

/** What the README says writes the package, in a clone. */
export const PACK = 'npm pack';

/** @returns the folder of a project that has nothing yet but the package that is to be installed */
export async function packed(): Promise<string> {
  const clone = makeClone();
  try {
    const { code, output } = await typed(PACK, clone);
    expect(code, output).toBe(0);
    const folder = mkdtempSync(join(tmpdir(), 'ttq-project-'));
    for (const file of globSync('*.tgz', { cwd: clone })) cpSync(join(clone, file), join(folder, file));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true }));
    return folder;
  } finally {
    rmSync(clone, { recursive: true });
  }
}

/** A visit is short: a product is looked at. */
function target(name: string, scenarios: readonly string[]): object {
  return {
    name,
    baseURL: 'http://127.0.0.1:{port}',
    server: {
      command: 'node shop/server.ts',
      url: 'http://127.0.0.1:{port}/healthz',
      env: { PORT: '{port}' },
    },
    pixels: ['CDEMO000000000000001'],
    scenarios,
    journeys: [
      { name: 'purchase', start: '/products/blue-widget', expect: [{ event: 'ViewContent', count: 1 }] },
    ],
  };
}

/** The targets that the pages name, and how a visitor comes in each. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  'shop.json': ['organic', 'ad-click'],
  'path/to/target.json': ['organic'],
  'shop-a.json': ['organic'],
  'shop-b.json': ['organic'],
  'targets/shop-a.json': ['organic', 'ad-click'],
  'targets/shop-b.json': ['organic', 'ad-click'],
  'tracking/targets/shop.json': ['organic', 'ad-click'],
};

/** The demo shop beside whatever is in the folder, and the targets that the pages name. */
export function addShop(folder: string): void {
  cpSync(join(root, 'fixtures/shop'), join(folder, 'shop'), { recursive: true });
  for (const [file, scenarios] of Object.entries(TARGETS)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    const name = file.replace(/\.json$/, '').replace(/.*\//, '');
    writeFileSync(join(folder, file), JSON.stringify(target(name, scenarios)));
  }
}

/** The project of a shop, with what was installed elsewhere. */
export function makeProject(installed: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ttq-shop-'));
  copyFileSync(join(installed, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(installed, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** A suite of two tests, each of which opens a page with the pixel. */
export function addSuite(folder: string): void {
  const pixel = 'CDEMO000000000000001';
  const page = `<!doctype html><head>${baseCode(`ttq.load('${pixel}'); ttq.page();`)}</head>`;
  const executablePath = findBrowser()?.path;
  const use = {
    baseURL: 'http://www.shop.example',
    ttqTarget: { pixels: [pixel] },
    ttqAudit: 'auto',
    launchOptions: executablePath === undefined ? {} : { executablePath },
  };
  writeFileSync(join(folder, 'playwright.config.js'), `module.exports = ${JSON.stringify({ use })};`);
  for (const name of ['one', 'two'])
    writeFileSync(
      join(folder, `${name}.spec.js`),
      `const { test, expect } = require('ttq-conformance/playwright');
       test('${name}', async ({ page, ttq }) => {
         await page.route('http://www.shop.example/**', (route) =>
           route.fulfill({ contentType: 'text/html', body: ${JSON.stringify(page)} }));
         await page.goto('/');
         await expect(ttq).toHaveSent('Pageview');
       });`,
    );
}

/** The demo shop, open: its address, and how it is closed. */
export async function openShop(): Promise<{ url: string; close: () => void }> {
  const child = spawn(process.execPath, [join(root, 'fixtures/shop/server.ts')], {
    env: { ...environment(), PORT: '0', TTQ_EVENTS_API_URL: 'http://127.0.0.1:9' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: `http://127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(String(line))![1]}/`,
    close: () => child.kill(),
  };
}
