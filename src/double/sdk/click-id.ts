import { build } from './build.ts';
import { readCookie, writeDayCookie } from './cookies.ts';
import { parameter } from './parameter.ts';
import { readJson, writeJson } from './storage.ts';
import { asObject } from './values.ts';

const KEY = 'tt_adInfo';
const ofPage = clickIdOfPage();

/** The click id of this tab: one that the tab already has beats the URL's. The cookie's is never used (all measured). */
export function findClickId(): string | undefined {
  const { callback } = asObject(readJson(KEY));
  if (typeof callback === 'string' && callback !== '') return callback;
  if (ofPage !== undefined) writeJson(KEY, { callback: ofPage });
  return ofPage;
}

/** Since 2025 the cookie contains the URL's click id, even if the tab sends an older one. */
export function writeClickIdCookie(): void {
  const kept = readCookie('ttclid');
  if (kept !== undefined && !build.renewsClickIdCookie) return;
  if (ofPage !== undefined && kept !== ofPage) writeDayCookie('ttclid', ofPage);
}

/** Since 2026-09 with the time at which it was first seen, which the cookie keeps. */
function clickIdOfPage(): string | undefined {
  const id = parameter('ttclid');
  if (id === undefined || !build.timesInIds) return id;
  const kept = readCookie('ttclid');
  return kept?.replace(/\.\d{13}$/, '') === id ? kept : `${id}.${Date.now()}`;
}

/** The id of a click on an organic post, which is sent as a trait of the visitor. */
export function findOrganicClickId(): string | undefined {
  if (!build.organicClicks) return undefined;
  const kept = readJson('ttoclid');
  if (typeof kept === 'string' && kept !== '') return kept;
  const found = parameter('ttoclid');
  if (found !== undefined) writeJson('ttoclid', found);
  return found;
}
