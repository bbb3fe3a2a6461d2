import { addressOf } from '../address.ts';
/** What a path of the Events API takes. */
export type Endpoint = 'event-track' | 'pixel-track' | 'pixel-batch';

/**
 * The paths that the contract covers. event/track has lived under v1.3 only; TikTok's own SDK still posts the
 * legacy layout to both versions. The slash at the end is documented; the service takes the paths without it,
 * too.
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
