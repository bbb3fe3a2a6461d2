import { fileURLToPath } from 'node:url';
import type { PlaywrightTestConfig } from '@playwright/test';
import { preloadEnvironment } from '../double/events-api/preload-settings.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import type { Target } from '../target/target.ts';
import type { Run } from './run.ts';

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
    command,
    url,
    cwd: cwd ?? process.cwd(),
    env: siteEnvironment(run, env),
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
  own: Record<string, string> = {},
): Record<string, string> {
  const { network, hosts, eventsApi } = target;
  if (eventsApi.transport === 'preload') {
    const { hosts: eventsApiHosts = [] } = eventsApi;
    const settings = { folder: logs, network, hosts: Object.keys(hosts), eventsApiHosts };
    return { ...own, ...preloadEnvironment(settings) };
  }
  if (eventsApiPort === undefined) return own;
  const url = `http://127.0.0.1:${eventsApiPort}`;
  const replaced = Object.entries(own).map(([name, value]) => [name, value.replaceAll('{eventsApi}', url)]);
  return { TTQ_EVENTS_API_URL: url, ...Object.fromEntries(replaced) };
}
