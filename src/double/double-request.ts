/** The present moment in epoch milliseconds, with a fraction, by a clock that nobody sets. */
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
  /** What arrived of the body: a part of it where the upload was cut off. */
  body: Buffer;
  /** The answer's status; 0 if the connection was lost before there was one. */
  status: number;
  /** Body of the answer. */
  answer: string | Buffer;
}
