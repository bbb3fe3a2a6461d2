import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeNew } from '../report/files.ts';

/** Set by the reporter, for the workers. */
export const REPORTER = 'TTQ_REPORTER';

/** Annotation of tests that use the tracking. */
export const TRACKED = 'ttq';

/**
 * Reports once in a run that the rules over the whole run were not applied, if the configuration lacks the reporter.
 *
 * @param output Playwright's folder for the run's results, which it empties first
 */
export function noteMissingReporter(output: string): void {
  if (process.env[REPORTER]) return;
  mkdirSync(output, { recursive: true });
  if (!writeNew(join(output, '.ttq-no-reporter'), '')) return;
  console.log(
    'ttq-conformance: each visit was judged on its own. The rules over the whole run were not applied, and a retry that passed was enough: add ' +
      "['ttq-conformance/reporter'] to the reporters of the configuration, or give it to merge-reports.",
  );
}
