import { isMissing } from '../../tiktok/pixel-request.ts';
import { finding, shown } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { eventsWithIds } from '../server-side.ts';

export const string = defineRule({
  id: 'event-id/string',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'An event_id is text',
  why: 'The pixel sends a number as a number, and the Events API refuses numbers: the two copies of the event can never carry the same id.',
  fix: 'Convert the event_id to text where it is passed to the page: { event_id: String(order.id) }. If it is an object or a list, pass the id in it.',
  source:
    'Measured: the SDK sends the id as it is given; recorded answers of the Events API: "not a valid string"',
  messages: {
    number: ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries the event_id ${found} as a number, not as text`,
    'not-text': ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries ${found} as its event_id, which is not text`,
  },
  stakes: ({ place }) => [place],
  check(evidence, target) {
    const events = eventsWithIds(evidence, target).filter(({ eventId }) => !isMissing(eventId));
    if (events.length === 0) return { inapplicable: 'No conversion carried an event_id' };
    return events
      .filter(({ eventId }) => typeof eventId !== 'string')
      .map(({ event, eventId, page, place }) => {
        const code = typeof eventId === 'number' ? 'number' : 'not-text';
        return finding(code, place, { args: { event, found: shown(eventId) }, event, page });
      });
  },
});
