import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { samePath } from '../tiktok/address.ts';
import { isConversion, isOrder, mayComeAgain } from '../tiktok/event-names.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { eventCopies } from './copies.ts';
import { type SiteEvent, siteEvents } from './events.ts';
import { perEvidence } from './memo.ts';
import { ACTS, isOneOf } from './steps.ts';

/** A conversion that a page tracked again because the visitor reloaded it or went back to it. */
export interface TrackedAgain {
  first: SiteEvent;
  again: SiteEvent;
  via: 'reload' | 'history';
}

/**
 * Conversions that carry another event_id than before, though the visitor only reloaded the page or went back to it. Those whose
 * id is missing or not text are left out.
 */
export const trackedAgainWithOtherId = perEvidence((evidence): readonly TrackedAgain[] => {
  const orders = new Map(eventCopies(evidence).map(({ place, order }) => [place, order]));
  const events = siteEvents(evidence).filter(
    ({ event, canonical, eventId }) =>
      isConversion(event) && !mayComeAgain(canonical) && !isMissing(eventId) && typeof eventId !== 'object',
  );
  return events.flatMap((again, index) => {
    const document = documentOf(again, evidence);
    if (!document || !isAgain(document) || !samePath(again.page, document.url)) return [];
    if (!isOrder(again.canonical) && hasActed(document.at, again.at, evidence)) return [];
    const earlier = events
      .slice(0, index)
      .filter((one) => one.canonical === again.canonical && documentOf(one, evidence) !== document);
    if (earlier.some(({ eventId }) => String(eventId) === String(again.eventId))) return [];
    const first = earlier.find(
      (one) => samePath(one.page, again.page) && isSameOrder(orders.get(one.place), orders.get(again.place)),
    );
    return first ? [{ first, again, via: document.via }] : [];
  });
});

function isAgain(document: DocumentRecord): document is DocumentRecord & Pick<TrackedAgain, 'via'> {
  return document.via === 'reload' || document.via === 'history';
}

/** The document that an event came from; without a call, the latest one at its URL. */
function documentOf({ call, page, at }: SiteEvent, { documents }: Evidence): DocumentRecord | undefined {
  if (call) return documents.find(({ id }) => id === call.document);
  return documents.findLast(
    (document) => document.frame === 'main' && document.at <= at && samePath(document.url, page),
  );
}

/** Where an order is not identified, it can be the same. */
function isSameOrder(one: string | undefined, other: string | undefined): boolean {
  return !one || !other || one === other;
}

/** Whether the visitor clicked or pressed a key in between. */
function hasActed(from: number, to: number, { steps }: Evidence): boolean {
  return steps.some((step) => step.at > from && step.at < to && isOneOf(step, ...ACTS));
}
