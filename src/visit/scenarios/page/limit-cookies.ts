/**
 * Cookies that a page's script writes in Safari after an ad click: for a day at most (WebKit, Intelligent Tracking Prevention
 * 2.2), and never TikTok's `_ttp`, as with content blockers.
 */
const DAY = 24 * 60 * 60;
const REFUSED = '_ttp';

const native = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;

Object.defineProperty(Document.prototype, 'cookie', {
  ...native,
  set(this: Document, cookie: unknown) {
    const [pair = '', ...attributes] = String(cookie).split(';');
    if (pair.split('=', 1)[0]!.trim() === REFUSED) return;
    native.set!.call(this, [pair, ...limited(attributes)].join(';'));
  },
});

// The other way to write a cookie, on secure pages.
if ('cookieStore' in window) {
  const { set } = cookieStore;
  CookieStore.prototype.set = function (this: CookieStore, ...args: unknown[]) {
    const [first, value] = args;
    const cookie: CookieInit =
      typeof first === 'object' && first !== null
        ? { ...(first as CookieInit) }
        : { name: String(first), value: String(value) };
    if (cookie.name === REFUSED) return Promise.resolve();
    const latest = Date.now() + DAY * 1000;
    if (typeof cookie.expires === 'number') cookie.expires = Math.min(cookie.expires, latest);
    return set.call(this, cookie);
  } as CookieStore['set'];
}

/** Max-Age wins, as in the browser; a cookie without either remains a session cookie. */
function limited(attributes: string[]): string[] {
  const lastOf = (name: string) =>
    attributes
      .findLast((attribute) => nameOf(attribute) === name)
      ?.replace(/^[^=]*=/, '')
      .trim();
  const [maxAge, expires] = [lastOf('max-age'), lastOf('expires')];
  const seconds = maxAge === undefined ? (Date.parse(expires ?? '') - Date.now()) / 1000 : Number(maxAge);
  if (!(seconds > DAY)) return attributes;
  return [
    ...attributes.filter((attribute) => !['max-age', 'expires'].includes(nameOf(attribute))),
    `Max-Age=${DAY}`,
  ];
}

function nameOf(attribute: string): string {
  return attribute.split('=', 1)[0]!.trim().toLowerCase();
}
