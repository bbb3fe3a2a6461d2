export type Fields = Record<string, unknown>;

/** Functions count: `window.ttq` may be one. */
export function isObject(value: unknown): value is Fields {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function asObject(value: unknown): Fields {
  return isObject(value) ? value : {};
}
