import type { DoubleRequest } from '../double/server.ts';
import { decodeAnalyticsMessage } from '../tiktok/pixel-request.ts';
import type { Sent } from './observation.ts';

/** The requests of one probe, which can be awaited. */
export class Wire {
  readonly sent: Sent[] = [];
  private readonly waiting = new Set<() => void>();

  receive(request: DoubleRequest): void {
    if (request.method === 'OPTIONS') return;
    this.sent.push(sentOf(request));
    for (const look of this.waiting) look();
  }

  /** Whether the condition came true in time. */
  async until(condition: (sent: Sent[]) => boolean, timeout: number): Promise<boolean> {
    if (condition(this.sent)) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const look = () => condition(this.sent) && resolve(true);
    const timer = setTimeout(resolve, timeout, false);
    this.waiting.add(look);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(look);
    }
  }
}

function sentOf({ method, url, body, headers }: DoubleRequest): Sent {
  const { hostname, pathname, searchParams } = new URL(url);
  const isImage = searchParams.has('analytics_message');
  const { analytics_message: _message, ...query } = Object.fromEntries(searchParams);
  return {
    transport: isImage ? 'image' : transportOf(method, headers),
    method,
    host: hostname,
    path: pathname,
    query,
    body: isImage ? decodeAnalyticsMessage(url) : parsed(body.toString()),
  };
}

/** The content type distinguishes a beacon from a fetch, as the SDK does not choose it. */
function transportOf(method: string, headers: Record<string, string>): Sent['transport'] {
  if (headers['sec-fetch-dest'] === 'script') return 'script';
  return method === 'POST' && headers['content-type']?.startsWith('text/plain') ? 'beacon' : 'other';
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
