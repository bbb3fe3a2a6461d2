import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Layout of a saved SDK: by URL path, `i18n/pixel/events.js` and `i18n/pixel/static/…`, with or without a folder for the host
 * above it. A query is part of the file's name, as wget writes it (`events.js?sdkid=…`) or encoded.
 */

/** A saved loader. */
export interface SavedLoader {
  file: string;
  /** The pixel id in the file's name; undefined if it has none. */
  pixel: string | undefined;
}

/** URL path of the SDK's first script. */
export const LOADER_PATH = '/i18n/pixel/events.js';

const SCRIPTS = 'i18n/pixel';

/** Folders that stand for a host's root: that of `host` first, then the folder itself, then other hosts' folders in it. */
export function savedRoots(folder: string, host?: string): string[] {
  const named = host === undefined ? [] : [host];
  const roots = [...named.map((name) => join(folder, name)), folder, ...foldersIn(folder)];
  return [...new Set(roots)].filter((root) => isFolder(join(root, SCRIPTS)));
}

/** Possible file names for a URL, with its path, best first. A name without a query matches any query. */
export function savedNames({ pathname, search }: URL): string[] {
  const plain = pathname.slice(1);
  return search === '' ? [plain] : [`${plain}${search}`, `${plain}${encodeURIComponent(search)}`, plain];
}

/** The loaders in a folder, each for one pixel or for any; undefined if there is no such folder. */
export function savedLoaders(folder: string, host?: string): SavedLoader[] | undefined {
  if (!isFolder(folder)) return undefined;
  return savedRoots(folder, host).flatMap((root) => loadersIn(join(root, SCRIPTS)));
}

function loadersIn(folder: string): SavedLoader[] {
  return readdirSync(folder)
    .filter((name) => /^events\.js((\?|%3F).*)?$/.test(name))
    .map((name) => ({ file: join(folder, name), pixel: /sdkid(?:=|%3D)([\w-]*)/.exec(name)?.[1] }));
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(isFolder);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
