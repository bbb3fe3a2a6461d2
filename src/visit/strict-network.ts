import { whyNotIsolated } from '../target/isolation.ts';
import { OptionError } from '../target/sdk.ts';
import type { Target } from '../target/target.ts';
import { startIsolatedWall } from './isolated-wall.ts';

/** Found and wanted, for a target whose server cannot be isolated. */
const FOUND = {
  'isolated-open': 'whose network is open; wanted "network": "hermetic", in which nothing is passed on',
  'isolated-listen':
    'whose eventsApi.listen is for containers; wanted none: nothing here can stop what they send on their own',
  'isolated-elsewhere':
    'whose server.url is not a loopback address; wanted one, such as http://127.0.0.1:3000',
};

/**
 * Refuses an audit in which something of a site's server could leave this machine.
 *
 * @throws OptionError that says why it could
 */
export async function requireIsolation(
  targets: readonly Pick<Target, 'name' | 'server' | 'network' | 'eventsApi'>[],
): Promise<void> {
  for (const { name, server, network, eventsApi } of targets) {
    if (!server)
      throw new OptionError(
        `--strict-network: found ${name}, whose server the audit does not start; wanted targets with "server": nothing here ` +
          'can stop what another process sends.',
      );
    const why = whyNotIsolated({ server, network, eventsApi });
    if (why) throw new OptionError(`--strict-network: found ${name}, ${FOUND[why]}.`);
  }
  const wall = await startIsolatedWall({ hosts: [], ports: [], reaches: [], onLine: () => undefined });
  if ('command' in wall) return wall.close();
  throw new OptionError(
    `--strict-network: found no way to make a network namespace (unshare -mn: ${wall.lack}); wanted Linux, as root or as a user who may ` +
      "make one. Without it, what a site's server sends through a client that ignores proxies can leave this machine.",
  );
}
