import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
  TestStep,
} from '@playwright/test/reporter';
import { noteChosen } from '../target/chosen.ts';
import { reportFiles } from './files.ts';
import { GATE, NAMES_REPORTERS } from './named-reporters.ts';
import { testedVisit } from './recorded.ts';
import TtqReporter, { type PlaywrightOptions, type ReporterOptions } from './reporter.ts';
import VisitResultsReporter from './visit-results.ts';

type GateOptions = ReporterOptions & { folder: string };

let given: GateOptions | undefined;

/**
 * Makes the gate decide in this run, whatever reporters the command line names. It relies on an undocumented variable of
 * Playwright's that adds a reporter after all others. Should Playwright drop it, no verdict is written and the run ends with
 * COULD_NOT_RUN.
 */
export function decideGate(options: GateOptions): void {
  given = options;
  process.env.PW_TEST_REPORTER = GATE;
}

/** Tells the program that starts the servers of sites how many visits each target has, so that it can stop them after the last. */
function noteVisits(suite: Suite): void {
  const { TTQ_LOGS: logs } = process.env;
  const targets = suite.allTests().flatMap((test) => testedVisit(test)?.target ?? []);
  if (logs !== undefined) noteChosen(logs, targets);
}

/** Writes what every audit writes: Allure's results of the visits, and the result of the gate. */
export default class GateReporter implements Reporter {
  readonly #results: VisitResultsReporter | undefined;
  readonly #gate: TtqReporter | undefined;

  constructor(playwright: PlaywrightOptions = {}) {
    // A process that only inherited the variable, such as a site's own tests.
    if (!given) return;
    // Stdout then belongs to the reporters that were named, for JSON for example.
    this.#gate = new TtqReporter({ ...playwright, ...given, prints: NAMES_REPORTERS ? 'stderr' : 'stdout' });
    if (playwright._mode === 'list') return;
    const { allureResults } = reportFiles(given.folder);
    this.#results = new VisitResultsReporter({ resultsDir: allureResults, detail: false });
  }

  onBegin(config: FullConfig, suite: Suite): void {
    noteVisits(suite);
    this.#gate?.onBegin(config, suite);
    this.#results?.onConfigure(config);
    this.#results?.onBegin(suite);
  }

  onTestBegin(test: TestCase): void {
    this.#results?.onTestBegin(test);
  }

  onStepBegin(test: TestCase, result: TestResult, step: TestStep): void {
    this.#results?.onStepBegin(test, result, step);
  }

  onStepEnd(test: TestCase, result: TestResult, step: TestStep): void {
    this.#results?.onStepEnd(test, result, step);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#gate?.onTestEnd(test, result);
    // It reports its own errors, and waits for the rest in onEnd.
    void this.#results?.onTestEnd(test, result);
  }

  onError(error: TestError): void {
    this.#gate?.onError(error);
  }

  async onEnd(result: FullResult): Promise<{ status?: FullResult['status'] }> {
    await this.#results?.onEnd();
    return (await this.#gate?.onEnd(result)) ?? {};
  }

  printsToStdio(): boolean {
    return this.#gate?.printsToStdio() ?? false;
  }
}
