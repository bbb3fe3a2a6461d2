import { expect } from '@playwright/test';
import type { FullConfig, Suite, TestCase, TestResult } from '@playwright/test/reporter';
import { problem } from '../../../src/evidence/problem.ts';
import ProgressReporter, {
  type Finished,
  finishedLines,
  type Progress,
  type Screen,
  statusLine,
} from '../../../src/report/progress.ts';
import { VISIT_ATTACHMENT, visitAnnotations } from '../../../src/report/recorded.ts';
import { test } from '../test.ts';
import { verdict, visit } from './samples.ts';

const progress: Progress = {
  total: 27,
  done: 9,
  running: ['shop: purchase under gpc'],
  elapsed: 30_000,
  workers: 2,
};
const finished: Finished = {
  name: 'shop: purchase under organic',
  outcome: 'passed',
  duration: 2345,
  about: [],
  errors: [],
};

test('the status line shows what is done, how long the rest may take, and what is running', () => {
  expect(statusLine(progress, 80)).toBe('9 of 27 done, about 1 min left: shop: purchase under gpc');
  expect(statusLine({ ...progress, elapsed: 9_000 }, 80)).toContain('about 18 s left');
});

test('no time is shown until each worker can have made a visit, or when all is done', () => {
  expect(statusLine({ ...progress, done: 1, running: [] }, 80)).toBe('1 of 27 done');
  expect(statusLine({ ...progress, done: 27, running: [] }, 80)).toBe('27 of 27 done');
});

for (const width of [1, 2, 10, 40, 57]) {
  test(`the status line is shorter than a terminal of ${width} columns`, () => {
    expect(statusLine(progress, width).length).toBeLessThanOrEqual(Math.max(1, width - 1));
  });
}

test('a finished visit: its number, outcome, duration, and how many are left', () => {
  expect(finishedLines(finished, progress, false)).toBe(
    ' 9 of 27  passed  shop: purchase under organic (2.3 s), 18 left',
  );
  expect(finishedLines(finished, progress, true)).toContain('\x1b[32mpassed\x1b[39m');
});

test('what was wrong is printed below, without colours if the terminal has none', () => {
  const errors = ['\x1b[31mevent-id/present\x1b[39m failed\n\nwhere /'];
  expect(finishedLines({ ...finished, outcome: 'failed', errors }, progress, false)).toBe(
    ' 9 of 27  failed  shop: purchase under organic (2.3 s), 18 left\n    event-id/present failed\n\n    where /',
  );
});

const ERASE = '§';

/** A terminal that remembers what is on it: text, line breaks, and the codes that the reporter uses. */
class Terminal implements Screen {
  columns = 60;
  isTTY: boolean;
  #resized: () => void = () => {};
  #lines = [''];

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    // The reporter erases the last line only.
    const plain = text.replaceAll('\x1b[?7l', '').replaceAll('\x1b[?7h', '').replaceAll('\r\x1b[J', ERASE);
    for (const part of plain.split(/(§|\n)/)) {
      if (part === ERASE) this.#lines[this.#lines.length - 1] = '';
      else if (part === '\n') this.#lines.push('');
      else this.#lines[this.#lines.length - 1] += part;
    }
  }

  on(_: 'resize', listener: () => void): void {
    this.#resized = listener;
  }

  off(): void {
    this.#resized = () => {};
  }

  resize(columns: number): void {
    this.columns = columns;
    this.#resized();
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}

const tests = ['organic', 'ad-click'].map(
  (scenario) =>
    ({
      annotations: visitAnnotations('shop', { journey: 'purchase', scenario }),
      repeatEachIndex: 0,
    }) as unknown as TestCase,
);
const result = {
  status: 'passed',
  duration: 1000,
  errors: [],
  annotations: [],
  attachments: [
    {
      name: VISIT_ATTACHMENT,
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify(visit('organic'))),
    },
  ],
} as unknown as TestResult;

function begun(isTTY: boolean, env: NodeJS.ProcessEnv = {}) {
  const screen = new Terminal(isTTY);
  const reporter = new ProgressReporter({ screen, env });
  reporter.onBegin({ workers: 1 } as FullConfig, { allTests: () => tests } as unknown as Suite);
  reporter.onTestBegin(tests[0]!);
  return { screen, reporter };
}

test('on a terminal the status line stays below what a server writes', () => {
  const { screen, reporter } = begun(true);
  reporter.onStdErr('[server] shop: hello\n');
  expect(screen.text).toBe(
    '2 visits, 1 at once\n[server] shop: hello\n0 of 2 done: shop: purchase under organic',
  );
  reporter.onStdErr('a line that ');
  expect(screen.text).toMatch(/hello\na line that $/);
  reporter.onStdErr('ends later\n');
  expect(screen.text).toMatch(/\na line that ends later\n0 of 2 done: shop: purchase under organic$/);
});

test('on a terminal the status line fits the width, and is gone at the end', () => {
  const { screen, reporter } = begun(true, { NO_COLOR: '1', TTQ_VERBOSE: '1' });
  screen.resize(20);
  expect(screen.text).toBe('2 visits, 1 at once\n0 of 2 done: shop:…');
  reporter.onTestEnd(tests[0]!, result);
  reporter.onEnd();
  expect(screen.text).toBe(
    '2 visits, 1 at once\n1 of 2  passed  shop: purchase under organic (1.0 s), 1 left\n',
  );
});

test('what passes only because of a waiver is shown as waived', () => {
  const { screen, reporter } = begun(false, { TTQ_VERBOSE: '1' });
  const annotations = [{ type: 'waived', description: 'event-id/present' }];
  reporter.onTestEnd(tests[0]!, { ...result, annotations });
  expect(screen.text).toContain('1 of 2  waived  shop: purchase under organic');
});

for (const [name, isTTY, env] of [
  ['without a terminal', false, {}],
  ['in CI', true, { CI: 'true', NO_COLOR: '1' }],
] as const) {
  test(`${name} there are only plain lines, and none for a visit that passes`, () => {
    const { screen, reporter } = begun(isTTY, env);
    reporter.onTestEnd(tests[0]!, result);
    reporter.onTestBegin(tests[1]!);
    reporter.onTestEnd(tests[1]!, { ...result, status: 'interrupted', attachments: [] });
    reporter.onError({ message: '\x1b[31mno browser\x1b[39m' });
    reporter.onEnd();
    expect(screen.text).toBe(
      '2 visits, 1 at once\n' +
        '2 of 2  no evidence  shop: purchase under ad-click: interrupted (1.0 s), 0 left\n' +
        'no browser\n',
    );
  });
}

/** The lines of a run of so many visits, each of which ends as the result says. */
function linesOf(count: number, ended: (index: number) => Partial<TestResult>, env: NodeJS.ProcessEnv = {}) {
  const screen = new Terminal(false);
  const reporter = new ProgressReporter({ screen, env });
  const all = Array.from(
    { length: count },
    (_, index) =>
      ({
        annotations: visitAnnotations('shop', { journey: `journey-${index}`, scenario: 'organic' }),
        repeatEachIndex: 0,
      }) as unknown as TestCase,
  );
  reporter.onBegin({ workers: 2 } as FullConfig, { allTests: () => all } as unknown as Suite);
  for (const [index, test] of all.entries()) {
    reporter.onTestBegin(test);
    reporter.onTestEnd(test, { ...result, ...ended(index) });
  }
  reporter.onEnd();
  return screen.text.trimEnd().split('\n');
}

function failing(rule: string): Partial<TestResult> {
  const body = Buffer.from(JSON.stringify(visit('organic', [verdict(rule, 'fail')])));
  return {
    status: 'failed',
    errors: [{ message: `${rule} (blocker)\n  seen` }],
    attachments: [{ name: VISIT_ATTACHMENT, contentType: 'application/json', body }],
  };
}

test('a cause has one line, however many visits show it, and its text is at the end of the run', () => {
  const lines = linesOf(1_000, () => failing('event-id/present'));
  expect(lines[1]).toBe(
    '   1 of 1000  failed  shop: journey-0 under organic: event-id/present (1.0 s), 999 left',
  );
  expect(lines.slice(2).map((line) => line.split(',')[0])).toEqual([
    '250 of 1000 done',
    '500 of 1000 done',
    '750 of 1000 done',
  ]);
});

test('each further cause has a line, up to a limit', () => {
  const lines = linesOf(20, (index) => failing(`rule/number-${index % 3}`));
  expect(lines).toHaveLength(4);
  expect(linesOf(20, (index) => failing(`rule/number-${index}`))).toHaveLength(13);
});

test('servers that do not start have one line, whatever their addresses', () => {
  const stopped = (index: number, exitCode: number): Partial<TestResult> => {
    const url = `http://127.0.0.1:${18_000 + index}/`;
    const down = problem('server-ended-early', { server: "The site's server", url, exitCode });
    const body = Buffer.from(
      JSON.stringify({ ...visit('organic'), outcome: 'missing', problem: down, verdicts: [] }),
    );
    const attachments = [{ name: VISIT_ATTACHMENT, contentType: 'application/json', body }];
    return { status: 'skipped', attachments };
  };
  expect(linesOf(20, (index) => stopped(index, 1)).slice(1)).toEqual([
    expect.stringContaining('it ended with code 1 before it answered at http://127.0.0.1:18000/'),
  ]);
  expect(linesOf(20, (index) => stopped(index, index % 2)).slice(1)).toHaveLength(2);
});

test('with TTQ_VERBOSE each visit has a line, and the errors of its test', () => {
  const ended = (index: number) => (index === 0 ? failing('event-id/present') : {});
  const lines = linesOf(2, ended, { TTQ_VERBOSE: '1' });
  expect(lines.slice(1, 4).join('\n')).toBe(
    '1 of 2  failed  shop: journey-0 under organic: event-id/present (1.0 s), 1 left\n    event-id/present (blocker)\n      seen',
  );
  expect(lines.at(-1)).toContain('passed  shop: journey-1 under organic');
});
