import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { SDK_ROOT, TIKTOK_HOST_PATTERNS, withTrailingDots } from '../tiktok/hosts.ts';
import { type Answer, type Asked, answer } from './answer.ts';
import { certificate } from './certificate.ts';
import type { ScriptSource } from './scripts/script.ts';

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
  /** Epoch milliseconds at which its TCP connection was opened. */
  connectedAt: number;
}

/** What stands between the browser and TikTok's hosts. The harness's own requests are let through. */
export type Interference =
  | { kind: 'refuse' }
  | { kind: 'no-scripts' }
  /** `delay`: milliseconds. */
  | { kind: 'slow-scripts'; delay: number };

/** Path below which the harness asks the double for things itself. */
export const OWN_PATH = '/ttq-conformance/';

/**
 * Leads to the double like TikTok's hosts, and is nobody's (RFC 2606): where something stands between the browser and the double, what
 * is sent here reaches nobody else.
 */
export const OWN_HOST = 'ttq-conformance.invalid';

/** Path of the requests that prove that a browser reaches the double. */
export const FENCE_PATH = `${OWN_PATH}fence/`;

/** A request that proves, once the double has received it, that a browser reaches the double and nothing else in its place. */
export interface Fence {
  readonly url: string;
  readonly received: boolean;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

const LOOPBACK = '127.0.0.1';
const now = () => performance.timeOrigin + performance.now();
const ignore = () => {};
const NO_SCRIPTS: ScriptSource = { get: async () => undefined };
const UNAVAILABLE: Answer = { status: 502, headers: { 'access-control-allow-origin': '*' }, body: '' };

/**
 * Stands in for TikTok's hosts: a real server on loopback that Chromium's resolver is pointed at. Real, because request
 * interception misses the beacons that a page sends while it is being left. One serves a whole Playwright worker.
 */
export class Double {
  /** For --ignore-certificate-errors-spki-list. */
  readonly spki: string;
  /** Where it listens: `127.0.0.1:port`, plain HTTP first. */
  readonly addresses: string[];
  onRequest: ((request: DoubleRequest) => void) | undefined;
  /** Told why a script of the SDK could not be had, and when the connection that asked for it was opened. */
  onScriptError: ((message: string, connectedAt: number) => void) | undefined;

  interference: Interference | undefined;

  private readonly servers: NetServer[];
  private readonly scripts: ScriptSource;
  private readonly sockets = new Set<Socket>();
  /** When each open connection was opened, by listener and the browser's port. */
  private readonly opened = new Map<string, number>();
  private readonly fences = new Map<string, { url: string; received: boolean }>();
  private pending = 0;
  private answering = 0;

  /** @param scripts the SDK that pages are given */
  static async start(scripts: ScriptSource): Promise<Double> {
    const { key, cert, spki } = await certificate();
    const secure = createSecureServer({ key, cert, allowHTTP1: true });
    const plain = createServer();
    const double = new Double(secure, plain, spki, scripts);
    await Promise.all([listen(secure), listen(plain)]);
    double.addresses.push(`${LOOPBACK}:${portOf(plain)}`, `${LOOPBACK}:${portOf(secure)}`);
    return double;
  }

  private constructor(secure: Http2SecureServer, plain: Server, spki: string, scripts: ScriptSource) {
    this.spki = spki;
    this.addresses = [];
    this.servers = [secure, plain];
    this.scripts = scripts;
    for (const server of this.servers) server.on('connection', (socket) => this.connected(socket));
    secure.on('request', (request, response) => this.receive('https', request, response));
    plain.on('request', (request, response) => this.receive('http', request, response));
    // A peer that drops or garbles its connection concerns nobody else.
    secure.on('tlsClientError', ignore);
    secure.on('sessionError', ignore);
    for (const server of [secure, plain])
      server.on('clientError', (_error: Error, socket: Socket) => socket.destroy());
  }

  /**
   * Entries for --host-resolver-rules. The first match wins, so port 80 stands before the rest of each host.
   *
   * @param hosts further ones that stand for TikTok's
   */
  resolverRules(hosts: readonly string[] = []): string[] {
    const [plain, secure] = this.addresses;
    return withTrailingDots([...TIKTOK_HOST_PATTERNS, OWN_HOST, ...hosts]).flatMap((pattern) => [
      `MAP ${pattern}:80 ${plain}`,
      `MAP ${pattern} ${secure}`,
    ]);
  }

  /** Requests whose head has arrived and whose body or answer is not finished. */
  get inFlight(): number {
    return this.pending;
  }

  /** Whether an answer is being made: a script that TikTok has to give takes its time. */
  get isFetching(): boolean {
    return this.answering > 0;
  }

  /** A new fence, of a URL that nobody else can know. Its request is not told to `onRequest`. */
  fence(host: string): Fence {
    const fence = { url: `https://${host}${FENCE_PATH}${randomUUID()}`, received: false };
    this.fences.set(fence.url, fence);
    return fence;
  }

  /** Cuts every connection. Uploads that this cuts off are not recorded. */
  async close(): Promise<void> {
    this.onRequest = undefined;
    this.onScriptError = undefined;
    const closed = this.servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private async answer(asked: Asked, interference: Interference | undefined): Promise<Answer> {
    const isScript = asked.method === 'GET' && pathOf(asked.url).startsWith(SDK_ROOT);
    if (isScript && interference?.kind === 'slow-scripts') await setTimeout(interference.delay);
    return answer(asked, isScript && interference?.kind === 'no-scripts' ? NO_SCRIPTS : this.scripts);
  }

  private isFence(url: string): boolean {
    const fence = this.fences.get(url);
    if (!fence) return false;
    fence.received = true;
    this.fences.delete(url);
    return true;
  }

  private connected(socket: Socket): void {
    const name = connectionName(socket);
    this.opened.set(name, now());
    this.sockets.add(socket);
    socket.on('error', ignore);
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.opened.delete(name);
    });
  }

  private receive(scheme: 'http' | 'https', request: Request, response: Response): void {
    const at = now();
    const connectedAt = this.opened.get(connectionName(request.socket)) ?? at;
    const asked = { method: request.method ?? '', url: urlOf(scheme, request), headers: headersOf(request) };
    const interference = isOwn(asked.url) ? undefined : this.interference;
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
      if (this.isFence(asked.url)) return;
      this.onRequest?.({ at, ...asked, body: Buffer.concat(chunks), status, answer: answered, connectedAt });
    };
    this.pending += 1;
    request.on('error', ignore);
    response.on('error', ignore);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      if (request.aborted) return; // HTTP/2 ends the body of a stream that was reset; 'close' records it
      this.answering += 1;
      const { status, headers, body } = await this.answer(asked, interference).catch((error: unknown) => {
        this.onScriptError?.(error instanceof Error ? error.message : String(error), connectedAt);
        return UNAVAILABLE;
      });
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

/** Ends a request without an answer: the browser takes it for one that the network or a blocker lost. */
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

function listen(server: NetServer): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => resolve());
  });
}

function portOf(server: NetServer): number {
  return (server.address() as AddressInfo).port;
}

/** Tells open connections apart. A TLS socket has the ports of the TCP socket beneath it. */
function connectionName(socket: Socket): string {
  return `${socket.localPort}:${socket.remotePort}`;
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
