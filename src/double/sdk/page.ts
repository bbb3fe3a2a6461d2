import { build } from './build.ts';
import { randomId } from './random.ts';
import { isWorker } from './script-tag.ts';
import { readJson, writeJson } from './storage.ts';
import { asObject } from './values.ts';

/** What an event says about its page. */
export interface Page {
  url: string;
  referrer: string;
  /** "0" loading, "1" interactive, "2" complete; "-1" if it cannot be read. */
  load_progress: string;
}

const COUNTS = 'tt_pixel_session_index';

let url = location.href;
let referrer = document.referrer;
/** How many URLs and how many documents this tab has shown before. */
let counts = { index: 0, main: 0 };
const documentId = randomId(5);
/** How many URLs this document has shown before this one. */
let virtual = 0;

/** Counts this document as the next one of the tab. Called on mounting, as each further main script runs this file again. */
export function countDocument(): void {
  const { index = -1, main = -1 } = asObject(readJson(COUNTS)) as { index?: number; main?: number };
  counts = { index: index + 1, main: main + 1 };
  writeJson(COUNTS, counts);
}

/** In a same-origin iframe, since 2025 the top page's URL and referrer (measured). */
export function currentPage(): Page {
  const top = build.namesTopPage ? reachableTop() : undefined;
  const shown =
    top === undefined || top === window
      ? { url, referrer }
      : { url: top.location.href, referrer: top.document.referrer };
  return {
    ...shown,
    load_progress: String(['loading', 'interactive', 'complete'].indexOf(document.readyState)),
  };
}

/** Whether the URL has changed since the last call. The previous page becomes the referrer. */
export function urlHasChanged(): boolean {
  if (location.href === url) return false;
  referrer = url;
  url = location.href;
  virtual += 1;
  counts.index += 1;
  writeJson(COUNTS, counts);
  return true;
}

/** How many URLs this tab has shown before. */
export function pageIndex(): number {
  return counts.index;
}

/** `<id of the session>-<5 characters>.<document>.<URL in it>`. */
export function pageviewId(visitor: string): string {
  return `${visitor}-${documentId}.${counts.main}.${virtual}`;
}

/**
 * 1 top window, 2 same-origin iframe, 4 worker; then iframes of another origin: 7 carries another URL in its own, 6 has
 * Google Tag Manager, 5 is a sandbox of Shopify, 3 any other.
 */
export function runtime(): string {
  try {
    if (isWorker()) return '4';
    if (window.top === window) return '1';
    if (reachableTop() !== undefined) return '2';
    if (/https?:/i.test(decodeURIComponent(location.pathname + location.search))) return '7';
    if ('google_tag_manager' in window) return '6';
    return window.name === 'web-pixel-sandbox' ? '5' : '3';
  } catch {
    return '8';
  }
}

function reachableTop(): Window | undefined {
  try {
    return window.top?.location.href === undefined ? undefined : window.top;
  } catch {
    return undefined; // another origin's
  }
}
