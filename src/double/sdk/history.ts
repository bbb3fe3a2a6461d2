import { guarded } from './console.ts';

/** Calls back after whatever may have changed the page's URL without loading a document. */
export function observeHistory(changed: () => void): void {
  const react = guarded(changed);
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function (this: History, ...args: Parameters<History['pushState']>) {
      original.apply(this, args);
      react();
    };
  }
  addEventListener('popstate', react);
  addEventListener('hashchange', react);
}
