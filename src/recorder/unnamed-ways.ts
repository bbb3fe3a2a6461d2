import type { BlindSpot } from '../evidence/evidence.ts';
import type { Target } from '../target/target.ts';
import type { Recording } from './recording.ts';

/**
 * The problem that the pixel uses ways of the site's own to TikTok that the target does not name, so what it sent there was not
 * seen.
 */
export function unnamedWays(
  { unnamed }: Pick<Recording, 'unnamed'>,
  { pixelHosts, pixelPaths, baseURL, hosts }: Target,
): BlindSpot[] {
  const ways = [...unnamed.values()];
  const [first] = ways;
  if (!first) return [];
  const isOwn = (host: string) => host === new URL(baseURL).hostname || host in hosts;
  // A host without a path before TikTok's stands for all of TikTok.
  const paths = ways.filter(({ host, path }) => path !== '' && isOwn(host)).map(({ path }) => path);
  const others = ways.filter(({ host, path }) => path === '' || !isOwn(host)).map(({ host }) => host);
  const named = {
    pixelHosts: [...new Set([...pixelHosts, ...others])],
    pixelPaths: [...new Set([...pixelPaths, ...paths])],
  };
  const lines = [
    ...(others.length > 0 ? [`"pixelHosts": ${JSON.stringify(named.pixelHosts)}`] : []),
    ...(paths.length > 0 ? [`"pixelPaths": ${JSON.stringify(named.pixelPaths)}`] : []),
  ];
  const why = `The pixel goes past TikTok's hosts, to ${first.url}, and the target does not name that way, so what was sent there was not seen; add ${lines.join(' and ')} to the target`;
  return [{ part: 'messages', by: 'recorder', why, ways: named }];
}
