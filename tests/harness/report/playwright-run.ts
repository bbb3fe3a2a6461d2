import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { VISIT_ATTACHMENT, visitAnnotations } from '../../../src/report/recorded.ts';
import TtqReporter, {
  type ReporterOptions,
  type RunConfig,
  type RunResult,
} from '../../../src/report/reporter.ts';
import type { AuditVerdicts, VisitId, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { captured } from '../captured.ts';
import { policy, TODAY, wordings } from './samples.ts';

/** A test as reported by Playwright. */
export interface PlaywrightTest {
  id: VisitId;
  /** Its target; by default the sample policy's. */
  target?: string;
  /** The visit that it attached, or a text instead. */
  attach?: VisitVerdicts | string;
  /** By default according to its error. */
  status?: 'passed' | 'failed' | 'skipped' | 'interrupted' | 'timedOut';
  /** Message of the error that it ended with. */
  error?: string;
  /** Which run it is, from 0. */
  repeatEachIndex?: number;
  /** Whether it was started and ended at all. */
  isRun?: boolean;
}

export interface PlaywrightRun {
  tests: readonly PlaywrightTest[];
  planned?: readonly VisitId[];
  /** Titles of failed tests that make no visit. */
  others?: readonly string[];
  /** Messages of errors outside of tests. */
  errors?: readonly string[];
  shard?: RunConfig['shard'];
  repeatEach?: number;
  status?: RunResult['status'];
  mode?: 'list' | 'test' | 'merge';
  options?: Partial<ReporterOptions>;
}

export interface Reported {
  /** The status that the reporter gives Playwright, which determines the exit code. */
  status: RunResult['status'] | undefined;
  output: string;
  verdicts: AuditVerdicts | undefined;
  visits: VisitVerdicts[] | undefined;
}

/** Expectations for two visits that were made three times, of which the second, from an ad, failed once. */
export function expectOneUnstable({ output, visits, verdicts }: Omit<Reported, 'status'>): void {
  expect(visits).toHaveLength(2);
  expect(visits?.[0]?.verdicts).toMatchObject([{ outcome: 'pass', runs: { pass: 3 } }]);
  const reason = 'Unstable: failed in 1 of 3 visits, passed in 2';
  expect(visits?.[1]?.verdicts).toMatchObject([
    { outcome: 'inconclusive', reason, runs: { pass: 2, fail: 1 }, findings: [{ code: 'missing' }] },
  ]);
  expect(wordings(verdicts?.gate)).toEqual([
    `event-id/present could not be judged in 1 of 2 visits (purchase under ad-click): ${reason}`,
  ]);
  expect(output).toContain('2 visits, each made 3 times');
  expect(output).toMatch(/ could not be judged in 1 of \d visits? .*: Unstable: /);
}

/** Reports a run to our reporter as Playwright does, in this process. It writes to `folder`/reports. */
export async function reported(folder: string, run: PlaywrightRun): Promise<Reported> {
  const { tests, planned, others = [], errors = [], mode = 'test', options } = run;
  const reports = join(folder, 'reports');
  const reporter = new TtqReporter({
    reports,
    targets: [{ policy: policy(), planned: [...(planned ?? tests.map(({ id }) => id))] }],
    ...options,
    _mode: mode,
  });
  const cases = tests.map((test) => ({
    test: {
      title: test.id.scenario,
      annotations: visitAnnotations(test.target ?? policy().name, test.id),
      repeatEachIndex: test.repeatEachIndex ?? 0,
      ok: () => test.error === undefined,
    },
    result: {
      status: test.status ?? (test.error === undefined ? ('passed' as const) : ('failed' as const)),
      errors: test.error === undefined ? [] : [{ message: test.error }],
      attachments: attachments(test.attach),
      annotations: [],
    },
    isRun: test.isRun ?? true,
  }));
  const strangers = others.map((title) => ({
    test: { title, annotations: [], repeatEachIndex: 0, ok: () => false },
    result: { status: 'failed' as const, errors: [{ message: title }], attachments: [], annotations: [] },
    isRun: true,
  }));
  const all = [...cases, ...strangers];
  const out = captured(process.stdout);
  const undo = keepListeners('SIGTERM', 'disconnect', 'exit');
  try {
    const config = {
      shard: run.shard ?? null,
      metadata: {},
      projects: [{ repeatEach: run.repeatEach ?? 1 }],
    };
    reporter.onBegin(config, { allTests: () => all.map(({ test }) => test) });
    for (const message of errors) reporter.onError({ message });
    for (const { test, result } of all.filter(({ isRun }) => isRun)) reporter.onTestEnd(test, result);
    const ended = { status: run.status ?? 'passed', startTime: new Date(`${TODAY}T12:00:00Z`), duration: 5 };
    const { status } = await reporter.onEnd(ended);
    const verdicts = readVerdicts(join(reports, 'verdicts.json'));
    return { status, output: out.text(), verdicts, visits: verdicts?.targets[0]?.visits };
  } finally {
    undo();
    out.end();
  }
}

function attachments(attach: PlaywrightTest['attach']) {
  if (attach === undefined) return [];
  const text = typeof attach === 'string' ? attach : JSON.stringify(attach);
  return [{ name: VISIT_ATTACHMENT, contentType: 'application/json', body: Buffer.from(text) }];
}

function readVerdicts(path: string): AuditVerdicts | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as AuditVerdicts) : undefined;
}

/** The reporter may end its own process, but must not end this one. */
function keepListeners(...events: string[]): () => void {
  const before = events.map((event) => process.rawListeners(event));
  return () => {
    for (const [index, event] of events.entries())
      for (const listener of process.rawListeners(event))
        if (!before[index]!.includes(listener))
          process.removeListener(event, listener as (...args: unknown[]) => void);
  };
}
