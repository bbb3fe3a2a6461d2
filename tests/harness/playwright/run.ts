import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JSONReport, JSONReportSpec, JSONReportSuite } from '@playwright/test/reporter';
import { test as base, type Lasting } from '../test.ts';
import { Shop } from './shop.ts';

const SUITES = { suite: './suite/', server: './suite-server/', reported: './suite-reported/' } as const;
const PLAYWRIGHT = fileURLToPath(new URL('../../../node_modules/@playwright/test/cli.js', import.meta.url));

/** A test of the suite, as its developer sees it. */
export interface SuiteTest {
  status: 'passed' | 'failed' | 'timedOut' | 'skipped' | 'interrupted' | undefined;
  /** All of its errors, without colours. */
  error: string;
  attachments: string[];
}

export interface Ran {
  code: number | null;
  output: string;
  /** By project name and title. */
  tests: Map<string, SuiteTest>;
  /** A folder that exists until the test ends. */
  folder: string;
}

export interface RunOptions {
  /** By default that of the shop started by the harness. */
  suite?: keyof typeof SUITES;
  /** Of Playwright; by default it runs the tests of the suite. */
  command?: 'test' | 'merge-reports';
  args?: string[];
  /** Called with all output so far, whenever there is more. */
  watch?: (output: string, child: ChildProcess) => void;
  /** By default one of its own. */
  folder?: string;
  env?: Record<string, string>;
}

const SHOP: Lasting<Shop> = { open: () => Shop.start(), close: (shop) => shop.close() };

/** Runs spec files of the suite in a process of their own. */
export const test = base.extend<{ shop: Shop; play: (spec: string, options?: RunOptions) => Promise<Ran> }>({
  shop: async ({ shared }, use) => use(await shared.get(SHOP)),
  play: async ({ shop }, use) => {
    await using opened = new AsyncDisposableStack();
    await use(async (spec, options = {}) => {
      const { suite = 'suite', command = 'test', args = [], env = {}, watch } = options;
      const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'ttq-suite-')));
      if (!options.folder) opened.defer(() => rm(folder, { recursive: true }));
      const json = join(folder, 'report.json');
      const config = fileURLToPath(new URL(`${SUITES[suite]}playwright.config.ts`, import.meta.url));
      const all = [command, '-c', config, spec, ...(command === 'test' ? ['--workers=1'] : []), ...args];
      const child = spawn(process.execPath, [PLAYWRIGHT, ...all], {
        cwd: folder,
        env: {
          ...plainEnvironment(),
          SHOP_URL: shop.url,
          SUITE_OUTPUT: join(folder, 'results'),
          PLAYWRIGHT_JSON_OUTPUT_FILE: json,
          FORCE_COLOR: '0',
          ...env,
        },
      });
      opened.defer(() => void child.kill());
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          watch?.(output, child);
        });
      const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
      return { code, output, tests: await readReport(json), folder };
    });
  },
});

export { expect } from '@playwright/test';

/** Without the variables that this test's own Playwright has set for its workers. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(TEST_|PW_|PLAYWRIGHT_(?!BROWSERS))/.test(name)),
  );
}

async function readReport(file: string): Promise<Map<string, SuiteTest>> {
  const { readFile } = await import('node:fs/promises');
  const report = JSON.parse(await readFile(file, 'utf8').catch(() => '{"suites":[]}')) as JSONReport;
  return new Map(report.suites.flatMap(specsIn).flatMap(testOf));
}

function specsIn({ specs, suites = [] }: JSONReportSuite): JSONReportSpec[] {
  return [...specs, ...suites.flatMap(specsIn)];
}

function testOf({ title, tests }: JSONReportSpec): [string, SuiteTest][] {
  return tests.map(({ projectName, results }) => {
    const last = results.at(-1);
    const error = (last?.errors ?? []).map(({ message = '' }) => message).join('\n');
    const attachments = (last?.attachments ?? []).map(({ name }) => name);
    return [`${projectName}: ${title}`, { status: last?.status, error, attachments }];
  });
}
