import { once } from 'node:events';
import { connect, createServer, type ListenOptions, type NetConnectOpts, type Socket } from 'node:net';
import { join } from '../double/door.ts';

/**
 * Listens in one place and makes of each connection one to another: in a port, or in a file, which two network namespaces share.
 *
 * @returns cuts every connection, and ends it
 * @throws the error of `listen`, EADDRINUSE for one
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
