import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type SecureServerOptions,
} from 'node:http2';
import type { AddressInfo, Socket, Server as SocketServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { brotliDecompress, unzip } from 'node:zlib';
import type { FaultedAnswer } from '../../tiktok/events-api/faults.ts';
import type { Authority } from '../authority.ts';
import type { Received } from './call.ts';

const LOOPBACK = '127.0.0.1';

export interface EventsApiServer {
  /** Its base URL, without a trailing slash. */
  url: string;
  /** Closes every connection and stops. */
  close(): Promise<void>;
}

/**
 * The Events API stub as a server on loopback, for back ends in any language. It accepts every path: those that the API does not
 * know are answered as the contract says.
 *
 * @param port 0 for any free port
 * @param certificate for HTTPS; plain HTTP without
 * @param handle called with each request whose whole body has arrived
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function startEventsApiServer(
  port: number,
  certificate: { key: string; cert: string } | undefined,
  handle: (call: Received) => FaultedAnswer,
): Promise<EventsApiServer> {
  const scheme = certificate ? 'https' : 'http';
  const server = certificate ? secureServer(certificate) : createServer();
  const close = answerEach(server, scheme, handle);
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  return { url: `${scheme}://${LOOPBACK}:${(server.address() as AddressInfo).port}`, close };
}

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;
export type AnyServer = Server | Http2SecureServer;

/** Answers over TLS, in HTTP/2 or HTTP/1.1 as the client asks, as TikTok's own hosts do: some clients speak only HTTP/2. */
export function secureServer(options: SecureServerOptions): Http2SecureServer {
  return createSecureServer({ ...options, allowHTTP1: true });
}

/** For a server that answers whatever name the client asks for. */
export function certificatesOf(authority: Authority): SecureServerOptions {
  return {
    SNICallback: (name, done) => {
      authority.leaf(name).then(
        (leaf) => done(null, createSecureContext(leaf)),
        (error: Error) => done(error),
      );
    },
  };
}

/** Calls back for each request to a server. */
export function onRequest(server: AnyServer, take: (request: Request, response: Response) => void): void {
  // The two kinds of server have no common type of listener that TypeScript could call.
  (server as Server).on('request', take);
}

/**
 * Answers each request to a server.
 *
 * @returns a function that closes every connection and stops the server
 */
export function answerEach(
  server: AnyServer,
  scheme: string,
  handle: (call: Received) => FaultedAnswer,
): () => Promise<void> {
  const sockets = new Sockets();
  (server as Server).on('connection', (socket: Socket) => sockets.add(socket));
  onRequest(server, async (request, response) => {
    const call = await received(scheme, request);
    if (call) give(handle(call), response, () => sockets.reset(request));
  });
  return () => closed(server, sockets);
}

/**
 * The connections of a server, by the client's port: a TLS socket does not expose the one below it, and cannot be reset itself.
 */
export class Sockets {
  private readonly byPort = new Map<number | undefined, Socket>();

  add(socket: Socket): void {
    const { remotePort } = socket;
    this.byPort.set(remotePort, socket);
    socket.on('close', () => this.byPort.delete(remotePort));
  }

  /** Resets the connection of a request. */
  reset({ socket }: Request): void {
    this.byPort.get(socket.remotePort)?.resetAndDestroy();
  }

  destroy(): void {
    for (const socket of this.byPort.values()) socket.destroy();
  }
}

/** Stops a server and closes its connections. */
export async function closed(server: AnyServer | SocketServer, sockets: Sockets): Promise<void> {
  const end = once(server, 'close');
  server.close();
  sockets.destroy();
  await end;
}

/** Undefined if the request was aborted: what did not arrive completely was not sent. */
export async function received(scheme: string, request: Request): Promise<Received | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  // HTTP/2 ends the body of a stream that was reset.
  if (request.aborted) return undefined;
  const { ':authority': host = request.headers.host ?? LOOPBACK } = request.headers;
  const named = Object.entries({ ...request.headers, host }).filter(([name]) => !name.startsWith(':'));
  const headers = Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
  const url = new URL(request.url ?? '/', `${scheme}://${host}`).href;
  const body = await unpacked(Buffer.concat(chunks), headers['content-encoding']);
  return { method: request.method ?? '', url, headers, text: body.toString('utf8') };
}

/** A body that does not have its declared encoding is used as it is. */
async function unpacked(body: Buffer, encoding = 'identity'): Promise<Buffer> {
  try {
    if (/^(gzip|x-gzip|deflate)$/i.test(encoding)) return await promisify(unzip)(body);
    return /^br$/i.test(encoding) ? await promisify(brotliDecompress)(body) : body;
  } catch {
    return body;
  }
}

/** @param reset breaks the connection of the response */
export function give(answer: FaultedAnswer, response: Response, reset: () => void): void {
  // Never answered: the connection stays open until the client gives up.
  if (answer.kind === 'timeout') return;
  const timer = setTimeout(() => {
    if (answer.kind === 'reset') {
      reset();
      return;
    }
    const { status, headers, body } = answer;
    (response as ServerResponse)
      .writeHead(status, headers)
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  }, answer.delay);
  response.on('error', () => {});
  response.on('close', () => clearTimeout(timer));
}
