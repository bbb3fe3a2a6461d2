export type Fields = Record<string, unknown>;

/** Functions count: `window.ttq` may be one. */
export function isObject(value: unknown): value is Fields {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function asObject(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** The value itself if it is an object in braces, otherwise an empty one. */
export function plainObject(value: unknown): Fields {
  return Object.prototype.toString.call(value) === '[object Object]' ? (value as Fields) : {};
}
