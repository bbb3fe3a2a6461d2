import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import type { RunTarget } from '../target/shared-run.ts';
import { needsServers } from './web-servers.ts';

/*
 * Between a visit and the program that starts the servers of sites: a connection for each visit, on which the name of its target is
 * sent, and a line comes back once its servers are up or have failed. The visit has ended when the connection does, however it ends.
 */

/** The line that comes back. */
export const UP = 'up';

/** Where the program listens: a socket in the run's folder, on Windows a named pipe. */
export function holdAddress(logs: string): string {
  return process.platform === 'win32' ? `\\\\.\\pipe\\${basename(logs)}` : join(logs, '@servers');
}

/** What a visit holds while it needs the servers. */
export interface Hold {
  release(): void;
}

/**
 * Has the servers of a target started, if they are not up, and keeps them up. Whether they are up is in the log of the target.
 *
 * @param logs folder of the run's log
 * @returns when they are up, or have failed
 * @throws Error where the program that starts them is gone
 */
export async function holdServers(target: RunTarget, logs: string): Promise<Hold> {
  if (!needsServers(target)) return { release: () => undefined };
  const socket = connect(holdAddress(logs));
  try {
    socket.write(`${target.target.name}\n`);
    if ((await firstLine(socket)) !== UP) throw new Error('it closed the connection');
  } catch (error) {
    socket.destroy();
    const { message } = error as Error;
    throw new Error(`The program that starts the servers of sites has ended (${message}).`);
  }
  // What comes later says nothing more; if the program ends, the log says so.
  socket.on('error', () => undefined).resume();
  return { release: () => void socket.destroy() };
}

/** Undefined where the connection ends before it. */
export async function firstLine(socket: Socket): Promise<string | undefined> {
  let text = '';
  const ended = once(socket, 'close').then(() => undefined);
  const read = new Promise<string>((resolve) => {
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
  });
  return Promise.race([read, ended]);
}
