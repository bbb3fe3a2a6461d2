import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerRecord } from '../evidence/evidence.ts';

/** How the preloaded stub and the visit meet: a cookie names the visit, a file in a folder holds what the server sent for it. */

/** Set on the target's own hosts only: a header on every request would provoke CORS preflights elsewhere. */
export const VISIT_COOKIE = 'ttq_visit';

const SETTINGS_VARIABLE = 'TTQ_PRELOAD';

export interface PreloadSettings {
  /** Where the log files go. */
  folder: string;
  network: 'hermetic' | 'open';
  /** Host names the server may reach in a hermetic run, besides loopback. */
  hosts: string[];
}

/** Environment that starts any Node process, and its children, with the stub preloaded. */
export function preloadEnvironment(settings: PreloadSettings, env = process.env): Record<string, string> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const preload = new URL(`./preload.${extension}`, import.meta.url).href;
  return {
    NODE_OPTIONS: [env.NODE_OPTIONS, `--import=${preload}`].filter(Boolean).join(' '),
    [SETTINGS_VARIABLE]: JSON.stringify(settings),
  };
}

export function preloadSettings(): PreloadSettings | undefined {
  const text = process.env[SETTINGS_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as PreloadSettings);
}

/** One Events API call, its secrets masked. `at`: epoch milliseconds. */
export type LoggedCall = ServerRecord;

/** What the stub saw of a visit so far. A visit that it has not seen has no file. */
export async function readVisitLog(
  folder: string,
  visit: string,
): Promise<{ seen: boolean; calls: LoggedCall[] }> {
  const text = await readFile(join(folder, `${visit}.jsonl`), 'utf8').catch(() => '');
  const entries = text
    .split('\n')
    .slice(0, -1) // what follows the last line break is a line being written
    .map((line) => JSON.parse(line) as { type: string } & LoggedCall);
  return {
    seen: entries.length > 0,
    calls: entries.filter(({ type }) => type === 'call').map(({ type: _type, ...call }) => call),
  };
}
