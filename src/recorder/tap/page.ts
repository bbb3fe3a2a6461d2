import type { ParsedPage, Snippet } from '../tap-message.ts';

const MAX_TEXT = 8_000;
const MAX_TITLE = 500;

/** What base code of any year contains, in any state. */
const BASE_CODE = /TiktokAnalyticsObject|i18n\/pixel\/|ttq\s*\.\s*load\s*\(/;

/** The pixel id in the URL of TikTok's first script, wherever it comes from. */
const PIXEL_ID = /[?&]sdkid=([^&#]*)/;

/** Reports the page's title, its base code and the pixels whose script ran: when it is parsed, and again if a script adds to it. */
export function watchPage(report: (page: ParsedPage) => void): void {
  const { stringify } = JSON;
  const cache = cacheOfPage();
  const ran: string[] = [];
  let last = '';
  const look = () => {
    const page = {
      title: document.title.slice(0, MAX_TITLE),
      snippets: snippets(),
      ...(cache ? { kept: cache } : {}),
      ...(ran.length > 0 ? { ran: [...ran] } : {}),
    };
    const text = stringify(page);
    if (text === last) return;
    last = text;
    report(page);
  };
  // The loads of elements do not reach the window. A link that only fetches a script ahead is none.
  document.addEventListener(
    'load',
    ({ target }) => {
      const [, pixel] = (target instanceof HTMLScriptElement && PIXEL_ID.exec(target.src)) || [];
      if (pixel === undefined) return;
      ran.push(pixel);
      look();
    },
    { capture: true },
  );
  addEventListener('DOMContentLoaded', look);
  addEventListener('load', look);
  addEventListener('pagehide', look, { capture: true });
}

/** Known when the first script of a page runs. A prefetched page counts as neither. */
function cacheOfPage(): ParsedPage['kept'] {
  const [entry] = performance.getEntriesByType('navigation');
  if (!(entry instanceof PerformanceNavigationTiming) || !('deliveryType' in entry)) return undefined;
  const { deliveryType, workerStart } = entry;
  if (deliveryType !== 'cache' && deliveryType !== 'cache-storage') return undefined;
  // The browser also reports `cache` for what a worker made itself.
  return workerStart > 0 ? 'service-worker' : 'http';
}

function snippets(): Snippet[] {
  return Array.from(document.scripts).flatMap((script) => {
    const { type, text } = script;
    // A framework's data in a script element is not code, whatever it contains.
    if (script.hasAttribute('src') || /json/.test(type) || !BASE_CODE.test(text)) return [];
    const placement = script.closest('head') ? 'head' : 'body';
    return [{ text: text.slice(0, MAX_TEXT), placement, ...(type ? { type } : {}) }];
  });
}

/** Reports each URL that the page takes without a new document. */
export function watchRoutes(report: (url: string) => void): void {
  let [own, last] = [document, location.href];
  const look = () => {
    const isRoute = document === own && location.href !== last;
    [own, last] = [document, location.href];
    if (isRoute) report(last);
  };
  // Reports at once, while pushState runs; without it, popstate and hashchange still report some.
  if ('navigation' in window) navigation.addEventListener('currententrychange', look);
  else {
    addEventListener('popstate', look);
    addEventListener('hashchange', look);
  }
}
