import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { Job } from 'kubernetes-models/batch/v1';
import { PersistentVolumeClaim } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';
import { REST } from '../rest.ts';
import { test as base, type Lasting } from '../test.ts';
import { workflowParser } from './workflow-parser.ts';

/** The files that people copy into their CI: each held against the schema of its system, and its shell lines run. */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const run = promisify(execFile);

const WORKFLOWS = globSync('examples/ci/github-*.yml', { cwd: root });
const ACTION = 'action.yml';
const CONTAINERFILE = 'examples/ci/Containerfile';

interface Ran {
  code: number;
  output: string;
  /** The command lines that ttq-conformance was called with, and the variables that it was given. */
  calls: { args: string[]; env: Record<string, string> }[];
}

/** A folder in which ttq-conformance is a program that notes how it was called, and ends as it is told to. */
class Workplace {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async prepare(): Promise<void> {
    await mkdir(join(this.path, 'bin'));
    const program = join(this.path, 'bin/ttq-conformance.js');
    await writeFile(
      program,
      `#!/usr/bin/env node
       const { appendFileSync, mkdirSync } = require('node:fs');
       const { CALLS, ENDS_WITH, TTQ_TARGET, TTQ_BASELINE } = process.env;
       const args = process.argv.slice(2);
       appendFileSync(CALLS, JSON.stringify({ args, env: { TTQ_TARGET, TTQ_BASELINE } }) + '\\n');
       if (args[0] === 'audit') mkdirSync('reports', { recursive: true });
       process.exit(args[0] === 'setup' ? 0 : Number(ENDS_WITH));`,
    );
    await chmod(program, 0o755);
    await cp(program, join(this.path, 'bin/ttq-conformance'));
    // npx looks for it in the project first.
    await writeFile(join(this.path, 'bin/npx'), '#!/bin/sh\nexec "$@"\n');
    await writeFile(join(this.path, 'bin/npm'), '#!/bin/sh\n');
    for (const name of ['npx', 'npm']) await chmod(join(this.path, 'bin', name), 0o755);
  }

  async run(shell: readonly string[], script: string, env: Record<string, string>): Promise<Ran> {
    const calls = join(this.path, 'calls');
    await writeFile(calls, '');
    const [program, ...args] = shell as [string, ...string[]];
    const path = [join(this.path, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter);
    const { code, output } = await run(program, [...args, '-c', script], {
      cwd: this.path,
      env: { PATH: path, CALLS: calls, ENDS_WITH: '0', GITHUB_ACTION_PATH: this.path, ...env },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        output: error.stdout + error.stderr,
      }),
    );
    const lines = (await readFile(calls, 'utf8')).split('\n').filter((line) => line !== '');
    return { code, output, calls: lines.map((line) => JSON.parse(line) as Ran['calls'][number]) };
  }
}

const test = base.extend<{ workplace: Workplace }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  workplace: async ({}, use) => {
    const path = await mkdtemp(join(tmpdir(), 'ttq-ci-'));
    const workplace = new Workplace(path);
    await workplace.prepare();
    await use(workplace);
    await rm(path, { recursive: true });
  },
});

/** As GitHub runs `shell: bash`. */
const BASH = ['bash', '--noprofile', '--norc', '-eo', 'pipefail'];

const PARSER: Lasting<Awaited<ReturnType<typeof workflowParser>>> = {
  open: workflowParser,
  close: () => undefined,
};
const silent = { error: () => {}, info: () => {}, verbose: () => {} };
const problems = (result: { context: { errors: { getErrors: () => { message: string }[] } } }) =>
  result.context.errors.getErrors().map(({ message }) => message);

for (const file of WORKFLOWS)
  test(`${file} is a workflow`, REST, async ({ shared }) => {
    const { parseWorkflow } = await shared.get(PARSER);
    expect(problems(parseWorkflow({ name: file, content: text(file) }, silent))).toEqual([]);
    const wrong = text(file).replace('runs-on:', 'run-on:');
    expect(problems(parseWorkflow({ name: file, content: wrong }, silent)).join()).toContain('run-on');
  });

test('action.yml is an action', REST, async ({ shared }) => {
  const { parseAction } = await shared.get(PARSER);
  expect(problems(parseAction({ name: ACTION, content: text(ACTION) }, silent))).toEqual([]);
  const wrong = text(ACTION).replace('shell: bash', 'sheel: bash');
  expect(problems(parseAction({ name: ACTION, content: wrong }, silent)).join()).toContain('sheel');
});

interface Step {
  id?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string>;
}
interface Action {
  inputs: Record<string, { description: string; default: string }>;
  runs: { steps: Step[] };
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, { steps: Step[] }>;
}
const action = parse(text(ACTION)) as Action;
const workflows = WORKFLOWS.map((file) => parse(text(file)) as Workflow);
const stepsOf = (workflow: Workflow) => Object.values(workflow.jobs).flatMap(({ steps }) => steps);

test('actions are pinned, and have no more permissions than they need', () => {
  for (const { uses } of [...action.runs.steps, ...workflows.flatMap(stepsOf)])
    if (uses !== undefined) expect(uses).toMatch(/@[\da-f]{40}$/);
  for (const workflow of workflows) {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(Object.keys(workflow.on)).toEqual(['pull_request', 'push']);
  }
  // An expression within a script would run whatever an input contains.
  for (const { run: script = '' } of [...action.runs.steps, ...workflows.flatMap(stepsOf)])
    expect(script).not.toContain('${{');
  expect(Number(action.inputs['retention-days']!.default)).toBeLessThanOrEqual(30);
});

test('the workflows give the action inputs that it has', () => {
  for (const { uses = '', with: given = {} } of workflows.flatMap(stepsOf))
    if (uses.includes('ttq-conformance'))
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
});

const AUDIT = action.runs.steps.find(({ id }) => id === 'run')!.run!;
const INPUTS = { ARGS: '', SHARD: '', MERGE: '', TTQ_BASELINE: '', TTQ_TARGET: '' };

test('the action audits what its inputs name, and exits as the audit does', async ({ workplace }) => {
  const output = join(workplace.path, 'output');
  const env = { ...INPUTS, TTQ_TARGET: 'my targets/a b.json', GITHUB_OUTPUT: output };
  const plain = await workplace.run(BASH, AUDIT, env);
  expect(plain).toMatchObject({ code: 0, calls: [{ args: ['audit'], env: { TTQ_TARGET: env.TTQ_TARGET } }] });
  // An input is always an argument, whatever it contains.
  const hostile = '--grep=$(touch hacked); `id` "a b" *';
  const given = await workplace.run(BASH, AUDIT, {
    ...env,
    ARGS: `--repeat=3\n\n${hostile}\n`,
    ENDS_WITH: '1',
  });
  expect(given).toMatchObject({ code: 1, calls: [{ args: ['audit', '--repeat=3', hostile] }] });
  expect((await workplace.run(BASH, AUDIT, { ...env, ENDS_WITH: '2' })).code).toBe(2);
  expect(await readFile(output, 'utf8')).toBe('exit-code=0\nexit-code=1\nexit-code=2\n');
});

test('a shard of the action leaves the decision to the merge, and fails if it could not run', async ({
  workplace,
}) => {
  const env = { ...INPUTS, SHARD: '2/4', GITHUB_OUTPUT: join(workplace.path, 'output') };
  for (const [ends, code] of [
    ['0', 0],
    ['1', 0],
    ['2', 2],
  ] as const) {
    const ran = await workplace.run(BASH, AUDIT, { ...env, ARGS: '--quiet', ENDS_WITH: ends });
    expect(ran.calls.map(({ args }) => args)).toEqual([['audit', '--quiet', '--', '--shard=2/4']]);
    expect(ran.code).toBe(code);
  }
});

test('the action merges shards, and exits as the merged audit does', async ({ workplace }) => {
  for (const shard of ['shard-1', 'shard-2'])
    await mkdir(join(workplace.path, 'all shards', shard), { recursive: true });
  const env = {
    ...INPUTS,
    MERGE: 'all shards',
    GITHUB_OUTPUT: join(workplace.path, 'output'),
    ENDS_WITH: '1',
  };
  const folders = ['all shards/shard-1', 'all shards/shard-2'];
  const { code, calls } = await workplace.run(BASH, AUDIT, env);
  expect(calls.map(({ args }) => args)).toEqual([['merge', ...folders]]);
  expect(code).toBe(1);
  const held = await workplace.run(BASH, AUDIT, { ...env, TTQ_BASELINE: 'base line.json' });
  expect(held.calls.map(({ args }) => args)).toEqual([['merge', '--baseline=base line.json', ...folders]]);
});

test('the action knows its lock file', async ({ workplace }) => {
  const output = join(workplace.path, 'output');
  await cp(join(root, 'package-lock.json'), join(workplace.path, 'package-lock.json'));
  const lock = action.runs.steps.find(({ id }) => id === 'lock')!.run!;
  expect((await workplace.run(BASH, lock, { GITHUB_OUTPUT: output })).code).toBe(0);
  expect(await readFile(output, 'utf8')).toMatch(/^hash=[\da-f]{64}\n$/);
});

interface GitLab {
  tracking: { parallel: number; script: string[]; after_script: string[]; artifacts: { expire_in: string } };
  'tracking-gate': { script: string[]; artifacts: { expire_in: string; reports: { junit: string } } };
}
const GITLAB = 'examples/ci/gitlab-ci.yml';

test(`${GITLAB} is a pipeline`, REST, async ({ workplace }) => {
  const gitlab = join(root, 'node_modules/gitlab-ci-local/dist/index.js');
  const check = async (content: string) => {
    await writeFile(join(workplace.path, '.gitlab-ci.yml'), content);
    return workplace.run(BASH, `node '${gitlab}' --list-json`, { HOME: workplace.path });
  };
  await run('git', ['init', '--quiet'], { cwd: workplace.path });
  await run('git', ['remote', 'add', 'origin', 'https://gitlab.example/shop/shop.git'], {
    cwd: workplace.path,
  });
  const { code, output } = await check(text(GITLAB));
  expect(code, output).toBe(0);
  const names = [...output.matchAll(/"name":\s*"([^"]+)"/g)].map(([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(['tracking: [1/4]', 'tracking: [4/4]', 'tracking-gate']));
  expect((await check(text(GITLAB).replace('parallel: 4', 'parallel: many'))).code).not.toBe(0);
});

test(`the scripts of ${GITLAB} run each shard, keep its reports, and merge them`, async ({ workplace }) => {
  const { tracking, 'tracking-gate': gate } = parse(text(GITLAB)) as GitLab;
  for (const [ends, code] of [
    ['1', 0],
    ['2', 1],
    ['0', 0],
  ] as const)
    for (const index of [1, 2]) {
      const env = { CI_NODE_INDEX: `${index}`, CI_NODE_TOTAL: `${tracking.parallel}`, ENDS_WITH: ends };
      const ran = await workplace.run(BASH, tracking.script.join('\n'), env);
      expect(ran.calls.map(({ args }) => args)).toEqual([
        ['setup'],
        ['audit', 'tracking/targets', '--', `--shard=${index}/4`],
      ]);
      expect(ran.code).toBe(code);
      await rm(join(workplace.path, `shard-${index}`), { recursive: true, force: true });
      expect((await workplace.run(BASH, tracking.after_script.join('\n'), env)).code).toBe(0);
    }
  const joined = await workplace.run(BASH, gate.script.join('\n'), { ENDS_WITH: '1' });
  expect(joined.calls.map(({ args }) => args)).toEqual([['merge', 'shard-1', 'shard-2']]);
  expect(joined.code).toBe(1);
  expect(gate.artifacts.reports.junit).toBe('reports/junit.xml');
});

const KUBERNETES = 'examples/ci/kubernetes.yaml';
const manifests = parseAllDocuments(text(KUBERNETES)).map((document) => document.toJS() as Manifest);

interface Manifest {
  kind: string;
  metadata: { name: string };
  spec: {
    completions?: number;
    template: { spec: { containers: { command: string[]; env: { name: string; value?: string }[] }[] } };
  };
}
const jobOf = (name: string) => manifests.find(({ metadata }) => metadata.name.startsWith(name))!;
const containerOf = (name: string) => jobOf(name).spec.template.spec.containers[0]!;
const variable = (container: ReturnType<typeof containerOf>, wanted: string) =>
  container.env.find(({ name }) => name === wanted)?.value;

test(`${KUBERNETES} is valid for Kubernetes`, () => {
  expect(manifests.map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim', 'Job', 'Job']);
  const [claim, ...jobs] = manifests as object[] as [object, ...object[]];
  expect(() => new PersistentVolumeClaim(claim).validate()).not.toThrow();
  for (const job of jobs) expect(() => new Job(job).validate()).not.toThrow();
  const wrong: object = { ...jobs[0], spec: { ...jobOf('ttq-audit').spec, completions: 'four' } };
  expect(() => new Job(wrong).validate()).toThrow(/completions/);
});

test(`the pods of ${KUBERNETES} make a shard each, and the gate merges what there is`, async ({
  workplace,
}) => {
  const { spec } = jobOf('ttq-audit');
  const audit = containerOf('ttq-audit');
  const gate = containerOf('ttq-gate');
  for (const container of [audit, gate]) expect(variable(container, 'SHARDS')).toBe(`${spec.completions}`);
  const inHere = ({ command: [, , script = ''] }: typeof audit) =>
    script.replaceAll('/reports/$RUN', `${workplace.path}/$RUN`).replace('sleep 5', 'sleep 0.01');
  const SH = ['/bin/sh', '-e'];
  const env = { RUN: 'run-1', SHARDS: '2', PATIENCE: '60' };
  for (const [index, ends] of ['0', '1'].entries()) {
    const ran = await workplace.run(SH, inHere(audit), {
      ...env,
      JOB_COMPLETION_INDEX: `${index}`,
      ENDS_WITH: ends,
    });
    expect(ran.calls.map(({ args }) => args)).toEqual([
      ['audit', '/targets', '--', `--shard=${index + 1}/2`],
    ]);
    expect(ran.code, ran.output).toBe(0);
  }
  const joined = await workplace.run(SH, inHere(gate), { ...env, ENDS_WITH: '1' });
  expect(joined.calls.map(({ args }) => args)).toEqual([['merge', 'shard-1/reports', 'shard-2/reports']]);
  expect(joined.code).toBe(1);

  // A shard that could not run leaves no mark, and the wait for it ends.
  const broken = await workplace.run(SH, inHere(audit), {
    ...env,
    JOB_COMPLETION_INDEX: '1',
    ENDS_WITH: '2',
  });
  expect(broken.code).not.toBe(0);
  const late = await workplace.run(SH, inHere(gate), { ...env, PATIENCE: '0', ENDS_WITH: '1' });
  expect(late.code).toBe(1);
});

test('docs/ci.md names every file, and its recipes are valid YAML with existing flags', () => {
  const page = text('docs/ci.md');
  for (const file of [ACTION, ...globSync('examples/ci/*', { cwd: root })])
    expect(page).toContain(`](../${file})`);
  const recipes = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, recipe]) => recipe!);
  expect(recipes.length).toBeGreaterThanOrEqual(3);
  for (const recipe of recipes) expect(() => parse(recipe) as unknown).not.toThrow();
});

test('the Containerfile and its shell lines can be parsed', async ({ workplace }) => {
  const lines = text(CONTAINERFILE);
  expect(problemsOf(lines)).toEqual([]);
  expect(problemsOf(lines.replace('WORKDIR /build', 'WORKDRI /build'))).toEqual([
    'Unknown instruction: WORKDRI',
  ]);
  const scripts = DockerfileParser.parse(lines)
    .getInstructions()
    .filter((one) => one.getKeyword() === 'RUN')
    .map((one) => one.getArgumentsContent()!);
  expect(scripts).toHaveLength(4);
  for (const script of scripts) expect((await workplace.run(['sh', '-n'], script, {})).output).toBe('');
  // npm writes into the folder and does not make it.
  expect(scripts[1]).toMatch(/^mkdir \/tarball \\?\s*&& npm pack --pack-destination \/tarball/);
  // What is installed beside the package: as it says itself, in the version that it is tested with.
  const [, beside] = /(node -p ".*?") > /s.exec(scripts[1]!)!;
  await cp(join(root, 'package.json'), join(workplace.path, 'package.json'));
  const { output } = await workplace.run(['sh', '-e'], beside!, {});
  const { devDependencies } = JSON.parse(text('package.json')) as { devDependencies: Record<string, string> };
  expect(output.trim().split('\n')).toEqual(
    ['@playwright/test', 'allure'].map((name) => `${name}@${devDependencies[name]}`),
  );
});

/** What Docker's own front end would refuse or warn about. */
function problemsOf(containerfile: string): string[] {
  return validate(containerfile).map(({ message }) =>
    typeof message === 'string' ? message : message.value,
  );
}

test('the image has the package, the browser and Allure, and runs as an ordinary user', () => {
  const lines = text(CONTAINERFILE);
  const { devDependencies, engines } = JSON.parse(text('package.json')) as {
    devDependencies: Record<string, string>;
    engines: { node: string };
  };
  for (const name of ['@playwright/test', 'allure']) {
    expect(lines).toContain(`'${name}'`);
    expect(devDependencies).toHaveProperty([name]);
  }
  expect(lines).toMatch(/^USER node$/m);
  const [, major] = /FROM \S*node:(\d+)/.exec(lines)!;
  expect(Number(major)).toBeGreaterThanOrEqual(Number.parseInt(engines.node.replace('>=', ''), 10));
  expect(basename(KUBERNETES)).toBe('kubernetes.yaml');
});
