import { contentsOf } from '../../tiktok/event-contents.ts';
import { isOrder } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { constantIds, personalIds } from '../../views/event-ids.ts';
import { type SiteEvent, siteEvents } from '../../views/events.ts';
import { finding, quoted } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  'of-a-product': ({ id, event }: Args<'id' | 'event'>) =>
    `${event} carries event_id ${quoted(id)}, the id of its product: every ${event} of that product has it`,
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
  fix: 'Make the id from what happened, for example the order number, or use a new UUID for each event.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  messages,
  stakes: ({ code, place }) => (code === 'two-contents' ? [place] : []),
  check(evidence, target) {
    const events = siteEvents(evidence).filter(({ eventId }) => !isMissing(eventId));
    if (events.length === 0) return { inapplicable: 'No event carried an event_id' };
    // Reported elsewhere: a constant by event-id/not-constant, personal data by event-id/not-personal-data, and anything but text
    // or a number by event-id/string.
    const ids = [...constantIds(evidence, target.pixels), ...personalIds(evidence, target)];
    const reported = new Set(ids.map(({ event }) => event.place));
    const comparable = events.filter(
      ({ eventId, place }) =>
        (typeof eventId === 'string' || typeof eventId === 'number') && !reported.has(place),
    );
    return [...Map.groupBy(comparable, ({ eventId }) => String(eventId))].flatMap(([id, same]) =>
      judge(id, same),
    );
  },
});

/**
 * The same event sent again with the same id, on a reload for example, is what the id is for. Events of other names may have it,
 * too: TikTok compares both.
 */
function judge(id: string, same: SiteEvent[]): Found[] {
  return [...Map.groupBy(same, ({ canonical }) => canonical).values()].flatMap(([first, ...later]) => [
    ...(isOfProduct(first!, id)
      ? [finding('of-a-product', first!.place, detailsOf(id, first!))]
      : later
          .filter((event) => !isSame(event.properties, first!.properties))
          .map((event) => finding('two-contents', event.place, detailsOf(id, event)))),
  ]);
}

/** An order may be called what was ordered: a thing of which there is one is sold once. */
function isOfProduct({ canonical, properties }: SiteEvent, id: string): boolean {
  return !isOrder(canonical) && contentsOf(properties).some((content) => content.id === id);
}

function detailsOf(id: string, { event, page }: SiteEvent) {
  return { args: { id, event }, event, page, about: { eventId: id } };
}

/** Whether two events say the same, in any order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, inOrder(member)]);
}
