import { relative, resolve } from 'node:path';
import { copyShard } from '../report/copy-shard.ts';
import { dayOf } from '../report/day.ts';
import { environmentInfo } from '../report/environment.ts';
import { exitCode } from '../report/exit-code.ts';
import { discardRun, openRun, publishRun, runFolder } from '../report/run-folder.ts';
import { formatSummary, styleOf } from '../report/summary.ts';
import { readEarlier, readVerdicts } from '../report/verdict-files.ts';
import { writeAudit } from '../report/write-audit.ts';
import { writeReports } from '../report/write-reports.ts';
import { MergeError, mergedAudit, type ShardVerdicts } from '../verdict/merge.ts';

export interface MergeOptions {
  /** A file of earlier verdicts. */
  baseline?: string;
}

/**
 * Joins the reports of an audit's shards into ./reports.
 *
 * @param folders the reports folder of each shard
 * @returns the exit code, as of an audit
 * @throws MergeError where they are not the shards of one audit; VerdictFileError, ReportsError. Then ./reports is as it was
 */
export async function merge(folders: string[], { baseline }: MergeOptions): Promise<number> {
  const reports = resolve('reports');
  const now = new Date();
  const shards = folders.map((folder) => shardIn(folder, reports));
  const audit = mergedAudit(shards, {
    today: dayOf(now),
    ...(baseline === undefined ? {} : { baseline: readEarlier(baseline) }),
  });
  const folder = runFolder(reports);
  openRun(folder);
  try {
    for (const shard of folders) copyShard(resolve(shard), folder);
    const unwritten = writeAudit(folder, audit, environmentInfo(folder, audit.targets), now);
    for (const line of unwritten) console.error(line);
    const note = await writeReports(folder, audit);
    if (note !== undefined) console.error(note);
    publishRun(folder);
    console.log(formatSummary(audit, { ...styleOf(process.stdout), reports: relative('', reports) }));
    return exitCode(audit, 0);
  } finally {
    discardRun(folder);
  }
}

function shardIn(folder: string, reports: string): ShardVerdicts {
  if (resolve(folder) === reports)
    throw new MergeError(
      `${folder}: found the folder that the joined reports go to; wanted the reports of a shard. Move them, or run in another folder.`,
    );
  return { from: folder, audit: readVerdicts(folder) };
}
