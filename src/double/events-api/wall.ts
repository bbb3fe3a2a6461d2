import http from 'node:http';
import https from 'node:https';
import { leadChildren, type Variables } from './children.ts';

/** The proxy for what the stub is not loaded into. */
export interface Wall {
  /** What leads to it: for children, whatever they are given. */
  children: Variables;
  /** What stands in their place in a process that the stub is loaded into: its calls are not to go by the proxy. */
  own: Variables;
  /** What loads the stub. */
  nodeOptions: string;
}

/** @param proxy variables that lead to the proxy; `env`: what would stand there without it */
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
 * Has this process go by its own variables, and what it starts by those of the proxy behind the stub: a call that the proxy answers
 * in the stub's place is not known to be of its request.
 */
export function standBefore({ children, own, nodeOptions }: Wall, settings: Variables): void {
  for (const [name, value] of Object.entries(own)) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
  const isProxied = ['http', 'https', 'all'].some(
    (what) => process.env[`${what}_proxy`] || process.env[`${what.toUpperCase()}_PROXY`],
  );
  // Node's fetch has made up its mind on the proxy by now, but asks for the exceptions at each request.
  if (!isProxied) process.env.no_proxy = '*';
  const usesProxies =
    process.env.NODE_USE_ENV_PROXY === '1' || /--use-env-proxy/.test(process.env.NODE_OPTIONS ?? '');
  const options = { keepAlive: true, scheduling: 'lifo', timeout: 5_000 } as const;
  // They have read the variables, too. Later agents are the site's.
  const proxyEnv = usesProxies ? { proxyEnv: process.env } : {};
  http.globalAgent = new http.Agent({ ...options, ...proxyEnv });
  https.globalAgent = new https.Agent({ ...options, ...proxyEnv });
  leadChildren({ ...children, ...settings }, nodeOptions);
}
