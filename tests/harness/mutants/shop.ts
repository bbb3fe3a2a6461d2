import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type PreloadSettings, preloadEnvironment } from '../../../src/double/events-api/preload-settings.ts';

export interface RunningShop {
  port: number;
  stop(): Promise<void>;
}

const START_TIMEOUT = 20_000;

/**
 * Starts a copy of the demo shop as a process of its own, with the Events API stub preloaded, and waits until it answers.
 *
 * @param folder holds the shop's server.ts
 * @throws Error with what the process printed, if it does not come up
 */
export async function startShop(folder: string, preload: PreloadSettings): Promise<RunningShop> {
  const child = spawn(process.execPath, [join(folder, 'server.ts')], {
    // Port 0: the shop takes a free one and prints it, so that shops started at once cannot meet.
    env: { ...process.env, ...preloadEnvironment(preload), PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A worker that is ended in the middle of a test leaves no shop behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit').finally(() => process.off('exit', kill));
  const stop = async () => {
    kill();
    await exited;
  };

  let printed = '';
  child.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  const listening = (async () => {
    for await (const line of createInterface(child.stdout)) {
      const port = /^Shop listens on http:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
      if (port) return Number(port);
    }
    throw new Error('it ended');
  })();
  try {
    const port = await within(START_TIMEOUT, listening);
    child.stdout.resume(); // what it prints later must not fill the pipe
    const { status } = await fetch(`http://127.0.0.1:${port}/healthz`);
    if (status !== 200) throw new Error(`/healthz answered HTTP ${status}`);
    return { port, stop };
  } catch (error) {
    await stop();
    throw new Error(`The shop in ${folder} did not start (${(error as Error).message}):\n${printed}`);
  }
}

function within<T>(timeout: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing for ${timeout} ms`)), timeout);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
