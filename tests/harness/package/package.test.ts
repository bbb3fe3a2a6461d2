import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test as base, expect } from '@playwright/test';
import { baseCode } from '../../../src/drift/base-code.ts';
import { REST } from '../rest.ts';

/** The package as its user has it: packed, and installed into an empty project. */

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

/** Installing asks a registry. */
const INSTALL = 300_000;

const MANAGERS = {
  npm: ['npm', ['install', '--no-audit', '--no-fund']],
  pnpm: ['npx', ['--yes', 'pnpm', 'add', '--ignore-scripts']],
} as const satisfies Record<string, [string, readonly string[]]>;

/** The oldest that is supported, the project's own, the newest. */
const NODES = ['22', '26'];

interface Ran {
  code: number;
  output: string;
}

class Project {
  readonly folder: string;
  /** Folder of the Node that programs are run with; by default this process's. */
  private readonly node: string;

  constructor(folder: string, node = dirname(process.execPath)) {
    this.folder = folder;
    this.node = node;
  }

  with(node: string): Project {
    return new Project(this.folder, node);
  }

  async write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, file)), { recursive: true });
    await writeFile(join(this.folder, file), text);
  }

  /** Runs a program of the project. */
  async run(command: string, ...args: string[]): Promise<Ran> {
    const bin = join(this.folder, 'node_modules/.bin');
    // Without anything of the repository, or this run's own variables.
    const { NODE_OPTIONS: _options, ...env } = process.env;
    const path = [bin, this.node, env.PATH].join(delimiter);
    try {
      const { stdout, stderr } = await run(command, args, {
        cwd: this.folder,
        env: { ...env, PATH: path, TTQ_TARGET: '', FORCE_COLOR: '0' },
        maxBuffer: 1e8,
      });
      return { code: 0, output: `${stdout}${stderr}` };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: `${stdout}${stderr}` };
    }
  }
}

const test = base.extend<
  object,
  { tarball: string; install: (manager: keyof typeof MANAGERS, runner?: string) => Promise<Project> }
>({
  tarball: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'ttq-package-'));
      await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: repository });
      const [file] = await readdir(folder);
      await use(join(folder, file!));
      await rm(folder, { recursive: true });
    },
    { scope: 'worker', timeout: INSTALL },
  ],
  install: [
    async ({ tarball }, use) => {
      const projects = new Map<string, Project>();
      await use(async (manager, wanted) => {
        const { '@playwright/test': own, typescript, '@types/node': types } = await installedVersions();
        const runner = wanted ?? own;
        const known = projects.get(`${manager} ${runner}`);
        if (known) return known;
        const project = new Project(await mkdtemp(join(tmpdir(), `ttq-${manager}-`)));
        projects.set(`${manager} ${runner}`, project);
        await project.write('package.json', JSON.stringify({ name: 'shop', private: true, type: 'module' }));
        const [command, args] = MANAGERS[manager];
        const added = await project.run(
          command,
          ...args,
          tarball,
          `@playwright/test@${runner}`,
          `typescript@${typescript}`,
          `@types/node@${types}`,
        );
        expect(added.code, added.output).toBe(0);
        return project;
      });
      for (const { folder } of projects.values()) await rm(folder, { recursive: true });
    },
    { scope: 'worker', timeout: INSTALL },
  ],
});

async function installedVersions(): Promise<Record<string, string>> {
  const names = ['@playwright/test', 'typescript', '@types/node'];
  const versions = await Promise.all(
    names.map(async (name) => {
      const manifest = await readFile(join(repository, 'node_modules', name, 'package.json'), 'utf8');
      return [name, (JSON.parse(manifest) as { version: string }).version] as const;
    }),
  );
  return Object.fromEntries(versions);
}

/** The oldest Playwright that a package declares as supported; undefined if it needs none. */
async function oldestRunner(folder = repository): Promise<string | undefined> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    peerDependencies?: Record<string, string>;
  };
  return manifest.peerDependencies?.['@playwright/test']?.replace('>=', '');
}

test("the package's dependencies work with the oldest Playwright, too", async () => {
  const manifest = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const asked = await Promise.all(
    Object.keys(manifest.dependencies).map(async (name) => [
      name,
      await oldestRunner(join(repository, 'node_modules', name)),
    ]),
  );
  const own = (await oldestRunner())!;
  const newer = asked.filter(
    ([, version]) => version !== undefined && own.localeCompare(version, 'en', { numeric: true }) < 0,
  );
  // Otherwise npm refuses to install it beside the user's Playwright.
  expect(newer).toEqual([]);
});

/** The oldest and the newest that are supported, and one between them that loads the files of a package differently. */
const RUNNERS = [
  ['the newest Playwright', async () => undefined],
  ['the oldest Playwright', () => oldestRunner()],
  ['Playwright 1.58', async () => '1.58.2'],
] as const;

/** What its pages call. */
const TRACKED = `ttq.load('C0123456789ABCDEFGHI'); ttq.page(); ttq.track('ViewContent', { content_id: 'mug', content_type: 'product', value: 29.99, currency: 'USD' }, { event_id: 'view-1' });`;

test.describe.configure({ mode: 'serial', timeout: INSTALL });

/** What a user of the library writes. */
const LIBRARY = `
import { type Evidence, harToEvidence, judgeVisit, planVisits, prepare, Recorder, RULES, readEvidence, recordVisit, Session, startEventsApiStub, type Target } from 'ttq-conformance';

export function failing(evidence: Evidence, target: Target): string[] {
  return judgeVisit(evidence, target, RULES).verdicts.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule);
}
export type Preload = typeof import('ttq-conformance/events-api/preload');
const rules: number = RULES.length;
console.log('rules', rules, [harToEvidence, planVisits, prepare, Recorder, readEvidence, recordVisit, Session, startEventsApiStub].every((one) => typeof one === 'function'));
`;

/** What a user adds to a suite. */
const SPEC = `
import { expect as plainExpect, mergeExpects, mergeTests, test as plain } from '@playwright/test';
import { expect, test, type Ttq } from 'ttq-conformance/playwright';

const both = mergeTests(test, plain.extend<{ greeting: string }>({ greeting: 'hello' }));
const all = mergeExpects(expect, plainExpect.extend({ toBeSix: (found: number) => ({ pass: found === 6, message: () => '' }) }));

async function open(page: import('@playwright/test').Page, ttq: Ttq): Promise<void> {
  await page.goto(ttq.adClick('/'));
}

both('the product is tracked', async ({ page, ttq, greeting, playwright }) => {
  plainExpect(greeting).toBe('hello');
  const { stack } = await playwright.chromium.launch({ executablePath: '/nowhere' }).catch((error) => error);
  plainExpect(stack).toContain('shop.spec.ts');
  plainExpect(stack).not.toContain('ttq-conformance');
  all(6).toBeSix();
  await open(page, ttq);
  await all(ttq).toHaveSent('ViewContent', { value: 29.99 }, { times: 1, eventId: 'view-1' });
  await expect.soft(ttq).toHaveLoadedPixel();
  await expect(ttq).not.toHaveSent('Purchase', {}, { within: 100 });
  await expect(ttq).toHaveSentToEventsApi('ViewContent', {}, { eventId: 'view-1' });
});
`;

const CONFIG = `
import { defineConfig } from '@playwright/test';
import { siteEnvironment, type TtqTarget, type TtqTestArgs, type TtqWorkerArgs } from 'ttq-conformance/playwright';
import { findBrowser } from 'ttq-conformance';

const ttqTarget: TtqTarget = { pixels: ['C0123456789ABCDEFGHI'], eventsApi: { transport: 'preload' } };
const executablePath = findBrowser()?.path;

export default defineConfig<TtqTestArgs, TtqWorkerArgs>({
  testDir: 'e2e',
  reporter: [['list'], ['ttq-conformance/reporter', { outputFolder: 'ttq-report' }]],
  webServer: { command: 'node shop/tracked.mjs', url: 'http://127.0.0.1:4173', env: { PORT: '4173', ...siteEnvironment(ttqTarget) } },
  use: {
    baseURL: 'http://127.0.0.1:4173',
    ttqTarget,
    ttqAudit: 'auto',
    launchOptions: executablePath === undefined ? {} : { executablePath },
  },
});
`;

const SITE = `
import { createServer } from 'node:http';
createServer(async (request, response) => {
  const sent = await fetch('https://business-api.tiktok.com/open_api/v1.3/event/track/', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Access-Token': 'x' },
    body: JSON.stringify({ event_source: 'web', event_source_id: 'C0123456789ABCDEFGHI', data: [{ event: 'ViewContent', event_time: Math.floor(Date.now() / 1000), event_id: 'view-1', user: {} }] }),
  });
  console.log('answered', sent.status);
  response.setHeader('content-type', 'text/html').end(\`<!doctype html><title>Shop</title><h1>Shop</h1>\`);
}).listen(process.env.PORT, '127.0.0.1', function () { console.log(this.address().port); });
`;

/** The modules that a page of the documentation shows whole. */
async function examplesIn(file: string): Promise<string[]> {
  const blocks = (await readFile(file, 'utf8')).matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, text]) => text!).filter((text) => /^import /m.test(text));
}

/** Of the project itself: its user has them anyway. */
const OWN =
  /^(playwright|playwright-core|@playwright\/test|typescript|@typescript\/.*|@types\/.*|undici-types)$/;
/**
 * How often a compiler may fill in a generic type, in the user's whole program: Playwright's types alone cost 75,000, and those of a
 * schema library 2,350,000, which takes longer than all else.
 */
const INSTANTIATIONS = 200_000;

/** Megabytes that an installation may take, with its dependencies: 8 are autoconsent's, whose rules for consent tools come with its tests. */
const LARGEST = 27;

test('an installation is small', REST, async ({ install }) => {
  const { folder } = await install('npm');
  const root = join(folder, 'node_modules');
  const entries = (await readdir(root, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  const sizes = new Map<string, number>();
  for (const { parentPath, name } of entries) {
    const file = join(parentPath, name);
    const [first = '', second] = relative(root, file).split(sep);
    const owner = first.startsWith('@') ? `${first}/${second}` : first;
    if (!OWN.test(owner)) sizes.set(owner, (sizes.get(owner) ?? 0) + (await stat(file)).size);
  }
  const megabytes = (bytes: number) => Math.round(bytes / 1e4) / 100;
  const total = megabytes([...sizes.values()].reduce((sum, size) => sum + size, 0));
  const most = [...sizes].sort(([, one], [, other]) => other - one).slice(0, 8);
  const parts = most.map(([name, size]) => `${name} ${megabytes(size)}`).join(', ');
  console.log(`Installed: ${total} MB in ${sizes.size} packages: ${parts}`);
  expect(sizes.get('ttq-conformance')).toBeGreaterThan(0);
  expect(total).toBeLessThanOrEqual(LARGEST);
});

for (const manager of ['npm', 'pnpm'] as const) {
  test(`installed with ${manager}: types, library and command line`, REST, async ({ install }) => {
    const project = await install(manager);
    await project.write('library.ts', LIBRARY);
    await project.write('e2e/shop.spec.ts', SPEC);
    await project.write('playwright.config.ts', CONFIG);
    const documented = await examplesIn(
      join(project.folder, 'node_modules/ttq-conformance/docs/playwright.md'),
    );
    expect(documented.length).toBeGreaterThan(2);
    const examples = documented.map((_, index) => `documented/${index}.ts`);
    for (const [index, text] of documented.entries()) await project.write(examples[index]!, text);
    for (const [module, resolution] of [
      ['nodenext', 'nodenext'],
      ['esnext', 'bundler'],
    ]) {
      const types = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2022,dom', '--types', 'node'];
      const measured = '--extendedDiagnostics';
      const checked = await project.run(
        'tsc',
        ...types,
        measured,
        '--module',
        module!,
        '--moduleResolution',
        resolution!,
        'library.ts',
        'e2e/shop.spec.ts',
        'playwright.config.ts',
        ...examples,
      );
      expect(checked.code, `${resolution}: ${checked.output}`).toBe(0);
      const [, instantiations] = /^Instantiations: +(\d+)$/m.exec(checked.output) ?? [];
      expect(Number(instantiations), checked.output).toBeLessThan(INSTANTIATIONS);
    }
    expect((await project.run('node', 'library.ts')).output).toMatch(/^rules \d+ true$/m);
    const docs = "console.log(import.meta.resolve('ttq-conformance/docs/playwright.md'))";
    expect((await project.run('node', '--input-type=module', '-e', docs)).output).toContain(
      'docs/playwright.md',
    );
    const help = await project.run('ttq-conformance', '--help');
    expect(help.code).toBe(0);
    expect(help.output).toContain('audit [options] [target...]');
  });
}

for (const [which, runner] of RUNNERS) {
  test(
    `an audit runs with ${which}, and says what is not installed for its report`,
    REST,
    async ({ install }) => {
      const project = await install('npm', await runner());
      await project.write('shop/server.mjs', SITE);
      await project.write(
        'shop.json',
        JSON.stringify({
          $schema: './node_modules/ttq-conformance/dist/src/target/target.schema.json',
          name: 'shop',
          baseURL: 'http://127.0.0.1:{port}',
          server: {
            command: 'node shop/server.mjs',
            url: 'http://127.0.0.1:{port}/',
            env: { PORT: '{port}' },
          },
          pixels: ['C0123456789ABCDEFGHI'],
          eventsApi: { transport: 'preload' },
          journeys: [
            { name: 'view', start: '/', expect: [{ event: 'ViewContent', browser: true, server: true }] },
          ],
        }),
      );
      const { code, output } = await project.run('ttq-conformance', 'audit', 'shop.json');
      // The shop has no pixel.
      expect(code, output).toBe(1);
      expect(output).toContain('pixel/sdk-loads');
      expect(output).toMatch(/^No Allure report: the package allure is not installed\b/m);
      const verdicts = JSON.parse(await readFile(join(project.folder, 'reports/verdicts.json'), 'utf8'));
      expect(verdicts.gate.released).toBe(false);
      expect(await readdir(join(project.folder, 'reports'))).toContain('scorecard.html');
    },
  );

  test(`a suite of its own has tracking tests with ${which}, and is judged`, REST, async ({ install }) => {
    const project = await install('npm', await runner());
    await project.write(
      'shop/tracked.mjs',
      SITE.replace('<h1>Shop</h1>', () => `${baseCode(TRACKED)}<h1>Shop</h1>`),
    );
    await project.write('e2e/shop.spec.ts', SPEC);
    await project.write('playwright.config.ts', CONFIG);
    const { output } = await project.run('playwright', 'test');
    // The matchers hold; the server says less than the page.
    expect(output).not.toContain('expect(ttq)');
    expect(output).toContain('events-api/parameters-agree (critical)');
    expect(output).toMatch(/^127\.0\.0\.1-4173: 1 visit: 1 failed; 3 rules failed$/m);
    expect(output).toMatch(/^Held \(/m);
    expect(await readdir(join(project.folder, 'ttq-report'))).toEqual(
      expect.arrayContaining(['verdicts.json', 'scorecard.html', 'results.sarif', 'evidence']),
    );
  });
}

test('without a target it says what to name', REST, async ({ install }) => {
  const { code, output } = await (await install('npm')).run('ttq-conformance', 'audit');
  expect(code).toBe(2);
  expect(output).toContain('No target is named. Run ttq-conformance audit <file>');
});

for (const node of NODES)
  test(`the command line and the preload run under Node ${node}`, REST, async ({ install }) => {
    const project = await install('npm');
    const added = await project.run(
      'npm',
      'install',
      '--no-audit',
      '--no-fund',
      '--prefix',
      `node-${node}`,
      `node@${node}`,
    );
    expect(added.code, added.output).toBe(0);
    const other = project.with(join(project.folder, `node-${node}/node_modules/.bin`));
    expect((await other.run('node', '--version')).output).toMatch(new RegExp(`^v${node}\\.`));
    expect(
      (await other.run('node', 'node_modules/ttq-conformance/bin/ttq-conformance.js', '--help')).code,
    ).toBe(0);
    await project.write(
      'call.mjs',
      `const { status } = await fetch('https://business-api.tiktok.com/open_api/v1.3/event/track/', { method: 'POST', body: '{}' });
       console.log('answered', status);`,
    );
    const called = await other.run('node', '--import', 'ttq-conformance/events-api/preload', 'call.mjs');
    expect(called.output).toContain('answered 200');
    expect(called.code).toBe(0);
  });
