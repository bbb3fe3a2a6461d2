import type { Target } from '../target/target.ts';
import type { Rule } from './rule.ts';

/** Topics about the pixel: its load, its calls, its cookies, and what it sends. */
const TOPICS = /^(pixel|order|event|event-id|params|identity|cookie)\//;

/**
 * Exceptions in these topics, and one rule of another: they are about what must not be in the page, or about what the server
 * owes.
 */
const EITHER_HALF = new Set(['pixel/no-unexpected-id', 'event/expected']);
const ALSO = new Set(['click-id/reaches-pixel']);

const NO_PIXEL = {
  inapplicable: 'The target has no pixel, so only the server sends events',
};

/** Why a rule does not apply to a target without a pixel; undefined if it does, and for any other target. */
export function withoutPixel(
  { id }: Pick<Rule, 'id'>,
  { pixels, eventsApi }: Target,
): typeof NO_PIXEL | undefined {
  if (pixels.length > 0 || !eventsApi.sources || EITHER_HALF.has(id)) return undefined;
  return TOPICS.test(id) || ALSO.has(id) ? NO_PIXEL : undefined;
}
