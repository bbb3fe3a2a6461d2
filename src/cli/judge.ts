import { dirname, relative, resolve } from 'node:path';
import { problem } from '../evidence/problem.ts';
import { dayOf } from '../report/day.ts';
import { COULD_NOT_RUN, HELD, RELEASED } from '../report/exit-code.ts';
import { writeVerdicts } from '../report/files.ts';
import { collectEarly, leaveLittleRoom } from '../report/little-room.ts';
import { formatSummary, styleOf } from '../report/summary.ts';
import { formatVisitFailure } from '../report/terminal.ts';
import { formatUnseen } from '../report/unseen.ts';
import { readEarlier } from '../report/verdict-files.ts';
import { RULE_BY_ID } from '../rules/index.ts';
import { OptionError } from '../target/sdk.ts';
import type { Target } from '../target/target.ts';
import { auditVerdicts, refusedTarget, targetVerdicts } from '../verdict/audit.ts';
import { reason } from '../verdict/reasons.ts';
import { sharing } from '../verdict/share.ts';
import type { AuditVerdicts, VisitVerdicts } from '../verdict/verdict.ts';
import { missingVisit, visitKey } from '../verdict/visit-id.ts';
import { combinedVisit, visitRun } from '../verdict/visit-runs.ts';
import { reportedOf } from '../verdict/whole-run.ts';
import { planVisits, visitIdOf } from '../visit/plan.ts';
import { evidenceFiles, hasFolder } from './evidence-files.ts';
import type { FileOptions } from './judge-file.ts';
import { judgeFiles } from './judge-files.ts';
import { Targets } from './judge-targets.ts';

/** As on the command line. */
export interface JudgeOptions extends FileOptions {
  /** Target files. */
  target: string[];
  /** YYYY-MM-DD: waivers expire. */
  today?: string;
  /** A file of earlier verdicts. */
  baseline?: string;
  /** Also prints each visit. */
  verbose?: boolean;
}

/**
 * Judges recorded visits again, without a browser, and prints what an audit prints. The same files give the same verdicts.
 *
 * @param paths evidence files, HARs, and folders of them
 * @returns the exit code: RELEASED, HELD, or COULD_NOT_RUN if any file could not be judged
 * @throws TargetError, NoTargetError, OptionError, VerdictFileError, ReportsError
 */
export async function judge(paths: string[], options: JudgeOptions): Promise<number> {
  collectEarly();
  const today = dayAsked(options.today);
  const targets = await Targets.load(options.target);
  for (const { message } of targets.refused) console.error(`Not judged. ${message}`);
  const baseline = options.baseline === undefined ? {} : { baseline: readEarlier(options.baseline) };
  const problems: string[] = [];
  const visits: Judged[] = [];
  const share = sharing();
  for await (const file of judgeFiles(evidenceFiles(paths), targets, options, today)) {
    if ('problem' in file) problems.push(file.problem);
    else visits.push({ target: await targets.of(file.target, today, file.port), visit: share(file.visit) });
  }
  leaveLittleRoom();
  for (const problem of problems) console.error(problem);
  if (visits.length === 0) {
    if (problems.length === 0)
      console.error(`${paths.join(', ')}: found no evidence; wanted *.json, *.har or *.ndjson files.`);
    return COULD_NOT_RUN;
  }
  const isWhole = hasFolder(paths);
  const judged = [...Map.groupBy(visits, ({ target }) => target.name).values()].map((own) =>
    targetVerdicts(own[0]!.target, isWhole ? withMissing(own) : own.map(({ visit }) => visit), {
      today,
      ...baseline,
      ...(isWhole ? {} : { isPart: true }),
    }),
  );
  const refused = targets.refused.map(({ target, refusals }) => refusedTarget(target, refusals));
  const verdicts = auditVerdicts(
    [...judged, ...refused],
    {},
    problems.map((error) => reason('error', { error })),
  );
  const named = options.output === undefined ? '' : relative('', dirname(resolve(options.output)));
  if (options.verbose) printVisits(verdicts, named);
  print(verdicts, named);
  if (options.output !== undefined) {
    writeVerdicts(options.output, verdicts);
    console.log(`Verdicts: ${options.output}`);
  }
  if (problems.length > 0 && refused.length === 0) return COULD_NOT_RUN;
  return verdicts.gate.released ? RELEASED : HELD;
}

interface Judged {
  target: Target;
  visit: VisitVerdicts;
}

/**
 * The visits in the order of the target's plan, including those without evidence. Several evidence files of one visit are its
 * runs.
 */
function withMissing(judged: readonly Judged[]): VisitVerdicts[] {
  const left = Map.groupBy(
    judged.map(({ visit }) => visit),
    visitKey,
  );
  const planned = planVisits(judged[0]!.target)
    .map(visitIdOf)
    .map((id) => {
      const found = left.get(visitKey(id)) ?? [missingVisit(id, problem('no-evidence', {}))];
      left.delete(visitKey(id));
      return asOne(found);
    });
  return [...planned, ...[...left.values()].map(asOne)];
}

function asOne(found: VisitVerdicts[]): VisitVerdicts {
  if (found.length === 1) return found[0]!;
  return combinedVisit(
    found[0]!,
    found.map((visit, index) => visitRun(visit, index + 1)),
  );
}

/** @param folder the base of the evidence paths, as shown to the reader */
function printVisits({ targets }: AuditVerdicts, folder: string): void {
  for (const visit of targets.flatMap(reportedOf).filter(hasSomething))
    console.log(`${formatVisitFailure(visit, RULE_BY_ID, { reports: folder })}\n`);
}

function print(verdicts: AuditVerdicts, files: string): void {
  const unseen = formatUnseen(verdicts);
  if (unseen !== '') console.log(`${unseen}\n`);
  console.log(formatSummary(verdicts, { ...styleOf(process.stdout), files }));
}

function hasSomething({ outcome, verdicts }: VisitVerdicts): boolean {
  const isQuiet = verdicts.every((one) => one.outcome !== 'fail' && one.outcome !== 'inconclusive');
  return outcome !== 'missing' && !(isQuiet && outcome === 'complete');
}

function dayAsked(today: string | undefined): string {
  if (today === undefined) return dayOf();
  const time = /^\d{4}-\d\d-\d\d$/.test(today) ? Date.parse(today) : Number.NaN;
  // 31 February is parsed as a day in March.
  if (!Number.isNaN(time) && dayOf(new Date(time)) === today) return today;
  throw new OptionError(`--today: found ${JSON.stringify(today)}; wanted a day such as 2026-11-25.`);
}
