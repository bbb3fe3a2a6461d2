import type { Evidence } from '../evidence/evidence.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { ordersByPlace } from './copies.ts';
import { type ReceivedEvent, receivedEvents } from './events.ts';
import { perEvidence } from './memo.ts';

/** The server's events whose answer is shown: a list of calls does not show it. */
export const answeredEvents = perEvidence((evidence): readonly ReceivedEvent[] =>
  receivedEvents(evidence).filter(({ request }) => !unseenIn(request, evidence).includes('answer')),
);

/** The tries to send each event that has an event_id: one for each request, in order. Two orders with one event_id are two events. */
export const triesOfEvents = perEvidence((evidence): readonly ReceivedEvent[][] => {
  const orders = ordersByPlace(evidence);
  const events = answeredEvents(evidence).filter(({ eventId }) => !isMissing(eventId));
  const byId = Map.groupBy(events, ({ canonical, pixel, eventId, place }) =>
    JSON.stringify([canonical, pixel, String(eventId), orders.get(place)]),
  );
  return [...byId.values()].map((copies) =>
    [...Map.groupBy(copies, ({ request }) => request).values()].map(([first]) => first!),
  );
});

/** Why nothing can be said about tries, if nothing can. */
export function noTries(evidence: Evidence): { inapplicable: string } | undefined {
  if (receivedEvents(evidence).length === 0) return { inapplicable: 'The server sent no event' };
  if (answeredEvents(evidence).length === 0)
    return { inapplicable: 'The list of calls does not show how they were answered' };
  return undefined;
}

function unseenIn(request: number, { server }: Evidence): readonly string[] {
  return server.requests[request]!.unseen ?? [];
}
