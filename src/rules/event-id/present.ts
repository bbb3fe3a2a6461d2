import { isMissing } from '../../tiktok/pixel-request.ts';
import { finding, pathOf } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { eventsWithIds } from '../server-side.ts';

export const present: Rule = {
  id: 'event-id/present',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  title: 'Every conversion, and every event that both sides send, carries an event_id',
  why: 'TikTok merges the browser and the server copy of an event by event_id. Without it, both are counted.',
  mend:
    "Pass it as the third argument: ttq.track('Purchase', { … }, { event_id: 'order-1001' }). Take it from the order, so " +
    'that the server can send the same.',
  source:
    'TikTok help centre, "Event deduplication"; measured: the SDK never makes one up and sends event_id \'\'',
  messages: {
    missing: ({ event, page }) => `${event} was sent from ${page} without an event_id`,
  },
  check(evidence, target) {
    const events = eventsWithIds(evidence, target);
    if (events.length === 0) return { inapplicable: 'There was no conversion' };
    return events
      .filter(({ eventId }) => isMissing(eventId))
      .map(({ event, page, place }) =>
        finding('missing', place, { args: { event, page: pathOf(page) }, event, page }),
      );
  },
};
