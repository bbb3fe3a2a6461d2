import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, loadTarget } from '../target/load.ts';
import type { Target } from '../target/target.ts';

/** What every process of one Playwright run shares. */
export interface Run {
  target: Target;
  /** Folder in which the preloaded stub writes down what the site's server sends. */
  logs: string;
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
 * Loads the run. The first process decides on the port and the folder, and hands them to its workers in the environment.
 *
 * @throws TargetError if the target file cannot be used
 */
export async function loadRun(): Promise<Run> {
  process.env.TTQ_PORT ??= String(await freePort());
  const target = await loadTarget(targetFile(), Number(process.env.TTQ_PORT));
  process.env.TTQ_LOGS ??= mkdtempSync(join(tmpdir(), 'ttq-conformance-'));
  return { target, logs: process.env.TTQ_LOGS, reports: resolve('reports') };
}
