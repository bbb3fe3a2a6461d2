import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlaywrightTestConfig } from '@playwright/test';
import { withoutProxy } from '../double/events-api/guard.ts';
import type { Secret } from '../double/events-api/output.ts';
import { type PreloadSettings, preloadEnvironment } from '../double/events-api/preload-settings.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import { reachedNames, withoutPort } from '../target/hosts.ts';
import { callsOf, isOwnStub, type Run, type RunTarget } from '../target/shared-run.ts';
import type { Target } from '../target/target.ts';
import type { SiteProxy } from './site-proxy.ts';

type WebServer = Extract<NonNullable<PlaywrightTestConfig['webServer']>, { command: string }>;

/** A server that the harness starts for a target. */
export interface SiteServer {
  /** What it is, as the start of a sentence. */
  name: string;
  /** For the shell. */
  command: string;
  /** Answers when it is up. */
  url: string;
  /** Whether an answer with this status means that it is up. */
  isUp: (status: number) => boolean;
  cwd: string;
  /** Added to this program's own; undefined: unset. */
  env: Record<string, string | undefined>;
  /** Milliseconds for it to be up. */
  timeout: number;
}

/** The line by which site-servers.ts announces that visits can ask for their servers. */
export const LISTENING = 'ttq-conformance: the servers of sites are started for the visits to them';

const TIMEOUT = 60_000;

/**
 * What Playwright starts before the visits and stops after them: one program, which starts the servers of the targets. Playwright itself
 * would start all of them before the first visit, one after another, and give up the whole run if one fails.
 */
export function webServers({ targets }: Run): WebServer[] {
  if (!targets.some(startsServers)) return [];
  return [
    {
      name: 'server',
      command: nodeCommand('./site-servers'),
      cwd: process.cwd(),
      wait: { stdout: new RegExp(`^${LISTENING}$`, 'm') },
      timeout: TIMEOUT,
      reuseExistingServer: false,
      gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    },
  ];
}

/** Whether something is started for the visits to a target. */
export function needsServers(run: RunTarget): boolean {
  return run.startedBy !== undefined || startsServers(run);
}

/** Whether something is started for it that no other target of the run starts. */
export function startsServers(run: RunTarget): boolean {
  return serversOf(run).length > 0;
}

/**
 * What is started for a target, in this order: the stub of the Events API, if it is a separate server, then the site.
 *
 * @param proxy for the site's server
 */
export function serversOf(run: RunTarget, proxy?: SiteProxy): SiteServer[] {
  const { target, startedBy } = run;
  const { server } = target;
  return [
    ...(run.eventsApiPort !== undefined && isOwnStub(run) && !target.eventsApi.https
      ? [eventsApiServer(run, run.eventsApiPort)]
      : []),
    ...(server && startedBy?.server === undefined ? [siteServer(run, server, proxy)] : []),
  ];
}

function eventsApiServer(run: RunTarget, port: number): SiteServer {
  return {
    name: 'The stub of the Events API',
    command: `${nodeCommand('../cli/main')} events-api --port ${port} --log ${JSON.stringify(RunLog.in(callsOf(run)).file)}`,
    url: `http://127.0.0.1:${port}/`,
    isUp: () => true,
    cwd: process.cwd(),
    env: {},
    timeout: TIMEOUT,
  };
}

function siteServer(
  run: RunTarget,
  site: NonNullable<Target['server']>,
  proxy: SiteProxy | undefined,
): SiteServer {
  const { command, url, cwd = process.cwd(), env, timeout = TIMEOUT } = site;
  return {
    name: "The site's server",
    command: proxy?.wall ? proxy.wall.command(command) : command,
    url,
    // A site that asks for a login is up.
    isUp: (status) => status < 404,
    cwd,
    env: { ...siteEnvironment(run, env, proxy), ...proxy?.environment },
    timeout,
  };
}

/** Runs a module of this project with the current Node. */
function nodeCommand(module: string): string {
  const program = fileURLToPath(new URL(`${module}${extname(import.meta.url)}`, import.meta.url));
  return [process.execPath, program].map((word) => JSON.stringify(word)).join(' ');
}

function siteEnvironment(
  run: RunTarget,
  set: Record<string, string> = {},
  proxy?: SiteProxy,
): Record<string, string | undefined> {
  const { target, eventsApiPort } = run;
  // Colour codes would separate a field's name from its value, which is masked by that name.
  const own = {
    FORCE_COLOR: '0',
    ...set,
    ...withoutProxy({ ...process.env, ...set }, target.eventsApi.hosts),
  };
  if (target.eventsApi.transport === 'preload')
    return {
      ...own,
      ...preloadEnvironment(
        preloadSettings(target, callsOf(run)),
        { ...process.env, ...set },
        proxy?.environment,
      ),
    };
  if (eventsApiPort === undefined) return own;
  const url = `http${target.eventsApi.https ? 's' : ''}://127.0.0.1:${eventsApiPort}`;
  const replaced = Object.entries(own).map(([name, value]) => [name, value.replaceAll('{eventsApi}', url)]);
  return { TTQ_EVENTS_API_URL: url, ...Object.fromEntries(replaced) };
}

/** @param folder of the run's log */
export function preloadSettings(
  { network, baseURL, hosts, server, eventsApi, identity, pixelPaths }: Target,
  folder: string,
): PreloadSettings {
  const { hosts: eventsApiHosts = [] } = eventsApi;
  return {
    folder,
    network,
    hosts: [new URL(baseURL).hostname, ...Object.keys(hosts).map(withoutPort), ...reachedNames(server)],
    eventsApiHosts,
    secrets: loggedSecrets(identity),
    ...(pixelPaths.length > 0 ? { passesPixelOn: true } : {}),
  };
}

/** As typed, and the normalised address. */
function loggedSecrets({ email = '', phone = '' }: Target['identity']): Secret[] {
  const emails = [...new Set([email, email.toLowerCase()])].map((text): Secret => ({ text, kind: 'email' }));
  return [...emails, { text: phone, kind: 'phone' }];
}
