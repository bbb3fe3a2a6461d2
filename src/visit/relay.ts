import { once } from 'node:events';
import { connect, createServer, type ListenOptions, type NetConnectOpts, type Socket } from 'node:net';
import { join } from '../double/door.ts';

/**
 * Listens in one place, a port or a file, and connects each connection to another. Two network namespaces can share a file.
 *
 * @returns a function that closes every connection and stops
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function relay(at: ListenOptions, to: NetConnectOpts): Promise<() => void> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const there = connect({ ...to, allowHalfOpen: true, noDelay: true });
    for (const socket of [client, there]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    join(client, there);
  });
  server.listen(at);
  await once(server, 'listening');
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}
