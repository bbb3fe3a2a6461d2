import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

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

function built(path: string, options: BuildOptions): string {
  // Installed only for work from source.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  const result = buildSync({
    ...options,
    entryPoints: [path],
    // By default it uses the folder in which it was loaded, and finds nothing once that is gone.
    absWorkingDir: dirname(path),
    bundle: true,
    charset: 'utf8',
    write: false,
    logLevel: 'silent',
  });
  return result.outputFiles![0]!.text;
}
