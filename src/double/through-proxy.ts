import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request as plainRequest,
  type RequestOptions,
  type ServerResponse,
} from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { SocksClient } from 'socks';
import { join } from './door.ts';
import { isHandshake } from './handshake.ts';
import { type HostPort, unbracketed } from './socks.ts';

const HTTPS_PORT = 443;
const SOCKS_PORT = 1080;

/** The proxies for plain HTTP and for TLS. */
export interface Proxies {
  http: URL;
  https: URL;
}

/**
 * Reaches a host through a proxy. Many proxies open a tunnel only to port 443, so plain HTTP is sent to them request by request;
 * on other ports, the client's first bytes show the protocol.
 */
export async function throughProxy(
  where: HostPort,
  { http, https }: Proxies,
  signal: AbortSignal,
): Promise<(client: Socket) => void> {
  if (where.port === HTTPS_PORT) {
    const there = await tunnel(where, https, signal);
    return (client) => join(client, there);
  }
  return (client) => {
    client.once('data', async (first: Buffer) => {
      client.pause();
      client.unshift(first);
      const proxy = isHandshake(first) ? https : http;
      if (!isHandshake(first) && !isSocks(proxy)) return void forward(client, where, proxy);
      // The client was told that it is connected, because it speaks only then.
      await tunnel(where, proxy, signal).then(
        (there) => join(client, there),
        () => client.resetAndDestroy(),
      );
    });
  };
}

async function tunnel(where: HostPort, proxy: URL, signal: AbortSignal): Promise<Socket> {
  const socket = await (isSocks(proxy) ? throughSocks(where, proxy) : throughHttp(where, proxy, signal));
  if (signal.aborted) socket.destroy();
  return socket;
}

function throughHttp(where: HostPort, proxy: URL, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const path = authority(where);
  const refuse = ({ statusCode }: IncomingMessage, socket: Socket) => {
    socket.destroy();
    reject(new Error(`the proxy ${proxy.host} answered with status ${statusCode}`));
  };
  requestOf(proxy, { method: 'CONNECT', path, headers: { host: path, ...login(proxy) }, signal })
    .on('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      if (response.statusCode !== 200) return refuse(response, socket);
      socket.unshift(head);
      resolve(socket);
    })
    .on('response', (response) => refuse(response, response.socket))
    .on('error', reject)
    .end();
  return promise;
}

async function throughSocks({ host, port }: HostPort, proxy: URL): Promise<Socket> {
  const { socket } = await SocksClient.createConnection({
    command: 'connect',
    destination: { host, port },
    proxy: {
      host: hostOf(proxy),
      port: Number(proxy.port || SOCKS_PORT),
      type: proxy.protocol.startsWith('socks4') ? 4 : 5,
      ...(proxy.username === ''
        ? {}
        : { userId: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) }),
    },
  });
  return socket;
}

/** Passes the requests of one connection to an HTTP proxy unchanged, and the answers back. */
function forward(client: Socket, where: HostPort, proxy: URL): void {
  const server = createServer((request, response) => {
    const onward = requestOf(proxy, {
      method: request.method,
      path: `http://${where.port === 80 ? bracketed(where.host) : authority(where)}${request.url}`,
      headers: [...request.rawHeaders, ...Object.entries(login(proxy)).flat()],
    });
    handOn(request, response, onward);
  });
  // A web socket is not a request.
  server.on('upgrade', (request, socket: Socket, head) => {
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
    throughHttp(where, proxy, new AbortController().signal).then(
      (there) => {
        there.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
        there.write(head);
        join(socket, there);
      },
      () => socket.resetAndDestroy(),
    );
  });
  server.on('clientError', () => client.resetAndDestroy());
  server.emit('connection', client);
  client.resume();
}

/** Passes a request on unchanged, and the answer back; if one side breaks off, so does the other. */
function handOn(request: IncomingMessage, response: ServerResponse, onward: ClientRequest): void {
  const cut = () => request.socket.resetAndDestroy();
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    answer.pipe(response);
    answer.on('error', cut);
  });
  onward.on('error', cut);
  request.socket.on('close', () => onward.destroy());
  request.pipe(onward);
}

/**
 * Forwards a request that names its host, as plain HTTP reaches a proxy: through the proxy of the environment if there is one,
 * else directly to the host.
 *
 * @throws if a SOCKS proxy does not reach it
 */
export async function handOnPlain(
  request: IncomingMessage,
  response: ServerResponse,
  where: HostPort,
  proxies: Proxies | undefined,
): Promise<void> {
  const { method, url = '' } = request;
  const headers = withoutProxyHeaders(request.rawHeaders);
  if (proxies && !isSocks(proxies.http)) {
    const withLogin = [...headers, ...Object.entries(login(proxies.http)).flat()];
    handOn(request, response, requestOf(proxies.http, { method, path: url, headers: withLogin }));
    return;
  }
  const { pathname, search } = new URL(url);
  const socket = proxies && (await throughSocks(where, proxies.http));
  const onward = plainRequest({
    ...where,
    agent: false,
    method,
    path: `${pathname}${search}`,
    headers,
    ...(socket ? { createConnection: () => socket } : {}),
  });
  handOn(request, response, onward);
}

/** Headers that a client sends only to its proxy. */
function withoutProxyHeaders(raw: readonly string[]): string[] {
  return raw.filter((_text, index) => !/^proxy-/i.test(raw[index - (index % 2)]!));
}

function requestOf(proxy: URL, options: RequestOptions): ClientRequest {
  const request = proxy.protocol === 'https:' ? secureRequest : plainRequest;
  // URLs leave out the scheme's default port.
  return request({
    host: hostOf(proxy),
    ...(proxy.port === '' ? {} : { port: proxy.port }),
    agent: false,
    ...options,
  });
}

function login({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` };
}

const isSocks = ({ protocol }: URL) => protocol.startsWith('socks');
const hostOf = ({ hostname }: URL) => unbracketed(hostname);
const bracketed = (host: string) => (isIP(host) === 6 ? `[${host}]` : host);
const authority = ({ host, port }: HostPort) => `${bracketed(host)}:${port}`;
