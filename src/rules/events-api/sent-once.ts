import type { ReceivedEvent } from '../../views/events.ts';
import { noTries, triesOfEvents } from '../../views/tries.ts';
import { finding, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

/** Milliseconds that a client may pause after a timeout: a late answer arrives after its next try is decided. */
const PAUSE = 1_000;

export const sentOnce = defineRule({
  id: 'events-api/sent-once',
  severity: 'minor',
  scenarios: ALL,
  needs: ['server'],
  title: 'An event that the Events API has accepted is not sent again',
  why:
    'For 48 hours TikTok drops the copy, so nothing is counted twice. But it uses up the rate limit, and one that comes later, such as a ' +
    'webhook that is delivered again by hand, is counted again.',
  fix:
    'A payment provider delivers a webhook at least once: note with the order that its event was sent, and skip it the next time. In a ' +
    "queue, let one worker take each order. After a call, read the code in the answer's body: 0 is a success.",
  source: 'TikTok help centre, "Event deduplication": later copies within 48 hours of the first are dropped',
  messages: {
    again: ({ event, id, times }: Args<'event' | 'id' | 'times'>) =>
      `${event} with event_id ${quoted(id)} was sent ${times} times, though the Events API had accepted it`,
  },
  check(evidence) {
    const none = noTries(evidence);
    if (none) return none;
    // A try could not know of a success whose answer came later.
    const answeredAt = ({ at, request }: ReceivedEvent) => {
      const { delay = 0 } = evidence.server.requests[request] ?? {};
      return delay === 0 ? at : at + delay + PAUSE;
    };
    return triesOfEvents(evidence).flatMap((tries) => {
      const success = tries.findIndex(({ taken }) => taken);
      if (success < 0) return [];
      const known = answeredAt(tries[success]!);
      const again = tries.find(({ at }, index) => index > success && at >= known);
      if (!again) return [];
      const { event, eventId, page, place } = again;
      const args = { event, id: String(eventId), times: tries.length - success };
      return [finding('again', place, { args, event, page })];
    });
  },
});
