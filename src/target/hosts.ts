import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/**
 * A host as browsers ask for it: in lower case, umlauts in Punycode, IPv6 in brackets, with its port where it names one; undefined
 * for what is no host.
 *
 * @param text a name, in which `*` may stand for anything, or an address; with or without a port
 */
export function asciiHost(text: string): string | undefined {
  const whole = text.trim();
  const [, name = whole, port] = (isIP(whole) === 0 && /^(.*):(\d+)$/.exec(whole)) || [];
  const address = name.replace(/^\[(.*)\]$/, '$1');
  const host =
    isIP(address) === 6 ? new URL(`http://[${address}]`).hostname : isName(name) ? domainToASCII(name) : '';
  if (host === '' || Number(port ?? 0) > 65_535) return undefined;
  return port === undefined ? host : `${host}:${port}`;
}

/** A name or an address with its port, in which every part counts; undefined for what is none. */
export function hostAndPort(text: string): { host: string; port: number } | undefined {
  const ascii = asciiHost(text);
  const [, host = '', port] = /^(.*):(\d+)$/.exec(ascii ?? '') ?? [];
  return port === undefined || Number(port) === 0 || host.includes('*')
    ? undefined
    : { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

/** The names in a target's `server.reaches`. */
export function reachedNames({ reaches = [] }: { reaches?: readonly string[] } = {}): string[] {
  const hosts = reaches.flatMap((text) => hostAndPort(text)?.host ?? []);
  return [...new Set(hosts)].filter((host) => isIP(host) === 0);
}

/** A host, of which a port is no part. */
export function withoutPort(host: string): string {
  return host.replace(/(?<=[^:]|\]):\d+$/, '');
}

/** What else a URL may have beside its host is none, and a list of hosts is not one. */
function isName(text: string): boolean {
  return !/[\s,;:/?#@\\[\]%]/.test(text);
}

/** Names and addresses of this machine, which every machine has for itself (RFC 6761, RFC 5735). */
export function isLoopback(host: string): boolean {
  return /^(.*\.)?localhost\.?$|^127\.[\d.]+$|^::1$/.test(host);
}
