import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Secret } from '../double/events-api/output.ts';
import { preloadEnvironment } from '../double/events-api/preload-settings.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import { type TtqTarget, targetOf } from './target.ts';

/** Folder shared by visits and the site's server, absolute: the configuration creates it, and the workers inherit it. */
const SUITE_LOGS = 'TTQ_SUITE_LOGS';

/** The folder of the suite's log; undefined if the site's server is not followed. */
export function suiteLogs(env = process.env): string | undefined {
  return env[SUITE_LOGS] || undefined;
}

/**
 * The environment for a site's Node server in which its calls to the Events API are recorded and answered on this machine: for
 * `webServer.env` in Playwright's configuration, with `eventsApi: { transport: 'preload' }` in the target.
 *
 * @throws TtqTargetError
 */
export function siteEnvironment(option: TtqTarget): Record<string, string> {
  const { network, hosts, eventsApi, identity } = targetOf(option, 'http://localhost', undefined);
  const { email = '', phone = '' } = identity;
  const secrets: Secret[] = [...new Set([email, email.toLowerCase()])].map((text) => ({
    text,
    kind: 'email',
  }));
  const environment = preloadEnvironment({
    folder: made(),
    network,
    hosts: Object.keys(hosts),
    eventsApiHosts: eventsApi.hosts ?? [],
    secrets: [...secrets, { text: phone, kind: 'phone' }],
  });
  // Playwright accepts only strings, so variables to unset are empty.
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value ?? '']));
}

/**
 * The Events API stub as a separate server, for a site in any language that can be given its URL: an entry of `webServer` in
 * Playwright's configuration, with `eventsApi: { transport: 'server', port }` in the target.
 *
 * @throws TtqTargetError
 */
export function eventsApiServer(option: TtqTarget) {
  const { eventsApi } = targetOf(option, 'http://localhost', undefined);
  const program = fileURLToPath(new URL(`../cli/main${extname(import.meta.url)}`, import.meta.url));
  const log = RunLog.in(made()).file;
  const words = [process.execPath, program, 'events-api', '--port', String(eventsApi.port), '--log', log];
  return {
    command: words.map((word) => JSON.stringify(word)).join(' '),
    port: eventsApi.port ?? 0,
    reuseExistingServer: false,
  };
}

/** The folder of the suite's log, which the first process of a run creates and removes. */
function made(): string {
  const known = suiteLogs();
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'ttq-suite-'));
  process.env[SUITE_LOGS] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
