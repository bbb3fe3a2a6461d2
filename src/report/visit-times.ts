import { OptionError } from '../target/sdk.ts';
import { readVisitTimes, timeKey, type VisitTimes } from '../target/visit-times.ts';
import type { VisitId } from '../verdict/verdict.ts';
import { reportFiles, writeWhole } from './files.ts';

/** How long the visits of a run took; for one that is made several times, the longest. */
export class TakenTimes {
  readonly #times: Record<string, Record<string, number>> = {};

  add(target: string, id: VisitId, ms: number): void {
    this.#times[target] ??= {};
    const times = this.#times[target];
    const key = timeKey(id);
    times[key] = Math.max(times[key] ?? 0, Math.round(ms));
  }

  /** @throws ReportsError */
  write(reports: string): void {
    writeVisitTimes(reports, this.#times);
  }
}

/**
 * Writes the times of shards as those of one run. A shard of an older version has none.
 *
 * @param shards their reports folders
 * @returns the files that cannot be read: they are left out, as times only divide the visits of a later run
 * @throws ReportsError
 */
export function joinVisitTimes(shards: readonly string[], reports: string): string[] {
  const joined: Record<string, Record<string, number>> = {};
  const unread: string[] = [];
  for (const { visitTimes } of shards.map(reportFiles)) {
    try {
      for (const [target, times] of Object.entries(readVisitTimes(visitTimes)))
        joined[target] = { ...joined[target], ...times };
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      unread.push(visitTimes);
    }
  }
  writeVisitTimes(reports, joined);
  return unread;
}

function writeVisitTimes(reports: string, times: VisitTimes): void {
  if (Object.keys(times).length === 0) return;
  writeWhole(reportFiles(reports).visitTimes, `${JSON.stringify(times, null, 2)}\n`);
}
