import { isConversion } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { siteEvents } from '../../views/events.ts';
import { type Repeat, repeats } from '../../views/repeats.ts';
import { finding, pathOf, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { REPEATING } from '../scenarios.ts';

export const notRepeated = defineRule({
  id: 'event/not-repeated',
  severity: 'critical',
  // Going back and forward through routes shows pages again, too.
  scenarios: REPEATING,
  needs: ['calls', 'pages', 'navigation', 'steps', 'messages'],
  title: 'A conversion is counted once, even if the visitor reloads, goes back and forward, or clicks twice',
  why: 'TikTok drops a copy only by its event_id. Every other copy counts as a second conversion that nobody made.',
  fix:
    'Track a conversion once: disable the button at the first click, and record on the server that the order was tracked. Give every ' +
    'copy the event_id of the first, for example one made from the order.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  messages: {
    'second-click': ({ event, page, ids }: Args<'event' | 'page' | 'ids'>) =>
      `A double click on ${page} sent ${event} twice, ${ids}: TikTok counts both`,
    return: ({ event, page, ids }: Args<'event' | 'page' | 'ids'>) =>
      `${event} was sent again from ${page} when the visitor came back to it, ${ids}: TikTok counts both`,
  },
  stakes: ({ place }) => [place],
  check(evidence) {
    const sent = siteEvents(evidence).filter((one) => one.sent.length > 0 && isConversion(one.event));
    if (sent.length === 0) return { inapplicable: 'No conversion was sent' };
    return repeats(evidence)
      .filter((repeat) => !isOfUnstableId(repeat))
      .map(({ event: { event, eventId, place }, first, by, page, hasIds }) => {
        const ids = hasIds
          ? `with event_id ${quoted(String(first.eventId))} and then ${quoted(String(eventId))}`
          : `without an event_id${isMissing(eventId) === isMissing(first.eventId) ? '' : ' at one time'}`;
        return finding(by, place, { args: { event, page: pathOf(page), ids }, event, page });
      });
  },
});

/** A page that makes a new id on each load is left to event-id/stable-on-reload. */
function isOfUnstableId({ by, hasIds, isNewDocument }: Repeat): boolean {
  return by === 'return' && hasIds && isNewDocument;
}
