import { endianness } from 'node:os';
import type { HostPort } from '../double/socks.ts';

/** The state of a socket that waits for connections. */
const LISTEN = '0A';

/**
 * Where programs on this machine listen, from the kernel's tables /proc/net/tcp and tcp6. One that listens on every address
 * counts on loopback.
 */
export function listeningIn(tcp: string, tcp6: string): HostPort[] {
  const found = [tcp, tcp6].flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      return state === LISTEN
        ? loopbacksOf(address).map((host) => ({ host, port: Number.parseInt(port, 16) }))
        : [];
    }),
  );
  return [...new Map(found.map((one) => [`${one.host} ${one.port}`, one])).values()];
}

/** @param hex an address in words of 32 bits, in this machine's byte order */
function loopbacksOf(hex: string): string[] {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => Buffer.from(word, 'hex'));
  if (endianness() === 'LE') for (const word of words) word.reverse();
  const bytes = [...Buffer.concat(words)];
  const isV4 = bytes.length === 4;
  const isMapped = /^0{20}ffff/.test(Buffer.from(bytes).toString('hex'));
  const host = bytes.slice(-4);
  if (isV4 || isMapped) {
    if (host.every((byte) => byte === 0)) return ['127.0.0.1'];
    return host[0] === 127 ? [host.join('.')] : [];
  }
  if (bytes.every((byte) => byte === 0)) return ['127.0.0.1', '::1'];
  return bytes.every((byte, index) => byte === (index === 15 ? 1 : 0)) ? ['::1'] : [];
}
