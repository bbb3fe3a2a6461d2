/**
 * Remembers what was made of a text, such as a parse or a table of hashes, where the same texts come in many visits.
 *
 * @param limit how many are kept; beyond that the oldest goes
 * @returns gives what is known under a key, else makes it; it is shared, so that it has to be read-only
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
