import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { PIXEL_HOST, SDK_ROOT } from '../tiktok/hosts.ts';
import { behindOwnPath } from '../tiktok/own-paths.ts';
import { rewritten, rewrittenHost } from '../tiktok/script-placeholder.ts';
import { type Answer, type Asked, isBeacon } from './answer.ts';
import { type DoubleRequest, now } from './double-request.ts';

export interface OwnPathsOptions {
  /** The site's own paths that lead to TikTok's hosts. */
  paths: readonly string[];
  /** Whether the site's server can send nothing to TikTok: then the site answers its beacons itself. */
  isSiteWalled: boolean;
  /** TikTok's answer to a request. */
  answer: (asked: Asked) => Promise<Answer>;
  onRequest: (request: DoubleRequest) => void;
}

/** Passes a request on to the site. `body`: its body, if it was read already. `taken`: receives the site's answer. */
export type Pass = (body?: PassThrough, taken?: (answer: IncomingMessage) => void) => void;

/**
 * The pixel behind one of the site's own paths, as in first-party modes: requests there count as requests to TikTok, and the site
 * answers them. If its server passes on the placeholder that the harness gave it for a script, the page gets the real one; a
 * beacon that the server could forward to TikTok is answered here.
 */
export class OwnPaths {
  private readonly options: OwnPathsOptions;
  private pending = 0;

  constructor(options: OwnPathsOptions) {
    this.options = options;
  }

  /** Requests without an answer yet. */
  get inFlight(): number {
    return this.pending;
  }

  take(scheme: string, request: IncomingMessage, response: ServerResponse, pass: Pass): void {
    const url = `${scheme}//${request.headers.host ?? ''}${request.url ?? '/'}`;
    const { pathname = '', search = '' } = URL.parse(url) ?? {};
    const path = behindOwnPath(pathname, this.options.paths);
    if (path === undefined) {
      pass();
      return;
    }
    const method = request.method ?? '';
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const asked = { method, url: `https://${PIXEL_HOST}${path}${search}`, headers };
    const [at, chunks, body] = [now(), [] as Buffer[], new PassThrough()];
    let answer: string | Buffer = '';
    this.pending += 1;
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('close', () => {
      this.pending -= 1;
      const status = response.headersSent ? response.statusCode : 0;
      this.options.onRequest({ at, method, url, headers, body: Buffer.concat(chunks), status, answer });
    });
    if (isBeacon(path) && !this.options.isSiteWalled) {
      request.on('end', async () => give(response, await this.options.answer(asked)));
      return;
    }
    request.pipe(body);
    if (method !== 'GET' || !path.startsWith(SDK_ROOT)) {
      pass(body);
      return;
    }
    // The answer is read here, so it must not be compressed.
    delete request.headers['accept-encoding'];
    pass(body, async (from) => {
      answer = await this.script(asked, from);
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...rest } = from.headers;
      if (!response.destroyed) response.writeHead(from.statusCode ?? 502, rest).end(answer);
    });
  }

  /** What the page gets: TikTok's script if the site passed on its placeholder, otherwise the site's answer. */
  private async script(asked: Asked, from: IncomingMessage): Promise<string | Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of from) chunks.push(chunk as Buffer);
    const given = Buffer.concat(chunks);
    const host = rewrittenHost(given.toString('utf8', 0, 1_000));
    if (host === undefined) return given;
    const { body } = await this.options.answer(asked);
    return rewritten(String(body), host);
  }
}

function give(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}
