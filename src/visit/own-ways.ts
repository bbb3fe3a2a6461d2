import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from '../evidence/evidence.ts';
import { RUN_KEY, readSealed, writeSealed } from '../target/run-file.ts';
import type { Target } from '../target/target.ts';
import type { OwnWays } from '../tiktok/own-paths.ts';
import { blindSpot } from '../views/blind.ts';

/** By the folder of the target's log: the ways of its site that were found in this process. */
const found = new Map<string, OwnWays>();

const FILE = 'own-ways';
/** How often a visit is made again at most: a script that came by one way may send by another, which shows only then. */
const MOST = 3;

/**
 * Makes a visit. If the pixel uses ways of the site's own that the target does not name, what was sent there was not seen. The visit is
 * then made again with these ways named, and each further visit of the run names them from the start. If it cannot be made again, the
 * first recording counts, and leaves open what was sent.
 *
 * @param logs folder of the target's log in this run
 */
export async function byOwnWays(
  target: Target,
  logs: string,
  record: (target: Target) => Promise<Evidence>,
): Promise<Evidence> {
  const known = found.get(logs) ?? (readSealed(logs, FILE, process.env[RUN_KEY]) as OwnWays | undefined);
  let last = { ways: known, evidence: await record({ ...target, ...known }) };
  for (let times = 0; times < MOST; times += 1) {
    const ways = waysIn(last.evidence, target);
    if (!ways || isDeepStrictEqual(ways, last.ways)) break;
    const evidence = await record({ ...target, ...ways });
    if (evidence.problem !== undefined) break;
    found.set(logs, ways);
    writeSealed(logs, FILE, process.env[RUN_KEY], ways);
    last = { ways, evidence };
  }
  return last.ways ? withWays(last.evidence, last.ways, target) : last.evidence;
}

/** Those of a visit that may be made again. */
function waysIn(evidence: Evidence, { events }: Target): OwnWays | undefined {
  // What is let through to TikTok would be there twice.
  if (evidence.problem || events === 'forward') return undefined;
  return blindSpot(evidence, 'messages')?.ways;
}

function withWays(evidence: Evidence, { pixelHosts, pixelPaths }: OwnWays, target: Target): Evidence {
  const ways = {
    pixelHosts: pixelHosts.filter((host) => !target.pixelHosts.includes(host)),
    pixelPaths: pixelPaths.filter((path) => !target.pixelPaths.includes(path)),
  };
  return { ...evidence, recorder: { ...evidence.recorder, ways } };
}
