import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/**
 * A host as browsers request it: in lower case, umlauts in Punycode, IPv6 in brackets, with its port if it has one; undefined if
 * it is not a host.
 *
 * @param text a name, in which `*` may match anything, or an address; with or without a port
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

/** A name or address with its port, all required; undefined if it is not one. */
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

/** A host without its port. */
export function withoutPort(host: string): string {
  return host.replace(/(?<=[^:]|\]):\d+$/, '');
}

/** Other parts of a URL are not a host, and neither is a list of hosts. */
function isName(text: string): boolean {
  return !/[\s,;:/?#@\\[\]%]/.test(text);
}

/** Names and addresses that mean this machine on every machine (RFC 6761, RFC 5735). */
export function isLoopback(host: string): boolean {
  return /^(.*\.)?localhost\.?$|^127\.[\d.]+$|^::1$/.test(host);
}
