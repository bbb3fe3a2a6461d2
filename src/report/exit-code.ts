import type { AuditVerdicts } from '../verdict/verdict.ts';

export const RELEASED = 0;
export const HELD = 1;
export const COULD_NOT_RUN = 2;

let settled: ((code: number) => number) | undefined;

/**
 * From now on this process ends with COULD_NOT_RUN, whatever ends it and with whatever code, until `settleExit` is called:
 * foreign code, such as a target module or a reporter, may call `process.exit(0)`.
 */
export function holdExit(): void {
  process.exitCode = COULD_NOT_RUN;
  process.on('exit', (code) => {
    if (!settled && code === 0)
      console.error(
        'The run could not end: other code called process.exit(0) before it was done. Nothing is released.',
      );
    process.exitCode = settled ? settled(code) : COULD_NOT_RUN;
  });
}

/**
 * From now on this process goes on where nobody reads what it prints any more, as after `| head`, or where there is no room for it: the
 * result is in its files and its exit code.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** @param decide takes the code that the process would end with, and returns the one to use */
export function settleExit(decide: (code: number) => number): void {
  settled = decide;
}

/** Does some work, and undoes what it leaves behind at its end: of the work, or of this process, if an interrupt ends that first. */
export async function undoing<T>(undo: () => void, work: () => Promise<T>): Promise<T> {
  process.once('exit', undo);
  try {
    return await work();
  } finally {
    process.off('exit', undo);
    undo();
  }
}

/** Playwright's code for a run that was interrupted. */
const INTERRUPTED = 130;

/**
 * @param playwrightCode the exit code of `playwright test`, which our reporter makes agree with its gate. If it does not agree,
 * the run broke after the verdicts were written.
 */
export function exitCode(verdicts: AuditVerdicts, playwrightCode: number): number {
  const { released, reasons } = verdicts.gate;
  if (released && playwrightCode === 0) return RELEASED;
  // A filtered run in which nothing fails has decided nothing.
  if (reasons.length === 1 && reasons[0]!.code === 'filtered') return COULD_NOT_RUN;
  return wasReached(verdicts) && !lacksRoom(verdicts) ? HELD : COULD_NOT_RUN;
}

/** The same for plain `playwright test`, whose users and shells expect its code for an interruption. */
export function playwrightExitCode(verdicts: AuditVerdicts, playwrightCode: number): number {
  return playwrightCode === INTERRUPTED ? INTERRUPTED : exitCode(verdicts, playwrightCode);
}

function wasReached({ targets }: AuditVerdicts): boolean {
  return targets
    .flatMap(({ visits }) => visits)
    .some(({ outcome, problem }) => outcome !== 'missing' && problem?.kind !== 'unreachable');
}

/** Whether something that was recorded could not be written. */
export function lacksRoom({ targets }: AuditVerdicts): boolean {
  return targets
    .flatMap(({ visits }) => visits)
    .flatMap(({ problem, runs = [] }) => [problem, ...runs.map((run) => run.problem)])
    .some((problem) => problem?.code === 'unwritten');
}

/** Whether an audit may replace the one before: not if it was cut short before its first visit ended. */
export function saysSomething(verdicts: AuditVerdicts, wasInterrupted: boolean): boolean {
  if (!wasInterrupted && !lacksRoom(verdicts)) return true;
  return verdicts.targets.some(({ visits }) => visits.some(({ outcome }) => outcome === 'complete'));
}
