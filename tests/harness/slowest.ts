import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { REST } from './rest.ts';

export interface TimedTest {
  /** File, then the titles down to the test's own. */
  name: string;
  /** Milliseconds. */
  duration: number;
  /** Whether it is one of the longer tests that only CI runs. */
  isRest: boolean;
}

/** How many are printed. */
const SHOWN = 10;

/** Milliseconds that no test of `npm test` may exceed, on two idle cores. */
const LIMIT = 20_000;
/** Factor allowed for a slower or busy machine before the run fails. */
const BUSY = 3;

/**
 * Prints the slowest tests at the end of a run, so that whoever makes one slow sees it, and fails a run with one that is far too
 * slow.
 */
export default class SlowestReporter implements Reporter {
  private readonly tests: TimedTest[] = [];

  onTestEnd(test: TestCase, { duration }: TestResult): void {
    const name = test.titlePath().filter(Boolean).join(' › ');
    this.tests.push({ name, duration, isRest: test.tags.includes(REST.tag) });
  }

  async onEnd({ status }: FullResult): Promise<{ status: FullResult['status'] }> {
    if (this.tests.length > SHOWN) console.log(`\n${formatSlowest(this.tests)}`);
    const slow = this.tests.filter((one) => isOver(LIMIT * BUSY, one));
    if (slow.length === 0) return { status };
    console.error(`\n${formatTooSlow(slow)}`);
    return { status: status === 'passed' ? 'failed' : status };
  }

  printsToStdio(): boolean {
    return false;
  }
}

/** A line for each test, the slowest first; those over the limit are marked. */
export function formatSlowest(tests: readonly TimedTest[]): string {
  const slowest = tests.toSorted((a, b) => b.duration - a.duration).slice(0, SHOWN);
  return ['Slowest tests:', ...slowest.map(lineOf)].join('\n');
}

function formatTooSlow(slow: readonly TimedTest[]): string {
  return [
    `No test may take longer than ${LIMIT / 1000} s on two idle cores, and these took over ${BUSY} times as long. Make them faster, split`,
    `them, or tag them ${REST.tag}, for CI alone (tests/harness/rest.ts):`,
    ...slow.map(lineOf),
  ].join('\n');
}

function isOver(limit: number, { duration, isRest }: TimedTest): boolean {
  return !isRest && duration > limit;
}

function lineOf(test: TimedTest): string {
  const seconds = (test.duration / 1000).toFixed(1).padStart(6);
  return `${seconds} s  ${test.name}${isOver(LIMIT, test) ? ` (over the limit of ${LIMIT / 1000} s)` : ''}`;
}
