import { insertScript } from './script-tag.ts';
import type { LoaderSettings } from './settings.ts';
import { findTtq, type PixelEntry, put, type Ttq } from './ttq.ts';
import { asObject } from './values.ts';

/** events.js: brings along what TikTok knows about its pixel and requests main, once for each pixel. */
declare const TTQ_SETTINGS: LoaderSettings;

load();

function load(): void {
  const ttq = findTtq();
  // Not caught: the real one throws here, too (read in loaders of 2023 to 2026), and nothing is loaded.
  if (ttq === undefined)
    throw new TypeError('window[window.TiktokAnalyticsObject] is not a queue: the pixel is not loaded');
  describePage(ttq);
  const entry = describePixel(ttq);
  const instance = asObject(ttq.instance?.(TTQ_SETTINGS.pixel));
  if (typeof instance.setPixelInfo === 'function') instance.setPixelInfo(entry.info);
  insertScript(TTQ_SETTINGS.main, { pixel: TTQ_SETTINGS.pixel });
}

function describePage(ttq: Ttq): void {
  put(ttq, '_env', { env: 'external', key: '' });
  put(ttq, '_variation_id', 'default');
  put(ttq, '_vids', '');
  put(ttq, '_cde', 390);
  put(ttq, '_li', { ...asObject(ttq._li), [TTQ_SETTINGS.pixel]: TTQ_SETTINGS.loadId } as Record<
    string,
    string
  >);
  // The first pixel's wins.
  put(ttq, '_server_unique_id', ttq._server_unique_id || TTQ_SETTINGS.serverId);
}

/** A base code that is only a script element has made no entry for its pixel. */
function describePixel(ttq: Ttq): PixelEntry {
  const { pixel, known, firstPartyCookies, automaticMatching } = TTQ_SETTINGS;
  if (ttq._i === undefined) put(ttq, '_i', {});
  const entries = ttq._i as Record<string, PixelEntry>;
  entries[pixel] ??= [];
  return Object.assign(entries[pixel], {
    info: { pixelCode: pixel, status: known ? 0 : 1, firstPartyCookieEnabled: firstPartyCookies },
    plugins: { AutoAdvancedMatching: automaticMatching ? { email: true, phone_number: true } : null },
    options: asObject(asObject(ttq._o)[pixel]),
    _load: Date.now(),
  });
}
