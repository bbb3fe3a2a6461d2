import { glob, readdir, stat } from 'node:fs/promises';
import { extname, join, relative, resolve } from 'node:path';

const EXTENSIONS = ['.json', '.ts', '.js', '.mjs'];

/** There is nothing to audit. The message says why; it is meant to be printed as it is. */
export class NoTargetError extends Error {
  override name = 'NoTargetError';
}

/**
 * The target files that a run is to audit, absolute, each once, in the order of the patterns and of their paths.
 *
 * @param patterns each a file, a folder (its target files, not those of folders in it), or a glob. A file that does not exist is
 *   among the results: whoever reads it says so.
 * @throws NoTargetError where a folder or a glob has no target file
 */
export async function targetFiles(patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) found.push(...(await filesOf(pattern)));
  return [...new Set(found)];
}

async function filesOf(pattern: string): Promise<string[]> {
  const path = resolve(pattern);
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory()) return targetsIn(pattern, path);
  if (stats || !/[*?[\]{}]/.test(pattern)) return [path];
  const matches: string[] = [];
  for await (const match of glob(pattern)) matches.push(resolve(match));
  const files = await targetsAmong(matches);
  return someOf(files, `${pattern}: found no file of that kind`);
}

async function targetsIn(folder: string, path: string): Promise<string[]> {
  const entries = await readdir(path);
  const files = await targetsAmong(entries.map((entry) => join(path, entry)));
  return someOf(files, `${relative('', path) || folder}: found no target file in this folder`);
}

/** Of paths, the files that may be targets, in the order of their paths. */
async function targetsAmong(paths: string[]): Promise<string[]> {
  const isTarget = await Promise.all(
    paths.map(
      async (path) =>
        EXTENSIONS.includes(extname(path)) && !path.endsWith('.d.ts') && (await stat(path)).isFile(),
    ),
  );
  return paths.filter((_, index) => isTarget[index]).sort();
}

function someOf(files: string[], found: string): string[] {
  if (files.length > 0) return files;
  const wanted = EXTENSIONS.map((extension) => `*${extension}`).join(', ');
  throw new NoTargetError(
    `${found}; wanted target files (${wanted}).\n` +
      'Name a file, a folder or a quoted glob; docs/target.md describes what a target file holds.',
  );
}
