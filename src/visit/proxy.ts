import { isIP } from 'node:net';
import { OWN_HOST } from '../double/server.ts';
import type { Target } from '../target/target.ts';
import { TIKTOK_HOST_PATTERNS, withTrailingDots } from '../tiktok/hosts.ts';
import type { Environment } from './browser.ts';

/** What decides on the proxy. */
type Place = Pick<Target, 'hosts' | 'network'> & Partial<Pick<Target, 'pixelHosts'>>;

/**
 * `--no-proxy-server` would say the same, but Chromium's headless shell does not know it, and takes the proxy that the environment
 * or the system names.
 */
const DIRECT = ['--proxy-server=direct://'];

/**
 * The browser's arguments that say which proxy it asks. In a hermetic audit none. In an open one that of the environment, since a
 * staging site may only be reached through it: but never for a host that leads elsewhere than its name says, TikTok's above all.
 * A proxy looks names up by itself, so the browser's resolver rules do not count there.
 */
export function proxyArguments({ network, hosts, pixelHosts = [] }: Place, env: Environment): string[] {
  if (network === 'hermetic') return DIRECT;
  const any = variable('all', env);
  const [http, https] = [variable('http', env) ?? any, variable('https', env) ?? any];
  const excepted = exceptions(variable('no', env) ?? '');
  // Where one is named for one scheme only, it is asked for both, as the only way out that is known.
  const [forHttp, forHttps] = [http ?? https, https ?? http];
  if (forHttp === undefined || forHttps === undefined || excepted.includes('*')) return DIRECT;
  const double = withTrailingDots([...TIKTOK_HOST_PATTERNS, OWN_HOST, ...pixelHosts]);
  return [
    `--proxy-server=http=${address(forHttp)};https=${address(forHttps)}`,
    `--proxy-bypass-list=${[...double, ...Object.keys(hosts), ...excepted].join(';')}`,
  ];
}

/** The lower case comes first, as with curl and Chromium. What is empty is not set. */
function variable(what: 'http' | 'https' | 'all' | 'no', env: Environment): string | undefined {
  const name = `${what}_proxy`;
  return (env[name] || env[name.toUpperCase()])?.trim() || undefined;
}

/** As Chromium reads it: it takes no name and password there, and always leaves a look-up to a SOCKS5 proxy. */
function address(value: string): string {
  const [, scheme = 'http', rest = value] = /^(\w+):\/\/(.*)$/.exec(value.toLowerCase()) ?? [];
  const host = rest.replace(/^.*@/, '').replace(/\/.*$/, '');
  const known = { socks5h: 'socks5', socks4a: 'socks4' }[scheme] ?? scheme;
  return `${known}://${host}`;
}

/** NO_PROXY, in which a name stands for itself and all hosts below it, as Chromium's patterns. */
function exceptions(list: string): string[] {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .flatMap((entry) => {
      if (entry === '*') return [entry];
      const name = entry.replace(/^\*?\./, '');
      if (isIP(name) === 6) return [`[${name}]`];
      return /^[\d.]+(\/\d+)?$|[[/<]/.test(name) ? [name] : [name, `*.${name}`];
    });
}
