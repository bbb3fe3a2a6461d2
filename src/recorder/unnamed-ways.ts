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
  const [first] = unnamed.values();
  if (!first) return [];
  const site = new URL(baseURL).hostname;
  const isOwn = (host: string) => host === site || host in hosts;
  // A host without a path before TikTok's stands for all of TikTok, which the site's own host cannot.
  const ways = [...unnamed.values()].filter(({ host, path }) => path !== '' || host !== site);
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
  const past = `The pixel bypasses TikTok's hosts: it uses ${first.url}`;
  if (lines.length === 0) {
    const why = `${past}, where TikTok's paths are at the root of the site, so what was sent there was not seen; put them below a path of their own, which the target can name`;
    return [{ part: 'messages', by: 'recorder', why }];
  }
  const why = `${past}, and the target does not name it, so what was sent there was not seen; add ${lines.join(' and ')} to the target`;
  return [{ part: 'messages', by: 'recorder', why, ways: named }];
}
