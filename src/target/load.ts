import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { extname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkTarget, withDefaults } from './check.ts';
import { type RunOptions, withOptions } from './options.ts';
import { folderProblem } from './sdk.ts';
import type { Target } from './target.ts';

/** The target file cannot be used. The message says file, field, found, wanted, and what to do; it is meant to be printed as it is. */
export class TargetError extends Error {
  override name = 'TargetError';

  constructor(file: string, problems: string[]) {
    const lines = problems.map((problem) => `  ${problem}`);
    super(
      `The target file ${relative(process.cwd(), file) || file} cannot be used:\n${lines.join('\n')}\n` +
        'Mend the file and run again; docs/target.md describes every field.',
    );
  }
}

/**
 * Reads a target file: JSON, or a module (.ts, .js, .mjs) whose default export is the same object.
 *
 * `{port}` anywhere in it stands for `port`; `freePort` finds one.
 *
 * @param options what the run asks for beside the file
 * @throws TargetError if it cannot be read or is not a target
 * @throws OptionError if the options do not go with it
 */
export async function loadTarget(path: string, port: number, options: RunOptions = {}): Promise<Target> {
  const file = resolve(path);
  return targetIn(await read(file), file, port, options);
}

/** The same for what a target file holds. `file`: its absolute path. */
export function targetIn(content: unknown, file: string, port: number, options: RunOptions = {}): Target {
  const value = replacePort(content, port);
  const problems = checkTarget(value);
  if (problems.length > 0) throw new TargetError(file, problems);
  const target = withOptions(withDefaults(value as Parameters<typeof withDefaults>[0], file), options);
  // Looked at last: an option may name another SDK.
  const missing = target.sdk.mode === 'file' ? folderProblem(target.sdk.folder) : undefined;
  if (missing !== undefined)
    throw new TargetError(file, [`/sdk/folder: ${missing}; wanted a saved SDK, laid out by URL path`]);
  return target;
}

async function read(file: string): Promise<unknown> {
  if (!existsSync(file)) throw new TargetError(file, ['found no such file; wanted a JSON file or a module']);
  try {
    if (extname(file) === '.json') return JSON.parse(await readFile(file, 'utf8'));
    const { default: value } = (await import(pathToFileURL(file).href)) as { default?: unknown };
    // A module that is loaded as CommonJS has its exports, `default` among them, as its default export.
    return typeof value === 'object' && value !== null && 'default' in value ? value.default : value;
  } catch (error) {
    const wanted = extname(file) === '.json' ? 'JSON' : 'a module whose default export is the target';
    const what = error instanceof SyntaxError ? 'found a syntax error' : 'it cannot be read';
    throw new TargetError(file, [`${what} (${unquoted((error as Error).message)}); wanted ${wanted}`]);
  }
}

/** Node quotes a part of the file, which may be the customer's data. */
function unquoted(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*" is not valid JSON$/s, ', not valid JSON');
}

function replacePort<T>(value: T, port: number): T {
  if (typeof value === 'string') return value.replaceAll('{port}', String(port)) as T;
  if (Array.isArray(value)) return value.map((item) => replacePort(item, port)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [replacePort(key, port), replacePort(member, port)]),
  ) as T;
}

/** A TCP port that is free on loopback now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
