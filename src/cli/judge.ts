import { dirname, relative, resolve, sep } from 'node:path';
import type { Evidence } from '../evidence/evidence.ts';
import { problem } from '../evidence/problem.ts';
import { callListToEvidence } from '../har/call-list.ts';
import { HarError, harToEvidence } from '../har/evidence.ts';
import { HAR_SCENARIOS } from '../har/scenarios.ts';
import { dayOf } from '../report/day.ts';
import { COULD_NOT_RUN, HELD, RELEASED } from '../report/exit-code.ts';
import { writeWhole } from '../report/files.ts';
import { formatSummary, styleOf } from '../report/summary.ts';
import { formatVisitFailure } from '../report/terminal.ts';
import { formatUnseen } from '../report/unseen.ts';
import { readEarlier } from '../report/verdict-files.ts';
import { RULE_BY_ID, RULES } from '../rules/index.ts';
import { readTarget, readTargets, targetIn } from '../target/load.ts';
import { told } from '../target/refusal.ts';
import {
  DEMO_TARGET,
  noneLeft,
  type RefusedTarget,
  refusedTargets,
  SHORT_DEMO_TARGET,
  targetPatterns,
  type UnusableFile,
  unusable,
} from '../target/run.ts';
import { OptionError } from '../target/sdk.ts';
import type { Target } from '../target/target.ts';
import { auditVerdicts, refusedTarget, targetVerdicts } from '../verdict/audit.ts';
import { judgeVisit } from '../verdict/judge.ts';
import { policyProblems } from '../verdict/policy.ts';
import { reason } from '../verdict/reasons.ts';
import type { AuditVerdicts, VisitVerdicts } from '../verdict/verdict.ts';
import { missingVisit, visitKey } from '../verdict/visit-id.ts';
import { combinedVisit, visitRun } from '../verdict/visit-runs.ts';
import { reportedOf } from '../verdict/whole-run.ts';
import { planVisits, visitIdOf } from '../visit/plan.ts';
import { type EvidenceFile, evidenceFiles, hasFolder } from './evidence-files.ts';

/** As the command line has them. */
export interface JudgeOptions {
  /** Target files. */
  target: string[];
  output?: string;
  /** YYYY-MM-DD: waivers expire. */
  today?: string;
  /** A file of earlier verdicts. */
  baseline?: string;
  /** Of HARs. */
  journey?: string;
  scenario?: string;
  /** Tells of each visit by itself, too. */
  verbose?: boolean;
}

/** The port for reading a target file of which none is known yet. */
const ANY_PORT = 1;

/**
 * Judges recorded visits again, without a browser, and prints what an audit prints. The same files give the same verdicts.
 *
 * @param paths evidence files, HARs, and folders that hold them
 * @returns the exit code: RELEASED, HELD, or COULD_NOT_RUN where any file could not be judged
 * @throws TargetError, NoTargetError, OptionError, VerdictFileError, ReportsError
 */
export async function judge(paths: string[], options: JudgeOptions): Promise<number> {
  const today = dayAsked(options.today);
  const targets = await Targets.load(options.target);
  for (const { message } of targets.refused) console.error(`Not judged. ${message}`);
  const baseline = options.baseline === undefined ? {} : { baseline: readEarlier(options.baseline) };
  const problems: string[] = [];
  const visits: Judged[] = [];
  for (const file of evidenceFiles(paths)) {
    try {
      visits.push(await judgedVisit(file, targets, options, today));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      problems.push(`${file.path}: ${error.message}`);
    }
  }
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
    writeWhole(options.output, `${JSON.stringify(verdicts, null, 2)}\n`);
    console.log(`Verdicts: ${options.output}`);
  }
  if (problems.length > 0 && refused.length === 0) return COULD_NOT_RUN;
  return verdicts.gate.released ? RELEASED : HELD;
}

/** A file that cannot be judged; the others can. */
class FileError extends Error {}

interface Judged {
  target: Target;
  visit: VisitVerdicts;
}

async function judgedVisit(
  { path, read }: EvidenceFile,
  targets: Targets,
  options: JudgeOptions,
  today: string,
): Promise<Judged> {
  if (read.kind === 'refused') throw new FileError(read.problem);
  const evidence =
    read.kind === 'har'
      ? await fromHar(read.document, targets, options)
      : read.kind === 'calls'
        ? callListToEvidence(read.items, targets.only(), journeyOf(targets.only(), options))
        : read.evidence;
  const target = await targets.of(evidence.target, today, evidence.port);
  const visit = judgeVisit(evidence, target, RULES, asWritten(path, options.output), today);
  const { digest } = visit;
  if (!digest || read.kind !== 'evidence' || !read.repeatedIds) return { target, visit };
  return { target, visit: { ...visit, digest: { ...digest, repeated: read.repeatedIds } } };
}

/** Where the file is from the verdicts, or from here where none are written. */
function asWritten(path: string, output: string | undefined): string {
  return relative(output === undefined ? '' : dirname(resolve(output)), path).replaceAll(sep, '/');
}

async function fromHar(document: unknown, targets: Targets, options: JudgeOptions): Promise<Evidence> {
  const site = targets.only();
  const { scenario } = options;
  const names = site.journeys.map(({ name }) => name);
  if (options.journey === undefined && names.length > 1)
    throw new OptionError(
      `A HAR does not say which journey it is of. Name it by --journey: ${names.join(', ')}.`,
    );
  const journey = journeyOf(site, options);
  if (scenario !== undefined && !(HAR_SCENARIOS as readonly string[]).includes(scenario))
    throw new OptionError(
      `--scenario: found ${JSON.stringify(scenario)}; wanted one that a HAR can be of: ${HAR_SCENARIOS.join(', ')}.`,
    );
  try {
    return harToEvidence(document, site, { journey, ...(scenario === undefined ? {} : { scenario }) });
  } catch (error) {
    if (error instanceof HarError) throw new FileError(`${error.message}.`);
    throw error;
  }
}

/** The journey that was named, else the first: of which one a list of calls is makes no difference to what the server sent. */
function journeyOf({ journeys }: Target, { journey = journeys[0]?.name ?? '' }: JudgeOptions): string {
  const names = journeys.map(({ name }) => name);
  if (names.includes(journey)) return journey;
  throw new OptionError(`--journey: found ${JSON.stringify(journey)}; wanted one of ${names.join(', ')}.`);
}

/** The target files that were named, each loaded for the ports that its evidence was recorded with. */
class Targets {
  /** Those that cannot be used. */
  readonly refused: RefusedTarget[];
  private readonly files: { path: string; name: string; content: unknown }[];
  private readonly loaded = new Map<string, Target>();

  private constructor(files: Targets['files'], refused: RefusedTarget[]) {
    this.files = files;
    this.refused = refused;
  }

  /** @throws NoTargetError, TargetError, OptionError where none of those that were named can be used */
  static async load(named: readonly string[]): Promise<Targets> {
    const patterns = named.length > 0 ? named : process.env.TTQ_TARGET ? targetPatterns() : [];
    const files: Targets['files'] = [];
    const refused: UnusableFile[] = [];
    for (const read of await readTargets(patterns)) {
      const { file: path } = read;
      try {
        if ('error' in read) throw read.error;
        const { content } = read;
        files.push({ path, name: targetIn(content, path, ANY_PORT).name, content });
      } catch (error) {
        refused.push(unusable(read, error));
      }
    }
    if (files.length === 0 && refused.length > 0) throw noneLeft(refused.map(({ error }) => error));
    return new Targets(
      files,
      refusedTargets(
        refused,
        files.map(({ name }) => name),
      ),
    );
  }

  /** The one that a HAR or a list of calls has to be of, which does not say it. */
  only(): Target {
    const [file, other] = this.files;
    if (!file)
      throw new OptionError(
        'A HAR or a list of calls does not say which target it is of: name the target file by --target.',
      );
    if (other || this.refused.length > 0)
      throw new OptionError(
        'A HAR or a list of calls does not say which target it is of: name one target file only.',
      );
    return targetIn(file.content, file.path, ANY_PORT);
  }

  /** @throws FileError where it was not named; the demo shop need not be */
  async of(name: string, today: string, port = ANY_PORT): Promise<Target> {
    const file = this.files.find((one) => one.name === name) ?? (await this.demoShop(name));
    if (file === undefined) {
      const known = this.files.map((one) => one.name).join(', ') || 'none';
      throw new FileError(
        `/target: found ${JSON.stringify(name)}; the target files named by --target are of: ${known}.`,
      );
    }
    const { path, content } = file;
    const key = `${path} ${port}`;
    const target = this.loaded.get(key) ?? targetIn(content, path, port);
    this.loaded.set(key, target);
    const [problem] = policyProblems(target, [...RULE_BY_ID.values()], today);
    if (problem !== undefined) throw new OptionError(`${path}: ${told(problem)}.`);
    return target;
  }

  private async demoShop(name: string): Promise<Targets['files'][number] | undefined> {
    const path = DEMOS[name];
    if (path === undefined || this.files.length > 0) return undefined;
    return { path, name, content: await readTarget(path) };
  }
}

/** By the names in them. */
const DEMOS: Readonly<Partial<Record<string, string>>> = {
  'demo-shop': DEMO_TARGET,
  'demo-shop-short': SHORT_DEMO_TARGET,
};

/**
 * The visits in the order in which the target plans them, with those of which there is no evidence. Of several evidence files of
 * one visit, each is one of its runs.
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

/** @param folder what the evidence files are named from, as the reader should find it */
function printVisits({ targets }: AuditVerdicts, folder: string): void {
  for (const visit of targets.flatMap(reportedOf).filter(hasSomething))
    console.log(`${formatVisitFailure(visit, RULE_BY_ID, folder)}\n`);
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
  const isDay = /^\d{4}-\d\d-\d\d$/.test(today) && !Number.isNaN(Date.parse(today));
  if (isDay) return today;
  throw new OptionError(`--today: found ${JSON.stringify(today)}; wanted a day such as 2026-11-25.`);
}
