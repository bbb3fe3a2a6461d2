import { agesOf, looksLikeZone, spanOf } from '../../views/event-age.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

export const eventTimeFresh = defineRule({
  id: 'events-api/event-time-fresh',
  severity: 'critical',
  scenarios: ALL,
  needs: ['server'],
  title: 'An event reaches the Events API soon after it happened',
  why: 'An event that is dated before the click is not credited to it, and a campaign learns from what arrives in time.',
  fix:
    'Send the event when it happens, with the time of the order in UTC as event_time. Where a queue sends later, ' +
    'eventsApi.maxAge says how much later is meant.',
  source:
    'Campaign requirements: within 15 minutes; TikTok Events API reference: in real time is recommended',
  messages: {
    old: ({ event, age, limit, zone }: Args<'event' | 'age' | 'limit' | 'zone'>) =>
      `${event} was ${age} old when it arrived; at most ${limit} are allowed${zone ? ': is its time a local one, without its zone?' : ''}`,
  },
  check(evidence, target) {
    const events = agesOf(evidence);
    if (events.length === 0) return { inapplicable: 'The server sent no event with a time that can be read' };
    const { maxAge } = target.eventsApi;
    return events
      .filter(({ age }) => age > maxAge * 1000)
      .map(({ event: { event, page, place, places }, age }) => {
        const args = {
          event,
          age: spanOf(age),
          limit: spanOf(maxAge * 1000),
          zone: looksLikeZone(age) ? 'yes' : '',
        };
        return finding('old', places.time ?? place, { args, event, page });
      });
  },
});
