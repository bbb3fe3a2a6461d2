import { isMissing, text } from '../../tiktok/pixel-request.ts';
import { type ReceivedEvent, receivedEvents, type SiteEvent } from '../../views/events.ts';
import { isStray, strayFields } from '../../views/layout.ts';
import { type Sides, sidesOf } from '../../views/pairs.ts';
import { finding, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const matchesServer = defineRule({
  id: 'event-id/matches-server',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['server', 'messages'],
  yieldsTo: [
    // What a page tracks as it opens has no copy.
    { rule: 'event/not-on-load', yielding: ['differs', 'without-id'], sharing: ['place'] },
    {
      rule: 'event-id/not-constant',
      yielding: ['differs', 'without-id'],
      to: ['constant'],
      sharing: ['place'],
    },
  ],
  title: 'Browser and server send an event with the same event_id',
  why: 'Only copies with the same event_id are merged. With different ids the conversion is counted twice.',
  fix: 'Make the id once, for example on the server with the order, and pass the same text to the page and to the Events API call.',
  source: 'TikTok help centre, "Event deduplication"',
  messages: {
    differs: ({ event, id, server, only }: Args<'event' | 'id' | 'server' | 'only'>) =>
      `The browser sent ${event} with event_id ${quoted(id)}, but the server sent it with ${server}${only ? `: ${only}` : ''}`,
    'without-id': ({ event, id, ttp }: Args<'event' | 'id' | 'ttp'>) =>
      `The browser sent ${event} with event_id ${quoted(id)}, but the server sent it without one` +
      (ttp
        ? '; both carry the same _ttp, on which TikTok says it will attempt to deduplicate: both are probably counted, but that is not certain'
        : ', and both are counted'),
    extra: ({ event, id }: Args<'event' | 'id'>) =>
      `The server sent ${event} with event_id ${id}, an id that the browser never sent`,
  },
  stakes: ({ place, about }) => [about?.place ?? place].flat(),
  check(evidence) {
    const server = new Set(receivedEvents(evidence).map(({ canonical }) => canonical));
    const shared = sidesOf(evidence).filter(
      (sides) => server.has(sides.name) && inBrowser(sides).some(hasId),
    );
    if (shared.length === 0) return { inapplicable: 'No event was sent by both sides' };
    const strays = strayFields(evidence);
    const sides = shared.map((one) => ({
      ...one,
      // Reported elsewhere: the browser's missing id by event-id/present, an id that is not text by event-id/string or, for the
      // server, by events-api/accepted, and a misplaced one by events-api/layout.
      unlike: one.unlike.filter(
        ({ browser, server }) =>
          hasId(browser) &&
          isComparable(browser.eventId) &&
          isComparable(server.eventId) &&
          (hasId(server) || !isStray('eventId', server, strays)),
      ),
    }));
    return sides.flatMap(({ matched, unlike, serverOnly }) => [
      ...unlike.map(({ browser, server }) => {
        const { event, eventId, page } = browser;
        const id = String(eventId);
        const about = { place: [browser.place, server.place] };
        if (!hasId(server)) {
          const args = { event, id, ttp: hasSameTtp(browser, server) ? 'same' : '' };
          return finding('without-id', server.place, { args, event, page, about });
        }
        const args = { event, id, server: shownId(server), only: onlyDifference(id, String(server.eventId)) };
        return finding('differs', server.place, { args, event, page, about });
      }),
      ...serverOnly.filter(isNoOrderOfItsOwn(matched)).map((event) => {
        const args = { event: event.event, id: shownId(event) };
        return finding('extra', event.place, { args, event: event.event, page: event.page });
      }),
    ]);
  },
});

function inBrowser({ matched, unlike, browserOnly }: Sides): SiteEvent[] {
  return [...matched, ...unlike].map(({ browser }) => browser).concat(browserOnly);
}

/**
 * Whether a server event may be a copy of what the browser sent. A renewal or an order by phone has a number of its own, beside
 * orders that both sides sent.
 */
function isNoOrderOfItsOwn(matched: Sides['matched']): (event: ReceivedEvent) => boolean {
  const numberOf = ({ properties }: ReceivedEvent) => text(properties.order_id);
  const numbers = matched.flatMap(({ server }) => server.map(numberOf)).filter((number) => number !== '');
  return (event) =>
    numbers.length === 0 || numberOf(event) === '' || !hasId(event) || numbers.includes(numberOf(event));
}

function hasId({ eventId }: { eventId: unknown }): boolean {
  return !isMissing(eventId);
}

/** A number may equal the other side's text; anything else is not an id. A missing one is handled separately. */
function isComparable(eventId: unknown): boolean {
  return isMissing(eventId) || typeof eventId === 'string' || typeof eventId === 'number';
}

function shownId({ eventId }: { eventId: unknown }): string {
  return isMissing(eventId) ? 'none' : quoted(String(eventId));
}

function hasSameTtp({ sent }: SiteEvent, { user }: ReceivedEvent): boolean {
  return user.ttp !== '' && sent.some(({ ttp }) => ttp === user.ttp);
}

/** The only difference between two ids that look alike to a reader; empty if they do not look alike. */
function onlyDifference(one: string, other: string): string {
  const unspaced = (id: string) => id.replace(/\s/g, '');
  if (unspaced(one) === unspaced(other)) return 'only blanks differ';
  if (one.toLowerCase() === other.toLowerCase()) return 'only letter case differs';
  return unspaced(one.toLowerCase()) === unspaced(other.toLowerCase())
    ? 'only blanks and letter case differ'
    : '';
}
