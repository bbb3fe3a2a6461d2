import { isMissing } from '../../tiktok/pixel-request.ts';
import { constantIds, personalIds } from '../../views/event-ids.ts';
import { type SiteEvent, siteEvents } from '../../views/events.ts';
import { finding, quoted } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  'two-events': ({ id, event, other }: Args<'id' | 'event' | 'other'>) =>
    `${event} carries event_id ${quoted(id)}, which ${other} already carried`,
  'two-contents': ({ id, event }: Args<'id' | 'event'>) =>
    `Two different ${event} events carry event_id ${quoted(id)}: TikTok will drop the second`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const unique = defineRule({
  id: 'event-id/unique',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'An event_id identifies one event',
  why: 'Within 48 hours TikTok drops a second event with the same name and event_id: reusing an id loses conversions.',
  fix: "Make the id from what happened, for example the order number together with the event's name, or use a new UUID for each event.",
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  messages,
  stakes: ({ code, place }) => (code === 'two-contents' ? [place] : []),
  check(evidence, target) {
    const events = siteEvents(evidence).filter(({ eventId }) => !isMissing(eventId));
    if (events.length === 0) return { inapplicable: 'No event carried an event_id' };
    // Told elsewhere: a constant by event-id/not-constant, personal data by event-id/not-personal-data, and what is neither text
    // nor number by event-id/string.
    const ids = [...constantIds(evidence, target.pixels), ...personalIds(evidence, target)];
    const told = new Set(ids.map(({ event }) => event.place));
    const comparable = events.filter(
      ({ eventId, place }) =>
        (typeof eventId === 'string' || typeof eventId === 'number') && !told.has(place),
    );
    return [...Map.groupBy(comparable, ({ eventId }) => String(eventId))].flatMap(([id, same]) =>
      judge(id, same),
    );
  },
});

/** The same event sent again with the same id, on a reload for example, is what the id is for. */
function judge(id: string, [first, ...later]: SiteEvent[]): Found[] {
  return later.flatMap(({ event, canonical, properties, page, place }): Found[] => {
    const details = { args: { id, event, other: first!.event }, event, page, about: { eventId: id } };
    if (canonical !== first!.canonical) return [finding('two-events', place, details)];
    return JSON.stringify(properties) === JSON.stringify(first!.properties)
      ? []
      : [finding('two-contents', place, details)];
  });
}
