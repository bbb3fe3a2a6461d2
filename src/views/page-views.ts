import type { Evidence } from '../evidence/evidence.ts';
import { addressOf } from '../tiktok/address.ts';
import { PAGEVIEW } from '../tiktok/event-names.ts';
import { record, text } from '../tiktok/pixel-request.ts';
import { type SentEvent, sentEvents } from './events.ts';
import { perEvidence } from './memo.ts';

/** What a visitor saw at one time: a document, or a later route in it. */
export interface View {
  at: number;
  /** Until when it was shown. */
  until: number;
  url: string;
  document: string;
  /** JSON Pointer. */
  place: string;
  /** Whether it is a route with another path than the view before: a change of query or fragment only tidies the URL. */
  isOtherPath: boolean;
}

/** The views of the visit's main frames, tab by tab, each in order. */
export const viewsOf = perEvidence(({ documents, duration }): readonly View[] => {
  const views = documents.flatMap((document, index) => {
    if (document.frame !== 'main') return [];
    const { id, tab, at, url, routes = [] } = document;
    const place = `/documents/${index}`;
    const first = { at, url, tab, document: id, place, isOtherPath: false };
    const later = routes.map((route, number) => ({
      ...first,
      ...route,
      place: `${place}/routes/${number}`,
      isOtherPath: pathOf(route.url) !== pathOf(routes[number - 1]?.url ?? url),
    }));
    return [first, ...later];
  });
  return [...Map.groupBy(views, ({ tab }) => tab).values()].flatMap((own) => {
    const ordered = own.sort((a, b) => a.at - b.at);
    return ordered.map(({ tab, ...view }, index) => ({ ...view, until: ordered[index + 1]?.at ?? duration }));
  });
});

/** A Pageview that reached TikTok, and where the SDK that sent it ran: in the page, a frame or a worker. */
export interface SentPageview extends SentEvent {
  runtime: string;
}

/** The Pageviews that reached TikTok, in order of arrival. */
export function sentPageviews(evidence: Evidence): SentPageview[] {
  return sentEvents(evidence)
    .filter(({ event }) => event === PAGEVIEW)
    .map((sent) => {
      const { body } = evidence.requests[Number(sent.place.replace('/requests/', ''))]!;
      return { ...sent, runtime: text(record(record(record(body).context).pixel).runtime) };
    });
}

function pathOf(url: string): string {
  return addressOf(url)?.pathname ?? url;
}
