import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { checkTarget, withDefaults } from './check.ts';
import { fillVariables } from './environment.ts';
import { basesOf, extended } from './extends.ts';
import { strayProblem, targetFiles } from './files.ts';
import { readJson } from './json-file.ts';
import { type RunOptions, withOptions } from './options.ts';
import { Private } from './private.ts';
import { cannotBeUsed, type Refusal, refusal, refusalText, shownFile } from './refusal.ts';
import { folderLack } from './sdk.ts';
import { structureProblems } from './structure.ts';
import { type Target, TargetFile } from './target.ts';
import { tryModule } from './try-module.ts';

/** The target file cannot be used. The message names file, field, found, wanted, and what to do, and is printed as it is. */
export class TargetError extends Error {
  override name = 'TargetError';
  readonly file: string;
  readonly refusals: readonly Refusal[];

  constructor(file: string, refusals: readonly Refusal[]) {
    super(refusedText([file], refusals));
    this.file = file;
    this.refusals = refusals;
  }
}

/** What is wrong with each of some files. Many files of one base tend to lack the same. */
export function refusedText(files: readonly string[], refusals: readonly Refusal[]): string {
  const lines = refusals.map((one) => `  ${refusalText(one)}`);
  const fix = `Fix the ${files.length === 1 ? 'file' : 'files, or what they extend,'} and run again`;
  return `${cannotBeUsed(files.map(shownFile))}\n${lines.join('\n')}\n${fix}; docs/target.md describes every field.`;
}

/**
 * Reads a target file: JSON, or a module (.ts, .js, .mjs) whose default export is the same object.
 *
 * `{port}` anywhere in it is replaced by `port`; `freePort` in ports.ts finds one.
 *
 * @param options of the run, besides the file
 * @throws TargetError if it cannot be read or is not a target
 * @throws OptionError if the options contradict it
 */
export async function loadTarget(path: string, port: number, options: RunOptions = {}): Promise<Target> {
  const file = resolve(path);
  return targetIn(await readTarget(file), file, port, options);
}

/** The same for the content of a target file. `file`: its absolute path. */
export function targetIn(content: unknown, file: string, port: number, options: RunOptions = {}): Target {
  const unfit = structureProblems(content);
  if (unfit.length > 0) throw new TargetError(file, unfit);
  const { value, secrets, problems: unset } = fillVariables(replacePort(content, port), process.env);
  // A text with an unset variable has no other problem.
  const isUnset = ({ field = '' }: Refusal) => unset.some((one) => one.field === field);
  const problems = [...unset, ...checkTarget(value).filter((one) => !isUnset(one))];
  if (problems.length > 0) throw new TargetError(file, problems);
  const whole = {
    ...withDefaults(value as Parameters<typeof withDefaults>[0], file),
    ...(secrets.length > 0 && { secrets }),
  };
  const isPortUsed = JSON.stringify(content).includes('{port}');
  const target = withOptions(isPortUsed ? { ...whole, port } : whole, options);
  if (typeof target.storageState === 'string' && !isStorageState(target.storageState))
    throw new TargetError(file, [
      refusal('no-storage-state', { found: target.storageState }, '/storageState'),
    ]);
  // Checked last, as an option may name another SDK.
  if (target.sdk.mode !== 'file') return target;
  const { folder } = target.sdk;
  const lack = folderLack(folder);
  if (lack !== undefined) throw new TargetError(file, [refusal(`sdk-no-${lack}`, { folder }, '/sdk/folder')]);
  return target;
}

/** The content of a target file, or why it cannot be used. */
export type ReadTarget = { file: string } & ({ content: unknown } | { error: TargetError });

/**
 * Reads all target files of a run in parallel, and refuses those in a folder whose names do not mark them as targets.
 *
 * @param patterns as in targetFiles
 * @throws NoTargetError if a folder or a glob has none
 */
export async function readTargets(patterns: readonly string[]): Promise<ReadTarget[]> {
  const { files, strays } = await targetFiles(patterns);
  const read = await Promise.all(
    files.map((file) =>
      readTarget(file).then(
        (content) => ({ file, content }),
        (error: unknown) => {
          if (error instanceof TargetError) return { file, error };
          throw error;
        },
      ),
    ),
  );
  // A base is among the files that extend it. If it is complete, it is audited, too.
  const bases = new Set(read.flatMap((one) => ('content' in one ? basesOf(one.content) : [])));
  const whole = read.filter((one) => !bases.has(one.file) || !('content' in one) || isWhole(one.content));
  return [...whole, ...strays.map((file) => ({ file, error: new TargetError(file, [strayProblem(file)]) }))];
}

/**
 * The content of a target file, merged with what it extends.
 *
 * @param file its absolute path
 * @throws TargetError if it cannot be read
 */
export async function readTarget(file: string): Promise<unknown> {
  const whole = await extended(await readAlone(file), file, readAlone);
  if ('problems' in whole) throw new TargetError(file, whole.problems);
  return whole.value;
}

async function readAlone(file: string): Promise<unknown> {
  if (!existsSync(file)) throw new TargetError(file, [refusal('no-file', {})]);
  if (extname(file) !== '.json') {
    const tried = await tryModule(file);
    if ('problems' in tried) throw new TargetError(file, tried.problems);
    return tried.value;
  }
  try {
    return readJson(file);
  } catch (error) {
    const code = error instanceof SyntaxError ? 'json-syntax' : 'json-unreadable';
    throw new TargetError(file, [refusal(code, { detail: new Private((error as Error).message) })]);
  }
}

/** Whether everything required is there. */
function isWhole(content: unknown): boolean {
  const given = (content ?? {}) as Record<string, unknown>;
  return TargetFile.required.every((name) => given[name] !== undefined);
}

/** Whether a file exists and contains what Playwright's storageState writes. */
function isStorageState(file: string): boolean {
  try {
    const { cookies, origins } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return Array.isArray(cookies) && Array.isArray(origins);
  } catch {
    return false;
  }
}

function replacePort<T>(value: T, port: number): T {
  if (typeof value === 'string') return value.replaceAll('{port}', String(port)) as T;
  if (Array.isArray(value)) return value.map((item) => replacePort(item, port)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [replacePort(key, port), replacePort(member, port)]),
  ) as T;
}
