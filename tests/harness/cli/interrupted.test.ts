import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { REST } from '../rest.ts';
import { test as base } from '../test.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

interface Interrupt {
  signal: NodeJS.Signals;
  /** Whether the browser gets the signal as well, as from a terminal's Ctrl-C. */
  toGroup: boolean;
}

interface Ended {
  code: number | null;
  out: string;
  err: string;
  /** What is left in the folder, and in that for temporary files. */
  left: string[];
}

interface Fixtures {
  /** Runs a command, which gets the URL of a page that never answers, and interrupts it once its browser asks for the page. */
  interrupted: (args: (url: string) => string[], interrupt: Interrupt) => Promise<Ended>;
  folder: string;
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-interrupted-'));
    await mkdir(join(folder, 'temp'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  interrupted: async ({ folder }, use) => {
    const site = createServer().listen(0, '127.0.0.1');
    await once(site, 'listening');
    await use(async (args, { signal, toGroup }) => {
      const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
      const child = spawn(process.execPath, [MAIN, ...args(url)], {
        cwd: folder,
        env: { ...process.env, TMPDIR: join(folder, 'temp') },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      site.once('request', () => process.kill(toGroup ? -child.pid! : child.pid!, signal));
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close') as Promise<[number | null]>,
      ]);
      const left = await readdir(folder, { recursive: true });
      return {
        code,
        out,
        err,
        left: left.filter((file) => !file.startsWith('temp/node-compile-cache')).sort(),
      };
    });
    site.closeAllConnections();
    site.close();
  },
});

test('check ends in one line when interrupted, and leaves nothing behind: 130', async ({ interrupted }) => {
  const interrupt: Interrupt = { signal: 'SIGINT', toGroup: true };
  expect(await interrupted((url) => ['check', url], interrupt)).toEqual({
    code: 130,
    out: '',
    err: 'Interrupted.\n',
    left: ['temp'],
  });
});

test('so does init, with its own code for SIGTERM: 143', REST, async ({ interrupted }) => {
  for (const toGroup of [false, true])
    expect(await interrupted((url) => ['init', url], { signal: 'SIGTERM', toGroup })).toEqual({
      code: 143,
      out: '',
      err: 'Interrupted.\n',
      left: ['temp'],
    });
});

test('so does an audit that loads its targets: 130', REST, async ({ interrupted, folder }) => {
  const args = (url: string) => {
    writeFileSync(join(folder, 'shop.ts'), `await fetch('${url}'); export default {};`);
    return ['audit', 'shop.ts'];
  };
  for (const toGroup of [false, true])
    expect(await interrupted(args, { signal: 'SIGINT', toGroup })).toEqual({
      code: 130,
      out: '',
      err: 'Interrupted.\n',
      left: ['shop.ts', 'temp'],
    });
});
