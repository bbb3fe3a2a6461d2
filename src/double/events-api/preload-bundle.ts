import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledForNode } from '../bundle.ts';

const SOURCE = new URL('./preload.ts', import.meta.url);
const CACHE = new URL('../../../node_modules/.cache/ttq-conformance/', import.meta.url);

let known: { file: string | undefined } | undefined;

/**
 * The stub as one module, for work from source: a site's process loads it in half the time of separate modules. In the published
 * package it is one module anyway (see build/package.ts).
 *
 * @returns its file; undefined if there is no source or it cannot be written: then the stub is loaded as it is
 */
export function preloadBundle(): string | undefined {
  known ??= { file: existsSync(SOURCE) ? written(bundledForNode(fileURLToPath(SOURCE), SOURCE)) : undefined };
  return known.file;
}

/**
 * The name depends on the text, so processes with different versions of the source do not collide; an existing file is complete.
 */
function written(text: string): string | undefined {
  const folder = fileURLToPath(CACHE);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const file = join(folder, `preload-${digest}.mjs`);
  if (existsSync(file)) return file;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
    return file;
  } catch {
    return undefined;
  }
}
