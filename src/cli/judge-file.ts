import { dirname, relative, resolve, sep } from 'node:path';
import type { Evidence } from '../evidence/evidence.ts';
import { callListToEvidence } from '../har/call-list.ts';
import { HarError, harToEvidence } from '../har/evidence.ts';
import { HAR_SCENARIOS } from '../har/scenarios.ts';
import { RULES } from '../rules/index.ts';
import { OptionError } from '../target/sdk.ts';
import type { Target } from '../target/target.ts';
import { judgeVisits, type Recorded } from '../verdict/judge.ts';
import type { VisitVerdicts } from '../verdict/verdict.ts';
import { readEvidenceFile } from './evidence-files.ts';
import { FileError, type Targets } from './judge-targets.ts';

/** How files are judged, from the command line. */
export interface FileOptions {
  output?: string;
  /** For HARs. */
  journey?: string;
  scenario?: string;
}

/** The result for one file: a visit, or why there is none. */
export type JudgedFile = { target: string; port?: number; visit: VisitVerdicts } | { problem: string };

/**
 * Files whose visits are judged together: the first few bring most of the gain, and the evidence of all of them is in memory at
 * once.
 */
export const TOGETHER = 10;

/**
 * Judges the visits in files, in their order.
 *
 * @param today YYYY-MM-DD: waivers expire
 * @throws OptionError if the command line does not fit a file
 */
export async function* judgedIn(
  paths: readonly string[],
  targets: Targets,
  options: FileOptions,
  today: string,
): AsyncGenerator<JudgedFile> {
  for (let start = 0; start < paths.length; start += TOGETHER) {
    const files: (FileVisit | { problem: string })[] = [];
    for (const path of paths.slice(start, start + TOGETHER))
      files.push(await readVisit(path, targets, options, today));
    const visits = judgeVisits(
      files.flatMap((file) => ('problem' in file ? [] : [file])),
      RULES,
    ).values();
    for (const file of files) yield 'problem' in file ? file : judgedFile(file, visits.next().value!);
  }
}

/** The visit in a file, before it is judged. */
interface FileVisit extends Recorded {
  repeatedIds?: string[];
}

function judgedFile(
  { evidence: { port }, target, repeatedIds: repeated }: FileVisit,
  visit: VisitVerdicts,
): JudgedFile {
  const { digest } = visit;
  return {
    target: target.name,
    ...(port === undefined ? {} : { port }),
    visit: digest && repeated ? { ...visit, digest: { ...digest, repeated } } : visit,
  };
}

async function readVisit(
  path: string,
  targets: Targets,
  options: FileOptions,
  today: string,
): Promise<FileVisit | { problem: string }> {
  try {
    return await visitIn(path, targets, options, today);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { problem: `${path}: ${error.message}` };
  }
}

async function visitIn(
  path: string,
  targets: Targets,
  options: FileOptions,
  today: string,
): Promise<FileVisit> {
  const read = readEvidenceFile(path);
  if (read.kind === 'refused') throw new FileError(read.problem);
  const evidence =
    read.kind === 'har'
      ? await fromHar(read.document, targets, options)
      : read.kind === 'calls'
        ? callListToEvidence(read.items, targets.only(), journeyOf(targets.only(), options))
        : read.evidence;
  const target = await targets.of(evidence.target, today, evidence.port);
  const repeated = read.kind === 'evidence' && read.repeatedIds ? { repeatedIds: read.repeatedIds } : {};
  return { evidence, target, file: asWritten(path, options.output), today, ...repeated };
}

/** The file's path relative to the verdicts, or from here if none are written. */
function asWritten(path: string, output: string | undefined): string {
  return relative(output === undefined ? '' : dirname(resolve(output)), path).replaceAll(sep, '/');
}

async function fromHar(document: unknown, targets: Targets, options: FileOptions): Promise<Evidence> {
  const site = targets.only();
  const { scenario } = options;
  const names = site.journeys.map(({ name }) => name);
  if (options.journey === undefined && names.length > 1)
    throw new OptionError(
      `A HAR does not say which journey it shows. Name it with --journey: ${names.join(', ')}.`,
    );
  const journey = journeyOf(site, options);
  if (scenario !== undefined && !(HAR_SCENARIOS as readonly string[]).includes(scenario))
    throw new OptionError(
      `--scenario: found ${JSON.stringify(scenario)}; wanted one that a HAR can show: ${HAR_SCENARIOS.join(', ')}.`,
    );
  try {
    return harToEvidence(document, site, { journey, ...(scenario === undefined ? {} : { scenario }) });
  } catch (error) {
    if (error instanceof HarError) throw new FileError(`${error.message}.`);
    throw error;
  }
}

/** The named journey, otherwise the first: for a list of calls, the choice does not affect what the server sent. */
function journeyOf({ journeys }: Target, { journey = journeys[0]?.name ?? '' }: FileOptions): string {
  const names = journeys.map(({ name }) => name);
  if (names.includes(journey)) return journey;
  throw new OptionError(`--journey: found ${JSON.stringify(journey)}; wanted one of ${names.join(', ')}.`);
}
