import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/ttq-conformance/', import.meta.url));

const bundles = new Map<string, string>();

/**
 * A browser program as one classic script: bundled on first use in the repository, and at build time in the published package.
 * Cached for the life of the process.
 *
 * @param entry its main module without the extension
 */
export function bundle(entry: URL): string {
  const known = bundles.get(entry.href);
  if (known !== undefined) return known;
  const text = read(entry);
  bundles.set(entry.href, text);
  return text;
}

function read(entry: URL): string {
  const [source, built] = ['.ts', '.js'].map((extension) => fileURLToPath(`${entry.href}${extension}`));
  if (existsSync(source!)) return bundled(source!);
  if (existsSync(built!)) return readFileSync(built!, 'utf8');
  throw new Error(`A browser program is missing: looked for ${source} and ${built}`);
}

/** @param path of a TypeScript module */
export function bundled(path: string): string {
  return built(path, { format: 'iife', target: 'es2020', platform: 'browser' });
}

/**
 * A Node program as one module, which imports packages as its source does.
 *
 * @param path of a TypeScript module
 * @param place the address that its modules see as their own, if the bundle is stored elsewhere
 */
export function bundledForNode(path: string, place?: URL): string {
  return built(path, {
    format: 'esm',
    target: 'node22',
    platform: 'node',
    packages: 'external',
    ...(place ? { define: { 'import.meta.url': JSON.stringify(place.href) } } : {}),
  });
}

/** A bundle on disk, and what it was made of. */
interface Kept {
  /** The state of each file that went into it, by path. */
  inputs: Record<string, string>;
  text: string;
}

/**
 * Each process of a run needs the same few bundles, and esbuild starts a program for each: so they are kept on disk until a file that went
 * into them changes.
 */
function built(path: string, options: BuildOptions): string {
  const name = createHash('sha256')
    .update(JSON.stringify([path, options]))
    .digest('hex')
    .slice(0, 16);
  const file = join(CACHE, `bundle-${name}.json`);
  const kept = readKept(file);
  if (kept && Object.entries(kept.inputs).every(([input, state]) => stateOf(input) === state))
    return kept.text;
  const fresh = build(path, options);
  keep(file, fresh);
  return fresh.text;
}

function readKept(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

/** Undefined where the file is gone. */
function stateOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.mtimeMs} ${found.size}`;
}

function build(path: string, options: BuildOptions): Kept {
  // Installed only for work from source.
  const require = createRequire(import.meta.url);
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  // By default it uses the folder in which it was loaded, and finds nothing once that is gone.
  const folder = dirname(path);
  const result = buildSync({
    ...options,
    entryPoints: [path],
    absWorkingDir: folder,
    bundle: true,
    charset: 'utf8',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const files = [require.resolve('esbuild/package.json')].concat(
    Object.keys(result.metafile!.inputs).map((input) => resolve(folder, input)),
  );
  return {
    inputs: Object.fromEntries(files.map((file) => [file, stateOf(file) ?? ''])),
    text: result.outputFiles![0]!.text,
  };
}

/** Where nothing can be written, nothing is kept. */
function keep(file: string, bundle: Kept): void {
  const own = `${file}.${process.pid}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(own, JSON.stringify(bundle));
    renameSync(own, file);
  } catch {}
}
