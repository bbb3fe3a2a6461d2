import { build } from './build.ts';

/**
 * A parameter of the page's URL, otherwise of the referrer's. Its last value counts, even if empty; its name is case-sensitive; a
 * hash is read since 2026, and only if the query does not have the parameter. The hash is parsed with its `#`, so `#a=1&ttclid=x`
 * has it and `#ttclid=x` does not. In 2024 the first value counted.
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
