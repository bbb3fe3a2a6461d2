import { isConversion } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { siteEvents } from '../../views/events.ts';
import { trackedAgainWithOtherId } from '../../views/reloads.ts';
import { finding, pathOf, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { JOURNEY_OF_PAGES } from '../scenarios.ts';

export const stableOnReload = defineRule({
  id: 'event-id/stable-on-reload',
  severity: 'critical',
  scenarios: JOURNEY_OF_PAGES,
  needs: ['navigation', 'steps', 'messages'],
  // An event that should not have been tracked needs no stable id.
  yieldsTo: [{ rule: 'event/unexpected', sharing: ['event'] }],
  title: 'A conversion that is tracked again on reload carries the same event_id as before',
  why:
    'With the same id TikTok drops the second copy. With a different one, every visitor who reloads the thank-you page or comes back ' +
    'to it counts as buying twice.',
  fix:
    'Make the id from what was done, for example the order number, or store it with the order. Do not make a new one each time the ' +
    'page is viewed. Better still, track the conversion on the first view only.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  messages: {
    reload: ({ event, id, before, page }: Args<'event' | 'id' | 'before' | 'page'>) =>
      `${event} was tracked again when ${page} was reloaded, with event_id ${quoted(id)} instead of ${quoted(before)}`,
    history: ({ event, id, before, page }: Args<'event' | 'id' | 'before' | 'page'>) =>
      `${event} was tracked again when the visitor went back to ${page}, with event_id ${quoted(id)} instead of ${quoted(before)}`,
  },
  stakes: ({ place }) => [place],
  check(evidence) {
    if (!siteEvents(evidence).some(({ event, eventId }) => isConversion(event) && !isMissing(eventId)))
      return { inapplicable: 'No conversion carried an event_id' };
    return trackedAgainWithOtherId(evidence).map(({ first, again, via }) => {
      const { event, eventId, page, place } = again;
      const args = { event, id: String(eventId), before: String(first.eventId), page: pathOf(page) };
      return finding(via, place, { args, event, page, about: { again: place } });
    });
  },
});
