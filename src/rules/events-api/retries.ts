import { CODES } from '../../tiktok/events-api/codes.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { eventCopies } from '../../views/copies.ts';
import { type ReceivedEvent, receivedEvents } from '../../views/events.ts';
import { finding, quoted } from '../finding.ts';
import { type Args, type Arguments, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';

/** Including the first try. */
const MAX_TRIES = 5;

/** Milliseconds that a client may pause after a timeout: a late answer arrives after its next try is decided. */
const PAUSE = 1_000;

/** A token does not become valid by being sent again. */
const HOPELESS = new Set<number>(
  (['no-permission', 'token-expired', 'token-empty', 'token-invalid'] as const).map((key) => CODES[key].code),
);

const messages = {
  'after-success': ({ event, id, times }: Args<'event' | 'id' | 'times'>) =>
    `${event}${id ? ` with event_id ${quoted(id)}` : ''} was sent ${times} times, though the Events API had accepted it`,
  hopeless: ({ event, code }: Args<'event' | 'code'>) =>
    `${event} was sent again after code ${code}: with this token it can never be accepted`,
  'too-many': ({ event, times }: Args<'event' | 'times'>) =>
    `${event} was sent ${times} times; give up after ${MAX_TRIES}`,
  'new-id': ({ event, id, before }: Args<'event' | 'id' | 'before'>) =>
    `${event} was sent again with event_id ${quoted(id)} after it had failed with ${before}: if both arrive, both are counted`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const retries = defineRule({
  id: 'events-api/retries',
  severity: 'normal',
  scenarios: ALL,
  needs: ['server'],
  title:
    'An event is sent again only if it failed and can still succeed, a few times at most, with the same event_id',
  why: 'Each try with a new event_id can be counted again, and pointless retries use up the rate limit that other events need.',
  fix: "Check the answer's code before sending again. Stop on 0 and on token or permission errors. Otherwise send the same event again, unchanged, a few times with growing pauses.",
  source: 'TikTok Events API reference: rate limit, answer codes; help centre, "Event deduplication"',
  messages,
  stakes: ({ code, place }) => (code === 'new-id' ? [place] : []),
  check(evidence) {
    const received = receivedEvents(evidence);
    if (received.length === 0) return { inapplicable: 'The server sent no event' };
    const events = received.filter(
      ({ request }) => !evidence.server.requests[request]!.unseen?.includes('answer'),
    );
    if (events.length === 0)
      return { inapplicable: 'The list of calls does not show how they were answered' };
    const orders = new Map(eventCopies(evidence).map(({ place, order }) => [place, order]));
    const byId = Map.groupBy(events.filter(hasId), ({ canonical, pixel, eventId }) =>
      JSON.stringify([canonical, pixel, String(eventId)]),
    );
    const answered = (event: ReceivedEvent) => {
      const { delay = 0 } = evidence.server.requests[event.request] ?? {};
      return delay === 0 ? event.at : event.at + delay + PAUSE;
    };
    return [...byId.values()].flatMap((copies) => triesOf(copies, answered)).concat(newIds(events, orders));
  },
});

function hasId({ eventId }: ReceivedEvent): boolean {
  return !isMissing(eventId);
}

/**
 * One finding for all tries of an event: the worst.
 *
 * @param answered when a try was answered: an earlier try could not know that another had succeeded
 */
function triesOf(copies: readonly ReceivedEvent[], answered: (event: ReceivedEvent) => number): Found[] {
  const tries = [...Map.groupBy(copies, ({ request }) => request).values()].map(([first]) => first!);
  const [{ event, eventId, page }] = tries as [ReceivedEvent];
  const told = <const Code extends string, A extends Arguments>(code: Code, at: ReceivedEvent, args: A) => [
    finding(code, at.place, { args: { event, id: String(eventId), ...args }, event, page }),
  ];
  const success = tries.findIndex(({ taken }) => taken);
  const known = success < 0 ? Number.POSITIVE_INFINITY : answered(tries[success]!);
  const afterSuccess = tries.find(({ at }, index) => index > success && at >= known);
  if (afterSuccess) return told('after-success', afterSuccess, { times: tries.length - success });
  const hopeless = tries.findIndex(({ answer }) => HOPELESS.has(answer.code));
  const repeated = hopeless < 0 ? undefined : tries[hopeless + 1];
  if (repeated) return told('hopeless', repeated, { code: tries[hopeless]!.answer.code });
  return tries.length > MAX_TRIES ? told('too-many', tries[MAX_TRIES]!, { times: tries.length }) : [];
}

/** The same order after a failure, under another id. */
function newIds(events: readonly ReceivedEvent[], orders: Map<string, string | undefined>): Found[] {
  const byOrder = Map.groupBy(
    events.filter((event) => hasId(event) && orders.get(event.place)),
    ({ canonical, pixel, place }) => JSON.stringify([canonical, pixel, orders.get(place)]),
  );
  return [...byOrder.values()].flatMap((tries) =>
    tries.slice(1).flatMap((later, index) => {
      const before = tries[index]!;
      if (before.taken || String(before.eventId) === String(later.eventId)) return [];
      const { event, eventId, page, place } = later;
      const args = { event, id: String(eventId), before: String(before.eventId) };
      return [finding('new-id', place, { args, event, page })];
    }),
  );
}
