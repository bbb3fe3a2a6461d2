import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { judgeFiles } from '../../../src/cli/judge-files.ts';
import { Targets } from '../../../src/cli/judge-targets.ts';
import type { AuditVerdicts } from '../../../src/verdict/verdict.ts';
import { REST } from '../rest.ts';
import { clean } from '../rules/clean.ts';
import { test as base } from '../test.ts';
import { type Done, inProcess } from './in-process.ts';

const inRepository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const HAR = inRepository('fixtures/har/none.organic.har');
const BROKEN_HAR = inRepository('fixtures/har/purchase-without-third-argument.organic.har');
const TARGET = inRepository('fixtures/targets/demo-shop.json');

interface Fixtures {
  folder: string;
  /** `ttq-conformance judge`, as a user runs it, in the folder. */
  judge: (...args: string[]) => Promise<Done>;
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-judge-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  judge: async ({ folder }, use) => {
    await use(async (...args) => {
      const done = await inProcess(folder, ['judge', ...args]);
      expect(done.out + done.err, 'no stack trace').not.toMatch(/^ +at /m);
      return done;
    });
  },
});

/** The clean visit as evidence of the demo shop, on port 80. */
function writeEvidence(path: string, change: object = {}): void {
  writeFileSync(path, JSON.stringify({ ...clean(), ...change }));
}

async function gathered<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

test('releases evidence of a correct visit, with the same bytes each time', async ({ folder, judge }) => {
  cpSync(inRepository('fixtures/evidence/version-2.json'), join(folder, 'a.json'));
  const args = ['a.json', '--today', '2026-11-25'];
  const [one, other] = [
    await judge(...args, '--output', 'one.json'),
    await judge(...args, '--output', 'other.json'),
  ];
  expect(one.code, one.err + one.out).toBe(0);
  expect(one.out).toMatch(/^demo-shop: 1 visit: 1 passed\n/m);
  expect(one.out).toMatch(/\nReleased \(0 failed rules, .*\)\nVerdicts: one\.json\n$/);
  expect(other.code).toBe(0);
  const [bytes, again] = ['one', 'other'].map((name) => readFileSync(join(folder, `${name}.json`), 'utf8'));
  expect(again).toBe(bytes);
  const verdicts = JSON.parse(bytes!) as AuditVerdicts;
  expect(verdicts.targets[0]!.visits[0]).toMatchObject({ evidence: 'a.json', outcome: 'complete' });
});

test('workers judge the same as one thread, in the order of the files', REST, async ({ folder }) => {
  writeEvidence(join(folder, 'a.json'));
  writeEvidence(join(folder, 'b.json'), { requests: [] });
  writeFileSync(join(folder, 'c.json'), '{');
  const paths = Array.from({ length: 70 }, () => ['a', 'b', 'c'].map((name) => join(folder, `${name}.json`)));
  const targets = await Targets.load([TARGET]);
  const judged = (cores: number) => gathered(judgeFiles(paths.flat(), targets, {}, '2026-11-25', cores));
  const [one, two] = [await judged(1), await judged(2)];
  expect(one.slice(0, 3).map((file) => 'problem' in file)).toEqual([false, false, true]);
  expect(JSON.stringify(two)).toBe(JSON.stringify(one));
});

test('a wrong command line ends the workers, too', REST, async () => {
  const targets = await Targets.load([TARGET]);
  const paths = Array.from({ length: 120 }, () => HAR);
  const judging = gathered(judgeFiles(paths, targets, { scenario: 'ad-clicks' }, '2026-11-25', 2));
  await expect(judging).rejects.toThrow(/--scenario: found "ad-clicks"/);
});

for (const [where, files] of [
  ['in this thread', 1],
  ['in a worker', 400],
] as const) {
  test(
    `a target that does not fit the port of its evidence ends it in one message, ${where}`,
    REST,
    async ({ folder, judge }) => {
      const demo = JSON.parse(readFileSync(TARGET, 'utf8')) as object;
      const target = { ...demo, baseURL: 'http://127.0.0.1:1{port}' };
      writeFileSync(join(folder, 'target.json'), JSON.stringify(target));
      mkdirSync(join(folder, 'all'));
      writeEvidence(join(folder, 'all/0.json'), { port: 49152 });
      for (let index = 1; index < files; index += 1)
        linkSync(join(folder, 'all/0.json'), join(folder, `all/${index}.json`));
      const { code, out, err } = await judge('all', '--target', 'target.json');
      expect(err).toMatch(
        /^The target file target\.json cannot be used:\n {2}\/baseURL: found .*\nFix the file .*\n$/,
      );
      expect({ code, out }).toEqual({ code: 2, out: '' });
    },
  );
}

test('a visit that is missing in a folder holds the release', async ({ folder, judge }) => {
  mkdirSync(join(folder, 'evidence/demo-shop'), { recursive: true });
  writeEvidence(join(folder, 'evidence/demo-shop/purchase.json'));
  const { code, out } = await judge('evidence');
  expect(code).toBe(1);
  expect(out).toContain('left no evidence');
  expect(out).toContain('none is in the folder');
  const alone = await judge('evidence/demo-shop/purchase.json');
  expect(alone.out).not.toContain('left no evidence');
});

test('a visit that failed says what and where, and its file', async ({ judge }) => {
  const { code, out } = await judge(BROKEN_HAR, '--target', TARGET);
  expect(code).toBe(1);
  expect(out).toContain('event-id/present (blocker)');
  expect(out).toContain('purchase-without-third-argument.organic.har');
  expect(out).toContain('\nHeld (');
});

test('what a HAR does not show is reported by reason', async ({ judge }) => {
  const { code, out } = await judge(HAR, '--target', TARGET);
  expect(code, out).toBe(0);
  const [, listed = ''] = out.split('Not judged, because the evidence does not show enough\n');
  expect(listed).toMatch(
    /^ {2}A HAR does not show the calls of ttq \(inapplicable\): \d+ rules\n {4}click-id\/landing-has-it, /m,
  );
});

test('one corrupt file among many is reported, the others are judged, and the audit is not released', async ({
  folder,
  judge,
}) => {
  mkdirSync(join(folder, 'all/x.json'), { recursive: true });
  cpSync(inRepository('fixtures/evidence/version-2.json'), join(folder, 'all/x.json/good.json'));
  writeFileSync(join(folder, 'all/cut.json'), JSON.stringify(clean()).slice(0, 900));
  writeFileSync(join(folder, 'all/empty.json'), '');
  writeFileSync(join(folder, 'all/package.json'), '{"name":"x","scripts":{}}');
  writeFileSync(join(folder, 'all/notes.txt'), 'no evidence, and not looked at');
  symlinkSync('..', join(folder, 'all/up'));
  symlinkSync('loop.json', join(folder, 'all/loop.json'));
  symlinkSync('nowhere.json', join(folder, 'all/gone.json'));
  const { code, out, err } = await judge('all', '--output', 'verdicts.json');
  expect(code).toBe(2);
  expect(err.trim().split('\n')).toEqual([
    expect.stringMatching(/^all\/cut\.json: it ends in the middle/),
    expect.stringMatching(/^all\/empty\.json: it is empty/),
    expect.stringMatching(/^all\/gone\.json: it cannot be read \(there is no such file\)/),
    expect.stringMatching(/^all\/loop\.json: it cannot be read \(its links form a loop\)/),
    expect.stringMatching(/^all\/package\.json: found the manifest of a package/),
  ]);
  expect(out).toMatch(/^demo-shop: \d+ visits: /m);
  const verdicts = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as AuditVerdicts;
  expect(verdicts.gate.released).toBe(false);
});

test('judges the others beside a refused target, and holds the release', async ({ folder, judge }) => {
  writeFileSync(join(folder, 'exits.mjs'), 'process.exit(0);');
  const exits = ['--target', 'exits.mjs'];
  cpSync(inRepository('fixtures/evidence/version-2.json'), join(folder, 'a.evidence.json'));
  const targets = ['--target', TARGET, ...exits];
  const { code, out, err } = await judge('a.evidence.json', ...targets, '--output', 'verdicts.json');
  expect(err).toContain('Not judged. The target file exits.mjs cannot be used:\n  it ends the process');
  expect(out).toContain('exits.mjs: It could not be audited');
  expect(code).toBe(1);
  const verdicts = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as AuditVerdicts;
  expect(verdicts.targets.map(({ target, visits }) => [target, visits.length])).toEqual([
    ['demo-shop', 1],
    ['exits.mjs', 0],
  ]);

  // It is not known which of the two it belongs to.
  const har = await judge(HAR, ...targets);
  expect(har.err).toContain(
    'A HAR or a list of calls does not say which target it belongs to: name only one target file.',
  );
  expect(har.code).toBe(2);

  const alone = await judge(HAR, ...exits);
  expect(alone.err).toContain('it ends the process that loads it (code 0)');
  expect(alone.code).toBe(2);
});

test('evidence of a refused target does not cost the others their verdicts', async ({ folder, judge }) => {
  writeFileSync(join(folder, 'other.json'), '{ "name": "other-shop" }');
  mkdirSync(join(folder, 'all'));
  writeEvidence(join(folder, 'all/a.json'));
  writeEvidence(join(folder, 'all/b.json'), { target: 'other-shop' });
  const { code, err } = await judge('all', '--target', TARGET, '--target', 'other.json');
  expect(err).toContain('Not judged. The target file other.json cannot be used:');
  expect(err).toContain('all/b.json: /target: found "other-shop"');
  expect(code).toBe(1);
});

for (const [what, args, message] of [
  [
    'a path that is not there',
    ['no.json'],
    'no.json: it cannot be read (there is no such file); check the path',
  ],
  [
    'a HAR without a target',
    [HAR],
    'A HAR or a list of calls does not say which target it belongs to: name the target file with --target.',
  ],
  [
    'an unknown journey',
    [HAR, '--target', TARGET, '--journey', 'tour'],
    '--journey: found "tour"; wanted one of purchase.',
  ],
  [
    'an unknown scenario',
    [HAR, '--target', TARGET, '--scenario', 'returning'],
    '--scenario: found "returning"; wanted one that a HAR',
  ],
  [
    'an invalid day',
    ['.', '--today', 'tomorrow'],
    '--today: found "tomorrow"; wanted a day such as 2026-11-25.',
  ],
  [
    'a day that no month has',
    ['.', '--today', '2026-02-31'],
    '--today: found "2026-02-31"; wanted a day such as 2026-11-25.',
  ],
  ['an empty folder', ['.'], '.: found no evidence; wanted *.json, *.har or *.ndjson files.'],
  [
    'an unknown target',
    ['other.json'],
    'other.json: /target: found "other-shop"; the files named by --target describe: none.',
  ],
] as [string, string[], string][]) {
  test(`${what}: one line, and exit code 2`, async ({ folder, judge }) => {
    if (args.includes('other.json')) writeEvidence(join(folder, 'other.json'), { target: 'other-shop' });
    const { code, err } = await judge(...args);
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
}
