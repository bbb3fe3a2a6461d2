import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { copyShard } from '../report/copy-shard.ts';
import { environmentInfo } from '../report/environment.ts';
import { clearReports, reportFiles } from '../report/files.ts';
import { formatSummary } from '../report/terminal.ts';
import { writeAudit } from '../report/write-audit.ts';
import { MergeError, mergedAudit, type ShardVerdicts } from '../verdict/merge.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { exitCode, writeReport } from './audit.ts';

/**
 * Joins the reports of an audit's shards into ./reports.
 *
 * @param folders the reports folder of each shard
 * @returns the exit code, as of an audit
 * @throws MergeError where they are not the shards of one audit; ReportsError. Then ./reports is as it was, unless the disk is full
 */
export async function merge(folders: string[]): Promise<number> {
  const reports = resolve('reports');
  const now = new Date();
  const shards = folders.map((folder) => shardIn(folder, reports));
  const audit = mergedAudit(shards, now.toISOString().slice(0, 10));
  clearReports(reports);
  for (const folder of folders) copyShard(resolve(folder), reports);
  const unwritten = writeAudit(reports, audit, environmentInfo(reports, audit.targets), now.getTime());
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  console.log([formatSummary(audit, { colour, reports: relative('', reports) }), ...unwritten].join('\n'));
  await writeReport(reports, audit);
  return exitCode(audit, 0);
}

function shardIn(folder: string, reports: string): ShardVerdicts {
  if (resolve(folder) === reports)
    throw new MergeError(
      `${folder}: found the folder that the joined reports go to; wanted the reports of a shard. Move them, or run in another folder.`,
    );
  return { from: folder, audit: verdictsIn(folder) };
}

function verdictsIn(folder: string): AuditVerdicts {
  const { verdicts } = reportFiles(resolve(folder));
  const wanted = 'wanted the verdicts.json that an audit with -- --shard=1/3 writes. Run that shard again.';
  let value: Partial<AuditVerdicts>;
  try {
    value = JSON.parse(readFileSync(verdicts, 'utf8'));
  } catch (error) {
    throw new MergeError(`${join(folder, 'verdicts.json')}: ${(error as Error).message}; ${wanted}`);
  }
  if (value?.version === 2 && Array.isArray(value.targets)) return value as AuditVerdicts;
  throw new MergeError(`${join(folder, 'verdicts.json')}: found no verdicts of version 2; ${wanted}`);
}
