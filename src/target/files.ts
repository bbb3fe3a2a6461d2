// Node before 22 has no glob, and could not load a module that imports it by name: see playwright/node-version.ts.
import fs, { readdir, stat } from 'node:fs/promises';
import { extname, join, parse, relative, resolve } from 'node:path';
import { fileKinds, type Refusal, refusal } from './refusal.ts';

const EXTENSIONS = ['.json', '.ts', '.js', '.mjs'];
/** In a folder, the name shows which modules are targets. Other modules may be anything, and are never loaded. */
const FOLDER_KINDS = ['.json', '.target.ts', '.target.js', '.target.mjs'];
const MODULE = /\.[cm]?[jt]s$/;
const DECLARATION = /\.d\.[cm]?ts$/;

/** There is nothing to audit. The message says why, and is printed as it is. */
export class NoTargetError extends Error {
  override name = 'NoTargetError';
}

/** Absolute paths, each once. */
interface Found {
  /** The target files, in the order of the patterns and then of their paths. */
  files: string[];
  /** Modules in a folder whose names do not mark them as targets. */
  strays: string[];
}

/**
 * The target files of a run.
 *
 * @param patterns each a file, a folder (only its own target files, not those of subfolders), or a glob. Missing files are
 * included, and reported when they are read.
 * @throws NoTargetError if a folder or a glob has no target file
 */
export async function targetFiles(patterns: readonly string[]): Promise<Found> {
  const found: Found[] = [];
  for (const pattern of patterns) found.push(await filesOf(pattern));
  const files = new Set(found.flatMap((one) => one.files));
  const strays = new Set(found.flatMap((one) => one.strays).filter((file) => !files.has(file)));
  return { files: [...files], strays: [...strays] };
}

function isNamed(file: string): boolean {
  return FOLDER_KINDS.some((kind) => file.endsWith(kind));
}

/** What is wrong with one of the strays. */
export function strayProblem(file: string): Refusal {
  const { name, ext } = parse(file);
  const renamed = `${name.replace(/\.target$/, '')}.target${ext.replace(/^\.[cm](?=ts)|^\.c(?=js)/, '.')}`;
  return refusal('stray', { kinds: FOLDER_KINDS, name: renamed });
}

async function filesOf(pattern: string): Promise<Found> {
  const path = resolve(pattern);
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory()) return targetsIn(pattern, path);
  if (stats || !/[*?[\]{}]/.test(pattern)) return { files: [path], strays: [] };
  const matches: string[] = [];
  for await (const match of fs.glob(pattern)) matches.push(resolve(match));
  const files = (await filesAmong(matches)).filter((file) => EXTENSIONS.includes(extname(file)));
  if (files.length === 0) throw nothing(`${pattern}: found no matching file`, EXTENSIONS);
  return { files, strays: [] };
}

async function targetsIn(folder: string, path: string): Promise<Found> {
  const entries = await readdir(path);
  const all = await filesAmong(entries.map((entry) => join(path, entry)));
  const files = all.filter((file) => isNamed(file));
  const strays = all.filter((file) => !isNamed(file) && MODULE.test(file));
  if (files.length === 0 && strays.length === 0)
    throw nothing(`${relative('', path) || folder}: found no target file in this folder`, FOLDER_KINDS);
  return { files, strays };
}

/** The files among paths, without type declarations, in the order of their paths. */
async function filesAmong(paths: string[]): Promise<string[]> {
  const isFile = await Promise.all(
    paths.map(async (path) => !DECLARATION.test(path) && (await stat(path)).isFile()),
  );
  return paths.filter((_, index) => isFile[index]).sort();
}

function nothing(found: string, kinds: readonly string[]): NoTargetError {
  return new NoTargetError(
    `${found}; wanted target files (${fileKinds(kinds)}).\n` +
      'Name a file, a folder or a quoted glob; docs/target.md describes what a target file holds.',
  );
}
