import { join } from 'node:path';
import { Authority } from '../double/authority.ts';
import { ConnectProxy, type ConnectProxyOptions, type Listen } from '../double/events-api/connect-proxy.ts';
import { answeredHosts } from '../double/events-api/hosts.ts';
import { type EventsApiServer, startEventsApiServer } from '../double/events-api/http-server.ts';
import { answerInLog } from '../double/events-api/logged-answer.ts';
import { answerServer } from '../double/events-api/pixel-answer.ts';
import { AUTHORITY_FILE, proxyEnvironment } from '../double/events-api/proxy-environment.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import { reachedNames } from '../target/hosts.ts';
import { optionsIn } from '../target/options.ts';
import { callsOf, isOwnStub, type RunTarget } from '../target/shared-run.ts';
import { NO_WALL, startHostsWall, type Wall } from './hosts-wall.ts';
import { startIsolatedWall } from './isolated-wall.ts';

/** The proxy for a site's server, and the variables that lead to it. */
export interface SiteProxy {
  environment: Record<string, string | undefined>;
  /** The wall behind it, for clients that ignore proxies; undefined if it cannot be built. */
  wall: Wall | undefined;
  /** What remains open, in one line. */
  open?: string | undefined;
  close(): Promise<void>;
}

/**
 * Starts the proxy of a target whose server the harness starts, in this process, which keeps the authority's key. Undefined if
 * there is no server, or if its calls are neither recorded nor isolated.
 *
 * @param onLine called with what the proxy refused, one line for each host
 */
export async function startSiteProxy(
  run: RunTarget,
  onLine: (line: string) => void,
): Promise<SiteProxy | undefined> {
  const { target, logs } = run;
  const { server, eventsApi, baseURL, hosts } = target;
  const { listen } = eventsApi;
  if (eventsApi.transport === 'none') return server?.isolated ? withoutProxy(run, onLine) : undefined;
  if (!(server ?? listen)) return undefined;
  const env = { ...process.env, ...server?.env };
  const log = RunLog.in(callsOf(run));
  const isAnswered = answeredHosts(eventsApi.hosts);
  const authority = await Authority.make();
  const reported = new Set<string>();
  const options: ConnectProxyOptions = {
    place: target,
    isAnswered,
    authority,
    handle: (received) =>
      answerServer(received, target.pixelPaths.length > 0, () => answerInLog(log, received).answer),
    onRefused: (line) => {
      if (!reported.has(line)) onLine(line);
      reported.add(line);
    },
    env,
  };
  const proxy = await ConnectProxy.start(options);
  const stub = await startSecureStub(run, options);
  const ports = [
    Number(new URL(proxy.url).port),
    ...(run.eventsApiPort === undefined ? [] : [run.eventsApiPort]),
  ];
  const behind = server && (await wallFor(run, { ports, onLine, answering: options }));
  const forOthers =
    listen &&
    (await ConnectProxy.start({ ...options, listen }).catch((error: unknown) => notListening(error, listen)));
  const folder = join(logs, 'proxy');
  const environment = proxyEnvironment({
    folder,
    url: proxy.url,
    ca: authority.pem,
    hosts: [new URL(baseURL).hostname, ...Object.keys(hosts), ...reachedNames(server)],
    isAnswered,
    env,
  });
  return {
    environment: {
      ...environment,
      ...(listen && { TTQ_PROXY_URL: urlFor(listen), TTQ_PROXY_CA: join(folder, AUTHORITY_FILE) }),
    },
    wall: behind?.wall,
    open: behind?.open,
    close: async () =>
      void (await Promise.all([proxy.close(), stub?.close(), forOthers?.close(), behind?.wall?.close()])),
  };
}

/** For a site whose calls are not recorded: none of them may leave, either. */
async function withoutProxy(run: RunTarget, onLine: (line: string) => void): Promise<SiteProxy> {
  const behind = await wallFor(run, { ports: [], onLine });
  return { ...behind, environment: {}, close: async () => behind.wall?.close() };
}

/** A network namespace if the target wants one and it can be built; otherwise only the hosts file. */
async function wallFor(
  { target, logs }: RunTarget,
  { answering, ...more }: Omit<Parameters<typeof startIsolatedWall>[0], 'hosts' | 'reaches'>,
): Promise<Pick<SiteProxy, 'wall' | 'open'>> {
  const hosts = target.eventsApi.hosts ?? [];
  const { isolated, reaches = [] } = target.server ?? {};
  let open: string | undefined;
  if (isolated) {
    const wall = await startIsolatedWall({ hosts, reaches, ...more, ...(answering && { answering }) });
    if ('command' in wall) return { wall };
    const why = `Its server is not isolated: that takes Linux, and a user who may make a network namespace (${wall.lack}).`;
    // A server that could reach the network is not started, whoever started the run.
    if (optionsIn(process.env).strictNetwork) throw new Error(`--strict-network: ${target.name}: ${why}`);
    open = why;
  }
  const wall = answering && (await startHostsWall({ folder: logs, hosts, ...answering }));
  return { wall, open: wall ? open : NO_WALL };
}

/**
 * The stub of transport `server` over HTTPS: in this process, because its certificate is signed by the authority that the site
 * trusts.
 */
async function startSecureStub(
  run: RunTarget,
  { authority, handle }: Pick<ConnectProxyOptions, 'authority' | 'handle'>,
): Promise<EventsApiServer | undefined> {
  const { eventsApiPort: port, target } = run;
  if (port === undefined || !target.eventsApi.https || !isOwnStub(run)) return undefined;
  return startEventsApiServer(port, await authority.leaf('127.0.0.1'), handle).catch(({ message }: Error) => {
    throw new Error(
      `eventsApi.port: cannot listen on ${port} (${message}); wanted a free port, or none, to have one chosen`,
    );
  });
}

/** @throws Error that says which address is not available */
function notListening(error: unknown, { address, port }: Listen): never {
  throw new Error(
    `eventsApi.listen: cannot listen on ${address}, port ${port} (${(error as Error).message}); wanted an address of this machine and a free port`,
  );
}

/** As containers reach it: for an address that means all, by this machine's name. */
function urlFor({ address, port, password }: Listen): string {
  const isAny = address === '0.0.0.0' || address === '::';
  const host = isAny ? 'host.docker.internal' : address.includes(':') ? `[${address}]` : address;
  return `http://ttq:${encodeURIComponent(password)}@${host}:${port}`;
}
