import { canonicalEvent, isConversion } from '../../tiktok/event-names.ts';
import { keptPage, keptPageFindings } from '../kept-page.ts';
import { defineRunRule, REPORTED_IN_VISITS, sharedBy } from '../run-rule.ts';

export const newForEachView = defineRunRule({
  id: 'event-id/new-for-each-view',
  severity: 'normal',
  needs: ['messages'],
  yieldsTo: REPORTED_IN_VISITS,
  title: 'Each view of a page sends a new event_id, even when the page comes from a cache of the browser',
  why:
    'A page kept by a service worker or by the browser contains the event_id of its first view. For 48 hours TikTok drops what later ' +
    'views send with that id.',
  fix:
    'Make the event_id in the browser, or let the service worker fetch pages that contain one from the server, and send them with ' +
    'Cache-Control: no-store.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key, for 48 hours',
  messages: { kept: keptPage },
  check(visits) {
    const events = visits.flatMap(({ digest }) => digest.events);
    if (!events.some(isOfPage)) return { inapplicable: 'No event of a browsing visitor carried an event_id' };
    // It is worse if other visitors have the id as well: event-id/not-cached.
    const shared = sharedBy(
      visits,
      (digest) => digest.events.filter(isOfPage),
      ({ event, id }) => [canonicalEvent(event), id],
    );
    const known = new Set(shared.map(({ first: { id } }) => id));
    return keptPageFindings(visits, (row) => isOfPage(row) && !known.has(row.id));
  },
});

/** Conversions are left to event-id/unique-across-visits. */
function isOfPage({ side, event }: { side: string; event: string }): boolean {
  return side === 'browser' && !isConversion(event);
}
