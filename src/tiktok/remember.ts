/**
 * Caches what was computed from a text, such as a parse or a table of hashes, as many visits have the same texts.
 *
 * @param limit how many are kept; beyond that the oldest is removed
 * @returns gives the cached result for a key, or computes it; results are shared, so they must be read-only
 */
export function remember<Made>(limit: number): (key: string, make: () => Made) => Made {
  const known = new Map<string, { made: Made }>();
  return (key, make) => {
    const found = known.get(key);
    if (found) return found.made;
    const made = make();
    if (known.size >= limit) known.delete(known.keys().next().value!);
    known.set(key, { made });
    return made;
  };
}
