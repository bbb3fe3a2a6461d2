import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, loadTarget } from '../target/load.ts';
import { optionsIn } from '../target/options.ts';
import type { Target } from '../target/target.ts';

/** What every process of one Playwright run shares. */
export interface Run {
  target: Target;
  /** Folder of the run's log, where visits and the stub of the Events API meet. */
  logs: string;
  /** Port of the stub's own server, with that transport. */
  eventsApiPort?: number;
  /** Folder of the results, absolute. */
  reports: string;
}

/** The target file that is audited: what was asked for, else TTQ_TARGET, else the bundled demo shop. Absolute. */
export function targetFile(file = process.env.TTQ_TARGET): string {
  return file
    ? resolve(file)
    : fileURLToPath(new URL('../../fixtures/targets/demo-shop.json', import.meta.url));
}

/**
 * Loads the run. The first process decides on the port and the folder, and hands them to its workers in the environment; what
 * TTQ_SDK, TTQ_REFRESH_SDK and TTQ_FORWARD_EVENTS ask for is read in each.
 *
 * @throws TargetError, OptionError if the target file, or what was asked for beside it, cannot be used
 */
export async function loadRun(): Promise<Run> {
  process.env.TTQ_PORT ??= String(await freePort());
  const target = await loadTarget(targetFile(), Number(process.env.TTQ_PORT), optionsIn(process.env));
  process.env.TTQ_LOGS ??= mkdtempSync(join(tmpdir(), 'ttq-conformance-'));
  const run = { target, logs: process.env.TTQ_LOGS, reports: resolve('reports') };
  const { transport, port } = target.eventsApi;
  if (transport !== 'server') return run;
  process.env.TTQ_EVENTS_API_PORT ??= String(port ?? (await freePort()));
  return { ...run, eventsApiPort: Number(process.env.TTQ_EVENTS_API_PORT) };
}
