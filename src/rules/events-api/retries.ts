import { CODES } from '../../tiktok/events-api/codes.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { ordersByPlace } from '../../views/copies.ts';
import type { ReceivedEvent } from '../../views/events.ts';
import { answeredEvents, noTries, triesOfEvents } from '../../views/tries.ts';
import { finding, quoted } from '../finding.ts';
import { type Args, type Arguments, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';

/** Including the first try. */
const MAX_TRIES = 5;

/** A token does not become valid by being sent again. */
const HOPELESS = new Set<number>(
  (['no-permission', 'token-expired', 'token-empty', 'token-invalid'] as const).map((key) => CODES[key].code),
);

const messages = {
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
    'An event that failed is sent again only if it can still succeed, a few times at most, with the same event_id',
  why: 'Each try with a new event_id can be counted again, and pointless retries use up the rate limit that other events need.',
  fix: "Check the answer's code before sending again. Stop on token or permission errors. Otherwise send the same event again, unchanged, a few times with growing pauses.",
  source: 'TikTok Events API reference: rate limit, answer codes; help centre, "Event deduplication"',
  messages,
  stakes: ({ code, place }) => (code === 'new-id' ? [place] : []),
  check(evidence) {
    const none = noTries(evidence);
    if (none) return none;
    return triesOfEvents(evidence)
      .flatMap(wrongTries)
      .concat(newIds(answeredEvents(evidence), ordersByPlace(evidence)));
  },
});

/** One finding for all tries of an event: the worst. */
function wrongTries(tries: readonly ReceivedEvent[]): Found[] {
  const [{ event, eventId, page }] = tries as [ReceivedEvent];
  const told = <const Code extends string, A extends Arguments>(code: Code, at: ReceivedEvent, args: A) => [
    finding(code, at.place, { args: { event, id: String(eventId), ...args }, event, page }),
  ];
  const hopeless = tries.findIndex(({ answer }) => HOPELESS.has(answer.code));
  const repeated = hopeless < 0 ? undefined : tries[hopeless + 1];
  if (repeated) return told('hopeless', repeated, { code: tries[hopeless]!.answer.code });
  return tries.length > MAX_TRIES ? told('too-many', tries[MAX_TRIES]!, { times: tries.length }) : [];
}

/** The same order after a failure, under another id. */
function newIds(events: readonly ReceivedEvent[], orders: ReadonlyMap<string, string | undefined>): Found[] {
  const byOrder = Map.groupBy(
    events.filter(({ eventId, place }) => !isMissing(eventId) && orders.get(place)),
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
