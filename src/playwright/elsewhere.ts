import type { Request, Response } from '@playwright/test';
import type { Double } from '../double/server.ts';
import type { RequestRecord } from '../evidence/evidence.ts';
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

type Asked = Pick<Request, 'url' | 'method' | 'failure'>;
interface Answer extends Pick<Response, 'fromServiceWorker' | 'serverAddr'> {
  request(): Asked;
}

/** The part of a browser context that is used. */
interface Watched {
  on(event: 'response', listener: (response: Answer) => void): unknown;
  on(event: 'requestfailed', listener: (request: Asked) => void): unknown;
}

interface Suspect {
  args: ProblemArgs<'answered-by-test'>;
  /** Set if nothing said where the answer came from: its request, as `key` names it. */
  unknown?: string;
}

/** A context's requests to TikTok that were answered by something other than the double. */
export class Elsewhere {
  private readonly double: Pick<Double, 'address'>;
  private readonly pixelHosts: readonly string[];
  private readonly asked: Promise<Suspect | undefined>[] = [];
  /** How many were answered. */
  private readonly answers = new Map<string, number>();

  constructor(context: Watched, double: Pick<Double, 'address'>, pixelHosts: readonly string[]) {
    this.double = double;
    this.pixelHosts = pixelHosts;
    context.on('response', (response) => {
      const request = response.request();
      if (!this.isWatched(request) || response.fromServiceWorker()) return;
      const key = keyOf(request.method(), request.url());
      this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
      this.asked.push(this.answered(response));
    });
    context.on('requestfailed', (request) => {
      if (this.isWatched(request)) this.asked.push(failed(request));
    });
  }

  /**
   * The first of them.
   *
   * @param received what the double has received
   */
  async first(
    received: readonly Pick<RequestRecord, 'method' | 'url'>[],
  ): Promise<ProblemArgs<'answered-by-test'> | undefined> {
    const suspects = await Promise.all(this.asked);
    const counts = Map.groupBy(received, ({ method, url }) => keyOf(method, url));
    // The double had as many as were answered: all were answered by it.
    const isReceived = (key: string) => (counts.get(key)?.length ?? 0) >= (this.answers.get(key) ?? 0);
    return suspects.find((one) => one && !(one.unknown !== undefined && isReceived(one.unknown)))?.args;
  }

  private isWatched(request: Asked): boolean {
    const url = new URL(request.url());
    const isTikToks = isTikTokHost(url.hostname) || this.pixelHosts.includes(url.hostname);
    // The SDK's first script, which no cache keeps, and the paths of events. Auto-collected data may be lost.
    return isTikToks && isPixelPath(url.pathname);
  }

  private async answered(response: Answer): Promise<Suspect | undefined> {
    const from = await bounded<Awaited<ReturnType<Answer['serverAddr']>> | 'unknown'>(
      response.serverAddr(),
      REPORT,
      'unknown',
    );
    const request = response.request();
    if (from === null || from === 'unknown') {
      const args = { ...named(request), how: "your test's route answered it" };
      return from === null ? { args } : { args, unknown: keyOf(request.method(), request.url()) };
    }
    const address = `${from.ipAddress}:${from.port}`;
    return address === this.double.address
      ? undefined
      : { args: { ...named(request), how: `${address} answered it` } };
  }
}

function keyOf(method: string, url: string): string {
  return `${method} ${url}`;
}

async function failed(request: Asked): Promise<Suspect | undefined> {
  const error = request.failure()?.errorText ?? '';
  if (!BY_TEST.test(error)) return undefined;
  const isOffline = error.includes('INTERNET_DISCONNECTED');
  const how = isOffline
    ? 'your test had taken the context offline'
    : `your test's route answered it (${error})`;
  return { args: { ...named(request), how } };
}

function named(request: Asked): { method: string; url: string } {
  const { origin, pathname } = new URL(request.url());
  return { method: request.method(), url: origin + pathname };
}
