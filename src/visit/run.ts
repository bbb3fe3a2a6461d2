import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mask } from '../masking/mask.ts';
import { seal } from '../masking/seal.ts';
import { NoTargetError } from '../target/files.ts';
import { readTargets, TargetError, targetIn } from '../target/load.ts';
import { MASK_KEY, optionsIn, type RunOptions } from '../target/options.ts';
import { freePorts } from '../target/ports.ts';
import { RUN_KEY, readRunFile, writeRunFile } from '../target/run-file.ts';
import { OptionError } from '../target/sdk.ts';
import type { Target } from '../target/target.ts';

/** What every process of one Playwright run shares. */
export interface Run {
  targets: RunTarget[];
  refused: RefusedTarget[];
  /** How often each visit is made. */
  repeat: number;
  /** Folder of the run, in which each target has one for its log. */
  logs: string;
  /** Folder that the run writes its results to, absolute. */
  folder: string;
  /** The key for `sealWith`: of all shards of an audit the same, where it was given. */
  maskKey: string;
}

/** One target of a run. */
export interface RunTarget {
  target: Target;
  /** Folder of its log, where its visits and its stub of the Events API meet. */
  logs: string;
  /** Port of the stub's own server, with that transport. */
  eventsApiPort?: number;
}

/** A target that cannot be audited. */
export interface RefusedTarget {
  /** Its name; the path of its file where it has none of its own. */
  target: string;
  /** In one line, for the verdicts: without what the file says in places that hold what is personal or secret. */
  problem: string;
  /** In full, for the one who wrote the file. */
  message: string;
}

/** What is wrong with what a target says of the rules, as lines of a TargetError: known on a floor above this one. */
export type PolicyCheck = (target: Target) => string[];

/** The bundled demo shop's. Absolute. */
export const DEMO_TARGET = fileURLToPath(new URL('../../fixtures/targets/demo-shop.json', import.meta.url));

/** What TTQ_TARGET names, one a line: the command line can be given several. By default the demo shop. */
export function targetPatterns(text = process.env.TTQ_TARGET): string[] {
  const patterns = (text ?? '').split('\n').filter((line) => line.trim() !== '');
  return patterns.length > 0 ? patterns : [DEMO_TARGET];
}

/**
 * The run that this process is of. The first process loads the targets and decides on ports and folders; its workers read from a
 * file, which TTQ_LOGS leads to and TTQ_RUN_KEY opens, what it came to.
 *
 * @param folder for its results, absolute
 * @throws NoTargetError, TargetError, OptionError if nothing can be audited; of one target that is refused, its own error
 */
export async function loadRun(check: PolicyCheck, folder: string): Promise<Run> {
  if (process.env.TTQ_LOGS) return sharedRun();
  const options = optionsIn(process.env);
  // Nothing that is started from here on is to have it.
  delete process.env[MASK_KEY];
  const { targets, refused } = await loadTargets(targetPatterns(), options, check);
  const logs = mkdtempSync(join(tmpdir(), 'ttq-conformance-'));
  const run: Run = {
    targets: targets.map((one) => runTarget(one, logs)),
    refused,
    repeat: options.repeat ?? 1,
    logs,
    folder,
    maskKey: options.maskKey ?? randomBytes(32).toString('hex'),
  };
  for (const one of run.targets) mkdirSync(one.logs);
  process.env[RUN_KEY] = writeRunFile(logs, run);
  process.env.TTQ_LOGS = logs;
  // What stands there stands in the evidence by then, masked.
  process.once('exit', () => rmSync(logs, { recursive: true, force: true }));
  return run;
}

/** The run that another process has loaded. */
export function sharedRun(logs = process.env.TTQ_LOGS, key = process.env[RUN_KEY]): Run {
  if (!logs || !key)
    throw new Error(`TTQ_LOGS or ${RUN_KEY} is not set: no run was loaded. Start with playwright.config.ts.`);
  return readRunFile(logs, key) as Run;
}

function runTarget({ target, sparePort }: LoadedTarget, logs: string): RunTarget {
  const { transport, port } = target.eventsApi;
  return {
    target,
    logs: join(logs, target.name),
    ...(transport === 'server' ? { eventsApiPort: port ?? sparePort } : {}),
  };
}

/** A target, and a free port beside the one that `{port}` in its file stands for. */
interface LoadedTarget {
  target: Target;
  sparePort: number;
}

/**
 * Loads target files. One that cannot be used is refused, and takes nothing from the others.
 *
 * @throws NoTargetError, TargetError, OptionError where none is left
 */
export async function loadTargets(
  patterns: readonly string[],
  options: RunOptions,
  check: PolicyCheck,
): Promise<{ targets: LoadedTarget[]; refused: RefusedTarget[] }> {
  const files = await readTargets(patterns);
  const ports = await freePorts(2 * files.length);
  const targets: LoadedTarget[] = [];
  const refused: UnusableFile[] = [];
  for (const [index, read] of files.entries()) {
    const { file } = read;
    const name = 'content' in read ? nameIn(read.content) : undefined;
    try {
      if ('error' in read) throw read.error;
      const target = targetIn(read.content, file, ports[2 * index]!, options);
      const problems = [...clashes(target, targets), ...check(target)];
      if (problems.length > 0) throw new TargetError(file, problems);
      targets.push({ target, sparePort: ports[2 * index + 1]! });
    } catch (error) {
      if (!(error instanceof TargetError || error instanceof OptionError)) throw error;
      refused.push({ file, name, error });
    }
  }
  if (targets.length === 0) throw noneLeft(refused.map(({ error }) => error));
  return {
    targets,
    refused: refusals(
      refused,
      targets.map(({ target }) => target.name),
    ),
  };
}

/** Why a file cannot be used, and the name in it, if it could be read. */
export interface UnusableFile {
  file: string;
  name: string | undefined;
  error: TargetError | OptionError;
}

/**
 * Files that cannot be used, as the verdicts have them.
 *
 * @param taken the names of the targets that can
 */
export function refusals(refused: readonly UnusableFile[], taken: readonly string[]): RefusedTarget[] {
  const names = [...taken, ...refused.map(({ name }) => name)];
  const isUnique = (name: string) => names.filter((other) => other === name).length === 1;
  return refused.map(({ file, name, error }) => ({
    target: name !== undefined && isUnique(name) ? name : shown(file),
    problem: withoutValues(error instanceof TargetError ? error.summary : error.message),
    message: error.message,
  }));
}

function withoutValues(problem: string): string {
  return seal(
    mask(
      problem
        .replace(
          /(\/(?:identity|server\/env)\b[^\s:]*: found )(?!nothing|an unknown field)[^;]*/g,
          '$1another value',
        )
        // What reads a file quotes it.
        .replace(/(found a syntax error|it cannot be read) \(.*\)(?=; wanted)/, '$1'),
    ),
  );
}

/** The error of a run that has no target left. */
export function noneLeft(errors: Error[]): Error {
  if (errors.length === 1) return errors[0]!;
  return new NoTargetError([...new Set(errors.map(({ message }) => message))].join('\n\n'));
}

/** What two targets of one run cannot both have. */
function clashes({ name, server }: Target, others: readonly LoadedTarget[]): string[] {
  const problems: string[] = [];
  // A target's files are called by its name, and not all file systems tell letter cases apart.
  if (others.some(({ target }) => target.name.toLowerCase() === name.toLowerCase()))
    problems.push(
      `/name: found "${name}", as another target of this run is called; wanted a name of its own`,
    );
  if (/^\.+$/.test(name)) problems.push(`/name: found "${name}"; wanted a letter or a digit in it`);
  const other = others.find(
    ({ target }) => server && target.server && isSameHost(target.server.url, server.url),
  );
  if (other)
    problems.push(
      `/server/url: found ${server!.url}, where the server of ${other.target.name} is, too; wanted a port of its own, such as {port}`,
    );
  return problems;
}

function isSameHost(one: string, other: string): boolean {
  return new URL(one).host === new URL(other).host;
}

/** The name that a target file gives itself; undefined where it is none. */
export function nameIn(content: unknown): string | undefined {
  const { name } = (content ?? {}) as { name?: unknown };
  return typeof name === 'string' && /^[\w.-]+$/.test(name) ? name : undefined;
}

function shown(file: string): string {
  return relative('', file) || file;
}
