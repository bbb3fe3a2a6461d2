import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../target/hosts.ts';
import { directly, type Reach } from './door.ts';
import { isLike } from './routes.ts';
import { type HostPort, unbracketed } from './socks.ts';
import { type Proxies, throughProxy } from './through-proxy.ts';

/**
 * The way to hosts that the target does not map, in an open audit: through the proxy of the environment if there is one, since a
 * staging site may be reachable only through it. This machine is reached directly. TikTok's hosts never get here.
 */
export function wayOut(env: NodeJS.ProcessEnv): Reach {
  return (where, signal) => {
    const proxies = proxiesFor(where, env);
    return proxies ? throughProxy(where, proxies, signal) : directly(where, signal);
  };
}

/** The proxies for a host; undefined if there is none. */
export function proxiesFor({ host, port }: HostPort, env: NodeJS.ProcessEnv): Proxies | undefined {
  const any = variable('all', env);
  const [http, https] = [variable('http', env) ?? any, variable('https', env) ?? any];
  // A proxy named for one scheme is used for both, as the only known way out.
  const [forHttp, forHttps] = [http ?? https, https ?? http];
  if (forHttp === undefined || forHttps === undefined || isLocal(host)) return undefined;
  const excepted = (variable('no', env) ?? '').toLowerCase().split(/[\s,]+/);
  if (excepted.some((entry) => entry !== '' && isExcepted({ host, port }, entry))) return undefined;
  return { http: address(forHttp), https: address(forHttps) };
}

/** The lower-case variable comes first, as in curl and Chromium. An empty one counts as unset. */
function variable(what: 'http' | 'https' | 'all' | 'no', env: NodeJS.ProcessEnv): string | undefined {
  const name = `${what}_proxy`;
  return (env[name] || env[name.toUpperCase()])?.trim() || undefined;
}

function address(value: string): URL {
  const [, scheme = 'http', rest = value] = /^(\w+):\/\/(.*)$/.exec(value) ?? [];
  // A password may contain characters that would end the host of a URL.
  const [, login, place = rest] = /^(.*)@(.*)$/.exec(rest) ?? [];
  const url = new URL(`${scheme.toLowerCase()}://${place.toLowerCase()}`);
  const [, name = '', password = ''] = /^([^:]*):?(.*)$/.exec(login ?? '') ?? [];
  url.username = name;
  url.password = password;
  return url;
}

/** Link-local addresses, too, mean another host on every machine. */
function isLocal(host: string): boolean {
  return isLoopback(host) || /^169\.254\.|^fe[89ab][\da-f]:/.test(host);
}

/** NO_PROXY, where a name covers itself and its subdomains; addresses, networks, ports and patterns as in Chromium. */
function isExcepted({ host, port }: HostPort, entry: string): boolean {
  if (entry === '*') return true;
  if (entry === '<local>') return !host.includes('.') && isIP(host) === 0;
  const [, network, bits] = /^([\d.a-f:]+)\/(\d+)$/.exec(entry) ?? [];
  if (network !== undefined) return isWithin(host, network, Number(bits));
  if (isIP(entry) > 0) return host === entry;
  const [, name = entry, only] = /^(.*?):(\d+)$/.exec(entry) ?? [];
  if (only !== undefined && Number(only) !== port) return false;
  const bare = unbracketed(name.replace(/^\*?\./, ''));
  return isLike(host, bare) || (isIP(bare) === 0 && isLike(host, `*.${bare}`));
}

function isWithin(host: string, network: string, bits: number): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, bits, type);
  return list.check(host, type);
}

/** A proxy as Playwright's options have it, in the form of the usual environment variables. */
export function asEnvironment({
  server,
  bypass,
  username,
  password,
}: {
  server: string;
  bypass?: string;
  username?: string;
  password?: string;
}): NodeJS.ProcessEnv {
  const [, scheme = 'http', place = server] = /^(\w+):\/\/(.*)$/.exec(server) ?? [];
  const login = username === undefined ? '' : `${username}:${password ?? ''}@`;
  return { all_proxy: `${scheme}://${login}${place}`, no_proxy: bypass ?? '' };
}
