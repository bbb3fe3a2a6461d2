import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LoggedCall } from '../../../../src/double/events-api/call.ts';
import { RunLog } from '../../../../src/double/events-api/run-log.ts';
import { test as base } from '../../test.ts';

export const API = 'https://business-api.tiktok.com';
export const TRACK = '/open_api/v1.3/event/track/';
export const HEADERS = { 'Access-Token': 'the-token', 'Content-Type': 'application/json' };

/** A request body that the service accepts, with the given parts. */
export function purchase(id: string, user: object = {}) {
  return {
    event_source: 'web',
    event_source_id: 'CDEMO000000000000001',
    data: [{ event: 'Purchase', event_time: 1795341407, event_id: id, user }],
  };
}

export function eventId({ body }: Pick<LoggedCall, 'body'>): string {
  return (body as ReturnType<typeof purchase>).data[0]!.event_id;
}

/** A process that a test has started. */
export interface Running {
  child: ChildProcess;
  /** Its first line of output. */
  line: string;
  /** Its output so far, on both streams. */
  printed: () => string;
  /** Its exit code or signal. */
  ended: Promise<number | string | null>;
}

interface Fixtures {
  /** A folder for the test. */
  folder: string;
  log: RunLog;
  /** Starts Node with these arguments, and waits for its first line. */
  start: (args: string[], env?: Record<string, string | undefined>) => Promise<Running>;
  /** Writes a module into the folder and starts it. */
  run: (source: string, env?: Record<string, string | undefined>, args?: string[]) => Promise<Running>;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-events-api-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  log: async ({ folder }, use) => use(RunLog.in(folder)),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  start: async ({}, use) => {
    const children: ChildProcess[] = [];
    await use(async (args, env = {}) => {
      const { NODE_OPTIONS: _none, ...own } = process.env;
      const child = spawn(process.execPath, args, {
        env: { ...own, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      let printed = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data) => {
          printed += data;
        });
      const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
      const first = once(createInterface(child.stdout), 'line').then(([line]) => String(line));
      const line = await Promise.race([first, ended.then(() => '')]);
      return { child, line, printed: () => printed, ended };
    });
    for (const child of children) child.kill('SIGKILL');
  },
  run: async ({ folder, start }, use) => {
    let count = 0;
    await use(async (source, env, args = []) => {
      count += 1;
      const file = join(folder, `program-${count}.mjs`);
      await writeFile(file, source);
      return start([...args, file], env);
    });
  },
});

export { expect } from '@playwright/test';
