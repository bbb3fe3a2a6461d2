import type { BrowserContext, Request, Response } from '@playwright/test';
import type { Double } from '../double/server.ts';
import type { ProblemArgs } from '../evidence/problem.ts';
import { bounded } from '../recorder/bounded.ts';
import { isTikTokHost } from '../tiktok/hosts.ts';
import { isPixelPath } from '../tiktok/pixel-request.ts';

/** How long Playwright may take to say where an answer came from. Milliseconds. */
const REPORT = 1_000;

/** What a route of the test, or a context that it has taken offline, makes of a request. A page that is left aborts its own, and a policy blocks. */
const BY_TEST =
  /ERR_(FAILED|BLOCKED_BY_CLIENT|ACCESS_DENIED|ADDRESS_UNREACHABLE|CONNECTION_\w+|NAME_NOT_RESOLVED|TIMED_OUT|INTERNET_DISCONNECTED)/;

/** The requests to TikTok that a context's pages made, and that were answered by something else than the double. */
export class Elsewhere {
  private readonly double: Double;
  private readonly pixelHosts: readonly string[];
  private readonly asked: Promise<ProblemArgs<'answered-by-test'> | undefined>[] = [];

  constructor(context: BrowserContext, double: Double, pixelHosts: readonly string[]) {
    this.double = double;
    this.pixelHosts = pixelHosts;
    context.on('response', (response) => {
      if (this.isWatched(response.request())) this.asked.push(this.answered(response));
    });
    context.on('requestfailed', (request) => {
      if (this.isWatched(request)) this.asked.push(failed(request));
    });
  }

  /** The first of them. */
  async first(): Promise<ProblemArgs<'answered-by-test'> | undefined> {
    return (await Promise.all(this.asked)).find((one) => one !== undefined);
  }

  private isWatched(request: Request): boolean {
    const url = new URL(request.url());
    const isTikToks = isTikTokHost(url.hostname) || this.pixelHosts.includes(url.hostname);
    // The SDK's first script, which no cache keeps, and where events go. What the SDK collects by itself may be lost.
    return isTikToks && isPixelPath(url.pathname);
  }

  private async answered(response: Response): Promise<ProblemArgs<'answered-by-test'> | undefined> {
    if (response.fromServiceWorker()) return undefined;
    const from = await bounded(response.serverAddr(), REPORT, null);
    if (from && `${from.ipAddress}:${from.port}` === this.double.address) return undefined;
    const how = from ? `${from.ipAddress}:${from.port} answered it` : "your test's route answered it";
    return { ...named(response.request()), how };
  }
}

async function failed(request: Request): Promise<ProblemArgs<'answered-by-test'> | undefined> {
  const error = request.failure()?.errorText ?? '';
  if (!BY_TEST.test(error)) return undefined;
  const isOffline = error.includes('INTERNET_DISCONNECTED');
  const how = isOffline
    ? 'your test had taken the context offline'
    : `your test's route answered it (${error})`;
  return { ...named(request), how };
}

function named(request: Request): { method: string; url: string } {
  const { origin, pathname } = new URL(request.url());
  return { method: request.method(), url: origin + pathname };
}
