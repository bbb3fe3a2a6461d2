import { canonicalEvent } from '../../tiktok/event-names.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { WHOLE_JOURNEY } from '../scenarios.ts';

/** Agencies' advice; no text of TikTok's own was found. */
const MOST = 8;

export const atMostEight = defineRule({
  id: 'plan/at-most-eight',
  severity: 'minor',
  scenarios: WHOLE_JOURNEY,
  title: 'A domain prioritises at most eight conversion events',
  why: 'For visitors who limit tracking, only the highest-priority of eight events is reported: anything below the eighth is never seen.',
  fix: 'Keep the eight that campaigns optimise for, the purchase first, and remove the others.',
  source:
    'The target file: plan.prioritised; advice for aggregated event measurement, on which TikTok has published nothing',
  messages: {
    'too-many': ({ count, rest }: Args<'count' | 'rest'>) =>
      `The plan prioritises ${count} events, but a domain can have ${MOST}: ${rest} will not count`,
  },
  check(_evidence, { plan }) {
    if (plan.prioritised === undefined) return { inapplicable: 'The target names no prioritised events' };
    const names = [...new Set(plan.prioritised.map(canonicalEvent))];
    if (names.length <= MOST) return [];
    const args = { count: names.length, rest: names.slice(MOST).join(', ') };
    return [finding('too-many', '/target', { args })];
  },
});
