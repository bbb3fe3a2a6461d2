import type { DocumentRecord, Evidence, StepRecord } from '../evidence/evidence.ts';
import { traitsOf } from '../target/scenarios.ts';
import { addressOf } from '../tiktok/address.ts';
import { contentsOf, contentsText } from '../tiktok/event-contents.ts';
import { isConversion, mayComeAgain } from '../tiktok/event-names.ts';
import { isMissing, text } from '../tiktok/pixel-request.ts';
import { urlAt } from './documents.ts';
import { type SiteEvent, siteEvents } from './events.ts';
import { perEvidence } from './memo.ts';
import { isOneOf } from './steps.ts';

/** A conversion that was sent again because the visitor repeated something, and that TikTok counts again. */
export interface Repeat {
  event: SiteEvent;
  /** The one that it repeats. */
  first: SiteEvent;
  /** second-click: by a double click. return: by a reload, or by going back or forward to a page. */
  by: 'second-click' | 'return';
  /** URL of the page that the visitor clicked on or came back to; the route may have changed since. */
  page: string;
  /** Whether both carry an event_id, which then differ; otherwise one of them lacks it. */
  hasIds: boolean;
  /** Whether it came from another document than the first. */
  isNewDocument: boolean;
}

/** Every conversion that was sent again. Copies with the same event_id are left out, as TikTok drops them. */
export const repeats = perEvidence((evidence): readonly Repeat[] => {
  const sent = siteEvents(evidence).filter(({ event, sent }) => sent.length > 0 && isConversion(event));
  return sent.flatMap((event, index): Repeat[] => {
    const earlier = sent.slice(0, index).filter(({ canonical }) => canonical === event.canonical);
    if (earlier.some((first) => hasId(event) && isSameId(first, event))) return [];
    for (const first of earlier.reverse()) {
      const by = isSecondClick(first, event, evidence)
        ? 'second-click'
        : isReturn(first, event, evidence)
          ? 'return'
          : undefined;
      if (!by) continue;
      const page = by === 'second-click' ? pageOfClick(event, evidence) : event.page;
      const isNewDocument = documentOf(first, evidence) !== documentOf(event, evidence);
      return [{ event, first, by, page, hasIds: hasId(first) && hasId(event), isNewDocument }];
    }
    return [];
  });
});

/** Whether both come from one click, on the page before it: with the same items, in any quantity. */
function isSecondClick(first: SiteEvent, event: SiteEvent, evidence: Evidence): boolean {
  if (traitsOf(evidence.scenario)?.again !== 'clicks') return false;
  const step = lastActAt(event.at, evidence);
  const document = documentOf(event, evidence);
  return (
    step !== undefined &&
    step.action === 'click' &&
    lastActAt(first.at, evidence) === step &&
    document !== undefined &&
    document === documentOf(first, evidence) &&
    document.at < step.at &&
    idsOf(first) === idsOf(event)
  );
}

function pageOfClick(event: SiteEvent, evidence: Evidence): string {
  return urlAt(documentOf(event, evidence)!, lastActAt(event.at, evidence)!.at, evidence);
}

/** Whether the page was shown again and the visitor has done nothing on it since. */
function isReturn(first: SiteEvent, event: SiteEvent, evidence: Evidence): boolean {
  if (mayComeAgain(event.event)) return false;
  const step = stepAt(event.at, evidence);
  const hasReturned = step !== undefined && isOneOf(step, 'reload', 'back', 'forward', 'waitFor', 'wait');
  if (!hasReturned || placeOf(first.page) !== placeOf(event.page) || !isSameThing(first, event)) return false;
  const document = documentOf(event, evidence);
  if (!document) return false;
  if (document !== documentOf(first, evidence)) return /^(reload|history)$/.test(document.via);
  // Within a document: a route that was left and entered again.
  return (document.routes ?? []).some(({ at }) => at > first.at && at <= event.at);
}

/** What identifies an order: its number, otherwise what was ordered, or all of its properties. */
function isSameThing({ properties: one }: SiteEvent, { properties: other }: SiteEvent): boolean {
  const [number, otherNumber] = [text(one.order_id), text(other.order_id)];
  if (number !== '' && otherNumber !== '') return number === otherNumber;
  const [contents, otherContents] = [contentsText(one), contentsText(other)];
  return contents !== '' && otherContents !== ''
    ? contents === otherContents
    : JSON.stringify(one) === JSON.stringify(other);
}

function idsOf({ properties }: SiteEvent): string {
  return JSON.stringify(contentsOf(properties).map(({ id }) => id));
}

/** The visitor's step at a time. */
function stepAt(at: number, { steps }: Evidence): StepRecord | undefined {
  return steps.findLast((step) => step.at <= at);
}

/** The last step by which the visitor acted. A page that asks its server first tracks a click while the next step waits. */
function lastActAt(at: number, { steps }: Evidence): StepRecord | undefined {
  return steps.findLast(
    (step) => step.at <= at && !isOneOf(step, 'waitFor', 'wait', 'fill', 'select', 'hover'),
  );
}

/** The document of the call; for a request without one, the latest document of its page. */
function documentOf({ call, page, at }: SiteEvent, { documents }: Evidence): DocumentRecord | undefined {
  if (call) return documents.find(({ id }) => id === call.document);
  return documents.findLast((document) => document.at <= at && placeOf(document.url) === placeOf(page));
}

/** The page without the parts of its URL that may differ when it is shown again. */
function placeOf(url: string): string {
  const { origin, pathname } = addressOf(url) ?? { origin: '', pathname: url };
  return origin + pathname;
}

function hasId({ eventId }: SiteEvent): boolean {
  return !isMissing(eventId);
}

function isSameId(one: SiteEvent, other: SiteEvent): boolean {
  return String(one.eventId) === String(other.eventId);
}
