import { stripVTControlCharacters, styleText } from 'node:util';
import type { FullConfig, Reporter, Suite, TestCase, TestError, TestResult } from '@playwright/test/reporter';
import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import { isQuiet, isVerbose } from '../target/options.ts';
import { causeOfStop } from '../verdict/causes.ts';
import { compareVerdicts, isInconclusive, visitName } from '../verdict/gate.ts';
import type { VisitVerdicts } from '../verdict/verdict.ts';
import { recordedVisit, testedVisit, WAIVED_ANNOTATION } from './recorded.ts';
import { firstLines, shortenWords } from './text.ts';

/** Progress of a run. */
export interface Progress {
  total: number;
  done: number;
  /** What is running now. */
  running: string[];
  /** Milliseconds since the first visit began. */
  elapsed: number;
  /** How many visits run at once. */
  workers: number;
}

/** A visit, or another test, that has ended. */
export interface Finished {
  name: string;
  outcome: 'passed' | 'waived' | 'failed' | 'broke off' | 'no evidence' | 'not run';
  /** Milliseconds. */
  duration: number;
  /** What is wrong with it, in a few words: rules, or what stopped it. */
  about: string[];
  /** Errors of its test. */
  errors: string[];
}

/**
 * The status line: how many are done, what is running, how long the rest may take.
 *
 * @param width columns of the terminal
 */
export function statusLine(progress: Progress, width: number): string {
  const { total, done, running } = progress;
  const left = timeLeft(progress);
  const head = `${done} of ${total} done${left === undefined ? '' : `, ${spoken(left)} left`}`;
  const line = running.length > 0 ? `${head}: ${running.join('; ')}` : head;
  return line.length < width ? line : `${line.slice(0, Math.max(0, width - 2))}…`;
}

/**
 * What is printed for a finished visit: its number, outcome and duration, how many are left, then the errors of its test.
 *
 * @param progress with this visit counted
 */
export function finishedLines(finished: Finished, { total, done }: Progress, colour: boolean): string {
  const { name, outcome, duration, about, errors } = finished;
  const number = `${String(done).padStart(String(total).length)} of ${total}`;
  const mark = colour ? styleText(COLOUR[outcome], outcome, { validateStream: false }) : outcome;
  const more = about.length > NAMED ? ` and ${about.length - NAMED} more` : '';
  const what = about.length > 0 ? `: ${about.slice(0, NAMED).join(', ')}${more}` : '';
  const line = `${number}  ${mark}  ${shortenWords(`${name}${what}`)} (${seconds(duration)}), ${total - done} left`;
  return [line, ...errors.map((error) => indented(colour ? error : stripVTControlCharacters(error)))].join(
    '\n',
  );
}

const NAMED = 3;

const COLOUR = {
  passed: 'green',
  waived: 'yellow',
  failed: 'red',
  'broke off': 'red',
  'no evidence': 'red',
  'not run': 'yellow',
} as const;

/** Estimated milliseconds for the rest; undefined before each worker can have made a visit. */
function timeLeft({ total, done, elapsed, workers }: Progress): number | undefined {
  return done < Math.min(workers, total) || done === total ? undefined : (elapsed / done) * (total - done);
}

function spoken(milliseconds: number): string {
  const whole = Math.ceil(milliseconds / 1000);
  if (whole < 60) return `about ${whole} s`;
  return `about ${Math.round(whole / 60)} min`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
}

/** Where progress is shown: `process.stdout`, except in tests. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

interface ProgressOptions {
  /** Set by Playwright: see reporter.ts. */
  _mode?: 'list' | 'test' | 'merge';
  screen?: Screen;
  env?: NodeJS.ProcessEnv;
}

// Without wrapping at the margin, a line that is wider than computed stays one line, and can be erased as one.
const NO_WRAP = '\x1b[?7l';
const WRAP = '\x1b[?7h';
const ERASE = '\r\x1b[J';

/** How many visits with something new get a line; and without a status line, how often progress is printed. */
const [NEWS_LINES, QUARTERS] = [12, 4];

/**
 * Shows the progress of a run: on a terminal in a status line that is rewritten, elsewhere at each quarter. A visit gets a line
 * if it shows a problem that no earlier visit has shown; the summary is printed at the end. With TTQ_VERBOSE each visit gets a
 * line with all of its problems; with TTQ_QUIET nothing is shown.
 */
export default class ProgressReporter implements Reporter {
  readonly #isListed: boolean;
  readonly #isQuiet: boolean;
  readonly #screen: Screen;
  readonly #isLive: boolean;
  readonly #colour: boolean;
  readonly #running = new Map<TestCase, string>();
  readonly #draw = () => this.#show('');
  readonly #isVerbose: boolean;
  /** Problems that were printed already. */
  readonly #printed = new Set<string>();
  #lines = 0;
  #total = 0;
  #done = 0;
  #workers = 1;
  #startedAt: number | undefined;
  /** Whether the last line was printed by others and is not ended yet. */
  #isOpen = false;

  constructor({ _mode, screen = process.stdout, env = process.env }: ProgressOptions = {}) {
    this.#isListed = _mode === 'list';
    this.#isQuiet = isQuiet(env);
    this.#screen = screen;
    this.#isLive = screen.isTTY === true && !env.CI && env.TERM !== 'dumb';
    this.#colour = screen.isTTY === true && !env.NO_COLOR;
    this.#isVerbose = isVerbose(env);
  }

  onBegin({ workers }: FullConfig, suite: Suite): void {
    if (this.#isListed) return;
    this.#total = suite.allTests().length;
    this.#workers = workers;
    this.#show(`${this.#total} ${this.#total === 1 ? 'visit' : 'visits'}, ${workers} at once\n`);
    if (this.#isLive) this.#screen.on('resize', this.#draw);
  }

  onTestBegin(test: TestCase): void {
    this.#startedAt ??= performance.now();
    this.#running.set(test, nameOf(test));
    this.#show('');
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#running.delete(test);
    this.#done++;
    const { duration, errors } = result;
    const visit = testedVisit(test);
    const isVisit = visit !== undefined;
    const recorded = visit && recordedVisit(visit.id, result);
    const outcome = outcomeOf(result, recorded);
    const about = aboutOf(result, recorded);
    const causes = causesOf(result, recorded) ?? about;
    const said = this.#isVerbose || !isVisit ? errors.map(textOf) : [];
    if (this.#isVerbose || this.#isNews(outcome, causes, isVisit)) {
      const finished = { name: nameOf(test), outcome, duration, about, errors: said };
      this.#show(`${finishedLines(finished, this.#progress(), this.#colour)}\n`);
    } else this.#show(this.#isLive ? '' : this.#milestone());
  }

  /** Whether it shows a problem that was not printed yet. Tests that are not visits are not reported again later. */
  #isNews(outcome: Finished['outcome'], causes: string[], isVisit: boolean): boolean {
    if (outcome === 'passed' || outcome === 'waived') return false;
    if (!isVisit) return true;
    const news = (causes.length > 0 ? causes : [outcome]).filter((what) => !this.#printed.has(what));
    for (const what of news) this.#printed.add(what);
    return news.length > 0 && ++this.#lines <= NEWS_LINES;
  }

  /** A line at each quarter of a long run. */
  #milestone(): string {
    const quarter = (done: number) => Math.floor((QUARTERS * done) / this.#total);
    const isDue =
      this.#total > 20 && quarter(this.#done) > quarter(this.#done - 1) && this.#done < this.#total;
    return isDue ? `${statusLine({ ...this.#progress(), running: [] }, 80)}\n` : '';
  }

  onError(error: TestError): void {
    if (!this.#isListed) this.#show(`${textOf(error)}\n`);
  }

  onStdOut(chunk: string | Buffer): void {
    if (!this.#isListed) this.#show(String(chunk));
  }

  onStdErr(chunk: string | Buffer): void {
    this.onStdOut(chunk);
  }

  onEnd(): void {
    if (this.#isListed || this.#isQuiet) return;
    this.#screen.off('resize', this.#draw);
    if (this.#isLive) this.#screen.write(ERASE);
  }

  printsToStdio(): boolean {
    return !this.#isListed;
  }

  /** Writes text in place of the status line, and the status line below it. */
  #show(text: string): void {
    if (this.#isQuiet) return;
    const shown = this.#colour ? text : stripVTControlCharacters(text);
    if (!this.#isLive) {
      if (shown !== '') this.#screen.write(shown);
      return;
    }
    // While a line of others is open, the status line would end it.
    const before = this.#isOpen ? '' : ERASE;
    if (shown !== '') this.#isOpen = !shown.endsWith('\n');
    const line = statusLine(this.#progress(), this.#screen.columns ?? 80);
    this.#screen.write(this.#isOpen ? `${before}${shown}` : `${before}${shown}${NO_WRAP}${line}${WRAP}`);
  }

  #progress(): Progress {
    return {
      total: this.#total,
      done: this.#done,
      running: [...this.#running.values()],
      elapsed: this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt,
      workers: this.#workers,
    };
  }
}

/** `demo-shop: purchase under organic`, with the number of the run if there are several. */
function nameOf(test: TestCase): string {
  const visit = testedVisit(test);
  if (!visit) return test.title;
  return `${visit.target}: ${visitName(visit.id)}${visit.run === 1 ? '' : `, run ${visit.run}`}`;
}

function outcomeOf(result: TestResult, recorded: VisitVerdicts | undefined): Finished['outcome'] {
  if (result.status === 'passed' && recorded)
    return recorded.outcome === 'complete' && hasWaived(result) ? 'waived' : OUTCOMES[recorded.outcome];
  if (result.status === 'passed') return 'passed';
  if (result.status === 'skipped') return 'not run';
  if (!recorded || recorded.outcome === 'complete') return 'failed';
  return OUTCOMES[recorded.outcome];
}

/** What is wrong with a visit: failing rules, worst first, what could not be judged, or what stopped it. */
function aboutOf(result: TestResult, recorded: VisitVerdicts | undefined): string[] {
  if (!recorded || result.status === 'passed') return [];
  const { outcome, problem, verdicts } = recorded;
  if (outcome !== 'complete') return [firstLines(problem?.message ?? UNKNOWN_PROBLEM)];
  const waived = result.annotations.filter(({ type }) => type === WAIVED_ANNOTATION);
  return verdicts
    .filter((one) => one.outcome === 'fail' || isInconclusive(one))
    .filter(({ rule }) => !waived.some(({ description }) => description === rule))
    .sort(compareVerdicts)
    .map((one) => `${one.rule}${one.outcome === 'fail' ? '' : ' could not be judged'}`);
}

/** What stopped a visit, as one text for visits of any target; undefined if it is complete. */
function causesOf(result: TestResult, recorded: VisitVerdicts | undefined): string[] | undefined {
  if (!recorded || result.status === 'passed' || recorded.outcome === 'complete') return undefined;
  return [causeOfStop(recorded)];
}

/** A waived failure is not a pass. */
function hasWaived({ annotations }: TestResult): boolean {
  return annotations.some(({ type }) => type === WAIVED_ANNOTATION);
}

const OUTCOMES: Record<VisitVerdicts['outcome'], Finished['outcome']> = {
  complete: 'passed',
  broken: 'broke off',
  missing: 'no evidence',
};

/** For errors outside visits, the stack helps. */
function textOf({ stack, message, value }: TestError): string {
  return (stack ?? message ?? value ?? 'An unknown error').replace(/^Error: /, '');
}
