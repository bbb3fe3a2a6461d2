import { isTikTokHost } from './hosts.ts';
import { isPixelPath } from './pixel-request.ts';

/**
 * Front ends can serve the pixel under one of the site's own paths, such as `/_t/tiktok/i18n/pixel/events.js`, where the rest of
 * the path is TikTok's.
 */

/**
 * TikTok's part of one of the site's own paths.
 *
 * @param ownPaths as named by a target, without a trailing slash; the longest match counts
 * @returns undefined if no path matches
 */
export function behindOwnPath(pathname: string, ownPaths: readonly string[]): string | undefined {
  const [own] = ownPaths
    .filter((path) => pathname.startsWith(`${path}/`))
    .sort((one, other) => other.length - one.length);
  return own === undefined ? undefined : pathname.slice(own.length);
}

/** Routes to TikTok that a target can name. */
export interface OwnWays {
  pixelHosts: string[];
  pixelPaths: string[];
}

/**
 * The route by which a URL reaches TikTok's script or collector, other than TikTok's hosts and the routes that are named already.
 */
export interface UnnamedWay {
  host: string;
  /** Empty if TikTok's path is at the root. */
  path: string;
}

/** Undefined for a URL that is not the pixel's, or takes a known route. */
export function unnamedWay(address: string, { pixelHosts, pixelPaths }: OwnWays): UnnamedWay | undefined {
  // Called for each request of a visit, nearly all of which are unrelated.
  if (!/\/(i18n\/pixel|api\/v\d)/.test(address)) return undefined;
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || !isPixelPath(url.pathname)) return undefined;
  const isNamed = isTikTokHost(url.hostname) || pixelHosts.includes(url.hostname);
  if (isNamed || behindOwnPath(url.pathname, pixelPaths) !== undefined) return undefined;
  return { host: url.hostname, path: url.pathname.replace(TIKTOKS, '') };
}

const TIKTOKS = /\/(i18n\/pixel\/\w+\.js|api\/v\d+\/\w+\/?)$/;
