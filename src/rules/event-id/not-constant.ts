import type { Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import type { ConstantKind } from '../../tiktok/event-ids.ts';
import { isConversion } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { constantIds, personalIds } from '../../views/event-ids.ts';
import { receivedEvents, siteEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const KINDS: Readonly<Record<ConstantKind, string>> = {
  'event-name': "an event's name",
  'pixel-id': "the pixel's id",
  sample: 'a sample from documentation or tests',
  nothing: 'what a program writes where it has no id',
  template: 'a placeholder that was never filled',
  date: 'no more than a date',
};

const messages = {
  constant: ({ event, id, kind, side }: Args<'event' | 'id' | 'kind' | 'side'>) =>
    `${event} from the ${side} carries the event_id "${id}": ${kind}`,
  repeated: ({ event, id }: Args<'event' | 'id'>) =>
    `${event} carries event_id ${id}, which another visit of this run sent, too`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const notConstant = defineRule({
  id: 'event-id/not-constant',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  // Whose id stands for two things is the same for both.
  yieldsTo: [{ rule: 'event-id/unique', yielding: ['repeated'], sharing: ['eventId'] }],
  title: 'An event_id is made for the occasion: no two orders have the same',
  why: 'For 48 hours TikTok drops every further event of that name and id, whichever visitor it comes from: of all orders one is counted.',
  mend: 'Make the id from what happened, the order number for example, or a new UUID, where the page is rendered for this visitor.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id make the key',
  messages,
  check(evidence, target) {
    const ids = [...siteEvents(evidence), ...receivedEvents(evidence)].filter(
      ({ eventId }) => !isMissing(eventId),
    );
    if (ids.length === 0) return { inapplicable: 'No event carried an event_id' };
    const constants = constantIds(evidence, target.pixels);
    return [
      ...constants.map(({ side, event: { event, eventId, page, place }, what }) => {
        const args = { event, id: String(eventId), kind: KINDS[what], side };
        return finding('constant', place, { args, event, page });
      }),
      ...repeated(evidence, target, new Set(constants.map(({ event }) => event.place))),
    ];
  },
});

/** Conversions with an id of another visit. Whose id is the customer's is reported by event-id/not-personal-data. */
function repeated(evidence: Evidence, target: Target, told: Set<string>): Found[] {
  const ids = new Set(evidence.repeatedIds);
  const personal = new Set(personalIds(evidence, target).map(({ event }) => event.place));
  return siteEvents(evidence).flatMap(({ event, eventId, page, place }) => {
    const id = String(eventId);
    if (!isConversion(event) || isMissing(eventId) || typeof eventId === 'object' || !ids.has(id)) return [];
    if (told.has(place) || personal.has(place)) return [];
    return [finding('repeated', place, { args: { event, id }, event, page, about: { eventId: id } })];
  });
}
