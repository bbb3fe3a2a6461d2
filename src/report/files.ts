import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AuditVerdicts } from '../verdict/verdict.ts';

/** The files of one run, below the reports folder. */
export function reportFiles(reports: string) {
  return {
    verdicts: join(reports, 'verdicts.json'),
    evidence: join(reports, 'evidence'),
    timelines: join(reports, 'timelines'),
    allureResults: join(reports, 'allure-results'),
    allure: join(reports, 'allure'),
    /** What rules came to in earlier runs: the only file that a new run does not clear. */
    allureHistory: join(reports, 'allure-history.jsonl'),
    summary: join(reports, 'summary.md'),
    sarif: join(reports, 'results.sarif'),
    scorecard: join(reports, 'scorecard.html'),
  };
}

/** Where the timeline of a visit goes: beside the evidence, under the same name. Both are relative to the reports folder. */
export function timelineFile(evidence: string): string {
  return evidence.replace(/^evidence\//, 'timelines/').replace(/\.json$/, '.svg');
}

/** Removes what an earlier run left, so that it cannot pass for this one's. Other files in the folder stay. */
export function clearReports(reports: string, { keepEvidence = false } = {}): void {
  const files = reportFiles(reports);
  const { verdicts, allureResults, allure, summary, sarif, scorecard, evidence, timelines } = files;
  const old = [
    verdicts,
    allureResults,
    allure,
    summary,
    sarif,
    scorecard,
    ...(keepEvidence ? [] : [evidence, timelines]),
  ];
  for (const path of old) rmSync(path, { recursive: true, force: true });
}

export function writeVerdicts(reports: string, audit: AuditVerdicts): void {
  writeWhole(reportFiles(reports).verdicts, `${JSON.stringify(audit, null, 2)}\n`);
}

/** Writes a file whole or not at all. */
export function writeWhole(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(part, text);
  renameSync(part, file);
}
