import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { copyShard } from '../report/copy-shard.ts';
import { dayOf } from '../report/day.ts';
import { environmentInfo } from '../report/environment.ts';
import { exitCode } from '../report/exit-code.ts';
import { reportFiles } from '../report/files.ts';
import { leaveLittleRoom } from '../report/little-room.ts';
import { inRunFolder, publishRun } from '../report/run-folder.ts';
import { formatSummary, styleOf } from '../report/summary.ts';
import { readEarlier, readVerdicts } from '../report/verdict-files.ts';
import { joinVisitTimes } from '../report/visit-times.ts';
import { writeAudit } from '../report/write-audit.ts';
import { writeReports } from '../report/write-reports.ts';
import { plural } from '../verdict/breaches.ts';
import { MergeError, mergedAudit } from '../verdict/merge.ts';
import { sharing } from '../verdict/share.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';

export interface MergeOptions {
  /** A file of earlier verdicts. */
  baseline?: string;
}

/**
 * Merges the reports of an audit's shards into ./reports.
 *
 * @param folders the reports folder of each shard
 * @returns the exit code, as for an audit
 * @throws MergeError if they are not the shards of one audit; VerdictFileError, ReportsError. ./reports is then unchanged
 */
export async function merge(folders: string[], { baseline }: MergeOptions): Promise<number> {
  leaveLittleRoom();
  const reports = resolve('reports');
  const now = new Date();
  const there = withVerdicts(folders, reports);
  const share = sharing();
  const shards = there.map((from) => ({ from, audit: shared(readVerdicts(from), share) }));
  const audit = mergedAudit(shards, {
    today: dayOf(now),
    ...(baseline === undefined ? {} : { baseline: readEarlier(baseline) }),
  });
  return inRunFolder(reports, async (folder) => {
    for (const shard of there) copyShard(resolve(shard), folder);
    for (const file of joinVisitTimes(there, folder))
      console.error(`${file} cannot be read: the times of these visits are left out of visit-times.json.`);
    const lost = leaveOutLost(audit, folder);
    if (lost > 0)
      console.error(
        `The evidence of ${plural(lost, 'visit')} is not here: it stayed with its shard, so nothing links to it.`,
      );
    const unwritten = writeAudit(folder, audit, environmentInfo(folder, audit.targets), now);
    for (const line of unwritten) console.error(line);
    const note = await writeReports(folder, audit);
    if (note !== undefined) console.error(note);
    publishRun(folder);
    console.log(formatSummary(audit, { ...styleOf(process.stdout), reports: relative('', reports) }));
    return exitCode(audit, 0);
  });
}

/** The verdicts read, with equal parts of all shards shared: passes, and rules that do not apply. */
function shared(audit: AuditVerdicts, share: ReturnType<typeof sharing>): AuditVerdicts {
  return { ...audit, targets: audit.targets.map((one) => ({ ...one, visits: one.visits.map(share) })) };
}

/** A shard that died left no verdicts: the others show what is missing. If none left any, reading the first reports why. */
function withVerdicts(folders: readonly string[], reports: string): readonly string[] {
  const own = folders.find((folder) => resolve(folder) === reports);
  if (own !== undefined)
    throw new MergeError(
      `${own}: found the folder that the merged reports go to; wanted the reports of a shard. Move them, or run in another folder.`,
    );
  const there = folders.filter(
    (folder) => folder.endsWith('.json') || existsSync(reportFiles(folder).verdicts),
  );
  if (there.length === 0) return folders;
  for (const folder of folders)
    if (!there.includes(folder))
      console.error(`${folder}: found no verdicts.json; treated as a shard that died or was not run.`);
  return there;
}

/**
 * Removes from the verdicts the files that no shard provided: merging needs only the verdicts, and a broken link helps nobody.
 *
 * @returns for how many visits
 */
function leaveOutLost({ targets }: AuditVerdicts, folder: string): number {
  const isLost = (file: string | undefined) => file !== undefined && !existsSync(join(folder, file));
  let lost = 0;
  for (const visit of targets.flatMap(({ visits }) => visits)) {
    if (isLost(visit.evidence)) lost += 1;
    for (const one of [visit, ...(visit.runs ?? [])]) {
      if (isLost(one.evidence)) delete one.evidence;
      if (isLost(one.timeline)) delete one.timeline;
    }
  }
  return lost;
}
