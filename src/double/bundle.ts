import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const bundles = new Map<string, string>();

/**
 * A browser program as one classic script, bundled at the first call and kept for the life of the process.
 *
 * @param entry its main module without the extension: TypeScript in the repository, JavaScript in the published package
 */
export function bundle(entry: URL): string {
  const known = bundles.get(entry.href);
  if (known !== undefined) return known;
  const text = build(entry);
  bundles.set(entry.href, text);
  return text;
}

function build(entry: URL): string {
  const candidates = ['.ts', '.js'].map((extension) => fileURLToPath(`${entry.href}${extension}`));
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined)
    throw new Error(`A browser program is missing: looked for ${candidates.join(' and ')}`);
  const result = buildSync({
    entryPoints: [path],
    bundle: true,
    format: 'iife',
    target: 'es2020',
    platform: 'browser',
    charset: 'utf8',
    write: false,
    logLevel: 'silent',
  });
  return result.outputFiles[0]!.text;
}
