/**
 * The web view of an app as far as pages notice it: all that they open is shown in its one window, and a frame of another site has no
 * cookies.
 */

window.open = (url) => {
  if (url !== undefined && String(url) !== '') location.assign(url);
  return null;
};

/** What a link or a form opens in a window of its own. */
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
  try {
    return window.top!.location.origin !== location.origin;
  } catch {
    return true;
  }
}
