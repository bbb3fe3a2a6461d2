/** The part of `fetch` that the harness needs; a test can replace TikTok by its own server. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Milliseconds for a complete answer from TikTok. */
export const FETCH_TIMEOUT = 10_000;

/**
 * Why a fetch with a limit of `timeout` milliseconds failed, in one line: Node's `fetch failed` hides the reason in its cause.
 */
export function reasonOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeout / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) return reasonOf(cause, timeout);
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name;
}
