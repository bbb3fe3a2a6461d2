import './node-version.ts';

import { dirname, join, relative, resolve } from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestResult,
} from '@playwright/test/reporter';
import type { Evidence } from '../evidence/evidence.ts';
import { dayOf } from '../report/day.ts';
import { environmentInfo } from '../report/environment.ts';
import { HELD } from '../report/exit-code.ts';
import { ReportsError, timelineFile, writeWhole } from '../report/files.ts';
import { VISIT_ATTACHMENT, whyMissing } from '../report/recorded.ts';
import { discardRun, openRun, publishRun, runFolder } from '../report/run-folder.ts';
import { formatSummary, styleOf } from '../report/summary.ts';
import { timelineOf } from '../report/timeline/model.ts';
import { timelineSvg } from '../report/timeline/svg.ts';
import { writeAudit } from '../report/write-audit.ts';
import { writeReports } from '../report/write-reports.ts';
import { type AuditRun, auditVerdicts, type Policy, targetVerdicts } from '../verdict/audit.ts';
import { type Reason, reason } from '../verdict/reasons.ts';
import type { AuditVerdicts, VisitVerdicts } from '../verdict/verdict.ts';
import { missingVisit, visitKey } from '../verdict/visit-id.ts';
import { combinedVisit, visitRun } from '../verdict/visit-runs.ts';
import { withWaivers } from '../verdict/waivers.ts';
import { EVIDENCE_ATTACHMENT } from './judge.ts';
import { REPORTER, TRACKED } from './reported.ts';

/** The reporter's options in Playwright's configuration. */
export interface TtqReporterOptions {
  /** Where to write the reports, relative to the configuration file; `ttq-report` by default. */
  outputFolder?: string;
}

/** One attempt at a test, with what it judged. */
interface Attempt {
  test: TestCase;
  result: TestResult;
  visits: { policy: Policy; visit: VisitVerdicts; evidence: Evidence | undefined }[];
}

/**
 * Collects what the tests of a run have judged, applies the rules over the whole run, writes verdicts.json and the reports made
 * from it, and fails the run if the gate holds. It works beside other reporters, and copies nothing that Playwright itself
 * attaches.
 */
export default class TtqReporter implements Reporter {
  readonly #options: TtqReporterOptions;
  #config: FullConfig | undefined;
  #suite: Suite | undefined;

  constructor(options: TtqReporterOptions = {}) {
    this.#options = options;
    // The workers, which start later, then need not report that it is missing.
    process.env[REPORTER] = '1';
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#config = config;
    this.#suite = suite;
  }

  async onEnd(result: FullResult): Promise<{ status?: FullResult['status'] }> {
    const tests = this.#suite?.allTests() ?? [];
    // They were only listed.
    if (tests.length > 0 && tests.every(({ results }) => results.length === 0)) return {};
    const attempts = tests.flatMap((test) => test.results.map((one) => attemptOf(test, one)));
    const judged = attempts.filter(({ visits }) => visits.length > 0);
    if (judged.length === 0) {
      const tracked = tests.filter(isTracked);
      const unstable = tracked.filter((test) => test.outcome() === 'flaky');
      this.#print(`No visit was judged, so no verdicts were written: no test ran with ttqAudit: 'auto'.`);
      for (const { message } of unstable.map(unstableReason)) this.#print(`Held: ${message}`);
      return unstable.length > 0 ? held() : {};
    }
    const reports = resolve(
      this.#config?.configFile ? dirname(this.#config.configFile) : '',
      this.#options.outputFolder ?? 'ttq-report',
    );
    return this.#write(reports, tests, attempts, result);
  }

  /** Its summary is printed below that of the reporter that shows the tests. */
  printsToStdio(): boolean {
    return false;
  }

  async #write(
    reports: string,
    tests: TestCase[],
    attempts: Attempt[],
    { status, startTime, duration }: FullResult,
  ): Promise<{ status?: FullResult['status'] }> {
    const folder = runFolder(reports);
    try {
      openRun(folder);
      // It is not known here which tests were left out on purpose.
      const run: AuditRun = { today: dayOf(startTime), isPart: true };
      const targets = targetsOf(attempts, folder).map(([policy, visits]) =>
        targetVerdicts(policy, visits, run),
      );
      const audit = auditVerdicts(targets, run, troublesOf(tests, attempts, status));
      const at = new Date(startTime.getTime() + Math.round(duration));
      const environment = environmentInfo(folder, targets, this.#config);
      const notes = writeAudit(folder, audit, environment, at, (text) => process.stdout.write(text));
      const note = await writeReports(folder, audit);
      publishRun(folder);
      this.#print(
        [...notes, ...(note === undefined ? [] : [note]), this.#summary(audit, reports)].join('\n'),
      );
      if (status === 'interrupted' || status === 'timedout') return {};
      return audit.gate.released ? {} : held();
    } catch (error) {
      discardRun(folder);
      if (!(error instanceof ReportsError)) throw error;
      this.#print(`Held: ${error.message}`);
      return held();
    }
  }

  #summary(audit: AuditVerdicts, reports: string): string {
    return formatSummary(audit, { ...styleOf(process.stdout), reports: relative('', reports) || '.' });
  }

  #print(text: string): void {
    process.stdout.write(`\n${text}\n`);
  }
}

/** Fails the run. Playwright respects what its reporters return at the end of `test`, but not of `merge-reports`. */
function held(): { status: 'failed' } {
  process.once('exit', (code) => {
    if (code === 0) process.exitCode = HELD;
  });
  return { status: 'failed' };
}

function attemptOf(test: TestCase, result: TestResult): Attempt {
  const bodies = (name: string) =>
    result.attachments.flatMap((one) =>
      one.name === name && one.body ? [JSON.parse(one.body.toString('utf8'))] : [],
    );
  const evidence = bodies(EVIDENCE_ATTACHMENT) as Evidence[];
  const visits = (bodies(VISIT_ATTACHMENT) as { policy: Policy; visit: VisitVerdicts }[]).map(
    ({ policy, visit }, index) => ({
      policy,
      visit: withOutcome(visit, test, result),
      evidence: evidence[index],
    }),
  );
  return { test, result, visits };
}

/** The rules pass but the test fails: something broke that they do not know. */
function withOutcome(visit: VisitVerdicts, test: TestCase, result: TestResult): VisitVerdicts {
  const isContent = visit.outcome === 'complete' && visit.verdicts.every(({ outcome }) => outcome !== 'fail');
  if (!isContent || result.status === test.expectedStatus) return visit;
  return { ...visit, outcome: 'broken', problem: whyMissing(result, 'recorder') };
}

/** The visits by target, each combining all attempts at its test. */
function targetsOf(attempts: readonly Attempt[], folder: string): [Policy, VisitVerdicts[]][] {
  const all = attempts.flatMap((attempt) => attempt.visits.map((one) => ({ ...one, attempt })));
  const byTarget = Map.groupBy(all, ({ policy }) => policy.name);
  return [...byTarget.values()].map((ofTarget) => {
    const { policy } = ofTarget[0]!;
    const byVisit = Map.groupBy(ofTarget, ({ visit }) => visitKey(visit));
    const taken = new Set<string>();
    const visits = [...byVisit.values()].map((same) => {
      const [first] = same;
      const of = attempts.filter(({ test }) => same.some(({ attempt }) => attempt.test === test));
      const runs = of.map((attempt, index) => {
        const made = same.find((one) => one.attempt === attempt);
        if (!made) return missingVisit(first!.visit, whyMissing(attempt.result, 'missing'));
        return written(made, fileOf(first!.visit, index, taken, policy), policy, folder);
      });
      if (runs.length === 1) return runs[0]!;
      return combinedVisit(
        runs[0]!,
        runs.map((visit, index) => visitRun(visit, index + 1)),
      );
    });
    return [policy, visits];
  });
}

/** A path for the evidence of an attempt, relative to the reports. */
function fileOf(
  { journey, scenario }: VisitVerdicts,
  index: number,
  taken: Set<string>,
  { name }: Policy,
): string {
  const base = `${journey}.${scenario}`.replace(/[^\w.-]+/g, '-').slice(0, 120);
  for (let number = 1; ; number += 1) {
    const run = index === 0 ? '' : `.run-${index + 1}`;
    const file = `evidence/${name}/${base}${number === 1 ? '' : `.${number}`}${run}.json`;
    if (taken.has(file)) continue;
    taken.add(file);
    return file;
  }
}

function written(
  { visit, evidence }: Attempt['visits'][number],
  file: string,
  { waivers }: Policy,
  folder: string,
): VisitVerdicts {
  if (!evidence) return visit;
  const timeline = timelineFile(file);
  const waived = withWaivers(visit, waivers, dayOf());
  writeWhole(join(folder, file), `${JSON.stringify(evidence, null, 2)}\n`);
  writeWhole(join(folder, timeline), timelineSvg(timelineOf(evidence, waived)));
  return { ...visit, evidence: file, timeline };
}

function troublesOf(tests: TestCase[], attempts: Attempt[], status: FullResult['status']): Reason[] {
  const isJudged = (test: TestCase) => attempts.some((one) => one.test === test && one.visits.length > 0);
  const others = tests.filter((test) => isTracked(test) && !isJudged(test));
  return [
    ...(status === 'interrupted' ? [reason('interrupted', {})] : []),
    ...(status === 'timedout' ? [reason('timed-out', {})] : []),
    ...others
      .filter((test) => test.outcome() === 'unexpected')
      .map(({ title }) => reason('test-failed', { title })),
    ...others.filter((test) => test.outcome() === 'flaky').map(unstableReason),
  ];
}

function unstableReason({ title }: TestCase): Reason {
  return reason('test-unstable', { title });
}

function isTracked({ annotations }: TestCase): boolean {
  return annotations.some(({ type }) => type === TRACKED);
}
