import { MERGE_WINDOW_MS, type Side } from '../../tiktok/dedup.ts';
import { takenOnce } from '../../views/copies.ts';
import { spanOf } from '../../views/event-age.ts';
import { finding, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { WHOLE_JOURNEY } from '../scenarios.ts';

const SIDES: Record<Side, string> = { pixel: 'browser', server: 'server' };

export const mergedInTime = defineRule({
  id: 'dedup/merged-in-time',
  severity: 'normal',
  scenarios: WHOLE_JOURNEY,
  needs: ['server', 'messages'],
  title: "The browser's and the server's copy reach TikTok within 5 minutes of each other and are merged",
  why:
    'Within 5 minutes the second copy adds its data to the first. After that, for up to 48 hours, it is dropped: the event is counted ' +
    "once, but the second copy's match keys are lost.",
  fix: "Send the server's copy when the order is saved, not from a job that runs every few minutes.",
  source: 'TikTok help centre, "About event deduplication": windows of 5 minutes and 48 hours',
  messages: {
    dropped: ({ event, id, late, early, span }: Args<'event' | 'id' | 'late' | 'early' | 'span'>) =>
      `The ${late}'s copy of ${event} with event_id ${quoted(id)} came ${span} after the ${early}'s: TikTok drops it instead of merging ` +
      'it, and data that only this copy had is lost',
  },
  check(evidence) {
    const both = takenOnce(evidence).groups.filter(({ kept, merged, dropped }) =>
      [...merged, ...dropped].some(({ side }) => side !== kept.side),
    );
    if (both.length === 0)
      return { inapplicable: 'No event was sent by both sides with the same event_id within 48 hours' };
    return both.flatMap(({ kept, merged, dropped }) => {
      // A retry after a copy that was merged adds nothing.
      const late = merged.length > 0 ? undefined : dropped.find(({ side }) => side !== kept.side);
      if (!late || late.at - kept.at <= MERGE_WINDOW_MS) return [];
      const args = {
        event: late.event,
        id: String(late.eventId),
        late: SIDES[late.side],
        early: SIDES[kept.side],
        span: spanOf(late.at - kept.at),
      };
      return [finding('dropped', late.place, { args, event: late.event, page: late.page })];
    });
  },
});
