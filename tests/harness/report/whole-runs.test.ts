import { expect } from '@playwright/test';
import { inProcess } from '../cli/in-process.ts';
import { REST } from '../rest.ts';
import { test as base } from '../test.ts';
import { expectOneUnstable } from './playwright-run.ts';
import { SampleFolder, type SampleTest } from './run.ts';
import { audit, NO_FILE, NO_FILE_MESSAGE, policy, verdict, visit, worded, wordings } from './samples.ts';

/**
 * The reporter in whole runs of Playwright. Three of them are in `npm test`: those that depend on the exit code, on a dying worker
 * and on a signal. What the reporter makes of what it is given is tested in reporter.test.ts, in milliseconds.
 */
const test = base.extend<{ folder: SampleFolder }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from it.
  folder: async ({}, use) => {
    const folder = await SampleFolder.create();
    await use(folder);
    await folder.remove();
  },
});

const organic = { journey: 'purchase', scenario: 'organic' };
const adClick = { journey: 'purchase', scenario: 'ad-click', clickUrl: '/go/302?ttclid={ttclid}' };

const passing = (id: typeof organic): SampleTest => ({ id, attach: { ...visit(id.scenario), ...id } });
const failing = (severity: 'blocker' | 'minor', id = organic): SampleTest => ({
  id,
  attach: { ...visit(id.scenario, [verdict('event-id/present', 'fail', severity)]), ...id },
  code: "throw new Error('purchase under organic: 1 rule failed');",
});

test.describe.configure({ mode: 'parallel' });

test('all visits pass: released', REST, async ({ folder }) => {
  const { code, output, verdicts } = await folder.run({ tests: [passing(organic), passing(adClick)] });
  expect(code).toBe(0);
  expect(verdicts).toEqual(
    audit([
      { ...visit('organic'), ...organic },
      { ...visit('ad-click'), ...adClick },
    ]),
  );
  expect(worded(verdicts?.gate)).toEqual({ released: true, reasons: [] });
  expect(output).toMatch(/^Released \(/m);
  expect(output).toContain('Verdicts: reports/verdicts.json');
});

test('names the fault of each visit', REST, async ({ folder }) => {
  const faulted = ['token-expired', 'slow'].map((fault) => ({
    journey: 'purchase',
    scenario: 'events-api-faults',
    fault,
  }));
  const [first, second] = faulted as [(typeof faulted)[number], (typeof faulted)[number]];
  const { output, verdicts, visits } = await folder.run({
    tests: [passing(first), failing('blocker', second)],
  });
  expect(visits).toMatchObject(faulted);
  const name = 'purchase under events-api-faults (slow)';
  expect(wordings(verdicts?.gate)).toEqual([`event-id/present (blocker) failed in 1 of 2 visits: ${name}`]);
  expect(output).toContain(name);
});

test('a blocker fails: held', REST, async ({ folder }) => {
  const { code, verdicts } = await folder.run({ tests: [failing('blocker'), passing(adClick)] });
  expect(code).toBe(1);
  expect(wordings(verdicts?.gate)).toEqual([
    'event-id/present (blocker) failed in 1 of 2 visits: purchase under organic',
  ]);
});

test('a failure that does not count releases, and the exit code says so', async ({ folder }) => {
  const { code, verdicts } = await folder.run({ tests: [failing('minor')] });
  expect(verdicts?.gate.released).toBe(true);
  expect(code).toBe(0);
});

test('a worker that dies leaves a missing visit, and the others their verdicts', REST, async ({ folder }) => {
  const { code, visits } = await folder.run({
    tests: [{ id: organic, code: 'process.exit(0);' }, passing(adClick)],
  });
  expect(code).toBe(1);
  expect(visits?.map(({ outcome }) => outcome)).toEqual(['missing', 'complete']);
  expect(visits?.[0]?.problem).toMatchObject({
    kind: 'missing',
    code: 'test-failed',
    message: expect.stringContaining('worker process exited unexpectedly'),
  });
});

test('a test that ends well without verdicts is missing', REST, async ({ folder }) => {
  const { code, verdicts } = await folder.run({ tests: [{ id: organic }] });
  expect(code).toBe(1);
  expect(wordings(verdicts?.gate)).toEqual([
    '1 of 1 visit left no evidence (purchase under organic): its test ended as passed without verdicts',
  ]);
});

test('verdicts that cannot be read count as missing', REST, async ({ folder }) => {
  const code = "await info.attach('ttq-visit', { body: '{' });";
  const { visits } = await folder.run({ tests: [{ id: organic, code }] });
  expect(visits?.[0]?.outcome).toBe('missing');
});

test('a test that breaks after its rules passed is broken', REST, async ({ folder }) => {
  const { code, visits } = await folder.run({
    tests: [{ ...passing(organic), code: "throw new Error('the evidence could not be written');" }],
  });
  expect(code).toBe(1);
  expect(visits?.[0]).toMatchObject({
    outcome: 'broken',
    problem: { kind: 'recorder', code: 'test-failed', message: 'the evidence could not be written' },
  });
});

test('no tests at all: held', REST, async ({ folder }) => {
  const { code, output, verdicts } = await folder.run({ tests: [], planned: [] });
  expect(code).toBe(1);
  expect(worded(verdicts?.gate)).toEqual({
    released: false,
    reasons: expect.arrayContaining(['No visit was made']),
  });
  expect(output).toMatch(/^Held(:| \()/m);
});

test('a run from which Playwright filtered visits makes no release decision', REST, async ({ folder }) => {
  const { code, verdicts } = await folder.run({
    tests: [passing(organic), passing(adClick)],
    args: ['test', '-g', 'organic'],
  });
  expect(code).toBe(1);
  expect(wordings(verdicts?.gate)).toEqual([
    '1 of 2 visits was asked for: a partial run does not decide on a release',
  ]);
});

test('a skipped visit is missing', REST, async ({ folder }) => {
  const { visits } = await folder.run({ tests: [{ id: organic, code: 'test.skip();' }, passing(adClick)] });
  expect(visits?.[0]).toMatchObject({ outcome: 'missing', problem: { message: 'skipped' } });
});

test('a shard is judged by its own visits only', REST, async ({ folder }) => {
  const { code, visits } = await folder.run({
    tests: [passing(organic), passing(adClick)],
    config: { fullyParallel: true },
    args: ['test', '--shard=1/2'],
  });
  expect(code).toBe(0);
  expect(visits).toHaveLength(1);
});

test(
  'a shard without a visit to a target does not hold it; a shard without any visit is held',
  REST,
  async ({ folder }) => {
    const other = policy({ name: 'other-shop' });
    const options = {
      targets: [
        { policy: policy(), planned: [organic, adClick] },
        { policy: other, planned: [organic] },
      ],
    };
    const sample = { tests: [passing(organic), passing(adClick)], options, config: { fullyParallel: true } };
    const first = await folder.run({ ...sample, args: ['test', '--shard=1/2'] });
    expect(first.code).toBe(0);
    expect(first.verdicts).toMatchObject({
      shard: { current: 1, total: 2 },
      troubles: [],
      targets: [
        { visits: [{ scenario: 'organic' }], whole: { repeat: 1, visits: [organic, adClick] } },
        { gate: { released: true }, visits: [] },
      ],
    });
    const none = await folder.run({
      ...sample,
      args: ['test', '--shard=1/2', '-g', 'nothing', '--pass-with-no-tests'],
    });
    expect(worded(none.verdicts?.gate)).toEqual({ released: false, reasons: ['No visit was made'] });
  },
);

test('a target that was refused is held beside those that are released', REST, async ({ folder }) => {
  const { code, output, verdicts } = await folder.run({
    tests: [passing(organic)],
    options: { refused: [{ target: 'other-shop', refusals: NO_FILE }] },
  });
  expect(code).toBe(1);
  expect(wordings(verdicts?.gate)).toEqual([`other-shop: It could not be audited: ${NO_FILE_MESSAGE}`]);
  expect(verdicts?.targets.map(({ gate }) => gate.released)).toEqual([true, false]);
  expect(output).toMatch(/not audited +other-shop /);
});

test(
  'a visit that is made several times is one visit, and unstable if its runs differ',
  REST,
  async ({ folder }) => {
    const bad = { ...visit('ad-click', [verdict('event-id/present', 'fail')]), ...adClick };
    const { code, ...run } = await folder.run({
      tests: [
        passing(organic),
        {
          id: adClick,
          code: `const visit = info.repeatEachIndex === 1 ? ${JSON.stringify(bad)} : ${JSON.stringify(passing(adClick).attach)};
          await info.attach('ttq-visit', { body: JSON.stringify(visit) });`,
        },
      ],
      config: { repeatEach: 3 },
    });
    expect(code).toBe(1);
    expectOneUnstable(run);
  },
);

test('a folder that cannot be written to: one message, nothing is started', REST, async ({ folder }) => {
  await folder.write('reports', 'a file');
  const { code, output } = await folder.run({ tests: [passing(organic)], allure: false });
  expect(code).toBe(2);
  expect(output).toContain('reports cannot be written (');
  expect(output).not.toMatch(/^\s+at /m);
});

test('holds if verdicts cannot be written, and says so', REST, async ({ folder }) => {
  const code = `const { mkdirSync, readdirSync } = await import('node:fs');
    const own = readdirSync('reports').find((name) => name.startsWith('.run-'));
    mkdirSync(\`reports/\${own}/verdicts.json/x\`, { recursive: true });`;
  const { code: exit, output } = await folder.run({ tests: [{ ...passing(organic), code }] });
  expect(exit).toBe(1);
  expect(output).toMatch(/^Held(:| \()/m);
  expect(output).toContain('verdicts.json cannot be written (');
  expect(output).not.toContain('Verdicts: ');
});

test('shards merge into one verdict that keeps the evidence', REST, async ({ folder }) => {
  const tests = [
    { id: organic, attach: visit('organic', undefined, { evidence: 'evidence/organic.json' }) },
    passing(adClick),
  ];
  const config = { fullyParallel: true };
  for (const shard of ['1/2', '2/2']) {
    await folder.run({ tests, config, args: ['test', `--shard=${shard}`, '--reporter=blob'] });
    await folder.move(`blob-report/report-${shard[0]}.zip`, 'blobs');
  }
  await folder.write('reports/evidence/organic.json');
  const args = ['merge-reports', '-c', 'playwright.config.js', 'blobs'];
  const { code, visits } = await folder.run({ tests, config, args, allure: false });
  expect(code).toBe(0);
  expect(visits).toHaveLength(2);
  expect(folder.exists('reports/evidence/organic.json')).toBe(true);
});

test(
  'a killed shard, one of four, is named with its target, and can be run again alone',
  REST,
  async ({ folder }) => {
    const ids = ['organic', 'gpc', 'mobile', 'returning'].map((scenario) => ({
      journey: 'purchase',
      scenario,
    }));
    const waits = "console.log('waiting'); await new Promise(r => setTimeout(r, 20000));";
    const shard = async (current: number, killed = false) => {
      const tests = ids.map((id, index) =>
        killed && index === current - 1 ? { ...passing(id), code: waits } : passing(id),
      );
      const { code } = await folder.run({
        tests,
        config: { fullyParallel: true },
        args: ['test', `--shard=${current}/4`],
        ...(killed ? { interruptAt: /waiting/, signal: 'SIGKILL' } : {}),
      });
      if (folder.exists('reports/verdicts.json')) await folder.rename('reports', `shard-${current}`);
      return code;
    };
    expect([await shard(1), await shard(2), await shard(3, true), await shard(4)]).toEqual([0, 0, null, 0]);
    const merge = () => inProcess(folder.path, ['merge', 'shard-1', 'shard-2', 'shard-3', 'shard-4']);

    const held = await merge();
    expect(held.code, held.err).toBe(1);
    expect(held.err).toContain(
      'shard-3: found no verdicts.json; treated as a shard that died or was not run.',
    );
    expect(held.out).toContain('Shard 3 of 4 is missing: not all visits of demo-shop were made');
    expect(held.out).toContain('Run only that shard again');
    expect(held.out).toContain('1 of 4 visits left no evidence (purchase under mobile)');

    expect(await shard(3)).toBe(0);
    const released = await merge();
    expect(released.code, released.out + released.err).toBe(0);
    expect(released.out).toMatch(/^demo-shop: 4 visits: 4 passed\n/m);
  },
);

test('a retry that passes does not undo the failure', REST, async ({ folder }) => {
  const attach = (sample: unknown) =>
    `await info.attach('ttq-visit', { body: ${JSON.stringify(JSON.stringify(sample))} });`;
  const bad = visit('organic', [verdict('event-id/present', 'fail')]);
  const { code, visits } = await folder.run({
    tests: [
      {
        id: organic,
        code: `if (retry === 0) { ${attach(bad)} throw new Error('first'); } else { ${attach(visit('organic'))} }`,
      },
    ],
    config: { retries: 1 },
  });
  expect(code).toBe(1);
  expect(visits).toEqual([bad]);
});

test('a site that does not start: its message, once', REST, async ({ folder }) => {
  const { code, output, verdicts } = await folder.run({
    tests: [passing(organic)],
    config: { webServer: { command: 'node -e "process.exit(3)"', url: 'http://127.0.0.1:9/' } },
  });
  expect(code).toBe(1);
  expect(wordings(verdicts?.gate)).toEqual([
    expect.stringMatching(/^The sites' servers were not started: .*Exit code: 3/),
    '1 of 1 visit left no evidence (purchase under organic): not run',
  ]);
  expect(output.match(/The sites' servers were not started/g)).toHaveLength(1);
});

test('an interrupted run keeps what it has and is held', REST, async ({ folder }) => {
  const { code, verdicts, visits } = await folder.run({
    tests: [
      passing(organic),
      { id: adClick, code: "console.log('waiting'); await new Promise(r => setTimeout(r, 20000));" },
    ],
    interruptAt: /waiting/,
  });
  expect(code).not.toBe(0);
  expect(visits?.map(({ outcome }) => outcome)).toEqual(['complete', 'missing']);
  expect(wordings(verdicts?.gate)[0]).toBe('The run was interrupted');
});

test('an evidence file that is gone breaks its visit', REST, async ({ folder }) => {
  const attach = visit('organic', undefined, { evidence: 'evidence/gone.json' });
  const { code, visits } = await folder.run({ tests: [{ id: organic, attach }] });
  expect(code).toBe(1);
  expect(visits?.[0]?.outcome).toBe('broken');
});

test('another test that fails holds the release', REST, async ({ folder }) => {
  const { code, verdicts } = await folder.run({
    tests: [passing(organic)],
    source: "test('of something else', () => { throw new Error('no'); });",
  });
  expect(code).toBe(1);
  expect(wordings(verdicts?.gate)).toEqual(['Test failed: of something else']);
});

test.describe('what an earlier run left', () => {
  const old = [
    'verdicts.json',
    'evidence/old.json',
    'timelines/old.svg',
    'allure-results/old-result.json',
    'allure/index.html',
  ].map((file) => `reports/${file}`);

  test('is removed, and nothing else', REST, async ({ folder }) => {
    for (const file of [...old, 'reports/notes.txt']) await folder.write(file);
    await folder.run({ tests: [passing(organic)] });
    expect(old.slice(1).filter((file) => folder.exists(file))).toEqual([]);
    expect(folder.exists('reports/notes.txt')).toBe(true);
  });

  test('does not outlive a run whose site does not start', REST, async ({ folder }) => {
    await folder.write('reports/verdicts.json', '{"gate":{"released":true}}');
    const { verdicts } = await folder.run({
      tests: [passing(organic)],
      config: { webServer: { command: 'node -e "process.exit(3)"', url: 'http://127.0.0.1:9/' } },
    });
    expect(verdicts?.gate.released).toBe(false);
  });

  test('stays when tests are only listed', REST, async ({ folder }) => {
    for (const file of old) await folder.write(file);
    const { code, output } = await folder.run({ tests: [passing(organic)], args: ['test', '--list'] });
    expect(code).toBe(0);
    expect(old.filter((file) => folder.exists(file))).toEqual(old);
    expect(output).not.toContain('Held');
  });
});
