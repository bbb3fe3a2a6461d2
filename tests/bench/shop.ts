import { spawn } from 'node:child_process';
import { preloadEnvironment } from '../../src/double/events-api/preload-settings.ts';
import type { Target } from '../../src/target/target.ts';
import { preloadSettings } from '../../src/visit/web-servers.ts';

export interface Shop extends AsyncDisposable {
  pid: number;
}

/**
 * Starts the target's server on pages with `assets` sub-resources, with the stub preloaded for both kinds of visit: without it,
 * the server's Events API call would leave the machine.
 *
 * @throws Error if it ends before it answers
 */
export async function startShop(target: Target, logs: string, assets: number): Promise<Shop> {
  const { command, url, env } = target.server!;
  // Without a shell in between, so that the pid is the server's.
  const [program, ...args] = command.split(' ');
  const child = spawn(program!, args, {
    env: {
      ...process.env,
      ...env,
      ...preloadEnvironment(preloadSettings(target, logs)),
      ASSETS: String(assets),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await Promise.race([
    new Promise((resolve) => child.stdout.once('data', resolve)),
    ended.then(() => Promise.reject(new Error(`${command} ended before it answered`))),
  ]);
  child.stdout.resume();
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered HTTP ${response.status}`);
  return {
    pid: child.pid!,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
