/** What the harness needs of `fetch`; a test puts its own server in TikTok's place. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Milliseconds within which TikTok has to answer, body and all. */
export const FETCH_TIMEOUT = 10_000;

/** Why a fetch that was given `timeout` milliseconds failed, in one line: Node's `fetch failed` hides it in its cause. */
export function reasonOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeout / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) return reasonOf(cause, timeout);
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name;
}
