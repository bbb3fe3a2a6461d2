import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { samePath } from '../tiktok/address.ts';
import { isConversion, isOrder, mayComeAgain } from '../tiktok/event-names.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { receivedEvents, type SiteEvent, siteEvents } from './events.ts';
import { perEvidence } from './memo.ts';
import { ACTS, isOneOf } from './steps.ts';

/** An event with the event_id of an earlier one, because its page came from a cache in the browser. */
export interface FromKeptPage {
  event: SiteEvent;
  /** The one that had the id first. */
  first: SiteEvent;
  cache: NonNullable<DocumentRecord['kept']>;
}

/**
 * Events of pages that the visitor opened again but a cache in the browser answered, whose event_id an earlier document had
 * already sent: the id is part of the page. Reloading a page, coming back to it, or looking again at the order that was placed is
 * not a new occasion.
 */
export const fromKeptPages = perEvidence((evidence): readonly FromKeptPage[] => {
  const events = siteEvents(evidence).filter(
    ({ eventId }) => !isMissing(eventId) && typeof eventId !== 'object',
  );
  return events.flatMap((event, index): FromKeptPage[] => {
    const document = documentOf(event, evidence);
    if (!document?.kept || document.frame !== 'main' || /^(reload|history)$/.test(document.via)) return [];
    const first = events.slice(0, index).find((one) => {
      const before = documentOf(one, evidence);
      return (
        before !== undefined &&
        before !== document &&
        one.canonical === event.canonical &&
        String(one.eventId) === String(event.eventId)
      );
    });
    return first && isNewOccasion(event, first, document, evidence)
      ? [{ event, first, cache: document.kept }]
      : [];
  });
});

function isNewOccasion(
  event: SiteEvent,
  first: SiteEvent,
  { at }: DocumentRecord,
  evidence: Evidence,
): boolean {
  if (!isConversion(event.event) || mayComeAgain(event.event) || !samePath(first.page, event.page))
    return true;
  if (isOrder(event.event)) return isFollowedByAnother(event, first, evidence);
  return evidence.steps.some((step) => step.at > at && step.at <= event.at && isOneOf(step, ...ACTS));
}

/** Whether the server has sent the order of this id and, since the browser did, one more. */
function isFollowedByAnother(
  { canonical, eventId }: SiteEvent,
  first: SiteEvent,
  evidence: Evidence,
): boolean {
  const orders = receivedEvents(evidence).filter(
    (one) => one.canonical === canonical && !isMissing(one.eventId),
  );
  const isSame = (one: { eventId: unknown }) => String(one.eventId) === String(eventId);
  return orders.some(isSame) && orders.some((one) => !isSame(one) && one.at > first.at);
}

function documentOf({ call }: SiteEvent, { documents }: Evidence): DocumentRecord | undefined {
  return call && documents.find(({ id }) => id === call.document);
}
