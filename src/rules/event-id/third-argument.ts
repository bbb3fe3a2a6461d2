import { hasIdInProperties, isMissing } from '../../tiktok/pixel-request.ts';
import { siteEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const thirdArgument = defineRule({
  id: 'event-id/third-argument',
  severity: 'trivial',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'messages'],
  title: 'The event_id is passed in the third argument of ttq.track',
  why:
    "That is TikTok's documented form. Among the properties it has worked since 2024 at the latest; older builds leave it there, and " +
    'the event is sent without an id.',
  fix: "Move the event_id to the third argument: ttq.track('Purchase', { value, currency, contents }, { event_id: 'order-1001' }).",
  source: 'TikTok help centre, "Event deduplication"; read in the SDK\'s code, 2022 to 2026',
  messages: {
    'in-properties': ({ event }: Args<'event'>) =>
      `ttq.track('${event}') has its event_id among the properties`,
  },
  check(evidence) {
    const ids = siteEvents(evidence).flatMap(({ event, eventId, page, call }) => {
      // If the SDK left it among the properties, the event has no id: event-id/present reports that.
      if (!call || isMissing(eventId)) return [];
      const [, properties, options] = evidence.calls[Number(call.place.split('/')[2])]!.args;
      return [{ event, page, place: call.place, isInProperties: hasIdInProperties(properties, options) }];
    });
    if (ids.length === 0) return { inapplicable: 'No ttq.track was given an event_id' };
    const byEvent = Map.groupBy(
      ids.filter(({ isInProperties }) => isInProperties),
      ({ event }) => event,
    );
    return [...byEvent.values()].map(([first]) => {
      const { event, page, place } = first!;
      return finding('in-properties', place, { args: { event }, event, page });
    });
  },
});
