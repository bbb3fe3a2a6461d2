import { isMissing } from '../../tiktok/pixel-request.ts';
import { personalIds } from '../../views/event-ids.ts';
import { receivedEvents, siteEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

export const notPersonalData = defineRule({
  id: 'event-id/not-personal-data',
  severity: 'critical',
  scenarios: ALL,
  needs: ['messages'],
  title: 'An event_id contains no personal data, whether in plain text, encoded or hashed',
  why:
    'TikTok receives the id as it is, on every event, for no purpose that the visitor agreed to. A plain hash of an e-mail address or ' +
    'phone number can be found by trying values. The same customer also has the same id on the next order.',
  fix: 'Make the id from the order number or a UUID. E-mail address and phone number belong in ttq.identify and user, hashed.',
  source: 'TikTok Business Products (Data) Terms: personal data only in the fields made for it, hashed',
  messages: {
    personal: ({ event, side, what, how }: Args<'event' | 'side' | 'what' | 'how'>) =>
      `The event_id of ${event} from the ${side} contains ${what}${how === 'in clear' ? ' in plain text' : `, ${how}`}`,
  },
  check(evidence, target) {
    const ids = [...siteEvents(evidence), ...receivedEvents(evidence)].filter(
      ({ eventId }) => !isMissing(eventId),
    );
    if (ids.length === 0) return { inapplicable: 'No event carried an event_id' };
    return personalIds(evidence, target).map(({ side, event: { event, page, place }, what: { what, how } }) =>
      finding('personal', place, { args: { event, side, what, how }, event, page }),
    );
  },
});
