import { isCollected } from '../double/answer.ts';
import { FETCH_TIMEOUT, type Fetch, reasonOf } from '../double/fetch.ts';
import type { DoubleRequest } from '../double/server.ts';
import type { RequestRecord } from '../evidence/evidence.ts';
import type { ProblemArgs } from '../evidence/problem.ts';

/** The headers sent with a delivery: those by which TikTok recognises a browser and a page. */
const HEADERS = ['content-type', 'user-agent', 'referer', 'origin'];

/** Delivers to TikTok what a visit's pages sent to its collector. The page has its answer from the double and does not wait. */
export class Deliveries {
  /** Why the first failure happened. */
  problem: ProblemArgs<'undelivered'> | undefined;

  private readonly fetch: Fetch;
  private readonly timeout: number;
  private readonly open = new Set<Promise<void>>();

  /** @param timeout milliseconds for TikTok's answer */
  constructor(fetch: Fetch, timeout = FETCH_TIMEOUT) {
    this.fetch = fetch;
    this.timeout = timeout;
  }

  /** Delivers a request if it is for the collector and arrived completely; stores the result in its record. */
  add(request: DoubleRequest, record: RequestRecord): void {
    if (request.status === 0 || !isCollected(request)) return;
    const delivery = this.deliver(request, record).finally(() => this.open.delete(delivery));
    this.open.add(delivery);
  }

  /** Resolves when each is answered or given up. */
  async finish(): Promise<void> {
    await Promise.all(this.open);
  }

  private async deliver({ method, url, headers, body }: DoubleRequest, record: RequestRecord): Promise<void> {
    try {
      const response = await this.fetch(url, {
        method,
        headers: Object.fromEntries(
          HEADERS.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])),
        ),
        ...(method === 'POST' ? { body: new Uint8Array(body) } : {}),
        signal: AbortSignal.timeout(this.timeout),
      });
      await response.body?.cancel();
      record.forwarded = response.status;
    } catch (error) {
      record.forwarded = 0;
      this.problem ??= { method, url: record.url, error: reasonOf(error, this.timeout) };
    }
  }
}
