import { receivedEvents } from '../../views/events.ts';
import { isStray, unreadFields } from '../../views/layout.ts';
import { hadTtp, ttpValuesFor } from '../../views/offer.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { BOTH_SEND } from '../scenarios.ts';

export const ttpForwarded = defineRule({
  id: 'events-api/ttp-forwarded',
  severity: 'normal',
  scenarios: BOTH_SEND,
  needs: ['server', 'messages'],
  title: 'The _ttp cookie reaches the Events API with the event',
  why: 'It ties the server event to the same browser, even if the visitor left no e-mail address, and TikTok deduplicates by it when an event_id is missing.',
  fix: 'Read the _ttp cookie from the request that made the conversion, and send it unchanged as user.ttp.',
  source: 'TikTok Events API reference: user.ttp; help centre, "Event deduplication": _ttp',
  messages: {
    missing: ({ event }: Args<'event'>) =>
      `${event} reached the Events API without ttp, though the browser had the _ttp cookie`,
    other: ({ event }: Args<'event'>) =>
      `${event} reached the Events API with a ttp that is not the _ttp cookie of this browser`,
  },
  check(evidence) {
    const events = receivedEvents(evidence);
    if (events.length === 0) return { inapplicable: 'The server sent no event' };
    const unread = unreadFields(evidence);
    const able = events.filter(({ at }) => hadTtp(at, evidence));
    if (able.length === 0)
      return { inapplicable: 'The browser had no _ttp cookie when the server sent its events' };
    return able
      .filter(({ at, user }) => !ttpValuesFor(at, evidence).has(user.ttp))
      .filter((event) => event.user.ttp !== '' || !isStray('ttp', event, unread))
      .map(({ event, user, place, places, page }) =>
        finding(user.ttp ? 'other' : 'missing', places.ttp ?? place, { args: { event }, event, page }),
      );
  },
});
