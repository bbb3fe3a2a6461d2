import type { ConsentRecord, DocumentRecord, Evidence, RequestRecord } from '../evidence/evidence.ts';
import { addressOf } from '../tiktok/address.ts';
import { PAGEVIEW } from '../tiktok/event-names.ts';
import { blindSpot } from './blind.ts';
import { documentAt } from './documents.ts';
import { pixelRequests, receivedEvents, type SiteEvent, siteEvents } from './events.ts';

/** Something that TikTok learned about the visitor: an event of the site or of the SDK itself, or a server event. */
export interface SentToTikTok {
  side: 'browser' | 'server';
  /** When it arrived; for what was held back, when it was released. */
  at: number;
  event: string;
  page: string;
  place: string;
}

/** The visitor's first answer of a kind. */
export function answerOf(
  { consent }: Pick<Evidence, 'consent'>,
  answer: ConsentRecord['answer'],
): ConsentRecord | undefined {
  return consent.find((one) => one.answer === answer);
}

/** What arrived before a time. */
export function sentBefore(at: number, evidence: Evidence): SentToTikTok[] {
  return [...fromBrowser(evidence), ...fromServer(evidence)].filter((sent) => sent.at < at);
}

/**
 * What arrived after an answer and was not already on its way. The SDK's own events count only from the next page on, and server
 * events about earlier actions do not count.
 */
export function sentAfter({ at }: ConsentRecord, evidence: Evidence): SentToTikTok[] {
  const next = nextDocument(at, evidence)?.at ?? Number.POSITIVE_INFINITY;
  const started = Date.parse(evidence.startedAt);
  const isOld = (time: number | undefined) =>
    time !== undefined && time >= started - 1000 && time < Math.floor((started + at) / 1000) * 1000;
  return [
    ...fromBrowser(evidence).filter((sent) => sent.at > (sent.isAutomatic ? next : at)),
    ...fromServer(evidence).filter((sent) => sent.at > at && !isOld(sent.time)),
  ];
}

/** Whether the visitor went on after a time: to another page or route, or by another step. */
export function wentOn({ at }: ConsentRecord, { documents, steps, consent }: Evidence): boolean {
  const until = consent.find((later) => later.at > at)?.at ?? Number.POSITIVE_INFINITY;
  const isLater = (one: { at: number }) => one.at > at && one.at < until;
  return (
    documents.some((document) => isLater(document) || (document.routes ?? []).some(isLater)) ||
    steps.some(isLater)
  );
}

/** The next page of the visit after a time. */
export function nextDocument(at: number, { documents }: Evidence): DocumentRecord | undefined {
  return documents.find((document) => document.frame === 'main' && document.at > at);
}

/** Whether a page asked the SDK, before a time, to disable cookies. The SDK still sets some. */
export function cookiesDisabled(before: number, { calls }: Evidence): boolean {
  return calls.some(({ method, at }) => method === 'disableCookie' && at < before);
}

/**
 * The site's calls that still wait for consent on their own page after the visitor has granted it, and those that waited in the
 * tab and origin of the answer before it: the SDK releases these, too.
 */
export function keptBack(grant: ConsentRecord, evidence: Evidence): SiteEvent[] {
  const { documents, calls } = evidence;
  const answered = documents.find(({ id }) => id === grant.document);
  const reached = documents.filter(
    ({ at, url, tab, mountedAt }) =>
      mountedAt !== undefined &&
      (at > grant.at || (tab === answered?.tab && originOf(url) === originOf(answered.url))),
  );
  const withholding = new Set(
    calls.filter(({ method }) => /^(hold|revoke)Consent$/.test(method)).map(({ document }) => document),
  );
  const waiting = new Set(reached.map(({ id }) => id).filter((id) => withholding.has(id)));
  const pageViews = new Set<string>();
  return siteEvents(evidence).filter(({ call, canonical, sent }) => {
    if (!call || !waiting.has(call.document)) return false;
    // A page view repeated on one URL is suppressed (measured).
    const view = `${call.document} ${call.page}`;
    const isRepeated = canonical === PAGEVIEW && pageViews.has(view);
    if (canonical === PAGEVIEW) pageViews.add(view);
    return sent.length === 0 && !isRepeated;
  });
}

function originOf(url: string): string | undefined {
  return addressOf(url)?.origin;
}

function fromBrowser(evidence: Evidence): (SentToTikTok & { isAutomatic: boolean })[] {
  const showsBodies = !blindSpot(evidence, 'messages');
  return pixelRequests(evidence).flatMap((decoded, index) => {
    if (!decoded) return [];
    const request = evidence.requests[index]!;
    const { at } = request;
    const sent = { side: 'browser' as const, at, place: `/requests/${index}` };
    if (showsBodies && isBare(request)) {
      const event = `a request without a message (${request.method} ${addressOf(request.url)?.pathname})`;
      const page = documentAt(at, evidence)?.url ?? request.page ?? '';
      return [{ ...sent, event, page, isAutomatic: false }];
    }
    const { event, page, kind } = decoded;
    return kind === 'telemetry' ? [] : [{ ...sent, event, page, isAutomatic: kind === 'automatic' }];
  });
}

/**
 * Whether a request to the collector has no content, like an image of the site's own: it still reveals that there is a visitor.
 * The SDK's telemetry always has a body. A preflight carries nothing, and an aborted request may have lost its body.
 */
function isBare({ method, body, status }: RequestRecord): boolean {
  return body === undefined && method !== 'OPTIONS' && status !== 0;
}

function fromServer(evidence: Evidence): (SentToTikTok & { time: number | undefined })[] {
  return receivedEvents(evidence).map(({ at, event, page, place, time }) => {
    return { side: 'server', at, event, page, place, time };
  });
}
