import { type ChildProcess, spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COULD_NOT_RUN } from '../report/exit-code.ts';
import { type Interrupt, takeInterrupts } from './interrupted.ts';

/** TypeScript in the repository, compiled in the package, like this module. */
const CONFIG = fileURLToPath(new URL(`../../playwright.config${extname(import.meta.url)}`, import.meta.url));
const PROGRAM = fileURLToPath(new URL(`./playwright${extname(import.meta.url)}`, import.meta.url));

/** From a checkout, Node itself strips the types: Playwright's compiler takes 15 s of CPU for these files at first. */
export const NATIVE = import.meta.url.endsWith('.ts') ? { PW_DISABLE_TS_ESM: '1' } : {};

/** How a run ended. */
interface Run {
  code: number;
  /** The signal that cut it short. */
  interrupted: Interrupt | undefined;
}

/** `playwright test`, which loads while the command line reads the targets. */
export class PlaywrightRun {
  readonly #child: ChildProcess;
  readonly #end: Promise<number | null>;
  #isBegun = false;

  /** @param args for `playwright test` */
  constructor(env: NodeJS.ProcessEnv, args: readonly string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, 'test', '-c', CONFIG, ...args], {
      // The channel says when to begin; and a run whose command line was killed sees its end, and stops, too.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...NATIVE, ...env },
    });
    this.#end = new Promise((done, fail) => {
      this.#child.on('error', fail);
      this.#child.on('close', done);
    });
    // Seen by whoever waits for the end.
    this.#end.catch(() => {});
  }

  /** @param environment further variables for the run */
  async run(environment: Record<string, string>): Promise<Run> {
    const child = this.#child;
    this.#isBegun = true;
    let interrupted: Interrupt | undefined;
    // Playwright ends in good order, with its reports written, only on SIGINT. It ignores a second one within a second, as Ctrl-C
    // on a terminal causes.
    const release = takeInterrupts((signal) => {
      interrupted = signal;
      child.kill('SIGINT');
    });
    try {
      // A process that has ended takes no message: how it ended says more.
      child.send(environment, () => {});
      return { code: (await this.#end) ?? COULD_NOT_RUN, interrupted };
    } finally {
      release();
    }
  }

  /** Ends a run that has not begun. */
  discard(): void {
    if (!this.#isBegun) this.#child.kill('SIGKILL');
  }
}
