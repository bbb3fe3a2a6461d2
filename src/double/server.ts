import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { SDK_ROOT } from '../tiktok/hosts.ts';
import { type Answer, type Asked, answer } from './answer.ts';
import { certificate } from './certificate.ts';
import { Connections } from './connections.ts';
import { headersToAdd } from './credentials.ts';
import { Door, type Reach } from './door.ts';
import { type DoubleRequest, now } from './double-request.ts';
import { OwnPaths } from './own-paths.ts';
import type { Place } from './routes.ts';
import type { ScriptSource } from './scripts/script.ts';
import type { SiteHeaders } from './site-headers.ts';

export type { DoubleRequest };

/** What interferes between the browser and TikTok's hosts. The harness's own requests are not affected. */
export type Interference =
  | { kind: 'refuse' }
  | { kind: 'no-scripts' }
  /** `delay`: milliseconds. */
  | { kind: 'slow-scripts'; delay: number };

/** Path of the harness's own requests to the double. */
const OWN_PATH = '/ttq-conformance/';

/** Path of requests that prove that a browser reaches the double. */
export const FENCE_PATH = `${OWN_PATH}fence/`;

/** A request that, once received by the double, proves that the browser reaches it directly. */
export interface Fence {
  readonly url: string;
  readonly received: boolean;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

const ignore = () => {};
const NO_SCRIPTS: ScriptSource = { get: async () => undefined };
const UNAVAILABLE: Answer = { status: 502, headers: { 'access-control-allow-origin': '*' }, body: '' };

/** A double's surroundings, and who is notified of what it sees. */
export interface DoubleOptions {
  /** Where the target is, which the browser reaches through the double's door. */
  place: Place;
  /** The SDK served to pages. */
  scripts: ScriptSource;
  onRequest?: (request: DoubleRequest) => void;
  /** Called with the reason if a script of the SDK is not available. */
  onScriptError?: (message: string) => void;
  interference?: Interference | undefined;
  /** The way to hosts that the target does not map; directly by default. */
  reach?: Reach | undefined;
  /** Whether the site's server can send nothing to TikTok; by default it may. */
  isSiteWalled?: boolean;
}

/**
 * Replaces TikTok's hosts for one browser context: a real server, which the context reaches through a door of its own. A real
 * server, because request interception misses the beacons that a page sends while it is left; one for each context, so that their
 * requests can be told apart whatever they send.
 */
export class Double {
  private readonly options: DoubleOptions;
  private readonly secure: Http2SecureServer;
  private readonly connections: Connections;
  private readonly plain = createServer();
  private readonly door: Door;
  private readonly site: Site | undefined;
  private readonly opened: AsyncDisposableStack;
  private closed = false;
  private readonly fences = new Map<string, { url: string; received: boolean }>();
  private pending = 0;
  private answering = 0;

  static async open(options: DoubleOptions): Promise<Double> {
    const { key, cert } = await certificate();
    const opened = new AsyncDisposableStack();
    const ownPaths = ownPathsOf(options);
    const site = await openSite(options, ownPaths, opened);
    const double = new Double(createSecureServer({ key, cert, allowHTTP1: true }), options, { site, opened });
    await double.door.open();
    return double;
  }

  private constructor(
    secure: Http2SecureServer,
    options: DoubleOptions,
    { site, opened }: { site: Site | undefined; opened: AsyncDisposableStack },
  ) {
    this.options = options;
    this.secure = secure;
    this.connections = new Connections(secure);
    this.site = site;
    this.opened = opened;
    this.door = new Door({
      ...options,
      double: (socket, port) => this.serve(socket, port),
      site: site && ((socket) => site.headers.serve(socket)),
    });
    secure.on('request', (request, response) => this.receive('https', request, response));
    this.plain.on('request', (request, response) => this.receive('http', request, response));
    // A peer that drops or garbles its connection affects nobody else.
    secure.on('tlsClientError', ignore);
    secure.on('sessionError', ignore);
    for (const server of [secure, this.plain])
      server.on('clientError', (_error: Error, socket: Socket) => socket.destroy());
  }

  /** For the `newContext` of the only context that uses this door. */
  get proxy(): { server: string; bypass: string } {
    return this.door.proxy;
  }

  /** Address of the door, `127.0.0.1:port`; to the browser, every server seems to be there. */
  get address(): string {
    return this.door.address;
  }

  /** Why the host of a URL was not reached at its last request; undefined if it was. */
  refusal(url: string): string | undefined {
    return (
      this.door.refusal(url) ?? this.site?.way.refusal(url) ?? this.site?.headers.failure(new URL(url).host)
    );
  }

  /** Requests whose head has arrived and whose body or answer is not finished. */
  get inFlight(): number {
    return this.pending + (this.site?.ownPaths?.inFlight ?? 0);
  }

  /** Whether an answer is being prepared: fetching a script from TikTok takes time. */
  get isFetching(): boolean {
    return this.answering > 0;
  }

  /** A new fence, at an unguessable URL. Its request is not reported to `onRequest`. */
  fence(host: string): Fence {
    const fence = { url: `https://${host}${FENCE_PATH}${randomUUID()}`, received: false };
    this.fences.set(fence.url, fence);
    return fence;
  }

  /** Resolves once what the browser had begun to send over TLS has arrived. */
  drain(): Promise<void> {
    return this.connections.drain();
  }

  /** Closes every connection. Uploads that this aborts are not recorded. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([this.door.close(), this.opened.disposeAsync()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private serve(socket: Socket, port: number): void {
    if (port === 80) {
      this.plain.emit('connection', socket);
      return;
    }
    this.connections.enter(socket);
    this.secure.emit('connection', socket);
  }

  private isFence(url: string): boolean {
    // Hashing a long URL takes longer than everything else here.
    const fence = this.fences.size === 0 ? undefined : this.fences.get(url);
    if (!fence) return false;
    fence.received = true;
    this.fences.delete(url);
    return true;
  }

  private receive(scheme: 'http' | 'https', request: Request, response: Response): void {
    const at = now();
    const asked = { method: request.method ?? '', url: urlOf(scheme, request), headers: headersOf(request) };
    const interference = isOwn(asked.url) ? undefined : this.options.interference;
    if (interference?.kind === 'refuse') {
      request.on('error', ignore);
      refuse(request);
      return;
    }
    const chunks: Buffer[] = [];
    let recorded = false;
    const record = (status: number, answered: string | Buffer = '') => {
      if (recorded) return;
      recorded = true;
      if (this.isFence(asked.url) || this.closed) return;
      this.options.onRequest?.({ at, ...asked, body: Buffer.concat(chunks), status, answer: answered });
    };
    this.pending += 1;
    request.on('error', ignore);
    response.on('error', ignore);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      if (request.aborted) return; // HTTP/2 ends the body of a stream that was reset; 'close' records it
      this.answering += 1;
      const { status, headers, body } = await answered(asked, interference, this.options.scripts).catch(
        (error: unknown) => {
          if (!this.closed)
            this.options.onScriptError?.(error instanceof Error ? error.message : String(error));
          return UNAVAILABLE;
        },
      );
      this.answering -= 1;
      record(status, body);
      send(response, status, headers, body);
    });
    response.on('close', () => {
      record(0);
      this.pending -= 1;
    });
  }
}

async function answered(
  asked: Asked,
  interference: Interference | undefined,
  scripts: ScriptSource,
): Promise<Answer> {
  const isScript = asked.method === 'GET' && pathOf(asked.url).startsWith(SDK_ROOT);
  if (isScript && interference?.kind === 'slow-scripts') await setTimeout(interference.delay);
  return answer(asked, isScript && interference?.kind === 'no-scripts' ? NO_SCRIPTS : scripts);
}

/** The pixel behind the site's own paths; undefined if the target names none. */
function ownPathsOf({ place, scripts, interference, ...options }: DoubleOptions): OwnPaths | undefined {
  const { pixelPaths: paths = [] } = place;
  if (paths.length === 0) return undefined;
  const { onRequest = ignore, onScriptError = ignore, isSiteWalled = false } = options;
  return new OwnPaths({
    paths,
    isSiteWalled,
    onRequest,
    answer: (asked) =>
      answered(asked, interference, scripts).catch((error: unknown) => {
        onScriptError(error instanceof Error ? error.message : String(error));
        return UNAVAILABLE;
      }),
  });
}

/** Sits between the door and a site that needs headers or is watched. */
interface Site {
  headers: SiteHeaders;
  way: Door;
  ownPaths: OwnPaths | undefined;
}

async function openSite(
  { place, reach }: DoubleOptions,
  ownPaths: OwnPaths | undefined,
  opened: AsyncDisposableStack,
): Promise<Site | undefined> {
  const headers = headersToAdd(place);
  if (Object.keys(headers).length === 0 && !ownPaths) return undefined;
  // Its requests are for the site, never for TikTok.
  const way = new Door({ place, reach, double: (socket) => socket.destroy() });
  await way.open();
  opened.defer(() => way.close());
  const { ignoreHTTPSErrors = false, network } = place;
  // Few sites need it, so it is loaded only for them.
  const { SiteHeaders } = await import('./site-headers.ts');
  const site = await SiteHeaders.open({
    headers,
    way: way.address,
    ownPaths,
    // What a hermetic target serves for a mapped host cannot have a valid certificate.
    ignoreHTTPSErrors: ignoreHTTPSErrors || network === 'hermetic',
  });
  opened.defer(() => site.close());
  return { headers: site, way, ownPaths };
}

/** Ends a request without an answer, which the browser treats as lost by the network or a blocker. */
function refuse(request: Request): void {
  if ('stream' in request) request.stream.close(constants.NGHTTP2_CANCEL);
  else request.socket.destroy();
}

/** The two response classes have the same methods, but no common type that TypeScript could call. */
function send(
  response: Response,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer,
): void {
  (response as ServerResponse).writeHead(status, headers).end(body);
}

function isOwn(url: string): boolean {
  return pathOf(url).startsWith(OWN_PATH);
}

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? '';
}

function urlOf(scheme: 'http' | 'https', request: Request): string {
  const path = request.url ?? '/';
  if (!path.startsWith('/')) return path;
  return `${scheme}://${request.headers[':authority'] ?? request.headers.host ?? ''}${path}`;
}

function headersOf(request: Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || name.startsWith(':')) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
