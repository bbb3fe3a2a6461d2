import { isTikTokHost } from './hosts.ts';
import { isPixelPath } from './pixel-request.ts';

/**
 * Front ends hide the pixel behind a path of the site's own, as `/_t/tiktok/i18n/pixel/events.js`: what follows the path is TikTok's.
 */

/**
 * TikTok's path of a path of the site's own.
 *
 * @param ownPaths as a target names them, without a slash at the end; the longest that fits counts
 * @returns undefined for a path behind none of them
 */
export function behindOwnPath(pathname: string, ownPaths: readonly string[]): string | undefined {
  const [own] = ownPaths
    .filter((path) => pathname.startsWith(`${path}/`))
    .sort((one, other) => other.length - one.length);
  return own === undefined ? undefined : pathname.slice(own.length);
}

/** Ways to TikTok that a target can name. */
export interface OwnWays {
  pixelHosts: string[];
  pixelPaths: string[];
}

/** The way that a URL takes to TikTok's script or collector, past TikTok's hosts and what is named already. */
export interface UnnamedWay {
  host: string;
  /** Empty where TikTok's path stands at the root. */
  path: string;
}

/** Undefined for a URL that is none of the pixel's, or goes a way that is known. */
export function unnamedWay(address: string, { pixelHosts, pixelPaths }: OwnWays): UnnamedWay | undefined {
  // Asked of each request of a visit, of which nearly all are of something else.
  if (!/\/(i18n\/pixel|api\/v\d)/.test(address)) return undefined;
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || !isPixelPath(url.pathname)) return undefined;
  const isNamed = isTikTokHost(url.hostname) || pixelHosts.includes(url.hostname);
  if (isNamed || behindOwnPath(url.pathname, pixelPaths) !== undefined) return undefined;
  return { host: url.hostname, path: url.pathname.replace(TIKTOKS, '') };
}

const TIKTOKS = /\/(i18n\/pixel\/\w+\.js|api\/v\d+\/\w+\/?)$/;
