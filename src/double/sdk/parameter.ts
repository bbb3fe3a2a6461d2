import { build } from './build.ts';

/**
 * A parameter of the page's URL, or else of the referrer's. Its last value counts, an empty one too; its case counts; a
 * hash is read since 2026, and only where the query does not have it. The hash is read with its `#`, so that `#a=1&ttclid=x` has
 * it and `#ttclid=x` has not. In 2024 the first value counted.
 */
export function parameter(name: string): string | undefined {
  return valueIn(location.href, name) || valueIn(document.referrer, name) || undefined;
}

function valueIn(address: string, name: string): string | undefined {
  try {
    const { searchParams, hash } = new URL(address);
    if (!build.lastValueCounts) return searchParams.get(name) ?? undefined;
    const isInHash = build.readsHash && !searchParams.has(name);
    return (isInHash ? new URLSearchParams(hash) : searchParams).getAll(name).at(-1);
  } catch {
    return undefined;
  }
}
