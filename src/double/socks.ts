import type { Socket } from 'node:net';

/** A host name or an address without brackets, in lower case, and a port. */
export interface HostPort {
  host: string;
  port: number;
}

const VERSION = 5;
const CONNECT = 1;
const [IPV4, NAME, IPV6] = [1, 3, 4];
const [DONE, UNREACHABLE] = [0, 4];

/**
 * The server side of SOCKS 5 (RFC 1928) up to the client's request: no authentication, only CONNECT. A client that sends anything
 * else is disconnected. It sends nothing more until it is answered with `connected` or `unreachable`.
 */
export function negotiate(socket: Socket, asked: (where: HostPort) => void): void {
  let held: Buffer = Buffer.alloc(0);
  let greeted = false;
  const take = (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    if (held[0] !== VERSION) return void socket.destroy();
    if (!greeted) {
      const length = 2 + (held[1] ?? Number.POSITIVE_INFINITY);
      if (held.length < length) return;
      held = held.subarray(length);
      greeted = true;
      socket.write(Buffer.from([VERSION, 0]));
    }
    if (held.length < 5) return;
    const where = whereIn(held);
    if (where === undefined || held[1] !== CONNECT) return void socket.destroy();
    if (where === 'incomplete') return;
    socket.off('data', take);
    asked(where);
  };
  socket.on('data', take);
}

export function connected(socket: Socket): void {
  socket.write(reply(DONE));
}

/** A page in Chromium sees net::ERR_SOCKS_CONNECTION_FAILED. */
export function unreachable(socket: Socket): void {
  socket.end(reply(UNREACHABLE));
}

function reply(code: number): Buffer {
  return Buffer.from([VERSION, code, 0, IPV4, 0, 0, 0, 0, 0, 0]);
}

function whereIn(request: Buffer): HostPort | 'incomplete' | undefined {
  const type = request[3];
  const start = type === NAME ? 5 : 4;
  const length = { [IPV4]: 4, [NAME]: request[4]!, [IPV6]: 16 }[type!];
  if (length === undefined) return undefined;
  if (request.length < start + length + 2) return 'incomplete';
  const address = request.subarray(start, start + length);
  return { host: hostIn(type!, address), port: request.readUInt16BE(start + length) };
}

function hostIn(type: number, address: Buffer): string {
  if (type === IPV4) return address.join('.');
  if (type === NAME) return unbracketed(address.toString('latin1').toLowerCase());
  const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(2 * index).toString(16));
  return unbracketed(new URL(`http://[${groups.join(':')}]`).hostname);
}

/** From the notation of IPv6 addresses in URLs to that of sockets. */
export function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
