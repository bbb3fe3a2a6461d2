import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { NATIVE } from '../../../src/cli/run-playwright.ts';
import type { AuditVerdicts } from '../../../src/verdict/verdict.ts';
import { worded, wordings } from '../report/samples.ts';
import { REST } from '../rest.ts';
import { test as base } from '../test.ts';

/** What ends with which exit code, as processes: whatever reporters are named, and whoever ends them. */
const inRepository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const AUDIT = [inRepository('src/cli/main.ts'), 'audit', 'target.json', '--'];
const CLI = inRepository('node_modules/@playwright/test/cli.js');
const CONFIG = ['-c', inRepository('playwright.config.ts')];
const PLAYWRIGHT = [CLI, 'test', ...CONFIG];

/** None of its visits fits `NO_VISIT`, so that no browser starts: every one is left out. */
const TARGET = {
  name: 'unvisited',
  baseURL: 'http://127.0.0.1:1',
  pixels: ['C0000000000000000000'],
  journeys: [{ name: 'visit', start: '/' }],
};
const NO_VISIT = ['-g', 'no such visit', '--pass-with-no-tests'];
const LAST = '{"of":"the last audit"}';

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Fixtures {
  folder: string;
  run: (args: string[], env?: Record<string, string>) => Promise<Ended>;
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-gate-'));
    await writeFile(join(folder, 'target.json'), JSON.stringify(TARGET));
    await mkdir(join(folder, 'reports'));
    await writeFile(join(folder, 'reports/verdicts.json'), LAST);
    await use(folder);
    await rm(folder, { recursive: true });
  },
  run: async ({ folder }, use) => {
    const own = /^(TEST_|TTQ_(?!BROWSER)|PW_|PLAYWRIGHT_(?!BROWSERS_PATH)|GITHUB_|CI$)/;
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
    await use(async (args, env = {}) => {
      const child = spawn(process.execPath, args, {
        cwd: folder,
        // Otherwise blobs go to the folder of the configuration.
        env: {
          ...clean,
          ...NATIVE,
          TTQ_TARGET: 'target.json',
          PLAYWRIGHT_BLOB_OUTPUT_DIR: join(folder, 'blob-report'),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      const code = await new Promise<number | null>((done) => child.on('close', done));
      return { code, stdout, stderr };
    });
  },
});

const last = (folder: string) => readFile(join(folder, 'reports/verdicts.json'), 'utf8');
const verdicts = async (folder: string) => JSON.parse(await last(folder)) as AuditVerdicts;
const LEFT_OUT = '0 of 2 visits were asked for: a partial run does not decide on a release';

test.describe.configure({ mode: 'parallel' });

for (const [name, command] of [
  ['playwright test', PLAYWRIGHT],
  ['audit', AUDIT],
] as const) {
  for (const reporter of ['line', 'json', 'blob', 'null']) {
    const details = reporter === 'line' && name !== 'audit' ? {} : REST;
    test(
      `${name} with --reporter=${reporter}: visits that were left out release nothing`,
      details,
      async ({ folder, run }) => {
        const { code, stdout, stderr } = await run([...command, `--reporter=${reporter}`, ...NO_VISIT]);
        expect(code).toBe(2);
        expect(stderr).toMatch(/^No release decision \(/m);
        if (reporter === 'json' && name !== 'audit') expect(JSON.parse(stdout)).toMatchObject({ suites: [] });
        const { gate } = await verdicts(folder);
        expect(worded(gate)).toEqual({ released: false, reasons: [LEFT_OUT, 'No visit was made'] });
        expect(await readdir(join(folder, 'reports'))).toContain('summary.md');
        expect((await readdir(join(folder, 'reports'))).filter((file) => file.startsWith('.'))).toEqual([]);
      },
    );
  }
}

test('a reporter that the environment names is added', REST, async ({ folder, run }) => {
  await writeFile(
    join(folder, 'theirs.mjs'),
    "export default class { onEnd() { console.log('theirs'); return { status: 'passed' }; } }",
  );
  const named = { PW_TEST_REPORTER: join(folder, 'theirs.mjs') };
  const { code, stdout } = await run([...PLAYWRIGHT, ...NO_VISIT], named);
  expect(stdout).toMatch(/^theirs$/m);
  expect(code).toBe(2);
  expect((await verdicts(folder)).gate.released).toBe(false);
  const both = await run([...PLAYWRIGHT, '--reporter=line', ...NO_VISIT], named);
  expect(both.code).toBe(2);
  expect(both.stderr).toContain('PW_TEST_REPORTER: found');
});

test('merge-reports decides the gate, whatever reporter is named', REST, async ({ folder, run }) => {
  await run([...PLAYWRIGHT, '--reporter=blob', ...NO_VISIT]);
  await rm(join(folder, 'reports'), { recursive: true });
  const { code, stderr } = await run([CLI, 'merge-reports', ...CONFIG, '--reporter=line', 'blob-report']);
  expect(stderr).toMatch(/^Held \(/m);
  expect(code).toBe(2);
  expect((await verdicts(folder)).gate.released).toBe(false);
});

for (const [when, source] of [
  ['while it loads', 'process.exit(0);'],
  ['when it is made', 'export default class { constructor() { process.exit(0); } }'],
  ['when the run begins', 'export default class { onBegin() { process.exit(0); } }'],
  ['when the run ends', 'export default class { onEnd() { process.exit(0); } }'],
] as const) {
  test(
    `a reporter that ends the process ${when}: 2, and the last reports stay`,
    REST,
    async ({ folder, run }) => {
      await writeFile(join(folder, 'ends.mjs'), source);
      const { code, stderr } = await run([...PLAYWRIGHT, '--reporter=./ends.mjs', ...NO_VISIT]);
      expect(code).toBe(2);
      expect(stderr).toContain('other code called process.exit(0)');
      expect(await last(folder)).toBe(LAST);
      expect((await readdir(join(folder, 'reports'))).sort()).toEqual(['verdicts.json']);
    },
  );
}

test('an exception that nobody catches: 2', REST, async ({ folder, run }) => {
  const source =
    "export default class { onEnd() { setTimeout(() => { throw new Error('late'); }); return new Promise(() => {}); } }";
  await writeFile(join(folder, 'throws.mjs'), source);
  const { code } = await run([...PLAYWRIGHT, '--reporter=./throws.mjs', ...NO_VISIT]);
  expect(code).toBe(2);
  expect(await last(folder)).toBe(LAST);
});

test('a reporter that throws at the end holds the release', REST, async ({ folder, run }) => {
  await writeFile(
    join(folder, 'throws.mjs'),
    "export default class { onEnd() { throw new Error('theirs broke'); } }",
  );
  const { code } = await run([...PLAYWRIGHT, '--reporter=./throws.mjs', ...NO_VISIT]);
  expect(code).toBe(2);
  expect(wordings((await verdicts(folder)).gate)).toContain('theirs broke');
});

for (const args of [
  PLAYWRIGHT,
  AUDIT,
  [inRepository('src/cli/main.ts'), 'judge', 'x', '--target', 'ends.mjs'],
]) {
  // One command that reads a target shows it; CI tries the others as well.
  const details = args.includes('judge') ? {} : REST;
  test(
    `a target that ends the process, ${args.slice(1, 3).join(' ')}: 2`,
    details,
    async ({ folder, run }) => {
      await writeFile(join(folder, 'ends.mjs'), 'process.exit(0);');
      const command = args.map((arg) => (arg === 'target.json' ? 'ends.mjs' : arg));
      const { code } = await run(command, { TTQ_TARGET: 'ends.mjs' });
      expect(code).toBe(2);
      expect(await last(folder)).toBe(LAST);
    },
  );
}

for (const [name, command] of [
  ['playwright test', PLAYWRIGHT],
  ['audit', AUDIT],
] as const) {
  test(
    `${name} without a browser: 2, one message, and the last reports stay`,
    REST,
    async ({ folder, run }) => {
      const { code, stdout, stderr } = await run([...command], { TTQ_BROWSER: join(folder, 'none') });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^TTQ_BROWSER is .*none, which does not exist\.\n/);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stdout).toBe('');
      expect(await last(folder)).toBe(LAST);
    },
  );
}

test('playwright test without any browser: 2, and what to do', REST, async ({ folder, run }) => {
  const nowhere = { TTQ_BROWSER: '', PATH: folder, PLAYWRIGHT_BROWSERS_PATH: folder };
  const { code, stderr } = await run(PLAYWRIGHT, nowhere);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^No browser was found\.\nDo one of these:\n {2}- set TTQ_BROWSER/);
  expect(await last(folder)).toBe(LAST);
});

test('lists tests: 0, and writes nothing', REST, async ({ folder, run }) => {
  const { code, stdout } = await run([...PLAYWRIGHT, '--list', '--reporter=list']);
  expect(stdout).toContain('visit under organic');
  expect(code).toBe(0);
  expect(await readdir(join(folder, 'reports'))).toEqual(['verdicts.json']);
});

test('--help: 0', async ({ run }) => {
  expect((await run([inRepository('src/cli/main.ts'), '--help'])).code).toBe(0);
});

test(
  'interrupted before its first visit ended: 2, and the last reports stay',
  REST,
  async ({ folder, run }) => {
    await writeFile(
      join(folder, 'stops.mjs'),
      "export default class { onTestBegin() { process.kill(process.pid, 'SIGINT'); } }",
    );
    const { code, stderr } = await run([...PLAYWRIGHT, '--reporter=./stops.mjs']);
    expect(code).toBe(2);
    expect(stderr).toContain('Nothing was recorded: reports is as it was.');
    expect(await last(folder)).toBe(LAST);
    expect(existsSync(join(folder, 'reports/evidence'))).toBe(false);
  },
);
