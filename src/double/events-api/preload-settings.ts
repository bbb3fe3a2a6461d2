import { fileURLToPath } from 'node:url';
import { withoutProxy } from './guard.ts';
import type { Secret } from './output.ts';
import { preloadBundle } from './preload-bundle.ts';
import { type Wall, wallOf } from './wall.ts';

/** Names the visit to the site's server. Set on the target's own hosts only: a header on every request would provoke CORS preflights elsewhere. */
export const VISIT_COOKIE = 'ttq_visit';

export const SETTINGS_VARIABLE = 'TTQ_PRELOAD';

/** What an audit tells the stub that it preloads. */
export interface PreloadSettings {
  /** Where the run's log is. */
  folder: string;
  network: 'hermetic' | 'open';
  /** Host names that the server may reach in a hermetic run, apart from loopback. */
  hosts: string[];
  /** Further host names that are answered as the Events API. */
  eventsApiHosts?: readonly string[];
  /** The synthetic customer's, which a server has no reason to write to its log when a call fails. */
  secrets?: readonly Secret[];
  /** Whether the target says that the server passes the pixel's events on. */
  passesPixelOn?: boolean;
  /** The proxy behind the stub, if there is one. */
  wall?: Wall;
  /** The stub as one module, where preload.cjs is to load that. */
  bundle?: string;
}

/**
 * Environment that starts any Node process, its worker threads and its children with the stub preloaded. By `--require`: worker
 * threads that are given their program as text pass `--import` over.
 *
 * @param proxy variables that lead to the proxy behind the stub; undefined: has to be unset
 */
export function preloadEnvironment(
  settings: Omit<PreloadSettings, 'wall' | 'bundle'>,
  env = process.env,
  proxy?: Record<string, string | undefined>,
): Record<string, string | undefined> {
  const preload = fileURLToPath(new URL('./preload.cjs', import.meta.url));
  const nodeOptions = `--require=${JSON.stringify(preload)}`;
  const wall = proxy && wallOf(proxy, env, nodeOptions);
  const bundle = preloadBundle();
  return {
    NODE_OPTIONS: [env.NODE_OPTIONS, nodeOptions].filter(Boolean).join(' '),
    [SETTINGS_VARIABLE]: JSON.stringify({
      ...settings,
      ...(wall ? { wall } : {}),
      ...(bundle ? { bundle } : {}),
    }),
    // Node reads it before anything is preloaded.
    ...(proxy ?? withoutProxy(env, settings.eventsApiHosts)),
  };
}

/** Undefined outside of an audit. */
export function preloadSettings(): PreloadSettings | undefined {
  const text = process.env[SETTINGS_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as PreloadSettings);
}
