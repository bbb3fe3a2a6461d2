import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditVerdicts } from '../../../src/verdict/verdict.ts';
import { REST } from '../rest.ts';
import { expect, type Ran, type RunOptions, test } from './run.ts';

/** The reporter in runs as its users make them, over visits that were recorded before. */

test.describe.configure({ timeout: 240_000 });

const SPEC = 'reported.spec.ts';
const suite = (options: RunOptions = {}): RunOptions => ({ suite: 'reported', ...options });

async function visitsIn({ folder }: Ran) {
  const file = join(folder, 'results-ttq/verdicts.json');
  const { targets, gate } = JSON.parse(await readFile(file, 'utf8')) as AuditVerdicts;
  const visits = targets.flatMap((target) => target.visits);
  return {
    journeys: visits.map(({ journey }) => journey).sort(),
    runs: visits.map(({ runs = [] }) => runs.length),
    reasons: gate.reasons.map(({ code }) => code),
  };
}
const written = async ({ folder }: Ran) => (await readdir(folder)).sort();

test('beside every other reporter, in parallel', REST, async ({ play }) => {
  const env = { SUITE_REPORTERS: 'list html json junit blob ttq', PLAYWRIGHT_BLOB_OUTPUT_DIR: 'blob' };
  const ran = await play(SPEC, suite({ env, args: ['--workers=2'] }));
  expect(ran.code, ran.output).toBe(1);
  expect(await visitsIn(ran)).toMatchObject({
    journeys: ['broken', 'correct', 'correct as well'],
    reasons: ['failed'],
  });
  expect(await written(ran)).toEqual(
    expect.arrayContaining(['blob', 'results-html', 'results-ttq', 'results.xml']),
  );
  // A run has one decision, and it comes last.
  expect(ran.output.match(/^Held \(/gm)).toHaveLength(1);
  expect(ran.output.indexOf('1 failed')).toBeLessThan(ran.output.search(/^Held \(/m));
});

test('shards are merged, and the gate decides on all of them', REST, async ({ play }) => {
  const shard = (index: number, folder?: string) =>
    play(
      SPEC,
      suite({
        args: [`--shard=${index}/2`],
        env: {
          SUITE_WHOLE_RUN: '1',
          SUITE_REPORTERS: 'blob',
          PLAYWRIGHT_BLOB_OUTPUT_FILE: `blobs/${index}.zip`,
        },
        ...(folder === undefined ? {} : { folder }),
      }),
    );
  const { folder } = await shard(1);
  await shard(2, folder);
  const merged = await play('blobs', suite({ command: 'merge-reports', folder }));
  expect(await visitsIn(merged)).toMatchObject({
    journeys: ['broken', 'correct', 'correct as well'],
    // One failure is in a visit of one shard, two are in visits of both.
    reasons: ['failed', 'failed', 'failed'],
  });
  expect(merged.output).toMatch(/^Held \(/m);
  // Playwright itself ends with 0, whatever a reporter says.
  expect(merged.code).toBe(1);
});

test('a test that is repeated is one visit of several runs', REST, async ({ play }) => {
  const ran = await play(SPEC, suite({ args: ['--repeat-each=2'], env: { SUITE_FIXED: '1' } }));
  expect(ran.code, ran.output).toBe(0);
  expect(await visitsIn(ran)).toEqual({
    journeys: ['broken', 'correct', 'correct as well'],
    runs: [2, 2, 2],
    reasons: [],
  });
});

test('only the failed ones are run again, once they are fixed', REST, async ({ play }) => {
  const { folder } = await play(SPEC, suite());
  const ran = await play(SPEC, suite({ folder, args: ['--last-failed'], env: { SUITE_FIXED: '1' } }));
  expect(ran.code, ran.output).toBe(0);
  expect(await visitsIn(ran)).toMatchObject({ journeys: ['broken'], reasons: [] });
});

test('a run that is interrupted keeps what was judged, and holds', REST, async ({ play }) => {
  let isStopped = false;
  const stop: RunOptions['watch'] = (output, child) => {
    if (isStopped || !/^hangs$/m.test(output)) return;
    isStopped = true;
    child.kill('SIGINT');
  };
  const env = { SUITE_HANGS: '1', SUITE_FIXED: '1', SUITE_REPORTERS: 'list json ttq' };
  const ran = await play(SPEC, suite({ env, watch: stop }));
  expect(ran.code, ran.output).toBe(130);
  expect(await visitsIn(ran)).toMatchObject({
    journeys: ['broken', 'correct', 'correct as well'],
    reasons: expect.arrayContaining(['interrupted']),
  });
});

test('no test at all, or none that is judged', REST, async ({ play }) => {
  const none = await play(SPEC, suite({ args: ['--grep', 'nothing is called so'] }));
  expect(none.code).toBe(1);
  const plain = await play(SPEC, suite({ args: ['--grep', 'without a page'] }));
  expect(plain.code).toBe(0);
  expect(plain.output).toContain('No visit was judged, so no verdicts were written');
  const listed = await play(SPEC, suite({ args: ['--list'] }));
  expect(listed.output).not.toContain('No visit was judged');
});
