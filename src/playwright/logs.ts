import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Secret } from '../double/events-api/output.ts';
import { preloadEnvironment } from '../double/events-api/preload-settings.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import { type TtqTarget, targetOf } from './target.ts';

/** Where visits and the site's server meet, absolute: the configuration makes it, and the workers inherit it. */
const SUITE_LOGS = 'TTQ_SUITE_LOGS';

/** The folder of the suite's log; undefined where the site's server is not followed. */
export function suiteLogs(env = process.env): string | undefined {
  return env[SUITE_LOGS] || undefined;
}

/**
 * The environment that a site's Node server is started with, so that its calls of the Events API are seen and answered on this machine:
 * for `webServer.env` in the configuration of Playwright, with `eventsApi: { transport: 'preload' }` in the target.
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
  // Playwright takes texts only: what has to be unset is empty.
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value ?? '']));
}

/**
 * The stub of the Events API as a server of its own, for a site in any language that can be given its URL: an entry of `webServer` in the
 * configuration of Playwright, with `eventsApi: { transport: 'server', port }` in the target.
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

/** The folder of the suite's log, which the first process of a run makes and removes. */
function made(): string {
  const known = suiteLogs();
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'ttq-suite-'));
  process.env[SUITE_LOGS] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
