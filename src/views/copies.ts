import { type Deduplication, deduplicate, type EventCopy } from '../tiktok/dedup.ts';
import { amountOf, contentsText } from '../tiktok/event-contents.ts';
import { isConversion, isOrder, PAGEVIEW } from '../tiktok/event-names.ts';
import { isMissing, text } from '../tiktok/pixel-request.ts';
import { eventKey, type ReceivedEvent, receivedEvents, type SentEvent, sentEvents } from './events.ts';
import { perEvidence } from './memo.ts';

/** A copy of an event, on either side. */
export interface SideCopy extends EventCopy {
  canonical: string;
  /** Whether TikTok took it. Events from the browser are never refused. */
  taken: boolean;
  page: string;
}

/**
 * All copies, from browser and server, of conversions and of any event that shares its event_id with a server event.
 *
 * `order` is the order number if every copy of an order, or another with its event_id, has one, otherwise what was ordered. All
 * copies of an order use the same one, or two of them would count as two orders. Other events can recur with the same contents,
 * so they have no `order`.
 */
export const eventCopies = perEvidence((evidence): readonly SideCopy[] => {
  const [sent, received] = [sentEvents(evidence), receivedEvents(evidence)];
  const ids = new Set(received.filter(hasId).map(({ eventId }) => String(eventId)));
  const isShared = ({ eventId }: SentEvent) => !isMissing(eventId) && ids.has(String(eventId));
  const browser = sent.filter(
    (event) => event.canonical !== PAGEVIEW && (isConversion(event.event) || isShared(event)),
  );
  const orders = [...browser, ...received].filter(({ canonical }) => isOrder(canonical));
  const numbers = numbersById(orders);
  const numberOf = (event: SentEvent | ReceivedEvent) =>
    text(event.properties.order_id) || numbers.get(eventKey(event)) || '';
  const areNumbered = orders.every((event) => numberOf(event) !== '');
  const orderOf = (event: SentEvent | ReceivedEvent) => {
    if (!isOrder(event.canonical)) return '';
    return areNumbered ? numberOf(event) : contentsText(event.properties);
  };
  return [
    ...browser.map((event) => ({ ...copyOf(event, 'pixel', event.ttp, orderOf(event)), taken: true })),
    ...received.map((event) => ({
      ...copyOf(event, 'server', event.user.ttp, orderOf(event)),
      taken: event.taken,
    })),
  ];
});

/** The first order number that comes with each event_id: many sites send it from one side only. */
function numbersById(orders: readonly (SentEvent | ReceivedEvent)[]): ReadonlyMap<string, string> {
  const numbers = new Map<string, string>();
  for (const event of orders) {
    const number = text(event.properties.order_id);
    const key = eventKey(event);
    if (hasId(event) && number !== '' && !numbers.has(key)) numbers.set(key, number);
  }
  return numbers;
}

/** What `order` is for each copy, by its place. */
export const ordersByPlace = perEvidence(
  (evidence): ReadonlyMap<string, string | undefined> =>
    new Map(eventCopies(evidence).map(({ place, order }) => [place, order])),
);

/** What TikTok makes of the copies that it took. */
export const takenOnce = perEvidence(
  (evidence): Deduplication<SideCopy> => deduplicate(eventCopies(evidence).filter(({ taken }) => taken)),
);

function hasId({ eventId }: { eventId: unknown }): boolean {
  return !isMissing(eventId);
}

function copyOf(
  { at, pixel, event, canonical, eventId, properties, page, place }: SentEvent | ReceivedEvent,
  side: EventCopy['side'],
  ttp: string,
  order: string,
): Omit<SideCopy, 'taken'> {
  const value = amountOf(properties.value);
  const currency = text(properties.currency);
  return {
    side,
    at,
    pixel,
    event,
    canonical,
    eventId,
    ttp,
    ...(value === undefined ? {} : { value }),
    ...(currency ? { currency } : {}),
    ...(order ? { order } : {}),
    place,
    page,
  };
}
