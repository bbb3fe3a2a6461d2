import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import { exitCode } from '../../../src/report/exit-code.ts';
import { recordedVisit } from '../../../src/report/recorded.ts';
import { test as base } from '../test.ts';
import {
  expectOneUnstable,
  type PlaywrightRun,
  type PlaywrightTest,
  type Reported,
  reported,
} from './playwright-run.ts';
import { audit, NO_FILE, NO_FILE_MESSAGE, policy, verdict, visit, worded, wordings } from './samples.ts';

/** What the reporter makes of what Playwright reports to it. Whole runs of Playwright are in whole-runs.test.ts. */
interface Fixtures {
  folder: string;
  report: (run: PlaywrightRun) => Promise<Reported>;
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from it.
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-reporter-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  report: async ({ folder }, use) => use((run) => reported(folder, run)),
});

const organic = { journey: 'purchase', scenario: 'organic' };
const adClick = { journey: 'purchase', scenario: 'ad-click', clickUrl: '/go/302?ttclid={ttclid}' };

const passing = (id: typeof organic): PlaywrightTest => ({ id, attach: { ...visit(id.scenario), ...id } });
const failing = (severity: 'blocker' | 'minor', id = organic): PlaywrightTest => ({
  id,
  attach: { ...visit(id.scenario, [verdict('event-id/present', 'fail', severity)]), ...id },
  error: 'purchase under organic: 1 rule failed',
});

async function write(folder: string, file: string, text = '{}'): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

test('all visits pass: released', async ({ report }) => {
  const { status, output, verdicts } = await report({ tests: [passing(organic), passing(adClick)] });
  expect(status).toBe('passed');
  expect(verdicts).toEqual(
    audit([
      { ...visit('organic'), ...organic },
      { ...visit('ad-click'), ...adClick },
    ]),
  );
  expect(output).toMatch(/^Released \(/m);
  expect(output).toMatch(/^Verdicts: \S*reports\/verdicts\.json$/m);
});

test('names the fault of each visit', async ({ report }) => {
  const faulted = (fault: string) => ({ journey: 'purchase', scenario: 'events-api-faults', fault });
  const { output, verdicts, visits } = await report({
    tests: [passing(faulted('token-expired')), failing('blocker', faulted('slow'))],
    status: 'failed',
  });
  expect(visits).toMatchObject([faulted('token-expired'), faulted('slow')]);
  const name = 'purchase under events-api-faults (slow)';
  expect(wordings(verdicts?.gate)).toEqual([`event-id/present (blocker) failed in 1 of 2 visits: ${name}`]);
  expect(output).toContain(name);
});

test('a filtered run makes no release decision, and says what fails', async ({ report }) => {
  const asked = '1 of 2 visits was asked for: a partial run does not decide on a release';
  const none = await report({ tests: [passing(organic)], planned: [organic, adClick] });
  expect(worded(none.verdicts?.gate)).toEqual({ released: false, reasons: [asked] });
  expect(worded(none.verdicts?.targets[0]?.gate)).toEqual({ released: false, reasons: [asked] });
  expect(none.status).toBe('failed');
  expect(none.output).toMatch(/^demo-shop: 1 visit: 1 passed$/m);
  expect(none.output).toMatch(/^No release decision \(/m);
  expect(exitCode(none.verdicts!, 1)).toBe(2);

  const some = await report({ tests: [failing('blocker')], planned: [organic, adClick], status: 'failed' });
  expect(wordings(some.verdicts?.gate)).toEqual([
    asked,
    'event-id/present (blocker) failed in 1 of 1 visit: purchase under organic',
  ]);
  expect(some.output).toMatch(/^No release decision \(/m);
  expect(exitCode(some.verdicts!, 1)).toBe(1);
});

test('of several targets, one that was audited completely is decided on, but the run is not', async ({
  report,
}) => {
  const other = { policy: { ...policy(), name: 'other' }, planned: [organic] };
  const demo = { policy: policy(), planned: [organic, adClick] };
  const left = { policy: { ...policy(), name: 'left-out' }, planned: [organic] };
  const { verdicts } = await report({
    tests: [passing(organic), { ...passing(organic), target: 'other' }],
    options: { targets: [demo, other, left] },
  });
  expect(wordings(verdicts?.gate)).toEqual([
    '2 of 4 visits were asked for: a partial run does not decide on a release',
  ]);
  expect(verdicts?.targets.map(({ target, gate }) => [target, gate.released])).toEqual([
    ['demo-shop', false],
    ['other', true],
  ]);
});

const held: [string, PlaywrightRun, string[]][] = [
  [
    'a blocker fails',
    { tests: [failing('blocker'), passing(adClick)], status: 'failed' },
    ['event-id/present (blocker) failed in 1 of 2 visits: purchase under organic'],
  ],
  [
    'a test that ends well without verdicts is missing',
    { tests: [{ id: organic }] },
    ['1 of 1 visit left no evidence (purchase under organic): its test ended as passed without verdicts'],
  ],
  [
    'verdicts that cannot be read count as missing',
    { tests: [{ id: organic, attach: '{' }] },
    ['1 of 1 visit left no evidence (purchase under organic): its test ended as passed without verdicts'],
  ],
  [
    'a skipped visit is missing',
    { tests: [{ id: organic, status: 'skipped' }, passing(adClick)] },
    ['1 of 2 visits left no evidence (purchase under organic): skipped'],
  ],
  [
    'a visit whose worker died is missing, with its words',
    {
      tests: [{ id: organic, error: 'Error: worker process exited unexpectedly' }, passing(adClick)],
      status: 'failed',
    },
    ['1 of 2 visits left no evidence (purchase under organic): worker process exited unexpectedly'],
  ],
  [
    'another test that fails holds the release',
    { tests: [passing(organic)], others: ['of something else'], status: 'failed' },
    ['Test failed: of something else'],
  ],
  [
    'a visit of a target that is not in the audit',
    { tests: [passing(organic), { ...passing(adClick), target: 'stranger' }], planned: [organic] },
    ['A visit belongs to stranger, which is not a target of this audit'],
  ],
  [
    'a site that does not start: its message, once',
    {
      tests: [{ ...passing(organic), isRun: false }],
      errors: Array(2).fill('Error: Process from config.webServer was not able to start. Exit code: 3'),
      status: 'failed',
    },
    [
      "The sites' servers were not started: Process from config.webServer was not able to start. Exit code: 3",
      '1 of 1 visit left no evidence (purchase under organic): not run',
    ],
  ],
  [
    'a target that was refused is held beside those that are released',
    { tests: [passing(organic)], options: { refused: [{ target: 'other-shop', refusals: NO_FILE }] } },
    [`other-shop: It could not be audited: ${NO_FILE_MESSAGE}`],
  ],
];

for (const [name, run, reasons] of held) {
  test(`held: ${name}`, async ({ report }) => {
    const { status, output, verdicts } = await report(run);
    expect(worded(verdicts?.gate)).toEqual({ released: false, reasons });
    expect(status).toBe('failed');
    expect(output).toMatch(/^Held(:| \()/m);
  });
}

test('a failure that does not count: released, whatever Playwright made of it', async ({ report }) => {
  const { status, verdicts } = await report({ tests: [failing('minor')], status: 'failed' });
  expect(verdicts?.gate.released).toBe(true);
  expect(status).toBe('passed');
});

test('a test that breaks after its rules passed is broken', async ({ report }) => {
  const message = 'the evidence could not be written';
  const { status, visits } = await report({ tests: [{ ...passing(organic), error: message }] });
  expect(visits?.[0]).toMatchObject({
    outcome: 'broken',
    problem: { kind: 'recorder', code: 'test-failed', message },
  });
  expect(status).toBe('failed');
});

for (const [what, error, annotated, code] of [
  ['that it noted', 'evidence/a.json cannot be written (EACCES)', ['unwritten'], 'unwritten'],
  ['of Playwright, which has no room', "ENOSPC: no space left on device, copyfile 'a'", [], 'unwritten'],
  ['that only reads like one', 'ReportsError: a.json cannot be written', [], 'test-failed'],
] as const) {
  test(`a test that ends with an error ${what}: ${code}`, () => {
    const annotations = annotated.map((type) => ({ type }));
    const result = { status: 'failed' as const, errors: [{ message: error }], attachments: [], annotations };
    expect(recordedVisit(organic, result)).toMatchObject({
      outcome: 'missing',
      problem: { kind: 'missing', code },
    });
  });
}

test('a rule that could not be judged fails its test, but does not break the visit', () => {
  const made = visit('organic', [verdict('a/b', 'inconclusive'), verdict('c/d', 'pass')]);
  const attachments = [
    { name: 'ttq-visit', contentType: 'application/json', body: Buffer.from(JSON.stringify(made)) },
  ];
  const result = {
    status: 'failed' as const,
    errors: [{ message: 'a/b could not be judged' }],
    attachments,
    annotations: [],
  };
  expect(recordedVisit(organic, result)).toMatchObject({ outcome: 'complete' });
  expect(recordedVisit(organic, result)).not.toHaveProperty('problem');
});

test('a missing evidence file breaks its visit; an existing one does not', async ({ folder, report }) => {
  const attach = (file: string) => visit('organic', undefined, { evidence: `evidence/${file}` });
  const gone = await report({ tests: [{ id: organic, attach: attach('gone.json') }] });
  expect(gone.status).toBe('failed');
  expect(gone.visits).toMatchObject([{ outcome: 'broken', problem: { kind: 'recorder' } }]);
  await write(folder, 'reports/evidence/there.json');
  // Merged reports keep what is there.
  const there = await report({ tests: [{ id: organic, attach: attach('there.json') }], mode: 'merge' });
  expect(there.visits).toMatchObject([{ outcome: 'complete' }]);
  expect(there.status).toBe('passed');
});

test('a retry that passes does not undo the failure', async ({ report }) => {
  const bad = visit('organic', [verdict('event-id/present', 'fail')]);
  const { visits } = await report({
    tests: [{ id: organic, attach: bad, error: 'first' }, passing(organic)],
    planned: [organic],
  });
  expect(visits).toEqual([bad]);
});

test('a shard is judged by its own visits only', async ({ report }) => {
  const { status, visits, verdicts } = await report({
    tests: [passing(organic)],
    planned: [organic, adClick],
    shard: { current: 1, total: 2 },
  });
  expect(status).toBe('passed');
  expect(visits).toHaveLength(1);
  expect(verdicts?.shard).toEqual({ current: 1, total: 2 });
});

test('a shard without a visit to a target does not hold it; a shard without any visit is held', async ({
  report,
}) => {
  const targets = [
    { policy: policy(), planned: [organic, adClick] },
    { policy: policy({ name: 'other-shop' }), planned: [organic] },
  ];
  const shard = { current: 1, total: 2 };
  const first = await report({ tests: [passing(organic)], shard, options: { targets } });
  expect(first.status).toBe('passed');
  expect(first.verdicts).toMatchObject({
    shard,
    troubles: [],
    targets: [
      { visits: [{ scenario: 'organic' }], whole: { repeat: 1, visits: [organic, adClick] } },
      { gate: { released: true }, visits: [] },
    ],
  });
  const none = await report({ tests: [], shard, options: { targets } });
  expect(none.status).toBe('failed');
});

test('a visit that is made several times is one visit, and unstable if its runs differ', async ({
  report,
}) => {
  const runs = [0, 1, 2];
  const { status, ...run } = await report({
    tests: [
      ...runs.map((repeatEachIndex) => ({ ...passing(organic), repeatEachIndex })),
      ...runs.map((repeatEachIndex) => ({
        ...(repeatEachIndex === 1 ? failing('blocker', adClick) : passing(adClick)),
        repeatEachIndex,
      })),
    ],
    planned: [organic, adClick],
    repeatEach: 3,
    status: 'failed',
  });
  expect(status).toBe('failed');
  expectOneUnstable(run);
});

for (const [what, errors] of [
  ['before it has selected its tests', []],
  ['while its servers start', ['Error: Process from config.webServer exited early.']],
] as const) {
  test(`a run that is interrupted ${what} says that, and blames neither a filter nor a server`, async ({
    report,
  }) => {
    const { output } = await report({
      tests: [],
      errors: [...errors],
      status: 'interrupted',
      planned: [organic],
    });
    expect(output.match(/(?<=^ {2}- ).*/gm)).toEqual([
      'The run was interrupted',
      '1 of 1 visit left no evidence (purchase under organic): not run',
    ]);
  });
}

test("an interrupted run keeps what it has and is held; the exit code is Playwright's", async ({
  report,
}) => {
  const { status, verdicts, visits } = await report({
    tests: [passing(organic), { id: adClick, status: 'interrupted' }],
    status: 'interrupted',
  });
  expect(status).toBeUndefined();
  expect(visits?.map(({ outcome }) => outcome)).toEqual(['complete', 'missing']);
  expect(wordings(verdicts?.gate)[0]).toBe('The run was interrupted');
});

test('listing tests changes and prints nothing', async ({ folder, report }) => {
  await write(folder, 'reports/verdicts.json', JSON.stringify(audit([visit('organic')])));
  const { status, output, verdicts } = await report({ tests: [passing(adClick)], mode: 'list' });
  expect(status).toBeUndefined();
  expect(output).toBe('');
  expect(verdicts).toEqual(audit([visit('organic')]));
});

test('reports of an earlier run do not outlive this one', async ({ folder, report }) => {
  await write(folder, 'reports/verdicts.json', JSON.stringify(audit([visit('organic')])));
  const { visits } = await report({ tests: [failing('blocker', adClick)], status: 'failed' });
  expect(visits?.map(({ scenario }) => scenario)).toEqual(['ad-click']);
});
