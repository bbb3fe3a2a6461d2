import { currentPage } from './page.ts';
import { readJson, writeJson } from './storage.ts';
import { asObject } from './values.ts';

const KEY = 'tt_adInfo';

/**
 * The click id of this tab. An older value of the tab beats the URL's (measured); then the query parameter, the hash,
 * and the same of the referrer. Never the ttclid cookie.
 */
export function findClickId(): string | undefined {
  const { url, referrer } = currentPage();
  const found = stored() ?? clickIdIn(url) ?? clickIdIn(referrer);
  if (found !== undefined) writeJson(KEY, { callback: found });
  return found;
}

function stored(): string | undefined {
  const { callback } = asObject(readJson(KEY));
  return typeof callback === 'string' && callback !== '' ? callback : undefined;
}

/** The name's case counts. A hash may hold it plainly (#ttclid=) or behind a route (#/cart?ttclid=). */
function clickIdIn(address: string): string | undefined {
  try {
    const { searchParams, hash } = new URL(address);
    const inHash = new URLSearchParams(hash.replace(/^#([^?]*\?)?/, ''));
    return searchParams.get('ttclid') || inHash.get('ttclid') || undefined;
  } catch {
    return undefined;
  }
}
