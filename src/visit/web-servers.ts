import { fileURLToPath } from 'node:url';
import type { PlaywrightTestConfig } from '@playwright/test';
import type { Secret } from '../double/events-api/output.ts';
import { type PreloadSettings, preloadEnvironment } from '../double/events-api/preload-settings.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import type { Target } from '../target/target.ts';
import { maskedLog } from './masked-log.ts';
import type { Run } from './run.ts';
import { secretsOf } from './secrets.ts';

type WebServer = Extract<NonNullable<PlaywrightTestConfig['webServer']>, { command: string }>;

/** What Playwright starts before the visits: the stub of the Events API, where it is a server of its own, then the site. */
export function webServers(run: Run): WebServer[] {
  const { server } = run.target;
  return [
    ...(run.eventsApiPort === undefined ? [] : [eventsApiServer(run, run.eventsApiPort)]),
    ...(server ? [siteServer(run, server)] : []),
  ];
}

function eventsApiServer({ logs }: Run, port: number): WebServer {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const program = fileURLToPath(new URL(`../cli/main.${extension}`, import.meta.url));
  const args = ['--port', String(port), '--log', RunLog.in(logs).file];
  const words = [process.execPath, program, 'events-api', ...args];
  return {
    ...common,
    name: 'Events API',
    command: words.map((word) => JSON.stringify(word)).join(' '),
    port,
  };
}

function siteServer(run: Run, site: NonNullable<Target['server']>): WebServer {
  const { command, url, cwd, env, timeout } = site;
  return {
    ...common,
    ...maskedLog({ command, env: siteEnvironment(run, env), secrets: secretsOf(run.target) }),
    url,
    cwd: cwd ?? process.cwd(),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

const common = {
  timeout: 60_000,
  reuseExistingServer: false,
  gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 5_000 },
};

function siteEnvironment(
  { target, logs, eventsApiPort }: Run,
  set: Record<string, string> = {},
): Record<string, string> {
  // Colours stand between the name of a field and its content, which is masked by that name.
  const own = { FORCE_COLOR: '0', ...set };
  if (target.eventsApi.transport === 'preload')
    return { ...own, ...preloadEnvironment(preloadSettings(target, logs)) };
  if (eventsApiPort === undefined) return own;
  const url = `http://127.0.0.1:${eventsApiPort}`;
  const replaced = Object.entries(own).map(([name, value]) => [name, value.replaceAll('{eventsApi}', url)]);
  return { TTQ_EVENTS_API_URL: url, ...Object.fromEntries(replaced) };
}

/** @param folder of the run's log */
export function preloadSettings(
  { network, hosts, eventsApi, identity }: Target,
  folder: string,
): PreloadSettings {
  const { hosts: eventsApiHosts = [] } = eventsApi;
  return { folder, network, hosts: Object.keys(hosts), eventsApiHosts, secrets: loggedSecrets(identity) };
}

/** As they are typed, and the address as it is normalised. */
function loggedSecrets({ email = '', phone = '' }: Target['identity']): Secret[] {
  const emails = [...new Set([email, email.toLowerCase()])].map((text): Secret => ({ text, kind: 'email' }));
  return [...emails, { text: phone, kind: 'phone' }];
}
