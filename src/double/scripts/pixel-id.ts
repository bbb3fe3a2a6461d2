import { ScriptError } from './script.ts';

/**
 * Where a loader names its pixel: `pixelCode` in an object, as JSON or minified, in a string or not (seen in loaders of 2023 to
 * 2025). It may occur several times; the id also occurs elsewhere, as a key and in the code of event rules.
 */
const PIXEL_CODE = /(?<![.\w$])pixelCode(?:\\*["'])?\s*:\s*\\*["']([\w-]*)\\*["']/g;

/** The pixel id in a loader's URL; empty if there is none, or if it cannot be one. */
export function pixelAskedFor({ searchParams }: URL): string {
  return /^[\w-]*$/.exec(searchParams.get('sdkid') ?? '')?.[0] ?? '';
}

/**
 * A saved loader with its pixel id replaced by another. Without a requested id, TikTok's own loader has an empty one.
 *
 * @throws ScriptError if it does not name exactly one pixel
 */
export function withPixel(pixel: string, loader: string, file: string): string {
  const named = [...loader.matchAll(PIXEL_CODE)].map(([, id]) => id!);
  const saved = [...new Set(named.filter((id) => id !== ''))];
  if (saved.length === 1)
    return loader.replaceAll(new RegExp(`(?<![\\w-])${saved[0]}(?![\\w-])`, 'g'), pixel);
  const found =
    saved.length > 1
      ? `names several pixels (${saved.join(', ')})`
      : named.length > 0
        ? 'was saved without a pixel (its pixelCode is empty)'
        : 'names no pixel (no pixelCode in it)';
  throw new ScriptError(
    `The page asks for the pixel ${pixel || '(none)'}, but ${file} ${found}, so its id cannot be exchanged. ` +
      `Save the loader of one pixel: https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${pixel}&lib=ttq`,
  );
}
