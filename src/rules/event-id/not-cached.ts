import { canonicalEvent, isConversion } from '../../tiktok/event-names.ts';
import { pathOf, quoted } from '../finding.ts';
import type { Args } from '../rule.ts';
import { defineRunRule, ONE_VISIT, REPORTED_IN_VISITS, sharedBy } from '../run-rule.ts';

export const notCached = defineRunRule({
  id: 'event-id/not-cached',
  severity: 'critical',
  needs: ['messages'],
  yieldsTo: REPORTED_IN_VISITS,
  title: "Events tracked for a visitor who is browsing do not carry an earlier visitor's event_id",
  why:
    'A page served from a cache contains the event_id made for the first visitor who asked for it. For 48 hours TikTok drops the ' +
    'events of everybody else, so audiences of people who viewed a product lack most of them.',
  fix:
    'Make the event_id in the browser, or keep pages that contain one out of every cache: Cache-Control: private, no-store; a service ' +
    'worker must fetch them from the server.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key, for 48 hours',
  messages: {
    left: ({ event, id, page, visits }: Args<'event' | 'id' | 'page' | 'visits'>) =>
      `${event} on ${page} carries event_id ${quoted(id)} in ${visits} visits`,
  },
  check(visits) {
    const events = visits.flatMap(({ digest }) => digest.events).filter(isOfPage);
    if (visits.length === 1) return ONE_VISIT;
    if (events.length === 0) return { inapplicable: 'No event of a browsing visitor carried an event_id' };
    const shared = sharedBy(
      visits,
      (digest) => digest.events.filter(isOfPage),
      ({ event, id }) => [canonicalEvent(event), id],
    );
    return shared.map(({ first: { event, id, page = '' }, seen }) => ({
      code: 'left' as const,
      args: { event: canonicalEvent(event), id, page: pathOf(page), visits: seen.length },
      event: canonicalEvent(event),
      seen,
    }));
  },
});

/** Conversions that share an id with another visit lose orders, and are left to event-id/unique-across-visits. */
function isOfPage({ side, event }: { side: string; event: string }): boolean {
  return side === 'browser' && !isConversion(event);
}
