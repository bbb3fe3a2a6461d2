import { readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import {
  LOADER_PATH,
  type SavedLoader,
  savedLoaders,
  savedNames,
  savedRoots,
} from '../../target/saved-sdk.ts';
import type { FileSdk } from '../../target/target.ts';
import { pixelAskedFor, withPixel } from './pixel-id.ts';
import { isEssential, isOptional, type Script, ScriptError, type ScriptSource } from './script.ts';

/** A saved build of the SDK: a folder laid out by URL path. */
export class Folder implements ScriptSource {
  private readonly folder: string;

  constructor({ folder }: FileSdk) {
    this.folder = folder;
  }

  async get(url: URL): Promise<Script | undefined> {
    if (url.pathname === LOADER_PATH) return { body: await this.loader(url) };
    const file = await this.find(url);
    if (file !== undefined) return { body: await readFile(file) };
    if (isOptional(url)) return { body: '' };
    if (!isEssential(url)) return undefined;
    throw new ScriptError(
      `${url.pathname} is not in ${this.folder}, but the SDK asks for it. Save it there, too, under its URL path; ` +
        'the cache of "sdk": "live" is such a folder.',
    );
  }

  /** The loader saved for the requested pixel, unchanged; otherwise the only one, with its pixel id replaced. */
  private async loader(url: URL): Promise<string> {
    const pixel = pixelAskedFor(url);
    const loaders = savedLoaders(this.folder, url.hostname) ?? [];
    const own = loaders.find((loader) => loader.pixel === pixel);
    if (own && pixel !== '') return readFile(own.file, 'utf8');
    const { file } = loaders.find((loader) => loader.pixel === undefined) ?? this.only(loaders, pixel);
    return withPixel(pixel, await readFile(file, 'utf8'), file);
  }

  private only(loaders: SavedLoader[], pixel: string): SavedLoader {
    const pixels = new Set(loaders.map((loader) => loader.pixel));
    const [first] = loaders;
    if (first && pixels.size === 1) return first;
    const found = first ? `only for the pixels ${[...pixels].join(', ')}` : 'none at all';
    throw new ScriptError(
      `i18n/pixel/events.js for the pixel ${pixel || '(none)'} is not in ${this.folder}: found ${found}. ` +
        `Save it there as events.js?sdkid=${pixel}&lib=ttq, or save one loader only.`,
    );
  }

  private async find(url: URL): Promise<string | undefined> {
    for (const root of savedRoots(this.folder, url.hostname)) {
      for (const name of savedNames(url)) {
        const file = join(root, name);
        if (file.startsWith(root + sep) && (await isFile(file))) return file;
      }
    }
    return undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
