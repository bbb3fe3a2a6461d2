import type { ConstantKind } from '../../tiktok/event-ids.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { constantIds } from '../../views/event-ids.ts';
import { receivedEvents, siteEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const KINDS: Readonly<Record<ConstantKind, string>> = {
  'event-name': "an event's name",
  'pixel-id': "the pixel's id",
  sample: 'a sample from documentation or tests',
  nothing: 'what a program writes where it has no id',
  template: 'a placeholder that was never filled',
  date: 'no more than a date',
};

export const notConstant = defineRule({
  id: 'event-id/not-constant',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'An event_id is made for one event and is not a constant',
  why: 'For 48 hours TikTok drops every further event with that name and id, from any visitor: of all orders, only one is counted.',
  fix: 'Make the id from what happened, for example the order number, or use a new UUID, made when the page is rendered for this visitor.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  messages: {
    constant: ({ event, id, kind, side }: Args<'event' | 'id' | 'kind' | 'side'>) =>
      `${event} from the ${side} carries the event_id "${id}": ${kind}`,
  },
  stakes: ({ place }) => [place],
  check(evidence, target) {
    const ids = [...siteEvents(evidence), ...receivedEvents(evidence)].filter(
      ({ eventId }) => !isMissing(eventId),
    );
    if (ids.length === 0) return { inapplicable: 'No event carried an event_id' };
    return constantIds(evidence, target.pixels).map(
      ({ side, event: { event, eventId, page, place }, what }) => {
        const args = { event, id: String(eventId), kind: KINDS[what], side };
        return finding('constant', place, { args, event, page });
      },
    );
  },
});
