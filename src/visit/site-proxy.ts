import { join } from 'node:path';
import { Authority } from '../double/authority.ts';
import { ConnectProxy } from '../double/events-api/connect-proxy.ts';
import { answeredHosts } from '../double/events-api/hosts.ts';
import { answerInLog } from '../double/events-api/logged-answer.ts';
import { proxyEnvironment } from '../double/events-api/proxy-environment.ts';
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
  if (!server || eventsApi.transport === 'none') return undefined;
  const env = { ...process.env, ...server.env };
  const log = RunLog.in(logs);
  const isAnswered = answeredHosts(eventsApi.hosts);
  const authority = await Authority.make();
  const told = new Set<string>();
  const proxy = await ConnectProxy.start({
    place: target,
    isAnswered,
    authority,
    handle: (received) => answerInLog(log, received).answer,
    onRefused: (line) => {
      if (!told.has(line)) onRefused(line);
      told.add(line);
    },
    env,
  });
  return {
    environment: proxyEnvironment({
      folder: join(logs, 'proxy'),
      url: proxy.url,
      ca: authority.pem,
      hosts: [new URL(baseURL).hostname, ...Object.keys(hosts)],
      isAnswered,
      env,
    }),
    close: () => proxy.close(),
  };
}
