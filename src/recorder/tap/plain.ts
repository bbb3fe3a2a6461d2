const MAX_DEPTH = 8;
const MAX_TEXT = 10_000;

/**
 * A copy that survives JSON. What JSON cannot express stays recognisable: `{ $: 'NaN' }`, `{ $: 'undefined' }`, `{ $: 'function'
 * }`. Undefined members of objects are dropped, as on the wire. The copies have no prototype, because a page may have given
 * objects and arrays a toJSON.
 */
export function plain(value: unknown, depth = 0): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.slice(0, MAX_TEXT);
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $: String(value) };
  if (typeof value !== 'object') return { $: typeof value };
  if (depth >= MAX_DEPTH) return { $: 'too deep' };
  if (value instanceof Node || value instanceof Window) return { $: 'Node' };
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? { $: 'Invalid Date' } : value.toISOString();
  if (Array.isArray(value)) {
    return Object.setPrototypeOf(
      value.map((item) => plain(item, depth + 1)),
      null,
    );
  }
  return members(value, depth);
}

function members(value: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) {
    try {
      const member = (value as Record<string, unknown>)[key];
      if (member !== undefined) copy[key] = plain(member, depth + 1);
    } catch {
      copy[key] = { $: 'unreadable' };
    }
  }
  return copy;
}
