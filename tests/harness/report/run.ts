import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NATIVE } from '../../../src/cli/run-playwright.ts';
import { visitAnnotations } from '../../../src/report/recorded.ts';
import type { ReporterOptions } from '../../../src/report/reporter.ts';
import type { AuditVerdicts, VisitId, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { policy } from './samples.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A test that makes a visit in a small suite: attaches the visit, runs the code, or both. */
export interface SampleTest {
  id: VisitId;
  attach?: VisitVerdicts;
  /** Statements after the attachment; `retry` is the number of the try. */
  code?: string;
}

export interface SampleRun {
  tests: SampleTest[];
  planned?: VisitId[];
  /** Further source of the suite. */
  source?: string;
  config?: Record<string, unknown>;
  /** Further options of the reporter. */
  options?: Partial<ReporterOptions>;
  /** Arguments of `playwright`; by default `test`. */
  args?: string[];
  /** Whether allure-playwright reports, too; it cannot merge. */
  allure?: boolean;
  /** The process is interrupted when its output first matches. */
  interruptAt?: RegExp;
  /** The signal; SIGINT by default. */
  signal?: 'SIGINT' | 'SIGKILL';
}

export interface SampleResult {
  code: number | null;
  output: string;
  verdicts: AuditVerdicts | undefined;
  /** Those of its only target. */
  visits: VisitVerdicts[] | undefined;
}

/** A folder in which small Playwright suites run with our reporter, each in a process of its own. */
export class SampleFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<SampleFolder> {
    const path = await mkdtemp(join(tmpdir(), 'ttq-report-'));
    await symlink(join(root, 'node_modules'), join(path, 'node_modules'));
    await writeFile(join(path, 'package.json'), '{ "type": "module" }');
    return new SampleFolder(path);
  }

  get reports(): string {
    return join(this.path, 'reports');
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  async write(file: string, text = '{}'): Promise<void> {
    const path = join(this.path, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  async move(file: string, folder: string): Promise<void> {
    await mkdir(join(this.path, folder), { recursive: true });
    await rename(join(this.path, file), join(this.path, folder, basename(file)));
  }

  async rename(file: string, to: string): Promise<void> {
    await rename(join(this.path, file), join(this.path, to));
  }

  exists(file: string): boolean {
    return existsSync(join(this.path, file));
  }

  async run(sample: SampleRun): Promise<SampleResult> {
    await this.write('sample.spec.js', suite(sample));
    await this.write(
      'playwright.config.js',
      `export default ${JSON.stringify({ workers: 1, ...sample.config, reporter: reporters(sample) })};`,
    );
    const command = createRequire(import.meta.url).resolve('@playwright/test/cli');
    const child = spawn(process.execPath, [command, ...(sample.args ?? ['test'])], {
      cwd: this.path,
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, output } = await ended(child, sample.interruptAt, sample.signal);
    const verdicts = await this.#verdicts();
    return { code, output, verdicts, visits: verdicts?.targets?.[0]?.visits };
  }

  async #verdicts(): Promise<AuditVerdicts | undefined> {
    const path = join(this.reports, 'verdicts.json');
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
    return JSON.parse(await readFile(path, 'utf8')) as AuditVerdicts;
  }
}

function reporters({ tests, planned, options: more, allure = true }: SampleRun): unknown[] {
  const options = {
    reports: 'reports',
    targets: [{ policy: policy(), planned: planned ?? tests.map(({ id }) => id) }],
    ...more,
  };
  return [
    [join(root, 'src/report/progress.ts')],
    ...(allure ? [['allure-playwright', { resultsDir: 'reports/allure-results' }]] : []),
    [join(root, 'src/report/reporter.ts'), options],
  ];
}

function suite({ tests, source = '' }: SampleRun): string {
  return `import { test } from '@playwright/test';\n${source}\n${tests.map(testSource).join('\n')}`;
}

function testSource({ id, attach, code = '' }: SampleTest): string {
  const annotation = visitAnnotations(policy().name, id).filter(({ type }) => !type.startsWith('allure'));
  const title = [id.journey, id.scenario, id.clickUrl, id.fault].filter(Boolean).join(' ');
  const attachment = attach
    ? `await info.attach('ttq-visit', { contentType: 'application/json', body: ${JSON.stringify(JSON.stringify(attach))} });`
    : '';
  return `test(${JSON.stringify(title)}, { annotation: ${JSON.stringify(annotation)} }, async ({}, info) => {
  const { retry } = info;
  ${attachment}
  ${code}
});`;
}

/** Without the variables that this test's own runner has set for its worker; Node strips types, as in an audit from a checkout. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(TEST_|PW_|PLAYWRIGHT_(?!BROWSERS_PATH)|FORCE_COLOR|GITHUB_|CI)/;
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  return { ...clean, ...NATIVE };
}

async function ended(
  child: ChildProcess,
  interruptAt?: RegExp,
  signal: NodeJS.Signals = 'SIGINT',
): Promise<{ code: number | null; output: string }> {
  let output = '';
  let interrupted = false;
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8');
    if (interrupted || !interruptAt?.test(output)) return;
    interrupted = true;
    child.kill(signal);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, output };
}
