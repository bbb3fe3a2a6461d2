import type { CookieRecord, DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { isClickId } from '../tiktok/click-id.ts';
import { arrivalDocuments } from './documents.ts';
import { type ReceivedEvent, receivedEvents, type SentEvent, type SiteEvent, siteEvents } from './events.ts';
import { isStray, strayFields } from './layout.ts';
import { perEvidence } from './memo.ts';

/** A page of the visit, with the site's own events that reached TikTok from it. */
export interface PageEvents {
  document: DocumentRecord;
  events: SentEvent[];
}

/** The pages that sent events in the tab that the ad click opened, in order. */
export const pagesOfClick = perEvidence((evidence): readonly PageEvents[] =>
  pagesIn([arrivalDocuments(evidence)[0]?.tab], evidence),
);

/** The same in the tabs and windows that those pages opened, one from another, or may have opened where that is not shown. */
export const pagesInPopUps = perEvidence((evidence): readonly PageEvents[] => {
  const main = evidence.documents.filter(({ frame }) => frame === 'main');
  const tabs = new Set([arrivalDocuments(evidence)[0]?.tab]);
  for (const [index, { via, tab }] of main.entries()) {
    if (/^(pop-up|unknown)$/.test(via) && tabs.has(main[index - 1]?.tab)) tabs.add(tab);
  }
  return pagesIn([...tabs].slice(1), evidence);
});

function pagesIn(tabs: readonly (number | undefined)[], evidence: Evidence): PageEvents[] {
  const byPage = Map.groupBy(siteEvents(evidence), (event) => pageOf(event, evidence));
  return evidence.documents
    .filter(({ tab }) => tabs.includes(tab))
    .map((document) => ({ document, events: (byPage.get(document) ?? []).flatMap(({ sent }) => sent) }))
    .filter(({ events }) => events.length > 0);
}

/** The page of an event: that of its call, or the one around its call's frame. Without a call, the latest page with its URL. */
function pageOf(event: SiteEvent, { documents }: Evidence): DocumentRecord | undefined {
  const caller = documents.find(({ id }) => id === event.call?.document);
  if (caller?.frame === 'main') return caller;
  const pages = documents.filter(
    ({ frame, tab, at }) =>
      frame === 'main' && at <= (caller?.at ?? event.at) && (!caller || tab === caller.tab),
  );
  const named = pages.findLast(
    ({ url, routes = [] }) => url === event.page || routes.some((route) => route.url === event.page),
  );
  return named ?? pages.at(-1);
}

/** Whether an event carries the click id of the visit's ad. */
export function carriesClickId({ clickId }: { clickId: string }, evidence: Evidence): boolean {
  return isClickId(clickId, evidence.clickId ?? '');
}

/** Whether an event carries the click id of an ad that the visitor had clicked before. */
export function carriesEarlierClickId({ clickId }: { clickId: string }, evidence: Evidence): boolean {
  return evidence.earlierClickId !== undefined && isClickId(clickId, evidence.earlierClickId);
}

/**
 * The server's events without the click id of the visit's ad. Events that carry it where the service does not read it are left
 * out: their layout is the cause.
 */
export function serverEventsWithout(evidence: Evidence): ReceivedEvent[] {
  const strays = strayFields(evidence);
  return receivedEvents(evidence).filter(
    (event) =>
      !carriesClickId(event.user, evidence) && (event.user.clickId || !isStray('clickId', event, strays)),
  );
}

/** A place in the browser that keeps the visit's click id beyond the tab. */
export interface KeptClickId {
  /** Undefined for localStorage, which does not expire. */
  cookie?: CookieRecord;
  place: string;
}

/** Where the browser keeps the click id at the end of the visit, TikTok's own ttclid cookie included. */
export function keptClickIds({ cookies, storage }: Evidence): KeptClickId[] {
  return [
    ...cookies.flatMap((cookie, index) =>
      cookie.holdsClickId ? [{ cookie, place: `/cookies/${index}` }] : [],
    ),
    ...storage.flatMap(({ area, holdsClickId }, index) =>
      area === 'local' && holdsClickId ? [{ place: `/storage/${index}` }] : [],
    ),
  ];
}

/** Whether a cookie that expires no earlier than `then` (seconds since 1970) may be the server's key to the visitor. */
export function mayBeKeyTo({ httpOnly, expires }: CookieRecord, then: number): boolean {
  return httpOnly && expires >= then;
}
