import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import { addressOf } from '../../tiktok/address.ts';
import { isConversion } from '../../tiktok/event-names.ts';
import { unseenOf } from '../../views/blind.ts';
import { carriesClickId, carriesEarlierClickId, pagesInPopUps, pagesOfClick } from '../../views/click-ids.ts';
import { eventsByRequest, type SentEvent } from '../../views/events.ts';
import { lostOnTheWay } from '../../views/hops.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const survivesNavigation = defineRule({
  id: 'click-id/survives-navigation',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['tabs', 'arrival', 'messages'],
  title: "The pixel's events on later pages still carry the click id",
  why: 'The sale is seldom made on the landing page. An event that no longer carries the id is not tied to the click.',
  fix:
    'Do not clear or overwrite sessionStorage (tt_adInfo), where the SDK keeps the id for the tab. Another host of the site has its ' +
    'own sessionStorage, and a tab or window that is opened without an opener begins with an empty one: append ttclid to links that lead there, ' +
    'or open them in the same tab. A sandboxed frame has none, and one of another host has its own: append ttclid to its URL, or let the ' +
    'server send the event, since it knows the id.',
  source:
    'Measured on SDK builds of 2024 to 2026: the id comes from sessionStorage, the URL or the referrer, never from the cookie',
  messages: {
    lost: ({ events, page, before }: Args<'events' | 'page' | 'before'>) =>
      `From ${page} on, the pixel's events carry no click id; those of ${before} still did: ${events}`,
    origin: ({ events, page, before }: Args<'events' | 'page' | 'before'>) =>
      `On ${page}, which does not share the sessionStorage of ${before}, the pixel's events carry no click id: ${events}`,
    tab: ({ events, page, before }: Args<'events' | 'page' | 'before'>) =>
      `On ${page}, in a tab or window that does not share the sessionStorage of ${before}, the pixel's events carry no click id: ${events}`,
    frame: ({ events, page, before, frame }: Args<'events' | 'page' | 'before' | 'frame'>) =>
      `On ${page} the pixel runs in ${frame}, which has neither the sessionStorage nor the URL of the page: its events carry no click id, though those of ${before} did: ${events}`,
    other: ({ events, page, before }: Args<'events' | 'page' | 'before'>) =>
      `From ${page} on, the pixel's events carry a click id that is not the ad's, though those of ${before} carried the right one: ${events}`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const lost = lostOnTheWay(evidence);
    if (lost) return lost;
    const [first, ...inTab] = pagesOfClick(evidence);
    // What opens beside the journey, such as the terms, sends page views that no ad is credited with.
    const inPopUps = pagesInPopUps(evidence)
      .map(({ document, events }) => ({
        document,
        events: events.filter(({ event }) => isConversion(event)),
      }))
      .filter(({ events }) => events.length > 0);
    const later = [...inTab, ...inPopUps].sort((a, b) => a.document.at - b.document.at);
    if (!first || later.length === 0)
      return { inapplicable: 'No later page of the tab sent an event to TikTok' };
    if (!first.events.some((event) => carriesClickId(event, evidence)))
      return { inapplicable: 'The first page did not send it either: see click-id/reaches-pixel' };
    const wrong = later.flatMap(({ document, events }) =>
      events
        .filter((event) => !carriesClickId(event, evidence) && !carriesEarlierClickId(event, evidence))
        .map((event) => ({ document, event })),
    );
    const [guilty] = wrong;
    if (!guilty) return [];
    const before = [
      first,
      ...later.slice(
        0,
        later.findIndex(({ document }) => document === guilty.document),
      ),
    ].at(-1)!;
    const [from, to] = [before.document.url, guilty.document.url].map((url) => new URL(url));
    const crosses = from!.origin !== to!.origin;
    const isPopUp = inPopUps.some(({ document }) => document === guilty.document);
    const unseen = isPopUp ? unseenOf(['navigation'], evidence) : undefined;
    if (unseen) return unseen;
    const frame = frameOf(guilty, evidence);
    const code = guilty.event.clickId
      ? 'other'
      : frame !== undefined
        ? 'frame'
        : crosses
          ? 'origin'
          : isPopUp
            ? 'tab'
            : 'lost';
    const shown = (url: URL) => (crosses ? url.origin + url.pathname : pathOf(url.href));
    const args = {
      events: listed(wrong.map(({ event }) => event.event)),
      page: shown(to!),
      before: shown(from!),
    };
    const { event, page, place } = guilty.event;
    return code === 'frame'
      ? [finding(code, place, { args: { ...args, frame: frame! }, event, page })]
      : [finding(code, place, { args, event, page })];
  },
});

/** The frame in which an event was called, if it does not share the storage of its page. */
function frameOf(
  { document: page, event }: { document: DocumentRecord; event: SentEvent },
  evidence: Evidence,
): string | undefined {
  const { call } = eventsByRequest(evidence).get(event.place) ?? {};
  const frame = evidence.documents.find(({ id }) => id === call?.document);
  if (frame?.frame !== 'child') return undefined;
  if (frame.opaque) return 'a sandboxed frame';
  const [own, around] = [addressOf(frame.url), addressOf(page.url)];
  return own === null || own.origin === around?.origin ? undefined : `a frame of ${own.hostname}`;
}
