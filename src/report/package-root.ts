import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of this project's package.json: the repository, or the installed package, whose modules are compiled into `dist`.
 */
export const PACKAGE_ROOT = above(dirname(fileURLToPath(import.meta.url)));

function above(folder: string): string {
  const parent = dirname(folder);
  return existsSync(join(folder, 'package.json')) || parent === folder ? folder : above(parent);
}

/** The parts of this project's package.json that are used. */
export function ownManifest(): {
  version: string;
  homepage?: string;
  repository?: string | { url?: string };
} {
  return JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as ReturnType<
    typeof ownManifest
  >;
}
