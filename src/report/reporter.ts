import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
} from '@playwright/test/reporter';
import { RULES } from '../rules/index.ts';
import { type AuditRun, auditVerdicts, type Policy, targetVerdicts } from '../verdict/audit.ts';
import type { AuditVerdicts, VisitVerdicts } from '../verdict/verdict.ts';
import { writeAllureResults } from './allure.ts';
import { VisitCollection, type VisitId } from './collect.ts';
import { environmentInfo, readEvidence } from './environment.ts';
import { clearReports, reportFiles, writeVerdicts } from './files.ts';
import { recordedVisit, visitIdOf } from './recorded.ts';
import { formatSummary } from './terminal.ts';
import { firstLines } from './text.ts';
import { writeRenderings } from './write.ts';

export interface ReporterOptions {
  /** Folder to write to, absolute or relative to the current one. */
  reports: string;
  policy: Policy;
  /** Every visit the target asks for. */
  planned: VisitId[];
}

/** Set by Playwright: `list` for --list, `merge` for merge-reports. Its own HTML reporter goes by it, too. */
interface PlaywrightOptions {
  _mode?: 'list' | 'test' | 'merge';
}

/**
 * Collects the verdicts of every visit, decides the gate and writes verdicts.json and an Allure result for each rule. The exit
 * code of `playwright test` then says what the gate says.
 */
export default class TtqReporter implements Reporter {
  readonly #options: ReporterOptions;
  readonly #mode: PlaywrightOptions['_mode'];
  readonly #visits: VisitCollection;
  readonly #troubles = new Set<string>();
  #config: FullConfig | undefined;

  constructor(options: ReporterOptions & PlaywrightOptions) {
    this.#options = options;
    this.#mode = options._mode;
    this.#visits = new VisitCollection(options.policy.gate.failOn);
  }

  onBegin(config: FullConfig, suite: Suite): void {
    if (this.#mode === 'list') return;
    this.#config = config;
    // allure-playwright writes nothing before the first test ends, and all reporters begin in one go: nothing new is lost.
    clearReports(this.#options.reports, { keepEvidence: this.#mode === 'merge' });
    // A shard answers for its own visits only.
    if (!config.shard) for (const id of this.#options.planned) this.#visits.expect(id);
    for (const test of suite.allTests()) {
      const id = visitIdOf(test);
      if (id) this.#visits.expect(id);
    }
  }

  onError(error: TestError): void {
    this.#troubles.add(plainTrouble(firstLines(error.message ?? error.value ?? 'An unknown error')));
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const id = visitIdOf(test);
    if (id) this.#visits.record(recordedVisit(id, result));
    else if (!test.ok()) this.#troubles.add(`Test failed: ${test.title}`);
  }

  async onEnd(result: FullResult): Promise<{ status?: FullResult['status'] }> {
    if (this.#mode === 'list') return {};
    const audit = this.#writeAll(result);
    process.stdout.write(`\n${this.#summary(audit)}\n`);
    const rules = new Map(RULES.map((rule) => [rule.id, rule]));
    for (const problem of writeRenderings(this.#options.reports, audit, rules, { at: result.startTime }))
      process.stdout.write(`${problem}\n`);
    if (result.status === 'interrupted' || result.status === 'timedout') return {};
    return { status: audit.gate.released ? 'passed' : 'failed' };
  }

  printsToStdio(): boolean {
    return this.#mode !== 'list';
  }

  #writeAll({ status, startTime, duration }: FullResult): AuditVerdicts {
    const { reports, policy } = this.#options;
    const visits = this.#visits.all().map((visit) => this.#withEvidence(visit));
    const { current, total } = this.#config?.shard ?? {};
    const run: AuditRun = {
      today: startTime.toISOString().slice(0, 10),
      ...(current === undefined || total === undefined ? {} : { shard: { current, total } }),
    };
    const targets = [targetVerdicts(policy, visits, run)];
    const audit = auditVerdicts(targets, run, [...endReasons(status), ...this.#troubles]);
    const { allureResults } = reportFiles(reports);
    const rules = new Map(RULES.map((rule) => [rule.id, rule]));
    const at = startTime.getTime() + Math.round(duration);
    try {
      const environment = environmentInfo(reports, policy.name, visits, this.#config);
      writeAllureResults(allureResults, audit, rules, environment, at, (file) => readEvidence(reports, file));
    } catch (error) {
      audit.gate.released = false;
      audit.gate.reasons.unshift(`The Allure results were not written: ${firstLines(String(error))}`);
    }
    writeVerdicts(reports, audit);
    return audit;
  }

  /** A verdict that nothing backs up any more does not count. */
  #withEvidence(visit: VisitVerdicts): VisitVerdicts {
    const { evidence } = visit;
    if (this.#mode === 'merge' || evidence === undefined || existsSync(join(this.#options.reports, evidence)))
      return visit;
    const message = `its evidence file ${evidence} is gone; has another run used this folder at the same time?`;
    return { ...visit, outcome: 'broken', problem: { kind: 'recorder', message } };
  }

  #summary(audit: AuditVerdicts): string {
    const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
    return formatSummary(audit, { colour, reports: relative('', resolve(this.#options.reports)) || '.' });
  }
}

function endReasons(status: FullResult['status']): string[] {
  if (status === 'interrupted') return ['The run was interrupted'];
  if (status === 'timedout') return ['The run took longer than its time limit'];
  return [];
}

/** Says in the words of this house what Playwright says in its own. */
function plainTrouble(message: string): string {
  if (message.includes('config.webServer')) return `The site's server did not start: ${message}`;
  if (message.includes('is already used, make sure that nothing is running'))
    return `The site's server did not start, since its address is in use: ${message}`;
  return message;
}
