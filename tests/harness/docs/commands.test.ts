import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import type { Command } from 'commander';
import { commands } from '../../../src/cli/command-line.ts';
import { parseFault } from '../../../src/double/events-api/fault-script.ts';
import { reportFiles } from '../../../src/report/files.ts';
import { loadTarget } from '../../../src/target/load.ts';
import { parseRepeat } from '../../../src/target/options.ts';
import { SHORT_DEMO_TARGET } from '../../../src/target/run.ts';
import { parseSdk } from '../../../src/target/sdk.ts';
import { planVisits, visitIdOf } from '../../../src/visit/plan.ts';
import { test } from '../test.ts';
import { commandsOf, inFull, PAGES, programsIn, root } from './pages.ts';

/**
 * Each command line that a page shows is read by the program it is for: by our parser, or by Playwright's. What the commands do is
 * tested elsewhere; here, that what a reader copies is a command.
 */

interface Manifest {
  name: string;
  version: string;
  scripts: Record<string, string>;
  exports: Record<string, unknown>;
  peerDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const fromPlaywright = createRequire(createRequire(import.meta.url).resolve('@playwright/test/cli'));
const reports = Object.values(reportFiles('reports'));

for (const page of PAGES) {
  const shown = commandsOf(page);
  if (shown.length === 0) continue;
  test(`the commands of ${page}`, async () => {
    for (const { line } of shown)
      for (const [program, ...args] of programsIn(inFull(line)))
        await test.step(line, () => check(page, program!, args));
  });
}

test('a command line that its program refuses is found', async () => {
  const wrong = [
    'ttq-conformance adit',
    'ttq-conformance audit --no-such-flag',
    'ttq-conformance audit --scenario spaceship',
    'ttq-conformance audit --repeat 0',
    'ttq-conformance events-api --fault earthquake',
    'npx ttq-conformance audit a b -- --shards=1/3',
    'ttq-conformance check --verbose',
    'npm run adit',
    'npm run bench -- no-such-part',
    'npm install --save-dev ./ttq-conformance-0.0.1.tgz',
    'npx playwright test --no-such-flag',
    'npx playwright test -c tests/no-such.config.ts',
    'node docs/no-such.ts',
    'node --import ttq-conformance/no-such server.js',
    'gh pr comment --body-file reports/no-such.md',
    'docker rum shop',
  ];
  for (const line of wrong) {
    const [[program, ...args] = []] = programsIn(inFull(line));
    await expect(async () => check('README.md', program!, args), line).rejects.toThrow();
  }
});

test('the command lines of a page are found wherever they are', () => {
  const page = [
    'Run `npm run audit` or `TTQ_TARGET=a.json npx playwright\ntest`, never `npm`.',
    '',
    '    npx ttq-conformance audit a.json    # all of it',
    '',
    '```yaml',
    'steps:',
    '  - run: npm ci && npx ttq-conformance setup',
    '```',
    '```ts',
    "import 'node:fs';",
    '```',
  ].join('\n');
  expect(commandsOf('a page', page).map(({ line }) => line)).toEqual([
    'npm ci && npx ttq-conformance setup',
    'npx ttq-conformance audit a.json',
    'npm run audit',
    'TTQ_TARGET=a.json npx playwright test',
  ]);
  expect(programsIn("A=1 npm ci && jq -r '.a | .b' reports/x.json || [ $? -eq 1 ]")).toEqual([
    ['npm', 'ci'],
    ['jq', '-r', '.a | .b', 'reports/x.json'],
  ]);
  expect(inFull('x [--port 4180] [--fault kind[:times[:ms]]]... <left>')).toBe(
    'x --port 4180 --fault kind <left>',
  );
});

/** @throws where the program does not take the arguments, or there is no check for it */
async function check(page: string, program: string, args: string[]): Promise<void> {
  for (const word of args.filter((one) => one.startsWith('reports/')))
    expect(
      reports.some((file) => word === file || word.startsWith(`${file}/`)),
      `${word} is written`,
    ).toBe(true);
  switch (program) {
    case 'npx':
      return check(page, args[0]!, args.slice(1));
    case 'ttq-conformance':
      return ours(args);
    case 'playwright':
      return playwrights(args);
    case 'npm':
      await npms(page, args);
      return;
    case 'node':
      return nodes(page, args);
    case 'jq':
    case 'openssl':
      return;
    case 'gh':
      return expect(args.slice(0, 2)).toEqual(['pr', 'comment']);
    case 'docker':
      return expect(['run', 'compose']).toContain(args[0]);
    default:
      throw new Error(`No test reads a command line of ${program}`);
  }
}

/** A command line of ours, with the values that its options take; or no more than the name of a command. */
async function ours(args: string[]): Promise<void> {
  if (args.length === 1 && commands([], () => {}).commands.some((one) => one.name() === args[0])) return;
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const { command, options } = parsed(
    commands([], () => {}),
    args.slice(0, end),
  );
  if (end < args.length) parsed(playwrightProgram(), ['test', ...args.slice(end + 1)]);
  if (typeof options.repeat === 'string') parseRepeat(options.repeat);
  if (typeof options.sdk === 'string' && !isPlaceholder(options.sdk)) parseSdk(options.sdk, root);
  for (const fault of listIn(options.fault).filter((kind) => kind !== 'kind'))
    expect(parseFault(fault)).toBeInstanceOf(Object);
  const { journey, scenario, grep } = options;
  if (command !== 'audit' || !(journey || scenario || grep)) return;
  const demo = planVisits(await loadTarget(SHORT_DEMO_TARGET, 4173)).map(visitIdOf);
  const left = demo.filter(
    (visit) =>
      (!journey || listIn(journey).includes(visit.journey)) &&
      (!scenario || listIn(scenario).includes(visit.scenario)) &&
      (typeof grep !== 'string' || new RegExp(grep).test(`${visit.journey} under ${visit.scenario}`)),
  );
  expect(left, 'visits to the demo shop').not.toHaveLength(0);
}

function playwrights(args: string[]): void {
  const { command, operands, options } = parsed(playwrightProgram(), args);
  if (typeof options.config === 'string') expect(existsSync(join(root, options.config))).toBe(true);
  const tests = globSync('tests/**/*.test.ts', { cwd: root });
  if (command === 'test')
    for (const pattern of operands)
      expect(
        tests.some((file) => file.includes(pattern)),
        pattern,
      ).toBe(true);
}

async function npms(page: string, [command = '', ...args]: string[]): Promise<void> {
  if (command === 'test') return expect(manifest.scripts).toHaveProperty('test');
  if (['ci', 'pack', 'publish'].includes(command)) return expect(args).toEqual([]);
  if (command === 'pkg') return expect(args.shift(), 'npm pkg').toBe('set');
  if (command === 'install') {
    const known = [`./${manifest.name}-${manifest.version}.tgz`, ...Object.keys(manifest.peerDependencies)];
    return expect(known).toEqual(expect.arrayContaining(args.filter((one) => one !== '--save-dev')));
  }
  expect(command).toBe('run');
  const [name = '', dashes, ...more] = args;
  expect(Object.keys(manifest.scripts)).toContain(name);
  if (name === 'audit') return ours(['audit', ...more]);
  if (name === 'bench') {
    const parts = readFileSync(join(root, 'tests/bench/bench.ts'), 'utf8');
    for (const part of more) expect(parts).toContain(`'${part}'`);
    return;
  }
  if (name !== 'new-rule') expect(dashes, `${page}: npm run ${name} takes nothing`).toBe(undefined);
}

function nodes(page: string, args: string[]): void {
  const preload = args[0] === '--import' ? args[1] : undefined;
  if (preload !== undefined) {
    expect(Object.keys(manifest.exports)).toContain(preload.replace(manifest.name, '.'));
    return;
  }
  const files = [join(root, args[0]!), join(root, dirname(page), args[0]!)];
  expect(
    files.some((file) => existsSync(file)),
    args[0],
  ).toBe(true);
}

/** Reads a command line without doing what it asks for. */
function parsed(program: Command, args: string[]) {
  const said: string[] = [];
  let read: { command: string; operands: string[]; options: Record<string, unknown> } | undefined;
  const quieten = (command: Command) => {
    command.exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
    if (command.commands.length === 0)
      command.action(() => {
        read = { command: command.name(), operands: command.args, options: command.opts() };
      });
    for (const one of command.commands) quieten(one);
  };
  quieten(program);
  program.parse(args, { from: 'user' });
  if (!read) throw new Error(said.join(''));
  return read;
}

/** Of Playwright's command line: what reads it is exported for its own packages, and not documented. */
function playwrightProgram(): Command {
  return (fromPlaywright('playwright/lib/program') as { program: Command }).program;
}

function isPlaceholder(value: string): boolean {
  return /^<.*>$/.test(value);
}

function listIn(value: unknown): string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}
