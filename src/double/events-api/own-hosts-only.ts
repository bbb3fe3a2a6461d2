import http from 'node:http';
import net from 'node:net';
import { INVISIBLE } from './before-nock.ts';

/** Where HTTP/2 is answered: the proxy of an audit, which serves TLS as TikTok's hosts do. */
let http2Port: number | undefined;

/** Leads connections that speak only HTTP/2 to this port on loopback, since nock does not speak it. */
export function answerHttp2At(port: number): void {
  http2Port = port;
}

/**
 * Limits nock to the hosts that it answers. nock 15 takes over every socket of its process and forwards what it does not answer;
 * measured: an HTTP/2 client (such as gRPC) hangs, and an HTTP request takes ten times as long. A back end whose other calls
 * break under the stub could not be tested.
 *
 * @param isOwn whether nock should see a connection to this host name
 */
export function keepToOwnHosts(isOwn: (host: string) => boolean): void {
  const nocks = {
    connect: net.Socket.prototype.connect,
    addRequest: agent.addRequest,
    fetch: globalThis.fetch,
  };
  // Restarting nock replaces its patches. Ours are recognised by their mark.
  if (OURS.has(nocks.connect)) return;

  const connect = function (this: net.Socket, ...args: unknown[]) {
    const options = optionsOf(args);
    if (!isOwn(options.host ?? '')) return Reflect.apply(INVISIBLE.connect, this, args);
    if (!speaksOnlyHttp2(options)) return Reflect.apply(nocks.connect, this, args);
    if (http2Port !== undefined) {
      const to = { ...options, host: '127.0.0.1', port: http2Port };
      return Reflect.apply(INVISIBLE.connect, this, [to, ...callbackOf(args)]);
    }
    const message = `ttq-conformance answers ${options.host} over HTTP/1.1, not over HTTP/2 alone`;
    process.nextTick(() => this.destroy(new Error(message)));
    return this;
  };
  OURS.add(connect);
  net.Socket.prototype.connect = connect as typeof nocks.connect;
  agent.addRequest = function (this: unknown, request, options, ...rest) {
    const { addRequest } = isOwn(options?.host ?? '') ? nocks : INVISIBLE;
    return Reflect.apply(addRequest, this, [request, options, ...rest]);
  };
  globalThis.fetch = (input, init) => {
    const url = URL.parse(input instanceof Request ? input.url : String(input));
    return (isOwn(url?.hostname ?? '') ? nocks : INVISIBLE).fetch(input, init);
  };
}

const OURS = new WeakSet<object>();
/** This undocumented method is patched by nock. */
const agent = http.Agent.prototype as unknown as {
  addRequest: (request: unknown, options: { host?: string } | undefined, ...rest: unknown[]) => unknown;
};

interface ConnectOptions {
  host?: string;
  ALPNProtocols?: string[] | Uint8Array;
}

/** Node itself calls connect with one list, [options, callback]; other callers pass a port and a host, or options. */
function optionsOf(args: unknown[]): ConnectOptions {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) return first as ConnectOptions;
  return typeof second === 'string' ? { host: second } : {};
}

function callbackOf(args: unknown[]): unknown[] {
  const [first] = args;
  return (Array.isArray(first) ? first : args).filter((one) => typeof one === 'function');
}

/** nock would take HTTP/2's preface for a request that never ends. */
function speaksOnlyHttp2({ ALPNProtocols }: ConnectOptions): boolean {
  return ALPNProtocols !== undefined && String(ALPNProtocols) === 'h2';
}
