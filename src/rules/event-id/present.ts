import type { Evidence } from '../../evidence/evidence.ts';
import { PAGEVIEW } from '../../tiktok/event-names.ts';
import { isMissing, misnamedIds } from '../../tiktok/pixel-request.ts';
import { unseenOf } from '../../views/blind.ts';
import { type SiteEvent, siteEvents } from '../../views/events.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { eventsWithIds } from '../server-side.ts';

const messages = {
  missing: ({ event, page }: Args<'event' | 'page'>) => `${event} was sent from ${page} without an event_id`,
  misnamed: ({ event, page, names }: Args<'event' | 'page' | 'names'>) =>
    `${event} was sent from ${page} without an event_id: ttq.track was given ${names}, which the SDK does not read`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const present = defineRule({
  id: 'event-id/present',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'Every conversion, and every event that both sides send, carries an event_id',
  why: "TikTok merges the browser's and the server's copy of an event by event_id. Without it, both are counted.",
  fix:
    "Pass the event_id as the third argument: ttq.track('Purchase', { … }, { event_id: 'order-1001' }). Take it from the order, so that the " +
    'server can send the same id.',
  source:
    'TikTok help centre, "Event deduplication"; measured: the SDK never makes one up and sends event_id \'\'',
  messages,
  stakes: ({ place }) => [place],
  check(evidence, target) {
    const events = eventsWithIds(evidence, target);
    if (events.length === 0) return { inapplicable: 'There was no conversion' };
    const missing = events.filter(({ eventId }) => isMissing(eventId));
    // Any event that the server sends, too, needs an id.
    const others = siteEvents(evidence).filter(
      ({ event, eventId }) => event !== PAGEVIEW && isMissing(eventId),
    );
    if (missing.length === 0 && others.length > 0) return unseenOf(['server'], evidence) ?? [];
    return missing.map((siteEvent): Found => {
      const { event, page, place } = siteEvent;
      const names = misnamed(siteEvent, evidence);
      const args = { event, page: pathOf(page) };
      return names.length > 0
        ? finding('misnamed', place, { args: { ...args, names: listed(names) }, event, page })
        : finding('missing', place, { args, event, page });
    });
  },
});

function misnamed({ call }: SiteEvent, { calls }: Evidence): string[] {
  const [, properties, options] = calls[Number(call?.place.split('/')[2])]?.args ?? [];
  return misnamedIds(properties, options);
}
