import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditVerdicts } from '../verdict/verdict.ts';

/** The files of one run, below the reports folder. */
export function reportFiles(reports: string) {
  return {
    verdicts: join(reports, 'verdicts.json'),
    evidence: join(reports, 'evidence'),
    timelines: join(reports, 'timelines'),
    allureResults: join(reports, 'allure-results'),
    allure: join(reports, 'allure'),
  };
}

/** Where the timeline of a visit goes: beside the evidence, under the same name. Both are relative to the reports folder. */
export function timelineFile(evidence: string): string {
  return evidence.replace(/^evidence\//, 'timelines/').replace(/\.json$/, '.svg');
}

/** Removes what an earlier run left, so that it cannot pass for this one's. Other files in the folder stay. */
export function clearReports(reports: string, { keepEvidence = false } = {}): void {
  const files = reportFiles(reports);
  const old = [
    files.verdicts,
    files.allureResults,
    files.allure,
    ...(keepEvidence ? [] : [files.evidence, files.timelines]),
  ];
  for (const path of old) rmSync(path, { recursive: true, force: true });
}

/** Writes verdicts.json whole or not at all. */
export function writeVerdicts(reports: string, audit: AuditVerdicts): void {
  const { verdicts } = reportFiles(reports);
  const part = `${verdicts}.${process.pid}.part`;
  mkdirSync(reports, { recursive: true });
  writeFileSync(part, `${JSON.stringify(audit, null, 2)}\n`);
  renameSync(part, verdicts);
}
