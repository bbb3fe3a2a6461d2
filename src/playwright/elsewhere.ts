import type { BrowserContext, Request, Response } from '@playwright/test';
import type { Double } from '../double/server.ts';
import type { ProblemArgs } from '../evidence/problem.ts';
import { bounded } from '../recorder/bounded.ts';
import { isTikTokHost } from '../tiktok/hosts.ts';
import { isPixelPath } from '../tiktok/pixel-request.ts';

/** Milliseconds for Playwright to report where an answer came from. */
const REPORT = 1_000;

/**
 * Errors caused by a test's route, or by taking a context offline. Leaving a page aborts its requests, and a policy blocks them.
 */
const BY_TEST =
  /ERR_(FAILED|BLOCKED_BY_CLIENT|ACCESS_DENIED|ADDRESS_UNREACHABLE|CONNECTION_\w+|NAME_NOT_RESOLVED|TIMED_OUT|INTERNET_DISCONNECTED)/;

/** A context's requests to TikTok that were answered by something other than the double. */
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
    // The SDK's first script, which no cache keeps, and the paths of events. Auto-collected data may be lost.
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
