import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type {
  FullConfig,
  FullProject,
  FullResult,
  Reporter,
  TestCase,
  TestError,
} from '@playwright/test/reporter';
import { problem } from '../evidence/problem.ts';
import { isQuiet } from '../target/options.ts';
import type { RefusedTarget } from '../target/shared-run.ts';
import {
  type AuditRun,
  auditVerdicts,
  type Policy,
  refusedTarget,
  targetVerdicts,
} from '../verdict/audit.ts';
import { type Reason, reason } from '../verdict/reasons.ts';
import { sharing } from '../verdict/share.ts';
import type { Snapshot } from '../verdict/snapshot.ts';
import type { AuditVerdicts, TargetVerdicts, VisitId, VisitVerdicts } from '../verdict/verdict.ts';
import { visitKey } from '../verdict/visit-id.ts';
import { VisitCollection } from './collect.ts';
import { dayOf } from './day.ts';
import { environmentInfo } from './environment.ts';
import { playwrightExitCode, saysSomething, settleExit } from './exit-code.ts';
import { ReportsError } from './files.ts';
import { recordedVisit, type TestedVisit, type TestOutcome, testedVisit } from './recorded.ts';
import { discardRun, openRun, publishRun, runFolder, takeEvidence } from './run-folder.ts';
import { formatDecision, formatSummary, styleOf } from './summary.ts';
import { firstLines } from './text.ts';
import { TakenTimes } from './visit-times.ts';
import { writeAudit } from './write-audit.ts';

export interface ReporterOptions {
  /** The reports folder, absolute or relative to the current folder. */
  reports: string;
  /** The run's own folder, absolute; by default the reporter makes one. */
  folder?: string;
  /** Whether somebody else publishes it. */
  isHandedOver?: boolean;
  /** Where the summary is printed; stdout by default. */
  prints?: 'stdout' | 'stderr';
  targets: TargetPlan[];
  /** Targets that cannot be audited, and why. */
  refused?: Pick<RefusedTarget, 'target' | 'refusals'>[];
  /** Earlier verdicts to compare with. */
  baseline?: Snapshot;
  /** Identifies the order of visits that shards are cut from, if it is not the plan's. */
  order?: string;
}

/** A target, and every visit planned for it. */
export interface TargetPlan {
  policy: Policy;
  planned: VisitId[];
}

/** Set by Playwright: `list` for --list, `merge` for merge-reports. Its own HTML reporter uses it, too. */
export interface PlaywrightOptions {
  _mode?: 'list' | 'test' | 'merge';
}

/** The parts of Playwright's configuration that are read. */
export interface RunConfig extends Pick<FullConfig, 'shard' | 'metadata'> {
  projects: readonly Pick<FullProject, 'repeatEach'>[];
}
export type RunTest = Pick<TestCase, 'title' | 'annotations' | 'repeatEachIndex' | 'ok'>;
export type RunResult = Pick<FullResult, 'status' | 'startTime' | 'duration'>;

/**
 * Collects the verdicts of every visit, decides the gate, and writes verdicts.json and an Allure result for each rule. Makes the
 * exit code of `playwright test` agree with the gate.
 */
export default class TtqReporter implements Reporter {
  readonly #options: ReporterOptions;
  readonly #folder: string;
  readonly #mode: PlaywrightOptions['_mode'];
  readonly #visits: Map<string, VisitCollection>;
  readonly #troubles = new Map<string, Reason>();
  /** Targets some of whose visits a filter left out. */
  readonly #filtered = new Map<string, { made: number; of: number }>();
  readonly #times = new TakenTimes();
  readonly #share = sharing();
  #repeat = 1;
  /** Whether no test was selected yet: Playwright does so once the servers are up. */
  #isUnselected = false;
  #config: RunConfig | undefined;

  constructor(options: ReporterOptions & PlaywrightOptions) {
    this.#options = options;
    this.#folder = options.folder ?? runFolder(resolve(options.reports));
    this.#mode = options._mode;
    this.#visits = new Map(
      options.targets.map(({ policy }) => [policy.name, new VisitCollection(policy.gate.failOn)]),
    );
  }

  onBegin(config: RunConfig, suite: { allTests(): readonly RunTest[] }): void {
    if (this.#mode === 'list') return;
    this.#config = config;
    this.#repeat = config.projects[0]?.repeatEach ?? 1;
    openOrQuit(this.#folder, this.#mode === 'merge');
    if (this.#mode !== 'merge') endInGoodOrder();
    const tests = suite.allTests();
    this.#isUnselected = tests.length === 0;
    const tested = tests.flatMap((test) => testedVisit(test) ?? []);
    // A shard is responsible only for its own visits.
    if (!config.shard) for (const plan of this.#options.targets) this.#expectChosen(plan, tested);
    for (const { target, id, run } of tested) this.#visits.get(target)?.expect(id, run);
  }

  onError(error: TestError): void {
    this.#add(trouble(firstLines(error.message ?? error.value ?? 'An unknown error')));
  }

  onTestEnd(test: RunTest, result: TestOutcome): void {
    const visit = testedVisit(test);
    const visits = visit && this.#visits.get(visit.target);
    if (visits) {
      const recorded = this.#share(recordedVisit(visit.id, result));
      visits.record(recorded, visit.run);
      const { duration } = result;
      if (recorded.outcome === 'complete' && duration !== undefined)
        this.#times.add(visit.target, visit.id, duration);
    } else if (visit) this.#add(reason('foreign-visit', { target: visit.target }));
    else if (!test.ok()) this.#add(reason('test-failed', { title: test.title }));
  }

  async onEnd(result: RunResult): Promise<{ status?: FullResult['status'] }> {
    if (this.#mode === 'list') {
      settleExit((code) => code);
      return {};
    }
    const audit = this.#audit(result);
    const isCut = result.status === 'interrupted' || result.status === 'timedout';
    const notes: string[] = [];
    let isWritten = false;
    try {
      notes.push(...this.#write(audit, result));
      isWritten = this.#publish(audit, isCut);
      if (!isWritten) notes.push(`Nothing was recorded: ${this.#reports} is as it was.`);
    } catch (error) {
      if (!(error instanceof ReportsError)) throw error;
      audit.gate = {
        released: false,
        reasons: [reason('unwritten', { error: error.message }), ...audit.gate.reasons],
      };
    }
    this.#print(`\n${[...notes, this.#summary(audit, isWritten)].join('\n')}\n`);
    if (isWritten) settleExit((code) => playwrightExitCode(audit, code));
    if (isCut) return {};
    return { status: audit.gate.released ? 'passed' : 'failed' };
  }

  printsToStdio(): boolean {
    return this.#mode !== 'list' && this.#options.prints !== 'stderr';
  }

  #write(audit: AuditVerdicts, { startTime, duration }: FullResult): string[] {
    const at = new Date(startTime.getTime() + Math.round(duration));
    const environment = environmentInfo(this.#folder, audit.targets, this.#config);
    this.#times.write(this.#folder);
    return writeAudit(this.#folder, audit, environment, at, (text) => this.#print(text));
  }

  /** @returns whether the audit replaces the one before */
  #publish(audit: AuditVerdicts, isCut: boolean): boolean {
    if (!saysSomething(audit, isCut)) {
      if (!this.#options.isHandedOver) discardRun(this.#folder);
      return false;
    }
    if (!this.#options.isHandedOver) publishRun(this.#folder);
    return true;
  }

  /** Each once. */
  #add(trouble: Reason): void {
    this.#troubles.set(trouble.message, trouble);
  }

  #print(text: string): void {
    process[this.#options.prints ?? 'stdout'].write(text);
  }

  get #reports(): string {
    return relative('', resolve(this.#options.reports)) || '.';
  }

  /** A visit without a test was left out by a filter. When reports are merged, it is missing. */
  #expectChosen({ policy: { name }, planned }: TargetPlan, tested: readonly TestedVisit[]): void {
    const chosen = new Set(tested.filter(({ target }) => target === name).map(({ id }) => visitKey(id)));
    const expected = this.#mode === 'merge' ? planned : planned.filter((id) => chosen.has(visitKey(id)));
    if (expected.length < planned.length)
      this.#filtered.set(name, { made: expected.length, of: planned.length });
    this.#expect(name, expected);
  }

  #expect(target: string, visits: readonly VisitId[]): void {
    for (const id of visits)
      for (let run = 1; run <= this.#repeat; run++) this.#visits.get(target)!.expect(id, run);
  }

  /** If a server does not start, or is interrupted, Playwright selects no test: then no filter has left out a visit without one. */
  #expectUnstarted(isInterrupted: boolean): void {
    const troubles = [...this.#troubles].filter(([, { code }]) => code === 'servers-not-started');
    // The signal has reached them, too.
    if (isInterrupted) for (const [key] of troubles) this.#troubles.delete(key);
    const isUnstarted = troubles.length > 0 || (isInterrupted && this.#isUnselected);
    if (this.#config?.shard || !isUnstarted) return;
    this.#filtered.clear();
    for (const { policy, planned } of this.#options.targets) this.#expect(policy.name, planned);
  }

  #audit({ status, startTime }: RunResult): AuditVerdicts {
    const { targets, refused = [], baseline, order } = this.#options;
    const { current, total } = this.#config?.shard ?? {};
    const run: AuditRun = {
      today: dayOf(startTime),
      ...(baseline ? { baseline } : {}),
      ...(current === undefined || total === undefined
        ? {}
        : { shard: { current, total, ...(order === undefined ? {} : { order }) } }),
    };
    this.#expectUnstarted(status === 'interrupted');
    const left = targets.filter(({ policy }) => this.#filtered.get(policy.name)?.made !== 0);
    const judged = (left.length > 0 ? left : targets).map((plan) => this.#judged(plan, run));
    if (this.#filtered.size > 0) this.#add(reason('filtered', this.#made()));
    const unaudited = refused.map(({ target, refusals }) => refusedTarget(target, refusals));
    if (run.shard && judged.every(({ visits }) => visits.length === 0)) this.#add(reason('no-visit', {}));
    return auditVerdicts([...judged, ...unaudited], run, [...endReasons(status), ...this.#troubles.values()]);
  }

  /** How many visits of all targets were made, and of how many. */
  #made(): { made: number; of: number } {
    const shares = this.#options.targets.map(({ policy, planned }) => {
      return this.#filtered.get(policy.name) ?? { made: planned.length, of: planned.length };
    });
    const sum = (key: 'made' | 'of') => shares.reduce((total, share) => total + share[key], 0);
    return { made: sum('made'), of: sum('of') };
  }

  #judged({ policy, planned }: TargetPlan, run: AuditRun): TargetVerdicts {
    const filtered = this.#filtered.get(policy.name);
    const visits = this.#visits.get(policy.name)!.all(this.#repeat > 1, (visit) => this.#withEvidence(visit));
    const verdicts = targetVerdicts(policy, visits, filtered ? { ...run, filtered } : run);
    if (!run.shard) return verdicts;
    // A shard may have no visit of this target.
    const gate = visits.length === 0 ? { released: true, reasons: [] } : verdicts.gate;
    return {
      ...verdicts,
      gate,
      whole: { gate: policy.gate, rules: policy.rules, repeat: this.#repeat, visits: planned },
    };
  }

  /** A verdict whose evidence is gone does not count. */
  #withEvidence(visit: VisitVerdicts): VisitVerdicts {
    const { evidence } = visit;
    if (this.#mode === 'merge' || evidence === undefined || existsSync(join(this.#folder, evidence)))
      return visit;
    return { ...visit, outcome: 'broken', problem: problem('evidence-gone', { file: evidence }) };
  }

  #summary(audit: AuditVerdicts, isWritten: boolean): string {
    const style = styleOf(process[this.#options.prints ?? 'stdout']);
    const shown = isQuiet(process.env) ? formatDecision : formatSummary;
    return shown(audit, { ...style, reports: isWritten ? this.#reports : undefined });
  }
}

/** Starts nothing if nothing can be written. Playwright offers no other way to end before its first test. */
function openOrQuit(folder: string, isMerge: boolean): void {
  try {
    openRun(folder);
    if (isMerge) takeEvidence(folder);
  } catch (error) {
    if (!(error instanceof ReportsError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

/** Only on SIGINT does Playwright write its reports and stop what it has started. */
function endInGoodOrder(): void {
  const interrupt = () => process.kill(process.pid, 'SIGINT');
  process.once('SIGTERM', interrupt);
  // The command line that started this run, at the other end, is gone: nobody waits for the result.
  process.once('disconnect', interrupt);
}

function endReasons(status: FullResult['status']): Reason[] {
  if (status === 'interrupted') return [reason('interrupted', {})];
  if (status === 'timedout') return [reason('timed-out', {})];
  return [];
}

/** Playwright's error in the wording of this project. */
function trouble(error: string): Reason {
  return reason(error.includes('config.webServer') ? 'servers-not-started' : 'error', { error });
}
