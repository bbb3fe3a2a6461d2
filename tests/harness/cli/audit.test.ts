import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import type { TargetFile } from '../../../src/target/target.ts';
import type { AuditVerdicts, TargetVerdicts } from '../../../src/verdict/verdict.ts';
import { worded, wordings } from '../report/samples.ts';
import { REST } from '../rest.ts';
import { schemaErrors } from '../rules/table.ts';
import { test as base } from '../test.ts';
import { inProcess } from './in-process.ts';

/** The whole command line, as a user runs it, in its own folder. */
const inRepository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

class Folder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async audit(
    target: unknown,
    options: string[] = [],
    more: Record<string, string> = {},
  ): Promise<{ code: number | null; output: string }> {
    await writeFile(join(this.path, 'target.json'), JSON.stringify(target));
    return this.run([inRepository('src/cli/main.ts'), 'audit', 'target.json', ...options], more);
  }

  /** An audit that is refused before it starts anything needs no separate process. */
  async refused(
    target: unknown,
    options: string[] = [],
    env: Record<string, string> = {},
  ): Promise<{ code: number | null; output: string }> {
    await writeFile(join(this.path, 'target.json'), JSON.stringify(target));
    const { code, out, err } = await inProcess(this.path, ['audit', 'target.json', ...options], env);
    return { code, output: out + err };
  }

  /** Runs a program of Node's here. */
  async run(args: string[], more: Record<string, string>): Promise<{ code: number | null; output: string }> {
    // Of Playwright's own worker, this test's, the child must inherit nothing.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(TEST_|TTQ_(?!BROWSER))/.test(name)),
    );
    const child = spawn(process.execPath, args, { cwd: this.path, env: { ...env, ...more } });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, output };
  }

  async read<T>(file: string): Promise<T> {
    return JSON.parse(await readFile(join(this.path, 'reports', file), 'utf8')) as T;
  }

  has(file: string): boolean {
    return existsSync(join(this.path, 'reports', file));
  }
}

/** Of the one target that was audited. */
async function verdictsOf(folder: Folder): Promise<TargetVerdicts> {
  const { targets } = await folder.read<AuditVerdicts>('verdicts.json');
  return targets[0]!;
}

const test = base.extend<{ folder: Folder }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const path = await mkdtemp(join(tmpdir(), 'ttq-audit-'));
    await use(new Folder(path));
    await rm(path, { recursive: true });
  },
});

/** The demo shop, visited once: all its visits are made by `npm run audit`, in CI. Its server's file may be another. */
async function demoShop(server = inRepository('fixtures/shop/server.ts')): Promise<TargetFile> {
  const file = JSON.parse(
    await readFile(inRepository('fixtures/targets/demo-shop.json'), 'utf8'),
  ) as TargetFile;
  return { ...file, scenarios: ['organic'], server: { ...file.server!, command: `node ${server}` } };
}

test.describe.configure({ mode: 'parallel', timeout: 120_000 });

test('the demo shop is released, with evidence and a report', async ({ folder }) => {
  const { code, output } = await folder.audit({
    ...(await demoShop()),
    scenarios: ['ad-click'],
    clickUrls: ['/go/302?utm_source=tiktok&ttclid={ttclid}'],
  });
  expect(output).toContain('Released');
  expect(code).toBe(0);
  const { gate, visits } = await verdictsOf(folder);
  expect(worded(gate)).toEqual({ released: true, reasons: [] });
  expect(visits.map(({ scenario }) => scenario)).toEqual(['ad-click']);
  for (const visit of visits) {
    const evidence = await folder.read<Evidence>(visit.evidence!);
    expect(schemaErrors(evidence)).toEqual([]);
    expect(evidence.outcome).toBe('complete');
    expect(evidence.server.requests).toHaveLength(1);
    const written = JSON.stringify(evidence).toLowerCase();
    for (const secret of ['ada.buyer@example.com', '14155550123', 'demo-token'])
      expect(written).not.toContain(secret);
  }
  expect(folder.has('allure/index.html')).toBe(true);
});

test('a site that cannot be reached could not be audited: 2', REST, async ({ folder }) => {
  const target = {
    name: 'gone',
    baseURL: 'http://127.0.0.1:1',
    pixels: ['C0000000000000000000'],
    journeys: [{ name: 'visit', start: '/' }],
  };
  const { code, output } = await folder.audit(target);
  expect(code).toBe(2);
  expect(output).toContain('http://127.0.0.1:1 cannot be reached');
  expect((await folder.read<AuditVerdicts>('verdicts.json')).gate.released).toBe(false);
});

test(
  'a server that does not start could not be audited, and its own words are shown: 2',
  REST,
  async ({ folder }) => {
    const { code, output } = await folder.audit(await demoShop(join(folder.path, 'no-server.ts')));
    expect(code).toBe(2);
    expect(output).toContain('no-server.ts');
    const { gate } = await folder.read<AuditVerdicts>('verdicts.json');
    expect(wordings(gate).join()).toContain("The site's server did not start");
  },
);

test(
  'one site that is down, files that are wrong, modules that end the process: the others have their verdicts, and all shards are merged',
  REST,
  async ({ folder }) => {
    await mkdir(join(folder.path, 'targets'));
    const shop = await demoShop();
    const files = {
      'good.json': shop,
      'down.json': { ...(await demoShop(join(folder.path, 'no-server.ts'))), name: 'down' },
      'wrong.json': { ...shop, name: 'wrong', pixels: ['too-short'] },
    };
    for (const [name, file] of Object.entries(files))
      await writeFile(join(folder.path, 'targets', name), JSON.stringify(file));
    await writeFile(join(folder.path, 'targets/exits.target.mjs'), 'process.exit(0);');
    await writeFile(join(folder.path, 'targets/vite.config.js'), 'process.exit(0);');
    const audit = [inRepository('src/cli/main.ts'), 'audit', 'targets'];

    const { code, output } = await folder.run(audit, {});
    expect(code).toBe(1);
    expect(output).toContain('Not audited. The target file targets/wrong.json cannot be used:\n  /pixels/0');
    const whole = await folder.read<AuditVerdicts>('verdicts.json');
    expect(whole.targets.map(({ target, gate }) => [target, gate.released])).toEqual([
      ['down', false],
      ['demo-shop', true],
      ['targets/exits.target.mjs', false],
      ['wrong', false],
      ['targets/vite.config.js', false],
    ]);
    expect(whole.targets[0]!.visits).toMatchObject([
      {
        outcome: 'broken',
        problem: { kind: 'unreachable' },
        evidence: 'evidence/down/purchase.organic.json',
      },
    ]);
    expect(folder.has('evidence/demo-shop/purchase.organic.json')).toBe(true);
    expect(folder.has('junit.xml')).toBe(true);

    for (const shard of [1, 2]) {
      await folder.run([...audit, '--', `--shard=${shard}/2`], {});
      await rename(join(folder.path, 'reports'), join(folder.path, `shard-${shard}`));
    }
    const joined = await inProcess(folder.path, ['merge', 'shard-1', 'shard-2']);
    expect(joined.code).toBe(1);
    // Ports differ from run to run.
    const text = (verdicts: AuditVerdicts) => JSON.stringify(verdicts).replace(/127\.0\.0\.1:\d+/g, '');
    expect(text(await folder.read<AuditVerdicts>('verdicts.json'))).toBe(text(whole));
    expect(folder.has('evidence/demo-shop/purchase.organic.json')).toBe(true);
    expect(folder.has('allure/index.html')).toBe(true);
  },
);

test('a wrong target file is refused before anything is written: 2', async ({ folder }) => {
  const { code, output } = await folder.refused({ ...(await demoShop()), pixels: ['too-short'] });
  expect(code).toBe(2);
  expect(output).toContain('/pixels/0: found "too-short"; wanted');
  expect(output).not.toMatch(/^\s+at /m);
  expect(folder.has('')).toBe(false);
});

/** One visit to a page that does not load, for runs that are refused before. */
const UNVISITED = {
  name: 'unvisited',
  baseURL: 'http://127.0.0.1:1',
  pixels: ['C0000000000000000000'],
  journeys: [{ name: 'visit', start: '/' }],
};

for (const [what, target, options, env, message] of [
  ['an unknown SDK', {}, ['--sdk', 'file'], {}, 'The SDK "file" cannot be used: found no folder'],
  ['an unknown SDK, in the environment', {}, [], { TTQ_SDK: 'lve' }, 'The SDK "lve" cannot be used'],
  [
    'a folder without an SDK',
    { sdk: { mode: 'file', folder: '.' } },
    [],
    {},
    '/sdk/folder: found no i18n/pixel/events.js',
  ],
  ['a refresh without a live SDK', {}, ['--refresh-sdk'], {}, '--refresh-sdk (TTQ_REFRESH_SDK) was given'],
  ['events to forward, said in the file only', { events: 'forward' }, [], {}, 'Add --forward-events'],
  ['events to forward, said for the run only', {}, ['--forward-events'], {}, 'swallows events'],
  ['times that are none', {}, ['--times', 'target.json'], {}, 'target.json contains no visit times'],
] as [string, object, string[], Record<string, string>, string][]) {
  test(`${what}: refused before anything is written: 2`, async ({ folder }) => {
    const { code, output } = await folder.refused({ ...UNVISITED, ...target }, options, env);
    expect(output).toContain(message);
    expect(output).not.toMatch(/^\s+at /m);
    expect(output).not.toContain('Playwright ended');
    expect(code).toBe(2);
    expect(folder.has('')).toBe(false);
  });
}

test('Playwright on its own refuses the same: 2', REST, async ({ folder }) => {
  await writeFile(join(folder.path, 'target.json'), JSON.stringify({ ...UNVISITED, events: 'forward' }));
  const playwright = inRepository('node_modules/@playwright/test/cli.js');
  const args = [playwright, 'test', '-c', inRepository('playwright.config.ts')];
  const { code, output } = await folder.run(args, { TTQ_TARGET: 'target.json' });
  expect(output).toContain('Add --forward-events (TTQ_FORWARD_EVENTS=1)');
  expect(output).not.toMatch(/^\s+at /m);
  expect(code).toBe(2);
});

for (const [what, command] of [
  ['audit', [inRepository('src/cli/main.ts'), 'audit', 'target.mjs']],
  ['audit, of its folder', [inRepository('src/cli/main.ts'), 'audit', '.']],
  [
    'playwright test',
    [
      inRepository('node_modules/@playwright/test/cli.js'),
      ...['test', '-c', inRepository('playwright.config.ts'), '--reporter=line'],
    ],
  ],
] as const) {
  test(`a target module that ends the process does not end ${what}: 2`, REST, async ({ folder }) => {
    await writeFile(join(folder.path, 'target.mjs'), 'process.exit(0);\n');
    const { code, output } = await folder.run([...command], { TTQ_TARGET: 'target.mjs' });
    expect(output).toContain(
      what === 'audit, of its folder'
        ? 'Rename it to target.target.mjs if it is a target'
        : 'it ends the process that loads it (code 0); wanted a module whose default export is the target',
    );
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
    expect(folder.has('')).toBe(false);
  });
}

test('--sdk gives the pages a saved SDK, and the evidence says so', REST, async ({ folder }) => {
  const sdk = inRepository('tests/harness/visit/other-sdk');
  await folder.audit({ ...(await demoShop()), scenarios: ['organic'], timeouts: { settle: 1000 } }, [
    '--sdk',
    sdk,
  ]);
  const { visits } = await verdictsOf(folder);
  const { recorder, outcome } = await folder.read<Evidence>(visits[0]!.evidence!);
  expect(outcome).toBe('complete');
  expect(recorder.sdk).toMatchObject({ mode: 'file', libraries: ['other.js 9.0.1'] });
});

test('a server that dies half-way: held, and what was recorded stays', REST, async ({ folder }) => {
  const dying = join(folder.path, 'dying.mjs');
  await writeFile(
    dying,
    `import http from 'node:http';
     import ${JSON.stringify(inRepository('fixtures/shop/server.ts'))};
     const { emit } = http.Server.prototype;
     http.Server.prototype.emit = function (type, request, ...rest) {
       if (type === 'request' && request.url === '/checkout') process.exit(9);
       return emit.call(this, type, request, ...rest);
     };`,
  );
  const target = await demoShop(dying);
  const { code, output } = await folder.audit({ ...target, timeouts: { step: 3000, settle: 1000 } });
  expect(code).toBe(1);
  expect(output).toContain('broke off');
  const { visits, gate } = await verdictsOf(folder);
  expect(gate.released).toBe(false);
  expect(visits[0]!.outcome).toBe('broken');
  expect(visits[0]!.verdicts.filter(({ outcome }) => outcome === 'pass')).toEqual([]);
  const { calls } = await folder.read<Evidence>(visits[0]!.evidence!);
  expect(calls.map(({ args }) => args[0])).toContain('AddToCart');
});
