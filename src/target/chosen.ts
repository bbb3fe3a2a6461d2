import { RUN_KEY, readSealed, writeSealed } from './run-file.ts';

const NAME = 'chosen';

/** How many visits a run makes to each target, by name, in the order in which they are made. */
export type Chosen = [target: string, visits: number][];

/**
 * Says which visits Playwright has chosen: filters and shards leave some out.
 *
 * @param logs folder of the run's log
 * @param targets of each visit, in the order in which they are made, by name
 */
export function noteChosen(logs: string, targets: readonly string[], key = process.env[RUN_KEY]): void {
  const counts = new Map<string, number>();
  for (const name of targets) counts.set(name, (counts.get(name) ?? 0) + 1);
  writeSealed(logs, NAME, key, [...counts]);
}

/** Undefined before it is known. */
export function readChosen(logs: string, key: string | undefined): Chosen | undefined {
  return readSealed(logs, NAME, key) as Chosen | undefined;
}
