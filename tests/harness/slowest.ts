import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export interface TimedTest {
  /** File, then the titles down to the test's own. */
  name: string;
  /** Milliseconds. */
  duration: number;
}

/** How many are printed. */
const SHOWN = 10;

/** Milliseconds that no test may take on an idle machine. */
const LIMIT = 20_000;

/** Prints the slowest tests at the end of a run, so that whoever makes one slow sees it. */
export default class SlowestReporter implements Reporter {
  private readonly tests: TimedTest[] = [];

  onTestEnd(test: TestCase, { duration }: TestResult): void {
    this.tests.push({ name: test.titlePath().filter(Boolean).join(' › '), duration });
  }

  onEnd(): void {
    if (this.tests.length > SHOWN) console.log(`\n${formatSlowest(this.tests)}`);
  }

  printsToStdio(): boolean {
    return false;
  }
}

/** A line a test, the slowest first; those over the limit are marked. */
export function formatSlowest(tests: readonly TimedTest[]): string {
  const slowest = tests.toSorted((a, b) => b.duration - a.duration).slice(0, SHOWN);
  return [
    'Slowest tests:',
    ...slowest.map(({ name, duration }) => {
      const seconds = (duration / 1000).toFixed(1).padStart(6);
      return `${seconds} s  ${name}${duration > LIMIT ? ` (over the limit of ${LIMIT / 1000} s)` : ''}`;
    }),
  ].join('\n');
}
