import { guarded } from './console.ts';

/**
 * Calls back after anything that may have changed the page's URL without loading a document. Links to a hash arrive as popstate.
 * Back and forward are reported slightly later, so that the page's own listeners run first.
 */
export function observeHistory(changed: () => void): void {
  const react = guarded(changed);
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = (...args: Parameters<History['pushState']>) => {
      original.apply(history, args);
      react();
    };
  }
  addEventListener('popstate', () => setTimeout(react));
}
