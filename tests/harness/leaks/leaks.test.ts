import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { NATIVE } from '../../../src/cli/run-playwright.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import type { TargetFile } from '../../../src/target/target.ts';
import { inProcess } from '../cli/in-process.ts';
import { REST } from '../rest.ts';
import { test as base } from '../test.ts';
import { CANARIES, IDENTITY, SECRETS, STRANGER } from './canaries.ts';
import { type Leak, leaksIn, leaksInFolder } from './search.ts';

/** Nothing that a run writes, to files or to the terminal, contains personal data or a secret of the site in plain text. */
const inRepository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const COMMAND = inRepository('src/cli/main.ts');

const LEAKY: TargetFile = {
  name: 'leaky',
  baseURL: 'http://www.leaky.example:{port}',
  hosts: { 'www.leaky.example': '127.0.0.1' },
  server: {
    command: `node ${inRepository('tests/harness/leaks/site.ts')}`,
    url: 'http://127.0.0.1:{port}/healthz',
    env: { PORT: '{port}', TIKTOK_ACCESS_TOKEN: SECRETS.token },
  },
  pixels: ['CDEMO000000000000001'],
  identity: IDENTITY,
  sdk: { mode: 'double', automaticMatching: true },
  scenarios: ['organic'],
  timeouts: { step: 4_000, settle: 1_500 },
  journeys: [
    {
      name: 'everything',
      start: '/',
      steps: [
        { fill: '#email', with: '{email}' },
        { fill: '#phone', with: '{phone}' },
        { fill: '#first', with: '{firstName}' },
        { fill: '#last', with: STRANGER.surname },
        { fill: '#password', with: SECRETS.password },
        { fill: '#secret', with: SECRETS.password },
        { fill: '#street', with: STRANGER.street },
        { fill: '#card', with: STRANGER.card },
        { click: 'button' },
        { waitFor: 'text=Thank you' },
      ],
      expect: [{ event: 'Purchase', server: true, browser: false }],
    },
    {
      name: 'broken-off',
      start: '/shop',
      steps: [{ fill: '#password-again', with: SECRETS.password }],
    },
    { name: 'gone', start: `/gone?email=${IDENTITY.email}` },
  ],
};

class Folder {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }

  /** Runs a Node program here, and returns all that it left behind: files and output. */
  async run(args: string[], more: Record<string, string> = {}): Promise<{ leaks: Leak[]; output: string }> {
    // The child must inherit nothing of the Playwright worker that runs this test.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(TEST_|TTQ_(?!BROWSER)|FORCE_COLOR)/.test(name)),
    );
    const child = spawn(process.execPath, args, { cwd: this.path, env: { ...env, ...more } });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
    await new Promise((resolve) => child.on('close', resolve));
    return this.leftBehind(Buffer.concat(chunks));
  }

  private async leftBehind(output: Buffer): Promise<{ leaks: Leak[]; output: string }> {
    await rm(join(this.path, 'target.json'));
    await withoutAllure(join(this.path, 'reports/allure'));
    return {
      leaks: [...leaksIn('the terminal', output, CANARIES), ...leaksInFolder(this.path, CANARIES)],
      output: output.toString('utf8'),
    };
  }

  /** An audit that is refused before it starts anything needs no process of its own. */
  async refused(target: unknown): Promise<{ leaks: Leak[]; output: string }> {
    await this.write(target);
    const { out, err } = await inProcess(this.path, ['audit', 'target.json']);
    return this.leftBehind(Buffer.from(out + err));
  }

  async audit(target: unknown): Promise<{ leaks: Leak[]; output: string }> {
    await this.write(target);
    return this.run([COMMAND, 'audit', 'target.json']);
  }

  /** Playwright's own command, with what its user adds. */
  async playwright(target: unknown, options: string[], more: Record<string, string> = {}) {
    await this.write(target);
    const config = inRepository('playwright.config.ts');
    const args = [inRepository('node_modules/@playwright/test/cli.js'), 'test', '-c', config, ...options];
    return this.run(args, { ...NATIVE, ...more, TTQ_TARGET: 'target.json' });
  }

  private write(target: unknown): Promise<void> {
    return writeFile(
      join(this.path, 'target.json'),
      typeof target === 'string' ? target : JSON.stringify(target),
    );
  }
}

/**
 * Takes out of a report what Allure puts into every one, byte for byte as its package has it: the page's program, which holds
 * nothing of a run, and would take most of the search's time.
 */
async function withoutAllure(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const assets = await readFile(
    inRepository('node_modules/@allurereport/plugin-awesome/dist/static/report.tar'),
  );
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    if (name.endsWith('.js') && assets.includes(await readFile(file))) await rm(file);
  }
}

const test = base.extend<{ folder: Folder }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const path = await mkdtemp(join(tmpdir(), 'ttq-leaks-'));
    await use(new Folder(path));
    await rm(path, { recursive: true });
  },
});

test.describe.configure({ mode: 'parallel', timeout: 300_000 });

test('an audit of a site that gives everything away', REST, async ({ folder }) => {
  const { leaks, output } = await folder.audit(LEAKY);
  expect(leaks).toEqual([]);
  expect(output).toContain('Held');
  // An empty file has no leak either.
  const written = await readFile(join(folder.path, 'reports/evidence/leaky/everything.organic.json'), 'utf8');
  const { outcome, server, errors, console: said } = JSON.parse(written) as Evidence;
  expect(existsSync(join(folder.path, 'run-file-while-it-lasts'))).toBe(true);
  expect(outcome).toBe('complete');
  expect(server.requests.length).toBeGreaterThanOrEqual(4);
  expect(Math.min(errors.length, said.length)).toBeGreaterThan(0);
  const kinds = [...written.matchAll(/\[([\w-]+) (?:sha256|hmac)=/g)].map(([, kind]) => kind);
  expect([...new Set(kinds)]).toEqual(expect.arrayContaining(KINDS));
});

/** What the site gives away, in the words of the masks. */
const KINDS = [
  ...[
    'email',
    'email-base64',
    'email-hex',
    'email-md5',
    'email-sha1',
    'phone',
    'external-id',
    'name',
    'address',
  ],
  ...['token', 'secret', 'cookie', 'storage', 'header', 'typed', 'text-base64'],
];

test("Playwright's own reports, and what it would add to them", REST, async ({ folder }) => {
  const inFolder = (name: string) => join(folder.path, name);
  const { leaks } = await folder.playwright(
    { ...LEAKY, journeys: [LEAKY.journeys[1]] },
    ['--reporter=list,html,json,junit,blob'],
    {
      PLAYWRIGHT_HTML_OPEN: 'never',
      PLAYWRIGHT_HTML_OUTPUT_DIR: inFolder('html'),
      PLAYWRIGHT_JSON_OUTPUT_FILE: inFolder('report.json'),
      PLAYWRIGHT_JUNIT_OUTPUT_FILE: inFolder('junit.xml'),
      PLAYWRIGHT_BLOB_OUTPUT_DIR: inFolder('blob'),
    },
  );
  expect(leaks).toEqual([]);
  expect(await readFile(inFolder('junit.xml'), 'utf8')).toContain('broken-off');
  expect(existsSync(inFolder('html/index.html'))).toBe(true);
});

test('a server that does not start and says why', REST, async ({ folder }) => {
  const words = [...Object.values(IDENTITY), SECRETS.token, STRANGER.email, STRANGER.phone].join(' ');
  const command = `echo "no start for ${words}" >&2; exit 1`;
  const { leaks, output } = await folder.audit({ ...LEAKY, server: { ...LEAKY.server, command } });
  // Playwright quotes the command of the target file, which is the user's own.
  expect(output).toContain('no start for [');
  expect(leaks).toEqual([]);
});

test('a site that is not there, behind a login', REST, async ({ folder }) => {
  const baseURL = `http://clerk:${SECRETS.login}@127.0.0.1:1`;
  const { server: _server, hosts: _hosts, ...rest } = LEAKY;
  const target = { ...rest, baseURL, journeys: [{ name: 'visit', start: `/?email=${IDENTITY.email}` }] };
  const { leaks, output } = await folder.audit(target);
  expect(output).toContain('cannot be reached');
  expect(leaks).toEqual([]);
});

test('the list of visits', async ({ folder }) => {
  const { leaks, output } = await folder.playwright(LEAKY, ['--list']);
  expect(output).toContain('broken-off under organic');
  expect(leaks).toEqual([]);
});

const { email, phone } = IDENTITY;
const REFUSED: [string, unknown, string][] = [
  ['no JSON', `{ "identity": { "email": "${email}" ]`, 'found a syntax error'],
  ['an identity of another type', { ...LEAKY, identity: { email: [email] } }, '/identity/email'],
  ['a phone number of another form', { ...LEAKY, identity: { phone: phone.slice(1) } }, '/identity/phone'],
  [
    'an invalid step',
    { ...LEAKY, journeys: [{ name: 'a', start: '/', steps: [{ fil: '#a', with: SECRETS.password }] }] },
    '/journeys/0/steps/0',
  ],
  [
    'an environment of another type',
    { ...LEAKY, server: { ...LEAKY.server, env: [SECRETS.token] } },
    '/server/env',
  ],
  ['an address of another kind', { ...LEAKY, baseURL: `ftp://clerk:${SECRETS.login}@a.example` }, '/baseURL'],
];

for (const [name, target, message] of REFUSED) {
  test(`a target file that is refused: ${name}`, async ({ folder }) => {
    const { leaks, output } = await folder.refused(target);
    expect(output).toContain(message);
    expect(leaks).toEqual([]);
  });
}
