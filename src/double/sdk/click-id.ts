import { build } from './build.ts';
import { readCookie, writeDayCookie } from './cookies.ts';
import { parameter } from './parameter.ts';
import { readJson, writeJson } from './storage.ts';
import { asObject } from './values.ts';

const KEY = 'tt_adInfo';
const ofPage = clickIdOfPage();

/** The click id of this tab: one that the tab has already beats the URL's. Never the cookie's (all measured). */
export function findClickId(): string | undefined {
  const { callback } = asObject(readJson(KEY));
  if (typeof callback === 'string' && callback !== '') return callback;
  if (ofPage !== undefined) writeJson(KEY, { callback: ofPage });
  return ofPage;
}

/** Since 2025 the cookie holds the URL's click id, even where the tab has an older one, which is what goes out. */
export function writeClickIdCookie(): void {
  const kept = readCookie('ttclid');
  if (kept !== undefined && !build.renewsClickIdCookie) return;
  if (ofPage !== undefined && kept !== ofPage) writeDayCookie('ttclid', ofPage);
}

/** Since 2026-09 with the time of its first sight, which the cookie keeps. */
function clickIdOfPage(): string | undefined {
  const id = parameter('ttclid');
  if (id === undefined || !build.timesInIds) return id;
  const kept = readCookie('ttclid');
  return kept?.replace(/\.\d{13}$/, '') === id ? kept : `${id}.${Date.now()}`;
}

/** The id of a click on an organic post, which goes out as a trait of the visitor. */
export function findOrganicClickId(): string | undefined {
  if (!build.organicClicks) return undefined;
  const kept = readJson('ttoclid');
  if (typeof kept === 'string' && kept !== '') return kept;
  const found = parameter('ttoclid');
  if (found !== undefined) writeJson('ttoclid', found);
  return found;
}
