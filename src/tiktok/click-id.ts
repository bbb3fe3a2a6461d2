/** The query parameter TikTok's ads append; its name is case-sensitive (measured). */
export const CLICK_ID_PARAMETER = 'ttclid';

const SUFFIX = /\.\d{13}$/;

/** Whether a value on the wire or in the cookie is this click id: since 2026-09 the SDK appends a dot and milliseconds. */
export function isClickId(value: string, clickId: string): boolean {
  return value === clickId || (SUFFIX.test(value) && value.replace(SUFFIX, '') === clickId);
}

/** The click id a URL carries, in its query or, which the SDK reads next, its fragment. */
export function clickIdIn(url: string): string | undefined {
  const { searchParams, hash } = new URL(url);
  // A router's fragment may have a query of its own: #/cart?ttclid=…
  const inHash = new URLSearchParams(hash.slice(1).replace(/^[^?]*\?/, ''));
  return searchParams.get(CLICK_ID_PARAMETER) || inHash.get(CLICK_ID_PARAMETER) || undefined;
}
