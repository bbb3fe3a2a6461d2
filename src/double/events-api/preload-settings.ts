import { fileURLToPath } from 'node:url';
import { withoutProxy } from './guard.ts';
import type { Secret } from './output.ts';
import { preloadBundle } from './preload-bundle.ts';
import { type Wall, wallOf } from './wall.ts';

/**
 * Identifies the visit to the site's server. Set on the target's own hosts only: a header on every request would cause CORS
 * preflights elsewhere.
 */
export const VISIT_COOKIE = 'ttq_visit';

export const SETTINGS_VARIABLE = 'TTQ_PRELOAD';

/** Settings that an audit passes to the stub that it preloads. */
export interface PreloadSettings {
  /** Folder of the run's log. */
  folder: string;
  network: 'hermetic' | 'open';
  /** Host names that the server may reach in a hermetic run, besides loopback. */
  hosts: string[];
  /** Further host names that are answered as the Events API. */
  eventsApiHosts?: readonly string[];
  /** The synthetic customer's data, which a server has no reason to log when a call fails. */
  secrets?: readonly Secret[];
  /** Whether the target says that the server forwards the pixel's events. */
  passesPixelOn?: boolean;
  /** The proxy behind the stub, if there is one. */
  wall?: Wall;
  /** The stub as one module, if preload.cjs should load that. */
  bundle?: string;
}

/**
 * Environment that starts any Node process, its worker threads and its children with the stub preloaded. It uses `--require`,
 * because worker threads that get their program as text ignore `--import`.
 *
 * @param proxy variables that lead to the proxy behind the stub; undefined: must be unset
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

/** Undefined outside an audit. */
export function preloadSettings(): PreloadSettings | undefined {
  const text = process.env[SETTINGS_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as PreloadSettings);
}
