import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { PRINTED } from '../../../src/cli/printed-errors.ts';
import { StandAloneError } from '../../../src/double/events-api/stand-alone.ts';
import { BrowserError } from '../../../src/recorder/browser.ts';
import { ReportsError } from '../../../src/report/files.ts';
import { VerdictFileError } from '../../../src/report/verdict-files.ts';
import { NoTargetError } from '../../../src/target/files.ts';
import { TargetError } from '../../../src/target/load.ts';
import { OptionError } from '../../../src/target/sdk.ts';
import { MergeError } from '../../../src/verdict/merge.ts';
import { test } from '../test.ts';
import { inProcess } from './in-process.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const BIN = fileURLToPath(new URL('../../../bin/ttq-conformance.js', import.meta.url));
const LOADED = fileURLToPath(new URL('./loaded.ts', import.meta.url));

const commandLines: [string[], number, RegExp][] = [
  [['audit', 'no-such-target.json'], 2, /no-such-target\.json/],
  [['audit', '--repeat', '0'], 2, /--repeat \(TTQ_REPEAT\): found "0"; wanted a whole number from 1 to 100/],
  [['audit', 'no-such-*.json'], 2, /no-such-\*\.json: found no matching file/],
  [['audit', '--all', 'no-such-target.json'], 2, /--all: found it beside a target; wanted it alone/],
  [['merge'], 2, /missing required argument 'folder'/],
  [['merge', 'no-such-folder'], 2, /no-such-folder cannot be used:\n {2}found no such file/],
  [['audit', '--no-such-flag'], 2, /unknown option '--no-such-flag'/],
  [['no-such-command'], 2, /unknown command/],
  [['no-such-command', '--help'], 2, /unknown command 'no-such-command'/],
  [['help', 'adit'], 2, /unknown command 'adit'\n\(Did you mean audit\?\)/],
  [['help', 'sdk', 'no-such-command'], 2, /unknown command 'no-such-command'/],
  [['help'], 0, /Usage: ttq-conformance \[options\] \[command\]/],
  [['help', 'audit'], 0, /Usage: ttq-conformance audit/],
  [['help', 'sdk', 'diff'], 0, /Usage: ttq-conformance sdk diff/],
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  [['audit', '--workers', 'two'], 2, /^--workers: found "two"; wanted how many visits run at once/],
  [['audit', '--trace', 'on'], 2, /^--trace: an audit makes no trace, .* In a suite of your own/],
  [['audit', '--', '--trace=retain-on-failure'], 2, /^--trace: an audit makes no trace/],
  [
    ['audit', '--journey', 'purchase', '--', '--shard=1/2'],
    2,
    /^--shard: found --journey or --scenario beside it/,
  ],
  [['audit', '--grep', 'organic', '--', '--shard=1/2'], 2, /^--shard: found --grep beside it/],
  [
    ['audit', '--journey', 'purchas'],
    2,
    /^--journey \(TTQ_JOURNEY\): found "purchas"; .* Did you mean "purchase"\?/,
  ],
  [
    ['audit', '--scenario', 'spaceship'],
    2,
    /^--scenario \(TTQ_SCENARIO\): found "spaceship"; wanted one .*organic/,
  ],
  [
    ['audit', '--grep', 'spaceship'],
    2,
    /^--grep: found "spaceship", which matches no visit; wanted .*: purchase under organic, .*\.\n$/,
  ],
  [['audit', '--scenario', 'organic', '--grep', 'under ad-click'], 2, /^--grep: found "under ad-click"/],
  [['audit', '--grep', '('], 2, /^--grep: found "\("; wanted a regular expression \(.*\)\.\n$/],
  [['audit', '--', '--shard=5/4'], 2, /^--shard: found "5\/4"; wanted a part and the number of parts/],
  [['audit', '--', '--shard', 'half'], 2, /^--shard: found "half"/],
  [['audit', '--quiet', '--verbose'], 2, /'--quiet' cannot be used with option '--verbose'/],
  [['audit', '--help'], 0, /Usage: ttq-conformance audit/],
];

for (const [args, code, says] of commandLines) {
  test(`ttq-conformance ${args.join(' ')}: ${code}`, async () => {
    const done = await inProcess(tmpdir(), args);
    expect(done.out + done.err).toMatch(says);
    expect(done.err).not.toMatch(/^\s+at /m);
    expect(done.code).toBe(code);
  });
}

test('the process exits with what the command line returns, and prints what it prints', async () => {
  for (const args of [['--help'], ['baseline', 'no-such-folder']]) {
    const process_ = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', cwd: tmpdir() });
    const { code, out, err } = await inProcess(tmpdir(), args);
    expect({ code: process_.status, out: process_.stdout, err: process_.stderr }).toEqual({ code, out, err });
  }
});

for (const [version, code] of [
  ['20.20.2', 2],
  ['22.19.0', 2],
  ['22.20.0', 0],
] as const)
  test(`on Node ${version} the command ends with ${code}`, () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
    const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, BIN, '--version'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: code,
      stderr:
        code === 0
          ? ''
          : `ttq-conformance needs Node 22.20 or newer, and this is Node ${version}. Install a newer Node, and run it again.\n`,
    });
  });

test('help loads the parser of the command line, and no command', () => {
  const { stdout } = spawnSync(process.execPath, ['--import', LOADED, MAIN, '--help'], { encoding: 'utf8' });
  const loaded = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as string[];
  const own = loaded.filter((url) => url.includes('/src/'));
  expect(own.length, own.join('\n')).toBeLessThanOrEqual(6);
  const packages = loaded.flatMap((url) => /.*\/node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(url)?.[1] ?? []);
  expect([...new Set(packages)]).toEqual(['commander']);
});

test('errors with a complete message are recognised by their names', () => {
  const errors = [
    new NoTargetError(''),
    new TargetError('', []),
    new OptionError(''),
    new ReportsError(''),
    new MergeError(''),
    new BrowserError(''),
    new StandAloneError(''),
    new VerdictFileError('', [], ''),
  ];
  expect(errors.map(({ name }) => name).sort()).toEqual([...PRINTED].sort());
});
