import { join } from 'node:path';
import { Authority } from '../double/authority.ts';
import { ConnectProxy, type ConnectProxyOptions, type Listen } from '../double/events-api/connect-proxy.ts';
import { answeredHosts } from '../double/events-api/hosts.ts';
import { answerInLog } from '../double/events-api/logged-answer.ts';
import { pixelAnswer } from '../double/events-api/pixel-answer.ts';
import { AUTHORITY_FILE, proxyEnvironment } from '../double/events-api/proxy-environment.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import type { RunTarget } from '../target/run.ts';

/** The proxy that a site's server is led to, and the variables that lead it. */
export interface SiteProxy {
  environment: Record<string, string | undefined>;
  close(): Promise<void>;
}

/**
 * Starts the proxy of a target whose server the harness starts, in this process: its authority's key stays in it. Undefined where there
 * is no server, or where its calls are not to be seen.
 *
 * @param onRefused told in a line what the proxy did not let through, once for each host
 */
export async function startSiteProxy(
  { target, logs }: RunTarget,
  onRefused: (line: string) => void,
): Promise<SiteProxy | undefined> {
  const { server, eventsApi, baseURL, hosts } = target;
  const { listen } = eventsApi;
  if (eventsApi.transport === 'none' || !(server ?? listen)) return undefined;
  const env = { ...process.env, ...server?.env };
  const log = RunLog.in(logs);
  const isAnswered = answeredHosts(eventsApi.hosts);
  const authority = await Authority.make();
  const told = new Set<string>();
  const options: ConnectProxyOptions = {
    place: target,
    isAnswered,
    authority,
    handle: (received) =>
      (target.pixelPaths.length > 0 ? pixelAnswer(received) : undefined) ?? answerInLog(log, received).answer,
    onRefused: (line) => {
      if (!told.has(line)) onRefused(line);
      told.add(line);
    },
    env,
  };
  const proxy = await ConnectProxy.start(options);
  const forOthers =
    listen &&
    (await ConnectProxy.start({ ...options, listen }).catch((error: unknown) => notListening(error, listen)));
  const folder = join(logs, 'proxy');
  const environment = proxyEnvironment({
    folder,
    url: proxy.url,
    ca: authority.pem,
    hosts: [new URL(baseURL).hostname, ...Object.keys(hosts)],
    isAnswered,
    env,
  });
  return {
    environment: {
      ...environment,
      ...(listen && { TTQ_PROXY_URL: urlFor(listen), TTQ_PROXY_CA: join(folder, AUTHORITY_FILE) }),
    },
    close: async () => void (await Promise.all([proxy.close(), forOthers?.close()])),
  };
}

/** @throws Error that says which address cannot be had */
function notListening(error: unknown, { address, port }: Listen): never {
  throw new Error(
    `eventsApi.listen: ${address}, port ${port}, cannot be listened on (${(error as Error).message}); wanted an address of this machine and a free port`,
  );
}

/** As containers have it. Whoever listens on every address is this machine to them. */
function urlFor({ address, port, password }: Listen): string {
  const isAny = address === '0.0.0.0' || address === '::';
  const host = isAny ? 'host.docker.internal' : address.includes(':') ? `[${address}]` : address;
  return `http://ttq:${encodeURIComponent(password)}@${host}:${port}`;
}
