/** The current time in epoch milliseconds, with a fraction, from a monotonic clock. */
export const now = () => performance.timeOrigin + performance.now();

/** One request that reached the double, recorded when its whole body has arrived or its connection was lost. */
export interface DoubleRequest {
  /** Epoch milliseconds at which the head arrived; may have a fraction. */
  at: number;
  method: string;
  /** Absolute, with the scheme and the host that the browser asked for. */
  url: string;
  /** Names in lower case, without HTTP/2's pseudo headers. */
  headers: Record<string, string>;
  /** The body as far as it arrived: a part if the upload was aborted. */
  body: Buffer;
  /** Status of the answer; 0 if the connection was lost before. */
  status: number;
  /** Body of the answer. */
  answer: string | Buffer;
}
