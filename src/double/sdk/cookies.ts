import { build } from './build.ts';
import { randomId, ulid } from './random.ts';

const DAY = 24 * 60 * 60 * 1000;
const PROBE = '_tt_probe';

/** Days until the visitor's cookies expire; disableCookie makes it -1 for the rest of the page. */
let lifetime = 390;
let jar = parseCookies();
/** The domain of the visitor's cookies, and that of the session's. */
let domain: string | undefined;
let visitDomain: string | undefined;

/** @param days as events.js has it */
export function setLifetime(days: number | undefined): void {
  if (days !== undefined) lifetime = days;
}

/** Neither holding nor revoking consent stops these from being set (measured). */
export function enableCookies(): void {
  const kept = readCookie('_ttp');
  writeCookie('_tt_enable_cookie', '1', lifetime);
  writeCookie('_ttp', kept === undefined ? newVisitor() : renewed(kept), lifetime);
}

/** Whether the visitor's cookies were disabled on an earlier page and the SDK has not forgotten it. */
export function staysDisabled(): boolean {
  return !build.forgetsDisabling && readCookie('_tt_enable_cookie') === '0';
}

/** Since 2025 only for this page: the next one sets the cookies again. Until then even enableCookies sets none that last. */
export function disableCookies(): void {
  writeCookie('_tt_enable_cookie', '0', lifetime);
  lifetime = -1;
  writeCookie('_ttp', '', lifetime);
}

/** Existing cookies are renewed, whatever the pixel's own setting. */
export function prolongCookies(): void {
  for (const name of ['_tt_enable_cookie', '_ttp']) {
    const value = readCookie(name);
    if (value !== undefined) writeCookie(name, name === '_ttp' ? renewed(value) : value, lifetime);
  }
}

/** The value of `_ttp`, which is sent as context.user.anonymous_id. */
export function anonymousId(): string | undefined {
  return readCookie('_tt_enable_cookie') === '0' ? undefined : readCookie('_ttp');
}

/** `.shop.example`, if `_ttp` showed it to be the registrable domain. */
export function visitorDomain(): string | undefined {
  const level = levelOf(readCookie('_ttp'));
  return level === undefined ? undefined : `.${lastLabels(level + 1)}`;
}

/** A cookie that expires after a day. */
export function writeDayCookie(name: string, value: string): void {
  writeCookie(name, value, 1);
}

/** A session cookie for the whole site. */
export function writeBrowserCookie(name: string, value: string): void {
  domain ??= widestDomain();
  setCookie(`${name}=${value}; domain=${domain}; path=/`);
  jar.set(name, value);
}

/** Sets a cookie of the visit; returns whether the browser accepted it. Never on a host name of one label, such as localhost. */
export function writeVisitCookie(name: string, value: string): boolean {
  if (visitDomain !== undefined) setOn(visitDomain, name, value, 390);
  else visitDomain = widestOf(2, name, value);
  return visitDomain !== undefined;
}

export function readCookie(name: string): string | undefined {
  return jar.get(name) || undefined;
}

/** Reads the browser's cookies, which costs a round trip to another process; until the next call, this copy is used. */
export function refreshCookies(): void {
  jar = parseCookies();
}

function parseCookies(): Map<string, string> {
  const pairs = readAll()
    .split('; ')
    .map((pair): [string, string] => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    });
  return new Map(pairs);
}

/** 26 characters of a ULID and one of padding; then the level of the domain, 1 for shop.example, and the creation time. */
function newVisitor(): string {
  if (!build.levelInCookie) return randomId(27);
  const now = Date.now();
  return visitorValue(`${ulid(now)}_`, build.timesInIds ? `.${now}` : '');
}

/** A value of another build in the form of this one (measured): `<27>` and `<27>.tt.3.<time>` become `<27>.tt.1`. */
function renewed(value: string): string {
  const [, id, time = ''] = /^([\w-]{27})(?:\.tt\.\d+(\.\d{13})?)?$/.exec(value) ?? [];
  if (id === undefined || !build.levelInCookie) return value;
  return visitorValue(id, build.timesInIds ? time : '');
}

function visitorValue(id: string, time: string): string {
  domain ??= widestDomain();
  return `${id}.tt.${domain.split('.').length - 2}${time}`;
}

function writeCookie(name: string, value: string, days: number): void {
  domain ??= widestDomain();
  setOn(domain, name, value, days);
}

function setOn(where: string, name: string, value: string, days: number): void {
  const expires = new Date(Date.now() + days * DAY).toUTCString();
  setCookie(`${name}=${value}; expires=${expires}; domain=${where}; path=/`);
  if (days < 0) jar.delete(name);
  else jar.set(name, value);
}

// A sandboxed frame has no cookies, and throws on access.

function readAll(): string {
  try {
    return document.cookie;
  } catch {
    return '';
  }
}

function setCookie(text: string): void {
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous and missing on http pages
    document.cookie = text;
  } catch {}
}

/**
 * The widest domain on which the browser accepts a cookie: it refuses public suffixes, so a single label only if it is the whole
 * host.
 */
function widestDomain(): string {
  const found = widestOf(location.hostname.includes('.') ? 2 : 1, PROBE, '1');
  if (found !== undefined) setOn(found, PROBE, '', -1);
  return found ?? `.${location.hostname}`;
}

/** Sets a cookie on the widest domain allowed, with at least this many labels; undefined if there is none. */
function widestOf(fewest: number, name: string, value: string): string | undefined {
  const labels = location.hostname.split('.').length;
  for (let count = fewest; count <= labels; count += 1) {
    const candidate = `.${lastLabels(count)}`;
    setOn(candidate, name, value, 390);
    refreshCookies();
    if (readCookie(name) === value) return candidate;
  }
  return undefined;
}

function lastLabels(count: number): string {
  return location.hostname.split('.').slice(-count).join('.');
}

function levelOf(visitor: string | undefined): number | undefined {
  const level = /^[^.]+\.tt\.(\d+)/.exec(visitor ?? '')?.[1];
  return level === undefined ? undefined : Number(level);
}
