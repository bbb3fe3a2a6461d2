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
  why: 'An event dated before the click is not credited to it, and campaigns learn from events that arrive in time.',
  fix: 'Send the event when it happens, with the time of the order in UTC as event_time. If a queue sends it later, set eventsApi.maxAge to the delay you intend.',
  source: 'Campaign requirements: within 15 minutes; TikTok Events API reference: real time is recommended',
  messages: {
    old: ({ event, age, limit, zone }: Args<'event' | 'age' | 'limit' | 'zone'>) =>
      `${event} was ${age} old when it arrived; at most ${limit} is allowed${zone ? ': is its time a local time without a zone?' : ''}`,
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
