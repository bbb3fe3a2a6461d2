import { addressOf } from './address.ts';

/** The query parameter that TikTok's ads append; its name is case-sensitive (measured). */
const CLICK_ID_PARAMETER = 'ttclid';

const SUFFIX = /\.\d{13}$/;

/** Whether a value on the wire or in the cookie is this click id: since 2026-09 the SDK appends a dot and milliseconds. */
export function isClickId(value: string, clickId: string): boolean {
  return value === clickId || (SUFFIX.test(value) && value.replace(SUFFIX, '') === clickId);
}

/** The click id in a URL's query or fragment. */
export function clickIdIn(url: string): string | undefined {
  return valuesIn(partsOf(url).searchParams).find(Boolean) || inFragment(url) || undefined;
}

/**
 * The state of a click id in a URL.
 *
 * - alive: in the query, as the ad put it there
 * - fragment: only behind the `#`, which no server sees, and the SDK only sometimes (measured: `#a=1&ttclid=…` is read,
 * `#ttclid=…` is not, and in 2024 nothing was)
 * - elsewhere: in the URL, but not as ttclid: inside a nested URL, or under another name
 * - altered: with another name or value, or present a second time with another value
 * - dropped: gone
 */
export type ClickIdState = 'alive' | 'fragment' | 'elsewhere' | 'altered' | 'dropped';

export interface ClickIdFate {
  state: ClickIdState;
  /** What was altered, as the end of a sentence; empty if nothing was. */
  change: string;
}

/** The state of a click id in a URL on the way from its ad. */
export function fateOf(clickId: string, url: string): ClickIdFate {
  const { searchParams } = partsOf(url);
  const values = [...new Set(valuesIn(searchParams))];
  if (values.length > 1)
    return { state: 'altered', change: 'it occurs more than once, with different values' };
  if (values[0] === clickId) return { state: 'alive', change: '' };
  if (values[0]) return { state: 'altered', change: changeOf(clickId, values[0]) };
  const renamed = [...searchParams.keys()].find((name) => /^ttclid$/i.test(name) && name !== 'ttclid');
  if (renamed !== undefined)
    return { state: 'altered', change: `it is called ${renamed} there, and the case of its name counts` };
  const behind = inFragment(url);
  if (behind === clickId) return { state: 'fragment', change: 'it is only in the fragment' };
  if (behind) return { state: 'altered', change: changeOf(clickId, behind) };
  if (decoded(decoded(url)).includes(clickId))
    return { state: 'elsewhere', change: 'it is now under another name or inside another URL' };
  return { state: 'dropped', change: '' };
}

/** What was done to a click id that is no longer the ad's, as the end of a sentence. */
export function changeOf(clickId: string, found: string): string {
  if (found.toLowerCase() === clickId.toLowerCase()) return 'letter case was changed';
  if (decoded(found) === clickId || decoded(decoded(found)) === clickId) return 'it was encoded twice';
  if (clickId.startsWith(found)) return `it was cut from ${clickId.length} to ${found.length} characters`;
  return 'it is another one';
}

/** @throws TypeError if it is not a URL */
function partsOf(url: string): Readonly<URL> {
  return addressOf(url) ?? new URL(url);
}

function valuesIn(parameters: URLSearchParams): string[] {
  return parameters.getAll(CLICK_ID_PARAMETER);
}

/** A router's fragment may have a query of its own: #/cart?ttclid=… */
function inFragment(url: string): string | undefined {
  const { hash } = partsOf(url);
  if (hash === '') return undefined;
  return valuesIn(new URLSearchParams(hash.slice(1).replace(/^[^?]*\?/, ''))).find(Boolean);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A URL with the parameter that TikTok's auto-tagging appends to a landing page: `{ttclid}` is replaced by the click id. */
export function taggedUrl(url: string): string {
  const [address = '', hash] = url.split('#', 2);
  const tagged = `${address}${address.includes('?') ? '&' : '?'}ttclid={ttclid}`;
  return hash === undefined ? tagged : `${tagged}#${hash}`;
}
