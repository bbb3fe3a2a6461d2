/** A copy of plain data, much faster than structuredClone: the tables of the rules need a hundred thousand of them. */
export function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  const copy = { ...(value as Record<string, unknown>) };
  for (const name of Object.keys(copy)) copy[name] = copyOf(copy[name]);
  return copy as T;
}
