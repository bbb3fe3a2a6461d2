import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NoTargetError } from './files.ts';
import { type ReadTarget, readTargets, refusedText, TargetError, targetIn } from './load.ts';
import { MASK_KEY, optionsIn, type RunOptions } from './options.ts';
import { freePorts } from './ports.ts';
import { type Refusal, refusal, refusalText, shownFile, type WrittenRefusal, written } from './refusal.ts';
import { RUN_KEY, readRunFile, writeRunFile } from './run-file.ts';
import { OptionError } from './sdk.ts';
import type { Target } from './target.ts';
import { refuseUnknown, type Wanted, wantedBy } from './wanted.ts';

/** What all processes of a Playwright run share. */
export interface Run {
  targets: RunTarget[];
  refused: RefusedTarget[];
  /** How often each visit is made. */
  repeat: number;
  /** The visits that were asked for, if not all. */
  wanted?: Wanted | undefined;
  /** The run's folder, with a folder for each target's log. */
  logs: string;
  /** Folder for the run's results, absolute. */
  folder: string;
  /** The key for `sealWith`: the same in all shards of an audit, if it was given. */
  maskKey: string;
}

/** One target of a run. */
export interface RunTarget {
  target: Target;
  /** Folder of its log, shared by its visits and its stub of the Events API. */
  logs: string;
  /** Port of the stub's own server, for that transport. */
  eventsApiPort?: number;
  /** For a target that shares its back end or stub with an earlier one: the folder of their common log. */
  calls?: string;
  /** Names of the targets that start them. */
  startedBy?: { server?: string; stub?: string };
}

/** Folder of the log with the calls of a target's server. */
export function callsOf({ calls, logs }: Pick<RunTarget, 'calls' | 'logs'>): string {
  return calls ?? logs;
}

/** Whether this target itself starts its stub, if that is a separate server. */
export function isOwnStub({ startedBy }: Pick<RunTarget, 'startedBy'>): boolean {
  return startedBy?.stub === undefined && startedBy?.server === undefined;
}

/** A target that cannot be audited. */
export interface RefusedTarget {
  /** Its name, or the path of its file if it has none. */
  target: string;
  /** For the verdicts. */
  refusals: WrittenRefusal[];
  /** In full, for the author of the file. */
  message: string;
}

/** Checks what a target says about the rules, which only a higher layer knows. */
export type PolicyCheck = (target: Target) => Refusal[];

/** The target file of the bundled demo shop. Absolute. */
export const DEMO_TARGET = fileURLToPath(new URL('../../fixtures/targets/demo-shop.json', import.meta.url));

/** The same with the few visits that show what an audit is: `audit` makes them unless asked for all. Absolute. */
export const SHORT_DEMO_TARGET = fileURLToPath(
  new URL('../../fixtures/targets/short/demo-shop-short.json', import.meta.url),
);

/**
 * The targets in TTQ_TARGET, one on each line. By default the demo shop.
 *
 * @throws NoTargetError if none is named and there is no demo shop, as in the published package
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
 * The run of this process. The first process loads the targets and chooses ports and folders; its workers read the result from a
 * file, which TTQ_LOGS locates and TTQ_RUN_KEY decrypts.
 *
 * @param folder for its results, absolute
 * @throws NoTargetError, TargetError, OptionError if nothing can be audited; for a single target that is refused, its own error
 */
export async function loadRun(check: PolicyCheck, folder: string): Promise<Run> {
  if (process.env.TTQ_LOGS) return sharedRun();
  const options = optionsIn(process.env);
  // Nothing started from here on may inherit it.
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
  // Its content is in the evidence by then, masked.
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

/** Targets that share a back end or a stub share a log: then a call tied to a visit of one is not tied to one of another. */
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
      // A back end can be given the address of only one stub.
      ...(server?.eventsApiPort !== undefined && { eventsApiPort: server.eventsApiPort }),
    });
  }
  return all;
}

/** Whether two targets describe the server that they share in the same way. */
function isOneServer(one: Target, other: Target): boolean {
  const said = ({ server, network, identity, eventsApi: { faults, ...eventsApi } }: Target) =>
    JSON.stringify([server, network, identity, eventsApi]);
  return one.server !== undefined && said(one) === said(other);
}

/**
 * A target that starts a back end, with what its server must know about all targets it serves: their hosts, and where the pixel
 * is passed on. The starting target's own entries for a host come first.
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
    // A hermetic target's own host is allowed without an entry.
    const own = network === 'hermetic' ? { [hostname]: hostname } : {};
    for (const [name, address] of Object.entries({ ...own, ...other.hosts })) hosts[name] ??= address;
  }
  const pixelPaths = [...new Set([one.target, ...others].flatMap((target) => target.pixelPaths))];
  return { ...one, target: { ...one.target, hosts, pixelPaths } };
}

/** A target, and a free port besides the one for `{port}`. */
interface LoadedTarget {
  target: Target;
  sparePort: number;
}

/**
 * Loads target files. One that cannot be used is refused, without affecting the others. `messages`: why, for people.
 *
 * @throws NoTargetError, TargetError, OptionError if none is left
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

/** Why a file cannot be used, and its name if it could be read. */
export interface UnusableFile {
  file: string;
  name: string | undefined;
  refusals: readonly Refusal[];
  error: Error;
}

/** @throws the error itself if it is not about this one target */
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
 * Files that cannot be used, in the form of the verdicts.
 *
 * @param taken the names of the valid targets
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

/** The error of a run without any target left. */
export function noneLeft(errors: Error[]): Error {
  if (errors.length === 1) return errors[0]!;
  return new NoTargetError(messagesOf(errors).join('\n\n'));
}

/** What errors say, the same of several files once. */
function messagesOf(errors: readonly Error[]): string[] {
  const groups = Map.groupBy(errors, (error) =>
    error instanceof TargetError ? JSON.stringify(error.refusals.map(refusalText)) : error.message,
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

/** Values that two targets of one run must not share. */
function clashes(one: Target, others: readonly LoadedTarget[]): Refusal[] {
  const { name, server } = one;
  const problems: Refusal[] = [];
  // A target's files are named after it, and not all file systems distinguish letter case.
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

/** The name in a target file; undefined if it is not valid. */
function nameIn(content: unknown): string | undefined {
  const { name } = (content ?? {}) as { name?: unknown };
  return typeof name === 'string' && /^[\w.-]+$/.test(name) ? name : undefined;
}
