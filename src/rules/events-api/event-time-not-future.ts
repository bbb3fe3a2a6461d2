import { agesOf, looksLikeZone, spanOf } from '../../views/event-age.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

/**
 * Tolerated clock difference. A rounded-up time in whole seconds is off by one, and the clocks of two machines by somewhat more
 * if one is not synchronised. A minute hides no mistake: time zones differ by at least 15.
 */
const TOLERANCE = 60_000;

export const eventTimeNotFuture = defineRule({
  id: 'events-api/event-time-not-future',
  severity: 'critical',
  scenarios: ALL,
  needs: ['server'],
  title: 'No event is dated after its arrival',
  why: 'A future time is wrong: the event is counted on another day, outside its click window, or not at all.',
  fix: 'Take event_time from a synchronised clock, in Unix seconds: Math.floor(Date.now() / 1000).',
  source:
    'TikTok Events API reference: event_time, Unix seconds in UTC; one minute is allowed for clock differences',
  messages: {
    future: ({ event, ahead, zone }: Args<'event' | 'ahead' | 'zone'>) =>
      `${event} is dated ${ahead} after its arrival${zone ? ': is its time a local time without a zone?' : ''}`,
  },
  check(evidence) {
    const events = agesOf(evidence);
    if (events.length === 0) return { inapplicable: 'The server sent no event with a time that can be read' };
    return events
      .filter(({ age }) => -age > TOLERANCE)
      .map(({ event: { event, page, place, places }, age }) => {
        const args = { event, ahead: spanOf(-age), zone: looksLikeZone(-age) ? 'yes' : '' };
        return finding('future', places.time ?? place, { args, event, page });
      });
  },
});
