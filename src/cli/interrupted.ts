import { settleExit } from '../report/exit-code.ts';

/** As shells report a process that a signal ended. */
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export type Interrupt = keyof typeof CODES;

let stop: ((signal: Interrupt) => void) | undefined;

/**
 * From now on a signal ends this process in one line, unless a command takes interrupts. What has to be undone is undone on `exit`, as
 * Playwright does with its browsers and their profiles.
 */
export function endWhenInterrupted(): void {
  for (const signal of Object.keys(CODES) as Interrupt[])
    process.on(signal, () => {
      if (stop) stop(signal);
      else endInterrupted(signal);
    });
}

/** Ends this process now. */
export function endInterrupted(signal: Interrupt): never {
  settleExit(() => CODES[signal]);
  console.error('Interrupted.');
  process.exit();
}

/**
 * Lets a command end on its own when it is interrupted.
 *
 * @returns ends that
 */
export function takeInterrupts(act: (signal: Interrupt) => void): () => void {
  stop = act;
  return () => {
    stop = undefined;
  };
}
