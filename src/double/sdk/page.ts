/** What an event says about the page it happened on. */
export interface Page {
  url: string;
  referrer: string;
  /** "0" loading, "1" interactive, "2" complete. */
  load_progress: string;
}

/** In a same-origin iframe, the top page's URL and referrer (measured). */
export function currentPage(): Page {
  const view = reachableTop() ?? window;
  return {
    url: view.location.href,
    referrer: view.document.referrer,
    load_progress: String(['loading', 'interactive', 'complete'].indexOf(document.readyState)),
  };
}

/** "1" top window, "2" same-origin iframe, "3" cross-origin iframe. Workers and sandboxes have others, not done here. */
export function runtime(): string {
  if (window.top === window) return '1';
  return reachableTop() === undefined ? '3' : '2';
}

function reachableTop(): Window | undefined {
  try {
    return window.top?.location.href === undefined ? undefined : window.top;
  } catch {
    return undefined; // another origin's
  }
}
