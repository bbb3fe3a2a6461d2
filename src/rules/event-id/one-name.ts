import { isMissing } from '../../tiktok/pixel-request.ts';
import { siteEvents } from '../../views/events.ts';
import { finding, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const oneName = defineRule({
  id: 'event-id/one-name',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'Events of different names have different event_ids',
  why: 'TikTok compares name and event_id, so both events count. But an id that outlasts one event is often that of the cart, the session or the customer: the next event of the same name is then dropped.',
  fix: "Put the event's name into the id, for example purchase-1001, or use a new UUID for each event.",
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  yieldsTo: [
    { rule: 'event-id/unique', sharing: ['eventId'] },
    { rule: 'event-id/not-constant', sharing: ['place'] },
    { rule: 'event-id/not-personal-data', sharing: ['place'] },
  ],
  messages: {
    shared: ({ id, event, other }: Args<'id' | 'event' | 'other'>) =>
      `${event} carries event_id ${quoted(id)}, which ${other} already carried`,
  },
  check(evidence) {
    const events = siteEvents(evidence).filter(
      ({ eventId }) => !isMissing(eventId) && (typeof eventId === 'string' || typeof eventId === 'number'),
    );
    if (events.length === 0) return { inapplicable: 'No event carried an event_id' };
    return [...Map.groupBy(events, ({ eventId }) => String(eventId))].flatMap(([id, same]) => {
      const [first, ...later] = [...Map.groupBy(same, ({ canonical }) => canonical).values()].map(
        ([earliest]) => earliest!,
      );
      return later.map(({ event, page, place }) =>
        finding('shared', place, {
          args: { id, event, other: first!.event },
          event,
          page,
          about: { eventId: id },
        }),
      );
    });
  },
});
