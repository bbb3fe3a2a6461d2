import { addressOf } from '../address.ts';
/** What a path of the Events API accepts. */
export type Endpoint = 'event-track' | 'pixel-track' | 'pixel-batch';

/**
 * The paths that the contract covers. event/track exists only under v1.3; TikTok's own SDK still posts the legacy layout to both
 * versions. The trailing slash is documented; the service accepts the paths without it, too.
 */
const PATHS: readonly [RegExp, Endpoint][] = [
  [/^\/open_api\/v1\.3\/event\/track\/?$/, 'event-track'],
  [/^\/open_api\/v1\.[23]\/pixel\/track\/?$/, 'pixel-track'],
  [/^\/open_api\/v1\.[23]\/pixel\/batch\/?$/, 'pixel-batch'],
];

/**
 * The endpoint that a URL names; undefined for any other path.
 *
 * @param url absolute; the host does not count, because a stub may listen under another name
 */
export function endpointOf(url: string): Endpoint | undefined {
  const path = addressOf(url)?.pathname ?? '';
  return PATHS.find(([pattern]) => pattern.test(path))?.[1];
}
