import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Evidence } from '../evidence/evidence.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { jsonPieces } from './json-pieces.ts';

/** A file in the reports folder cannot be written. The message says which, why, and what to do. */
export class ReportsError extends Error {
  override name = 'ReportsError';
}

/** The files of one run, below the reports folder. */
export function reportFiles(reports: string) {
  return {
    verdicts: join(reports, 'verdicts.json'),
    evidence: join(reports, 'evidence'),
    timelines: join(reports, 'timelines'),
    allureResults: join(reports, 'allure-results'),
    allure: join(reports, 'allure'),
    /**
     * Outcomes of rules in earlier runs, a file for each target. A run without it leaves it alone; everything else is replaced.
     */
    allureHistory: join(reports, 'allure-history'),
    summary: join(reports, 'summary.md'),
    sarif: join(reports, 'results.sarif'),
    scorecard: join(reports, 'scorecard.html'),
    junit: join(reports, 'junit.xml'),
    /** How many rules failed in the last runs, for the trend lines of the scorecard. */
    trend: join(reports, 'trend.json'),
    /** How long each visit took; a later run divides visits among shards by it. */
    visitTimes: join(reports, 'visit-times.json'),
  };
}

/** Path of a target's Allure report, relative to the reports folder. The target's name is one that a file may have. */
export function allureReport(target: string): string {
  return `allure/${target}.html`;
}

/** Where what the rules of a target came to in earlier runs is kept, relative to the reports folder. */
export function historyFile(target: string): string {
  return `allure-history/${target}.jsonl.gz`;
}

/** Path of a visit's timeline: beside the evidence, under the same name. Both are relative to the reports folder. */
export function timelineFile(evidence: string): string {
  return evidence.replace(/^evidence\//, 'timelines/').replace(/\.json$/, '.svg');
}

/** Path of the picture of the page where a visit broke off: beside its timeline, under the same name. */
export function pictureFile(evidence: string): string {
  return timelineFile(evidence).replace(/\.svg$/, '.png');
}

/**
 * Writes verdicts in the form of verdicts.json.
 *
 * @throws ReportsError
 */
export function writeVerdicts(file: string, audit: AuditVerdicts): void {
  writeParts(file, jsonPieces(audit));
}

/**
 * Writes a file completely or not at all, even if the process is killed; creates its folder.
 *
 * @throws ReportsError
 */
export function writeWhole(file: string, text: string | Buffer): void {
  replace(file, (part) => writeFileSync(part, text));
}

/** Characters written at once. */
const PART = 1_000_000;

/** The same for a text that is never in memory as a whole; ends it with a line break. */
function writeParts(file: string, pieces: Iterable<string>): void {
  replace(file, (part) => {
    const open = openSync(part, 'w');
    try {
      let text = '';
      for (const piece of pieces) {
        text += piece;
        if (text.length < PART) continue;
        writeFileSync(open, text);
        text = '';
      }
      writeFileSync(open, `${text}\n`);
    } finally {
      closeSync(open);
    }
  });
}

function replace(file: string, write: (part: string) => void): void {
  const part = `${file}.${process.pid}.part`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    write(part);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw unwritable(file, error);
  }
}

/** Creates a file; returns false if it exists. */
export function writeNew(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Names of the folders that runs write to before publishing; they are gone later. */
const OF_RUN = /[\\/]\.run-[\da-f]{8}-\d+-[\da-f]{8}/g;

/** The error for a path that cannot be written. */
export function unwritable(path: string, error: unknown): ReportsError {
  const { code, message: why } = error as NodeJS.ErrnoException;
  const isInTheWay = code === 'ENOTDIR' || code === 'EEXIST' || code === 'EISDIR';
  const advice = isInTheWay ? 'Move what is in the way' : 'Free some space, or allow writing there';
  const message = `${path} cannot be written (${why}). ${advice}, and run again.`.replace(OF_RUN, '');
  // The message says it all; a stack would only distract.
  return Object.assign(new ReportsError(message), { stack: `ReportsError: ${message}` });
}

/** An evidence file of this run; undefined if it cannot be read, which costs a report detail but no verdict. */
export function recordedEvidence(reports: string, file: string): Evidence | undefined {
  try {
    return JSON.parse(readFileSync(join(reports, file), 'utf8')) as Evidence;
  } catch {
    return undefined;
  }
}
