import { randomText } from './random.ts';

const LONG = 390 * 24 * 60 * 60; // seconds; measured for _ttp and _tt_enable_cookie
const DAY = 24 * 60 * 60;
const PROBE = '_tt_probe';

let domain: string | undefined;

/** Called once per page, before anything is sent. Neither hold nor revoke of consent keeps these from being set. */
export function enableCookies(): void {
  writeCookie('_tt_enable_cookie', '1', LONG);
  writeCookie('_ttp', anonymousId() ?? newAnonymousId(), LONG);
}

/** Holds for this page only: the next page sets the cookies again. */
export function disableCookies(): void {
  writeCookie('_tt_enable_cookie', '0', LONG);
  writeCookie('_ttp', '', 0);
}

/** Set for others to read; the SDK itself never reads it back. */
export function writeClickIdCookie(clickId: string): void {
  writeCookie('ttclid', encodeURIComponent(clickId), DAY);
}

/** The value of `_ttp`, which goes out as context.user.anonymous_id. */
export function anonymousId(): string | undefined {
  return readCookie('_ttp');
}

/** `<27 characters>.tt.<n>`; n is taken to be the depth of the cookie's domain, 1 for shop.example. */
function newAnonymousId(): string {
  return `${randomText(27)}.tt.${cookieDomain().split('.').length - 1}`;
}

function readCookie(name: string): string | undefined {
  const pair = document.cookie.split('; ').find((entry) => entry.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) || undefined;
}

function writeCookie(name: string, value: string, maxAge: number): void {
  if (cookieDomain() !== '') setCookie(name, value, maxAge, cookieDomain());
}

function setCookie(name: string, value: string, maxAge: number, host: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous and missing on http pages
  document.cookie = `${name}=${value}; max-age=${maxAge}; domain=${host}; path=/; samesite=lax`;
}

/**
 * The widest domain that this browser lets the page set a cookie on, which is the registrable domain: public suffixes
 * are refused. Empty on single-label hosts such as localhost, where the SDK sets none.
 */
function cookieDomain(): string {
  domain ??= widestDomain(location.hostname);
  return domain;
}

function widestDomain(hostname: string): string {
  const labels = hostname.split('.');
  for (let count = 2; count <= labels.length; count += 1) {
    const candidate = labels.slice(-count).join('.');
    setCookie(PROBE, '1', 10, candidate);
    if (readCookie(PROBE) === undefined) continue;
    setCookie(PROBE, '', 0, candidate);
    return candidate;
  }
  return '';
}
