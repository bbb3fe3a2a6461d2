/**
 * An app's web view as far as pages notice it: everything opens in its one window, and a frame of another site has no cookies.
 */

window.open = (url) => {
  if (url !== undefined && String(url) !== '') location.assign(url);
  return null;
};

/** Keeps links and forms that would open a new window in this one. */
function keptInView(event: Event): void {
  const at = event.target;
  const opener = at instanceof Element ? at.closest('a[target], area[target], form[target]') : null;
  const name = opener?.getAttribute('target') ?? '';
  const isFramed = [...document.querySelectorAll('iframe')].some((frame) => frame.name === name);
  if (!isFramed && !/^(_(self|parent|top))?$/i.test(name)) opener?.setAttribute('target', '_self');
}

addEventListener('click', keptInView, true);
addEventListener('submit', keptInView, true);

if (isOfAnotherSite()) {
  Object.defineProperty(Document.prototype, 'cookie', { configurable: true, get: () => '', set: () => {} });
}

function isOfAnotherSite(): boolean {
  const top = [...location.ancestorOrigins].at(-1);
  // A frame without an address, such as one of srcdoc, belongs to the page that made it.
  if (top === undefined || location.hostname === '') return false;
  const [, host] = /^https?:\/\/([^:/]+)/.exec(top) ?? [];
  return host === undefined || siteOf(host) !== siteOf(location.hostname);
}

/** The last two labels of a host, or three below an ending such as co.uk: close enough without the public suffix list. */
function siteOf(host: string): string {
  const isBelowEnding = /\.(co|com|org|net|gov|edu|ac|or|ne|go)\.[a-z]{2}$/.test(host);
  return host
    .split('.')
    .slice(isBelowEnding ? -3 : -2)
    .join('.');
}
