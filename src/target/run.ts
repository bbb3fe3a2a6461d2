import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NoTargetError } from './files.ts';
import { type ReadTarget, readTargets, refusedText, TargetError, targetIn } from './load.ts';
import { MASK_KEY, optionsIn, type RunOptions } from './options.ts';
import { freePorts } from './ports.ts';
import { type Refusal, refusal, shownFile, told, type WrittenRefusal, written } from './refusal.ts';
import { RUN_KEY, readRunFile, writeRunFile } from './run-file.ts';
import { OptionError } from './sdk.ts';
import type { Target } from './target.ts';
import { refuseUnknown, type Wanted, wantedBy } from './wanted.ts';

/** What every process of one Playwright run shares. */
export interface Run {
  targets: RunTarget[];
  refused: RefusedTarget[];
  /** How often each visit is made. */
  repeat: number;
  /** The visits that were asked for, where those are not all. */
  wanted?: Wanted | undefined;
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
  /** Of a target that has its back end or its stub in common with an earlier one: the folder of the log that both go by. */
  calls?: string;
  /** Names of the targets that start them. */
  startedBy?: { server?: string; stub?: string };
}

/** Folder of the log in which the calls of a target's server stand. */
export function callsOf({ calls, logs }: Pick<RunTarget, 'calls' | 'logs'>): string {
  return calls ?? logs;
}

/** Whether no other target of the run starts the stub that is a server of its own. */
export function isOwnStub({ startedBy }: Pick<RunTarget, 'startedBy'>): boolean {
  return startedBy?.stub === undefined && startedBy?.server === undefined;
}

/** A target that cannot be audited. */
export interface RefusedTarget {
  /** Its name; the path of its file where it has none of its own. */
  target: string;
  /** For the verdicts. */
  refusals: WrittenRefusal[];
  /** In full, for the one who wrote the file. */
  message: string;
}

/** What is wrong with what a target says of the rules: known on a floor above this one. */
export type PolicyCheck = (target: Target) => Refusal[];

/** The bundled demo shop's. Absolute. */
export const DEMO_TARGET = fileURLToPath(new URL('../../fixtures/targets/demo-shop.json', import.meta.url));

/** The same in the few visits that show what an audit is: `audit` makes them, unless it is asked for all. Absolute. */
export const SHORT_DEMO_TARGET = fileURLToPath(
  new URL('../../fixtures/targets/short/demo-shop-short.json', import.meta.url),
);

/**
 * What TTQ_TARGET names, one a line: the command line can be given several. By default the demo shop.
 *
 * @throws NoTargetError where none is named and there is no demo shop: the published package is without it
 */
export function targetPatterns(text = process.env.TTQ_TARGET, demo = DEMO_TARGET): string[] {
  const patterns = (text ?? '').split('\n').filter((line) => line.trim() !== '');
  if (patterns.length > 0) return patterns;
  if (existsSync(demo)) return [demo];
  throw new NoTargetError(
    'No target is named: ttq-conformance audit <file>, or the file in TTQ_TARGET; docs/target.md describes what it holds.',
  );
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
    targets: sharing(targets.map((one) => runTarget(one, logs))),
    refused,
    repeat: options.repeat ?? 1,
    wanted: wantedBy(options),
    logs,
    folder,
    maskKey: options.maskKey ?? randomBytes(32).toString('hex'),
  };
  for (const one of run.targets) mkdirSync(one.logs);
  process.env[RUN_KEY] = writeRunFile(logs, run);
  process.env.TTQ_LOGS = logs;
  // What stands there stands in the evidence by then, masked.
  process.once('exit', () => rmSync(logs, { recursive: true, force: true, maxRetries: 5 }));
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

/** Targets of one back end, or of one stub, have one log: a call that is of a visit to one is then none of a visit to another. */
function sharing(targets: readonly RunTarget[]): RunTarget[] {
  const all: RunTarget[] = [];
  for (const one of targets) {
    const server = all.find((other) => isOneServer(one.target, other.target));
    const stub = all.find(
      ({ eventsApiPort }) => eventsApiPort !== undefined && eventsApiPort === one.eventsApiPort,
    );
    const other = server ?? stub;
    all.push({
      ...one,
      ...(other && {
        calls: callsOf(other),
        startedBy: {
          ...(server && { server: server.startedBy?.server ?? server.target.name }),
          ...(stub && { stub: stub.startedBy?.stub ?? stub.target.name }),
        },
      }),
      // One back end is given the address of one stub.
      ...(server?.eventsApiPort !== undefined && { eventsApiPort: server.eventsApiPort }),
    });
  }
  return all;
}

/** Whether two targets say the same of the server that both are served by. */
function isOneServer(one: Target, other: Target): boolean {
  const said = ({ server, network, identity, eventsApi: { faults, ...eventsApi } }: Target) =>
    JSON.stringify([server, network, identity, eventsApi]);
  return one.server !== undefined && said(one) === said(other);
}

/**
 * A target that starts a back end, with what its server has to know of all that are served by it: where their hosts are, and where the
 * pixel is passed on. What the one that starts it says of a host counts first.
 */
export function withServed(one: RunTarget, all: readonly RunTarget[]): RunTarget {
  const others = all
    .filter(({ startedBy }) => startedBy?.server === one.target.name)
    .map(({ target }) => target);
  if (others.length === 0) return one;
  const { network } = one.target;
  const hosts = { ...one.target.hosts };
  for (const other of others) {
    const { hostname } = new URL(other.baseURL);
    // A hermetic target's own host is let through without an entry.
    const own = network === 'hermetic' ? { [hostname]: hostname } : {};
    for (const [name, address] of Object.entries({ ...own, ...other.hosts })) hosts[name] ??= address;
  }
  const pixelPaths = [...new Set([one.target, ...others].flatMap((target) => target.pixelPaths))];
  return { ...one, target: { ...one.target, hosts, pixelPaths } };
}

/** A target, and a free port beside the one that `{port}` in its file stands for. */
interface LoadedTarget {
  target: Target;
  sparePort: number;
}

/**
 * Loads target files. One that cannot be used is refused, and takes nothing from the others. `messages`: why, for people.
 *
 * @throws NoTargetError, TargetError, OptionError where none is left
 */
export async function loadTargets(
  patterns: readonly string[],
  options: RunOptions,
  check: PolicyCheck,
): Promise<{ targets: LoadedTarget[]; refused: RefusedTarget[]; messages: string[] }> {
  const files = await readTargets(patterns);
  const ports = await freePorts(2 * files.length);
  const targets: LoadedTarget[] = [];
  const refused: UnusableFile[] = [];
  for (const [index, read] of files.entries()) {
    const { file } = read;
    try {
      if ('error' in read) throw read.error;
      const target = targetIn(read.content, file, ports[2 * index]!, options);
      const problems = [...clashes(target, targets), ...check(target)];
      if (problems.length > 0) throw new TargetError(file, problems);
      targets.push({ target, sparePort: ports[2 * index + 1]! });
    } catch (error) {
      refused.push(unusable(read, error));
    }
  }
  if (targets.length === 0) throw noneLeft(refused.map(({ error }) => error));
  const wanted = wantedBy(options);
  if (wanted)
    refuseUnknown(
      targets.map(({ target }) => target),
      wanted,
    );
  return {
    targets,
    refused: refusedTargets(
      refused,
      targets.map(({ target }) => target.name),
    ),
    messages: messagesOf(refused.map(({ error }) => error)),
  };
}

/** Why a file cannot be used, and the name in it, if it could be read. */
export interface UnusableFile {
  file: string;
  name: string | undefined;
  refusals: readonly Refusal[];
  error: Error;
}

/** @throws the error itself where it is no refusal of this one target */
export function unusable(read: ReadTarget, error: unknown): UnusableFile {
  const refusals = refusalsIn(error);
  if (refusals === undefined) throw error;
  const name = 'content' in read ? nameIn(read.content) : undefined;
  return { file: read.file, name, refusals, error: error as Error };
}

function refusalsIn(error: unknown): readonly Refusal[] | undefined {
  if (error instanceof TargetError) return error.refusals;
  return error instanceof OptionError && error.refusal ? [error.refusal] : undefined;
}

/**
 * Files that cannot be used, as the verdicts have them.
 *
 * @param taken the names of the targets that can
 */
export function refusedTargets(refused: readonly UnusableFile[], taken: readonly string[]): RefusedTarget[] {
  const names = [...taken, ...refused.map(({ name }) => name)];
  const isUnique = (name: string) => names.filter((other) => other === name).length === 1;
  return refused.map(({ file, name, refusals, error }) => ({
    target: name !== undefined && isUnique(name) ? name : shownFile(file),
    refusals: refusals.map((one) => written(one, file)),
    message: error.message,
  }));
}

/** The error of a run that has no target left. */
export function noneLeft(errors: Error[]): Error {
  if (errors.length === 1) return errors[0]!;
  return new NoTargetError(messagesOf(errors).join('\n\n'));
}

/** What errors say, the same of several files once. */
function messagesOf(errors: readonly Error[]): string[] {
  const groups = Map.groupBy(errors, (error) =>
    error instanceof TargetError ? JSON.stringify(error.refusals.map(told)) : error.message,
  );
  return [...groups.values()].map((all) => {
    const refused = all.filter((error) => error instanceof TargetError);
    return refused.length > 1
      ? refusedText(
          refused.map(({ file }) => file),
          refused[0]!.refusals,
        )
      : all[0]!.message;
  });
}

/** What two targets of one run cannot both have. */
function clashes(one: Target, others: readonly LoadedTarget[]): Refusal[] {
  const { name, server } = one;
  const problems: Refusal[] = [];
  // A target's files are called by its name, and not all file systems tell letter cases apart.
  if (others.some(({ target }) => target.name.toLowerCase() === name.toLowerCase()))
    problems.push(refusal('name-taken', { name }, '/name'));
  if (/^\.+$/.test(name)) problems.push(refusal('name-of-dots', { name }, '/name'));
  const other = others.find(
    ({ target }) =>
      server && target.server && isSameHost(target.server.url, server.url) && !isOneServer(target, one),
  );
  if (other)
    problems.push(refusal('server-taken', { url: server!.url, target: other.target.name }, '/server/url'));
  return problems;
}

function isSameHost(one: string, other: string): boolean {
  return new URL(one).host === new URL(other).host;
}

/** The name that a target file gives itself; undefined where it is none. */
function nameIn(content: unknown): string | undefined {
  const { name } = (content ?? {}) as { name?: unknown };
  return typeof name === 'string' && /^[\w.-]+$/.test(name) ? name : undefined;
}
