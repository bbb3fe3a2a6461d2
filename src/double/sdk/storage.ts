// sessionStorage throws in sandboxed frames and if the visitor blocks it: then nothing is stored.

/** The JSON value under a key; undefined if it is missing or not JSON. */
export function readJson(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeJson(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {}
}

export function remove(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {}
}
