import { isReservedName, meansPageview } from '../../tiktok/event-names.ts';
import { firstOfEachName, trackedEvents } from '../../views/tracked.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const nameReserved = defineRule({
  id: 'event/name-reserved',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  needsToPass: ['calls'],
  title: "ttq.track uses no name of the SDK's own events, and does not track page views",
  why: 'The event is mixed up with those that the SDK sends on its own. A page view sent with ttq.track does not count as a page view of ttq.page().',
  fix: 'Report page views with ttq.page(), once per view, and give your own events a different name.',
  source:
    'TikTok help centre, "Custom events": not a reserved name; the names measured on SDK builds of 2024 to 2026',
  messages: {
    reserved: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked on ${page}: the SDK uses this name for an event of its own`,
    'page-view': ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked on ${page} with ttq.track, which is not the page view that ttq.page() sends`,
  },
  check(evidence) {
    const events = trackedEvents(evidence);
    if (events.length === 0) return { inapplicable: 'No event was tracked' };
    return firstOfEachName(events).flatMap(({ event, page, place }) => {
      const code = meansPageview(event) ? 'page-view' : isReservedName(event) ? 'reserved' : undefined;
      return code ? [finding(code, place, { args: { event, page: pathOf(page) }, event, page })] : [];
    });
  },
});
