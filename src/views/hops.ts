import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { type ClickIdFate, fateOf, isClickId } from '../tiktok/click-id.ts';
import { type Unseen, unseenOf } from './blind.ts';
import { arrivalDocuments, urlAt } from './documents.ts';
import { receivedEvents, sentEvents } from './events.ts';
import { perEvidence } from './memo.ts';

/** A stop on the way from the ad to the landing page: one for each URL requested. */
export interface Stop extends ClickIdFate {
  url: string;
  /** What brought the visitor here: `ad`, `302 redirect`, `meta-refresh redirect`, `service worker redirect`, `link`, … */
  how: string;
  /** JSON Pointer into the evidence. */
  place: string;
  /** Whether the target excludes the page: a login wall. */
  isWall?: true;
}

/** The hop table of a visit that came from an ad, the landing page last; empty if it did not, or reached no page. */
export const hopsOf = perEvidence((evidence): readonly Stop[] => {
  const { clickId } = evidence;
  if (clickId === undefined) return [];
  return arrivalDocuments(evidence).flatMap((document) =>
    stopsOf(document, evidence).map((stop) => ({ ...stop, ...fateOf(clickId, stop.url) })),
  );
});

function stopsOf(document: DocumentRecord, evidence: Evidence): Omit<Stop, keyof ClickIdFate>[] {
  const place = `/documents/${evidence.documents.indexOf(document)}`;
  const how = causeOf(document);
  const wall = document.excluded ? { isWall: true as const } : {};
  if (document.hops.length === 0) return [{ url: document.url, how, place, ...wall }];
  return document.hops.map(({ url }, index) => {
    const answered = document.hops[index - 1];
    const redirect = answered?.serviceWorker
      ? 'service worker redirect'
      : `${answered?.status ?? 'HTTP'} redirect`;
    // The document knows its fragment, which no request contains.
    const isLast = index === document.hops.length - 1;
    return {
      url: isLast ? document.url : url,
      how: answered ? redirect : how,
      place: `${place}/hops/${index}`,
      ...(isLast ? wall : {}),
    };
  });
}

function causeOf({ via }: DocumentRecord): string {
  if (via === 'goto') return 'ad';
  return via === 'link' ? 'link' : `${via} redirect`;
}

/** Where a click id was lost for good. */
export interface Loss {
  /** The first stop without it. */
  stop: Stop;
  /** The stop before; undefined if the ad itself led there. */
  before: Stop | undefined;
  landing: Stop;
  /** The rule that reports it. */
  rule: 'click-id/survives-redirects' | 'click-id/unaltered';
  /** URL of the excluded page at or after which it was lost: then nothing shows what the site does without that page. */
  wall?: string;
  /** Set if every event that the evidence shows carries it, as where the site restored it, but not all are shown. */
  unseen?: Unseen;
}

/**
 * The loss of the click id on the way to the landing page; undefined if the page has it, or the pixel and the server do, as where
 * the site restores what a redirect dropped.
 */
export const lossOf = perEvidence((evidence): Loss | undefined => {
  const stops = hopsOf(evidence);
  const landing = stops.at(-1);
  if (!landing || landing.state === 'alive') return undefined;
  if (landing.state === 'fragment' && isReadFromFragment(evidence)) return undefined;
  const isCarried = landing.state === 'dropped' && isRestored(evidence);
  const unseen = isCarried ? unseenOf(['pages', 'messages', 'server'], evidence) : undefined;
  if (isCarried && !unseen) return undefined;
  const { stop, before } = firstWithout(stops);
  const wall = stops.slice(0, stops.indexOf(stop) + 1).find(({ isWall }) => isWall)?.url;
  if (wall !== undefined) return { stop, before, landing, rule: 'click-id/survives-redirects', wall };
  const rule = stop.state === 'dropped' ? 'click-id/survives-redirects' : 'click-id/unaltered';
  return { stop, before, landing, rule, ...(unseen ? { unseen } : {}) };
});

/** The stop from which on the click id is not there, and the one before. */
function firstWithout(stops: readonly Stop[]): Pick<Loss, 'stop' | 'before'> {
  // A wrapped link has it inside another URL. In the landing page's own URL, that does not help.
  const harmless = stops.at(-1)!.state === 'dropped' ? ['alive', 'fragment', 'elsewhere'] : ['alive'];
  const index = stops.findLastIndex(({ state }) => harmless.includes(state)) + 1;
  return { stop: stops[index]!, before: stops[index - 1] };
}

/** Some SDKs read a fragment, and a script of the page can pass it to the server: then nothing is lost. */
function isReadFromFragment(evidence: Evidence): boolean {
  const has = (clickId: string) => isClickId(clickId, evidence.clickId!);
  const sent = sentEvents(evidence);
  return (
    (sent.length === 0 || sent.some(({ clickId }) => has(clickId))) &&
    receivedEvents(evidence).every(({ user }) => has(user.clickId))
  );
}

/**
 * Whether the site put the click id back into the landing page's URL before the pixel read it, and every event carries it: one that
 * came without it is lost to the ad. That the SDK may find it in the referrer, too, is not the site's doing, and no more than luck.
 */
function isRestored(evidence: Evidence): boolean {
  const has = (clickId: string) => isClickId(clickId, evidence.clickId!);
  const sent = sentEvents(evidence);
  const received = receivedEvents(evidence);
  const landing = arrivalDocuments(evidence).at(-1);
  const isInUrl =
    landing?.mountedAt !== undefined &&
    fateOf(evidence.clickId!, urlAt(landing, landing.mountedAt, evidence)).state === 'alive';
  return (
    (sent.length > 0 ? isInUrl : received.length > 0) &&
    sent.every(({ clickId }) => has(clickId)) &&
    received.every(({ user }) => has(user.clickId))
  );
}

/** The stop where a click id was dropped, although every event carries it: the site restored it. */
export function restoredAfter(evidence: Evidence): { stop: Stop; before: Stop | undefined } | undefined {
  const stops = hopsOf(evidence);
  if (stops.at(-1)?.state !== 'dropped' || lossOf(evidence)) return undefined;
  return firstWithout(stops);
}

/** For rules about what follows the landing: why they do not apply if the click id did not get there. */
export function lostOnTheWay(evidence: Evidence): { inapplicable: string } | undefined {
  const loss = lossOf(evidence);
  return loss && { inapplicable: `The click id was lost on the way: see ${loss.rule}` };
}

/** The hop table as text, for a message. The characters of the click id are left out, as they say nothing. */
export function hopTable(stops: readonly Stop[]): string {
  const width = (column: string[]) => Math.max(...column.map((text) => text.length));
  const [how, state] = [width(stops.map((stop) => stop.how)), width(stops.map((stop) => stop.state))];
  return stops
    .map((stop) => `${stop.how.padEnd(how)}  ${stop.state.padEnd(state)}  ${withoutClickId(stop.url)}`)
    .join('\n');
}

/** For a message: a URL with the click id left out. */
export function withoutClickId(url: string): string {
  return url.replace(/(ttclid=)[^&#]+|(ttclid%3D)[^&#%]+/gi, (_, plain, wrapped) => `${plain ?? wrapped}…`);
}
