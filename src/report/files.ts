import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditVerdicts } from '../verdict/verdict.ts';

/** The files of one run, below the reports folder. */
export function reportFiles(reports: string) {
  return {
    verdicts: join(reports, 'verdicts.json'),
    evidence: join(reports, 'evidence'),
    allureResults: join(reports, 'allure-results'),
    allure: join(reports, 'allure'),
    summary: join(reports, 'summary.md'),
    sarif: join(reports, 'results.sarif'),
    scorecard: join(reports, 'scorecard.html'),
  };
}

/** Removes what an earlier run left, so that it cannot pass for this one's. Other files in the folder stay. */
export function clearReports(reports: string, { keepEvidence = false } = {}): void {
  const files = reportFiles(reports);
  const { verdicts, allureResults, allure, summary, sarif, scorecard, evidence } = files;
  const old = [
    verdicts,
    allureResults,
    allure,
    summary,
    sarif,
    scorecard,
    ...(keepEvidence ? [] : [evidence]),
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
