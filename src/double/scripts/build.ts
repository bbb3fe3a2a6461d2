import { Script as Program } from 'node:vm';
import { LOADER_PATH } from '../../target/saved-sdk.ts';

/**
 * Why a browser could not run a text as a script; undefined if it could. The text is only parsed. A truncated answer nearly
 * always ends in the middle of something.
 */
export function brokenAt(text: string): string | undefined {
  try {
    new Program(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** File names of chunks in the text of the SDK's scripts: `main.<base64>.js`, `identify_<hash>.js`. */
const MAIN = /\bmain[._][\w=-]+\.js\b/g;
const CHUNK = /\b([a-z]+)_[0-9a-f]{6,}\.js\b/g;

/** The scripts that were served, and whether they belong to one build: a chunk's name changes with its content. */
export class Build {
  /** Names of main scripts in the loaders. */
  private readonly mains = new Set<string>();
  /** For each kind of chunk, its names in the main scripts, and which main script has them. */
  private readonly chunks = new Map<string, { names: Set<string>; main: string }>();

  /**
   * Adds a script.
   *
   * @returns why it belongs to another build than those before it; undefined if it does not, or if nothing shows it
   */
  add({ pathname }: URL, text: string): string | undefined {
    const name = pathname.slice(pathname.lastIndexOf('/') + 1);
    if (pathname === LOADER_PATH) {
      for (const [found] of text.matchAll(MAIN)) this.mains.add(found);
      return undefined;
    }
    if (!pathname.includes('/static/')) return undefined;
    return /^main[._]/.test(name) ? this.addMain(name, text) : this.foreign(name);
  }

  private addMain(name: string, text: string): string | undefined {
    // A loader may build the name at run time: then its text has none.
    if (this.mains.size > 0 && !this.mains.has(name))
      return `events.js goes with ${[...this.mains].join(', ')}`;
    const found = Map.groupBy(text.matchAll(CHUNK), ([, kind]) => kind!);
    for (const [kind, matches] of found) {
      const names = new Set(matches.map(([chunk]) => chunk));
      const known = this.chunks.get(kind);
      // Variants of one build may have chunks that others lack, but not under another name.
      if (known && ![...names].some((one) => known.names.has(one)))
        return `it goes with ${[...names].join(', ')}, and ${known.main} with ${[...known.names].join(', ')}`;
      this.chunks.set(kind, { names: new Set([...(known?.names ?? []), ...names]), main: name });
    }
    return undefined;
  }

  private foreign(name: string): string | undefined {
    const known = this.chunks.get(name.split('_', 1)[0]!);
    return known && !known.names.has(name)
      ? `${known.main} goes with ${[...known.names].join(', ')}`
      : undefined;
  }
}
