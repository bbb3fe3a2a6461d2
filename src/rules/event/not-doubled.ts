import type { Evidence } from '../../evidence/evidence.ts';
import { isStandardEvent } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { type SiteEvent, siteEvents } from '../../views/events.ts';
import { isAct } from '../../views/steps.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { SINGLE_CLICKS } from '../scenarios.ts';

export const notDoubled = defineRule({
  id: 'event/not-doubled',
  severity: 'critical',
  // Clicking twice in one step is two actions.
  scenarios: SINGLE_CLICKS,
  needs: ['calls', 'steps', 'messages'],
  yieldsTo: [
    // A conversion needs an id, and with one its copies count once.
    { rule: 'event-id/present', sharing: ['place'] },
    { rule: 'event/expected', to: ['count'], sharing: ['event'] },
    { rule: 'pixel/no-duplicate-load', sharing: ['page', 'pixel'] },
  ],
  title: 'A standard event is not sent twice in identical form',
  why: 'TikTok drops a copy only by its event_id. Without one, every call is a separate event: reports and audiences count it twice.',
  fix:
    'Track it from one place. The base code, a tag manager and a theme may each track it, and an effect may run twice. If both copies ' +
    'are to stay, give them the same event_id.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  messages: {
    twice: ({ event, page, times }: Args<'event' | 'page' | 'times'>) =>
      `${event} was tracked ${times} times on ${page} with the same properties and no event_id, with no action of the visitor in between: TikTok counts each one`,
  },
  stakes: ({ place }) => [place],
  check(evidence) {
    const events = siteEvents(evidence).filter(
      ({ event, call, sent }) => isStandardEvent(event) && call && sent.length > 0,
    );
    if (events.length === 0) return { inapplicable: 'No standard event was sent' };
    const alike = Map.groupBy(
      events.filter(({ eventId }) => isMissing(eventId)),
      (event) => keyOf(event, evidence),
    );
    return [...alike.values()].flatMap((same) => {
      const copies = repeatedOf(same);
      if (copies.length < 2) return [];
      const { event, page, place } = copies[1]!;
      const about = {
        place: copies.map((copy) => copy.place),
        pixel: copies[0]!.sent.map((one) => one.pixel),
      };
      return [
        finding('twice', place, {
          args: { event, page: pathOf(page), times: copies.length },
          event,
          page,
          about,
        }),
      ];
    });
  },
});

/** Equal for what is apparently one event: on one document and route, without an action of the visitor in between. */
function keyOf({ canonical, properties, call, page }: SiteEvent, { steps }: Evidence): string {
  const acts = steps.filter((step) => isAct(step) && step.at <= call!.at).length;
  return JSON.stringify([canonical, properties, call!.document, page, acts]);
}

/** Events that reached a pixel which an earlier one had reached: several pixels get one copy each. */
function repeatedOf(events: readonly SiteEvent[]): readonly SiteEvent[] {
  const pixels = Map.groupBy(
    events.flatMap((event) => event.sent.map(({ pixel }) => ({ event, pixel }))),
    ({ pixel }) => pixel,
  );
  const most = [...pixels.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  return most.map(({ event }) => event);
}
