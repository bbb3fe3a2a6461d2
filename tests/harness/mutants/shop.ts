import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type PreloadSettings, preloadEnvironment } from '../../../src/double/events-api/preload-settings.ts';

const HOST = fileURLToPath(new URL('shop-host.ts', import.meta.url));
const START_TIMEOUT = 20_000;

/**
 * Copies of the demo shop in one process with the stub of the Events API preloaded, each on its own port: starting another one
 * takes a tenth of starting a process.
 */
export class ShopProcess {
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly lines: AsyncIterator<string>;
  private printed = '';

  constructor(preload: PreloadSettings) {
    this.child = spawn(process.execPath, [HOST], {
      // Port 0: a shop takes a free one and prints it, so that shops started at once cannot collide.
      env: { ...process.env, ...preloadEnvironment(preload), PORT: '0' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // A worker that is ended in the middle of a test leaves no shop behind.
    const kill = () => this.child.kill('SIGKILL');
    process.once('exit', kill);
    this.exited = once(this.child, 'exit').finally(() => process.off('exit', kill));
    this.child.stderr!.on('data', (chunk) => {
      this.printed += chunk;
    });
    // Its output shows that a process has ended.
    this.child.stdin!.on('error', () => undefined);
    this.lines = createInterface(this.child.stdout!)[Symbol.asyncIterator]();
  }

  /**
   * Starts the shop in a folder, and waits until it answers.
   *
   * @param folder contains the shop's server.ts
   * @returns its port
   * @throws Error with the output of the process if it does not come up
   */
  async start(folder: string): Promise<number> {
    this.child.stdin!.write(`${folder}\n`);
    try {
      const port = await within(START_TIMEOUT, this.listening());
      const { status } = await fetch(`http://127.0.0.1:${port}/healthz`);
      if (status !== 200) throw new Error(`/healthz answered HTTP ${status}`);
      return port;
    } catch (error) {
      await this.stop();
      throw new Error(`The shop in ${folder} did not start (${(error as Error).message}):\n${this.printed}`);
    }
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Skips anything else that a shop prints. */
  private async listening(): Promise<number> {
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done) throw new Error('it ended');
      const port = /^Shop listens on http:\/\/127\.0\.0\.1:(\d+)\//.exec(value)?.[1];
      if (port) return Number(port);
    }
  }
}

function within<T>(timeout: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing for ${timeout} ms`)), timeout);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
