import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverCertificate } from '../../../src/double/certificate.ts';
import { findBrowser } from '../../../src/recorder/browser.ts';

/** A proxy on loopback: CONNECT for https, whole URLs for http. */
export class LoopbackProxy {
  /** Each request that it received, as `CONNECT host:port` or `GET http://…`. */
  readonly asked: string[] = [];
  private readonly server: Server;

  /** @param lead the port on loopback for a host, by host and port; undefined refuses it */
  static async start(lead: (address: string) => number | undefined): Promise<LoopbackProxy> {
    const proxy = new LoopbackProxy(lead);
    await listen(proxy.server);
    return proxy;
  }

  private constructor(lead: (address: string) => number | undefined) {
    this.server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url}`);
      const { host, pathname } = new URL(request.url ?? '/', 'http://no-proxy-request');
      const port = lead(host);
      response.writeHead(port === undefined ? 502 : 307, {
        ...(port === undefined ? {} : { location: `http://127.0.0.1:${port}${pathname}` }),
      });
      response.end();
    });
    this.server.on('connect', (request, socket) => {
      this.asked.push(`CONNECT ${request.url}`);
      const port = lead(request.url ?? '');
      socket.on('error', () => undefined);
      if (port === undefined) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      const there = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(there).pipe(socket);
      });
      there.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      socket.on('close', () => there.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server)}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** In place of the real TikTok, behind a proxy: an audit that reaches it would have reached TikTok. */
export class Outside {
  readonly asked: string[] = [];
  private readonly server: Server;

  static async start(): Promise<Outside> {
    const outside = new Outside(await serverCertificate(['analytics.tiktok.com']));
    await listen(outside.server);
    return outside;
  }

  private constructor(pem: { key: string; cert: string }) {
    this.server = createSecureServer(pem, (request, response) => {
      this.asked.push(`${request.method} https://${request.headers.host}${request.url}`);
      response.setHeader('access-control-allow-origin', '*').end('{}');
    });
  }

  get port(): number {
    return portOf(this.server);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Runs with a variable of the environment set, and without any other proxy variable. */
export async function withEnvironment<T>(set: Record<string, string>, run: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name];
  Object.assign(process.env, set);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** Runs with a browser that is launched with these arguments as well, like one with a proxy set by a company's policy. */
export async function withBrowserArguments<T>(args: string[], run: () => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ttq-browser-'));
  const file = join(folder, 'browser');
  const words = [findBrowser()!.path!, ...args].map((word) => `'${word}'`);
  // The last of several switches with one name counts.
  await writeFile(file, `#!/bin/sh\nexec ${words[0]} "$@" ${words.slice(1).join(' ')}\n`);
  await chmod(file, 0o755);
  try {
    return await withEnvironment({ TTQ_BROWSER: file }, run);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
