import { dirname, resolve } from 'node:path';
import { type Refusal, refusal } from './refusal.ts';
import { shown } from './schema-problems.ts';

/** The content of a file, by its absolute path. @throws TargetError */
export type Read = (file: string) => Promise<unknown>;

/** A file's content merged with the files it extends; or what is wrong with its `extends`. */
export type Whole = { value: unknown } | { problems: Refusal[] };

/**
 * Merges a target file over those that its `extends` names, each over the one before: objects member by member, anything else as
 * a whole. In the result, `extends` lists the absolute paths of all of them.
 *
 * @param file its absolute path
 * @param below files that extend this one
 */
export async function extended(
  content: unknown,
  file: string,
  read: Read,
  below: readonly string[] = [],
): Promise<Whole> {
  if (!isObject(content) || content.extends === undefined) return { value: content };
  const named = Array.isArray(content.extends) ? content.extends : [content.extends];
  const all: string[] = [];
  let value: unknown = {};
  for (const name of named) {
    if (typeof name !== 'string' || name === '')
      return { problems: [refusal('extends-what', { found: shown(name) }, '/extends')] };
    const base = resolve(dirname(file), name);
    if (base === file || below.includes(base))
      return { problems: [refusal('extends-itself', { found: shown(name) }, '/extends')] };
    const whole = await extended(await read(base), base, read, [...below, file]);
    if ('problems' in whole) return whole;
    if (!isObject(whole.value)) return { problems: [refusal('no-base', { found: shown(name) }, '/extends')] };
    all.push(...basesOf(whole.value), base);
    value = merged(value, rooted(whole.value, dirname(base)));
  }
  return { value: { ...(merged(value, content) as object), extends: [...new Set(all)] } };
}

/** The files that merged content was made from, besides its own. */
export function basesOf(content: unknown): string[] {
  return isObject(content) && Array.isArray(content.extends) ? (content.extends as string[]) : [];
}

function merged(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  // If the kind differs, such as a saved SDK instead of a live one, nothing of the base applies.
  if ('mode' in over && over.mode !== base.mode) return over;
  const all = { ...base };
  for (const [name, member] of Object.entries(over))
    all[name] = Object.hasOwn(base, name) ? merged(base[name], member) : member;
  return all;
}

/** Fields, and members of steps, that are paths relative to their file. */
const PATHS = /^\/(storageState|server\/cwd|sdk\/(folder|cache))$/;
const STEP_PATHS = /\/\d+\/(upload\/\d+|in|files(\/\d+)?)$/;

/** Paths in a base are relative to the base. */
function rooted(value: unknown, folder: string, path = ''): unknown {
  if (typeof value === 'string') {
    const isPath = PATHS.test(path) || STEP_PATHS.test(path);
    return isPath && !value.startsWith('${') ? resolve(folder, value) : value;
  }
  if (Array.isArray(value)) return value.map((member, index) => rooted(member, folder, `${path}/${index}`));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, rooted(member, folder, `${path}/${name}`)]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
