import type { Page, Request, Response } from '@playwright/test';
import type { Double } from '../double/server.ts';
import { bounded } from './bounded.ts';
import { firstLine } from './errors.ts';

/**
 * Sends a request that only the double should see, and checks that the double received it. An answer proves nothing: a proxy, a
 * service worker or a test's route can give one, too, and may have taken the page's events in the same way.
 *
 * @param host one that leads to the double
 * @param timeout milliseconds
 * @param evaluate runs an expression in the page
 * @returns what interfered, as the end of a sentence; undefined if nothing did
 */
export async function obstacle(
  page: Page,
  double: Double,
  host: string,
  timeout: number,
  evaluate: (expression: string) => Promise<unknown> = (expression) => page.evaluate(expression),
): Promise<string | undefined> {
  const fence = double.fence(host);
  const watch = new Watch(page, fence.url);
  try {
    const url = JSON.stringify(fence.url);
    const asked = evaluate(`fetch(${url}, { mode: 'no-cors', cache: 'no-store' }).then(() => undefined)`);
    const error = await bounded<unknown>(asked.catch(firstLine), timeout, undefined);
    if (fence.received) return undefined;
    const outcome = await watch.outcome(double, timeout, error);
    return fence.received ? undefined : outcome;
  } finally {
    watch.end();
  }
}

/** Milliseconds that Playwright may take to report the result of a finished request. */
const REPORT = 1_000;

/** What the browser reports about one request. */
class Watch {
  private readonly page: Page;
  private readonly url: string;
  private request: Request | undefined;
  private isOver = () => {};
  private readonly over = new Promise<void>((resolve) => {
    this.isOver = resolve;
  });

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
    page.on('request', this.sent).on('response', this.answered).on('requestfailed', this.failed);
  }

  end(): void {
    this.page.off('request', this.sent).off('response', this.answered).off('requestfailed', this.failed);
  }

  /** @param error that the page reported for it */
  async outcome(double: Double, timeout: number, error?: unknown): Promise<string> {
    const { request } = this;
    if (!request) return `the page did not send it${error ? ` (${error})` : ` within ${timeout / 1000} s`}`;
    await bounded(this.over, REPORT, undefined);
    const failure = request.failure();
    if (failure) return failed(failure.errorText);
    const response = await bounded(request.response(), REPORT, null);
    return response ? answered(response, double) : `nothing answered within ${timeout / 1000} s`;
  }

  private readonly sent = (request: Request) => {
    if (request.url() === this.url) this.request = request;
  };
  private readonly answered = (response: Response) => {
    if (response.url() === this.url) this.isOver();
  };
  private readonly failed = (request: Request) => {
    if (request === this.request) this.isOver();
  };
}

/** @param error of Chromium's, such as net::ERR_TUNNEL_CONNECTION_FAILED */
function failed(error: string): string {
  if (/PROXY|TUNNEL|SOCKS/.test(error)) return `a proxy in between did not let it through (${error})`;
  if (/CERT|SSL/.test(error)) return `something else answered, with another certificate (${error})`;
  return `the request failed (${error})`;
}

async function answered(response: Response, double: Double): Promise<string> {
  const how = `answered with status ${response.status()}`;
  if (response.fromServiceWorker()) return `a service worker of the page ${how}`;
  const from = await bounded(response.serverAddr(), REPORT, null);
  if (!from) return `a route of the test, or an extension of the browser, ${how}`;
  const address = `${from.ipAddress}:${from.port}`;
  if (address === double.address) return `something in the way to ${address} ${how}`;
  return `a proxy or another server, at ${address}, ${how}`;
}
