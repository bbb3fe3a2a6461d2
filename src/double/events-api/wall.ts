import http from 'node:http';
import https from 'node:https';
import { leadChildren, type Variables } from './children.ts';

/** The proxy for processes that the stub is not loaded into. */
export interface Wall {
  /** Variables that lead to it, for children in any environment. */
  children: Variables;
  /** Replaces them in a process that has loaded the stub, whose calls should not use the proxy. */
  own: Variables;
  /** Loads the stub. */
  nodeOptions: string;
}

/** @param proxy variables that lead to the proxy; `env`: their values without it */
export function wallOf(
  proxy: Record<string, string | undefined>,
  env: NodeJS.ProcessEnv,
  nodeOptions: string,
): Wall {
  const variables = (values: Record<string, string | undefined>): Variables =>
    Object.fromEntries(Object.keys(proxy).map((name) => [name, values[name] ?? null]));
  return { children: variables(proxy), own: variables(env), nodeOptions };
}

/**
 * Makes this process use its own variables, and its children those of the proxy behind the stub: a call that the proxy answers in
 * the stub's place cannot be tied to its request.
 */
export function standBefore({ children, own, nodeOptions }: Wall, settings: Variables): void {
  for (const [name, value] of Object.entries(own)) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
  const isProxied = ['http', 'https', 'all'].some(
    (what) => process.env[`${what}_proxy`] || process.env[`${what.toUpperCase()}_PROXY`],
  );
  // Node's fetch has chosen its proxy by now, but checks the exceptions at each request.
  if (!isProxied) process.env.no_proxy = '*';
  const usesProxies =
    process.env.NODE_USE_ENV_PROXY === '1' || /--use-env-proxy/.test(process.env.NODE_OPTIONS ?? '');
  const options = { keepAlive: true, scheduling: 'lifo', timeout: 5_000 } as const;
  // The global agents have read the variables, too. Later ones are the site's.
  const proxyEnv = usesProxies ? { proxyEnv: process.env } : {};
  http.globalAgent = new http.Agent({ ...options, ...proxyEnv });
  https.globalAgent = new https.Agent({ ...options, ...proxyEnv });
  leadChildren({ ...children, ...settings }, nodeOptions);
}
