import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NoTargetError } from './files.ts';
import { type ReadTarget, readTargets, refusedText, TargetError, targetIn } from './load.ts';
import { MASK_KEY, optionsIn, type RunOptions } from './options.ts';
import { freePorts } from './ports.ts';
import { type Refusal, refusal, refusalText, shownFile, written } from './refusal.ts';
import { RUN_KEY, writeRunFile } from './run-file.ts';
import { OptionError } from './sdk.ts';
import { callsOf, type RefusedTarget, type Run, type RunTarget, sharedRun } from './shared-run.ts';
import type { Target } from './target.ts';
import { refuseUnknown, wantedBy } from './wanted.ts';

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
    'No target is named. Run ttq-conformance audit <file>, or name the file in TTQ_TARGET; docs/target.md describes it.',
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
  const { run, environment } = shareRun(await loadTargets(targetPatterns(), options, check), options, folder);
  Object.assign(process.env, environment);
  return run;
}

/**
 * Stores a run for other processes, until this one ends.
 *
 * @param folder for its results, absolute
 * @returns with the variables by which they find it
 */
export function shareRun(
  { targets, refused }: LoadedTargets,
  options: RunOptions,
  folder: string,
): { run: Run; environment: Record<string, string> } {
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
  // Its content is in the evidence by then, masked.
  process.once('exit', () => rmSync(logs, { recursive: true, force: true, maxRetries: 5 }));
  return { run, environment: { [RUN_KEY]: writeRunFile(logs, run), TTQ_LOGS: logs } };
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

/** A target, and a free port besides the one for `{port}`. */
interface LoadedTarget {
  target: Target;
  sparePort: number;
}

interface LoadedTargets {
  targets: LoadedTarget[];
  refused: RefusedTarget[];
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
): Promise<LoadedTargets & { messages: string[] }> {
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

/** Whether two targets describe the server that they share in the same way. */
function isOneServer(one: Target, other: Target): boolean {
  const said = ({ server, network, identity, eventsApi: { faults, ...eventsApi } }: Target) =>
    JSON.stringify([server, network, identity, eventsApi]);
  return one.server !== undefined && said(one) === said(other);
}

function isSameHost(one: string, other: string): boolean {
  return new URL(one).host === new URL(other).host;
}

/** The name in a target file; undefined if it is not valid. */
function nameIn(content: unknown): string | undefined {
  const { name } = (content ?? {}) as { name?: unknown };
  return typeof name === 'string' && /^[\w.-]+$/.test(name) ? name : undefined;
}
