import { isMissing } from '../../tiktok/pixel-request.ts';
import { doublesAmong, standardEventsSent } from '../../views/doubles.ts';
import { finding, pathOf, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { SINGLE_CLICKS } from '../scenarios.ts';

export const trackedOnce = defineRule({
  id: 'event/tracked-once',
  severity: 'minor',
  scenarios: SINGLE_CLICKS,
  needs: ['calls', 'steps', 'messages'],
  yieldsTo: [
    { rule: 'event/expected', to: ['count'], sharing: ['event'] },
    { rule: 'pixel/no-duplicate-load', sharing: ['page', 'pixel'] },
    { rule: 'event-id/not-constant', sharing: ['place'] },
  ],
  title: 'A standard event is tracked once, not again with the same event_id',
  why: 'TikTok drops the copy, so nothing is counted twice. But the code runs twice, and counts twice as soon as it makes an event_id of its own.',
  fix:
    'Find what runs the code again: a theme beside a tag manager, an effect without its cleanup, a fragment such as the mini cart ' +
    'that is inserted twice. Two scripts that share one event_id on purpose are fine.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  messages: {
    copy: ({ event, id, page, times }: Args<'event' | 'id' | 'page' | 'times'>) =>
      `${event} with event_id ${quoted(id)} was tracked ${times} times on ${page}, with no action by the visitor in between`,
  },
  check(evidence) {
    const events = standardEventsSent(evidence).filter(({ eventId }) => !isMissing(eventId));
    if (events.length === 0) return { inapplicable: 'No standard event with an event_id was sent' };
    return doublesAmong(events, evidence).map((copies) => {
      const { event, eventId, page, place, sent } = copies[1]!;
      const args = { event, id: String(eventId), page: pathOf(page), times: copies.length };
      const about = { place: copies.map((copy) => copy.place), pixel: sent.map(({ pixel }) => pixel) };
      return finding('copy', place, { args, event, page, about });
    });
  },
});
