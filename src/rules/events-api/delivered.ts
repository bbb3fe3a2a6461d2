import { faultName, isPassing } from '../../tiktok/events-api/faults.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { eventCopies } from '../../views/copies.ts';
import { spanOf } from '../../views/event-age.ts';
import { type ReceivedEvent, receivedEvents } from '../../views/events.ts';
import { faultNotMet, NO_FAULT } from '../faults.ts';
import { absent, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { FAULTS } from '../scenarios.ts';

/** Only checks that it arrives. That it arrives once, under one id, is left to events-api/retries and dedup/counted-once. */
export const delivered = defineRule({
  id: 'events-api/delivered',
  severity: 'critical',
  scenarios: FAULTS,
  needs: ['server'],
  title: 'An event is still delivered when the Events API fails briefly',
  why:
    'Rate limits, gateway errors and cut connections happen every day: an event that is not sent again is a conversion that no ' +
    'campaign is credited with.',
  fix:
    "Check the code in the answer's body, not only HTTP 200. On code 40100, HTTP 5xx, a timeout or a cut connection, send the same " +
    'event again, unchanged, after a pause.',
  source: 'TikTok Events API reference: rate limit, answer codes; the scenario events-api-faults',
  messages: {
    lost: ({ event, id, fault, times, wait }: Args<'event' | 'id' | 'fault' | 'times' | 'wait'>) =>
      `${event}${id ? ` with event_id ${quoted(id)}` : ''} is lost: the Events API failed (${fault}), and the server sent it ` +
      `${times === 1 ? 'once' : `${times} times`} but not again within ${wait}`,
  },
  stakes: ({ place }) => [place],
  check(evidence, target) {
    const { fault, server } = evidence;
    if (!fault) return NO_FAULT;
    if (!isPassing(fault)) {
      return {
        inapplicable: `Under ${faultName(fault)} no retry can deliver an event, which is not the site's fault`,
      };
    }
    const events = receivedEvents(evidence);
    const isFaulted = ({ request }: ReceivedEvent) => server.requests[request]!.fault !== undefined;
    const met = events.filter(isFaulted);
    if (met.length === 0) return faultNotMet(evidence);
    const orders = new Map(eventCopies(evidence).map(({ place, order }) => [place, order]));
    const keyOf = ({ canonical, pixel, eventId, place }: ReceivedEvent) =>
      JSON.stringify([canonical, pixel, orders.get(place) || String(eventId ?? '')]);
    // Refusals without a fault are left to events-api/accepted and similar rules.
    const judged = new Set(events.filter((event) => event.taken || !isFaulted(event)).map(keyOf));
    const lost = [...Map.groupBy(met, keyOf)].filter(([key]) => !judged.has(key));
    return lost.map(([, tries]) => {
      const { event, eventId, page, place } = tries.at(-1)!;
      const args = {
        event,
        id: isMissing(eventId) ? '' : String(eventId),
        fault: faultName(fault),
        times: tries.length,
        wait: spanOf(target.timeouts.delivery),
      };
      return absent('lost', place, { args, event, page });
    });
  },
});
