import type { CallRecord, DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { addressOf } from '../tiktok/address.ts';
import { clickIdIn } from '../tiktok/click-id.ts';
import { SDK_ROOT } from '../tiktok/hosts.ts';
import { sameSite } from '../tiktok/site.ts';
import { type SentEvent, sentEvents } from './events.ts';
import { perEvidence, perEvidenceAnd } from './memo.ts';
import { isAct } from './steps.ts';

/** Whether the SDK ran on any page: it took over a ttq object, or an event of the site reached TikTok. */
export function sdkRan(evidence: Evidence): boolean {
  return (
    evidence.documents.some(({ mountedAt }) => mountedAt !== undefined) || sentEvents(evidence).length > 0
  );
}

/**
 * The documents from the ad up to the first step, all in one tab, the landing page last. An excluded page is not a landing page:
 * behind a login wall, that is the first page after it.
 */
export const arrivalDocuments = perEvidence((evidence): readonly DocumentRecord[] => {
  const main = evidence.documents.filter(({ frame }) => frame === 'main');
  const arrival = main.filter((document) => document.arrival);
  const wall = arrival.at(-1);
  if (!wall?.excluded) return arrival;
  const later = main.slice(main.indexOf(wall) + 1).filter(({ tab }) => tab === wall.tab);
  const landing = later.findIndex(({ excluded }) => !excluded);
  return [...arrival, ...(landing < 0 ? later : later.slice(0, landing + 1))];
});

/** Whether a document was only passed through on arrival: an interstitial of a redirect. */
export function isInterstitial(document: DocumentRecord, evidence: Evidence): boolean {
  return arrivalDocuments(evidence).slice(0, -1).includes(document);
}

/** The URL of a document at a time: a router or a script may change it without a new document. */
export function urlAt(document: DocumentRecord, at: number, { calls }: Pick<Evidence, 'calls'>): string {
  const seen = [
    { at: document.at, url: document.url },
    ...(document.routes ?? []),
    ...calls
      .filter((call) => call.document === document.id)
      .map((call) => ({ at: call.at, url: call.url ?? document.url })),
  ];
  return (
    seen
      .filter((one) => one.at <= at)
      .sort((a, b) => a.at - b.at)
      .at(-1)?.url ?? document.url
  );
}

/** The click id in the landing page's URL; empty if it has none. */
export function landedClickId(evidence: Evidence): string {
  const landing = arrivalDocuments(evidence).at(-1);
  return (landing && clickIdIn(landing.url)) || '';
}

/** Whether, after these calls in one document, consent holds back what is tracked. */
export function isWithheld(calls: CallRecord[]): boolean {
  const consent = calls.findLast(({ method }) => /^(hold|revoke|grant)Consent$/.test(method));
  return consent !== undefined && consent.method !== 'grantConsent';
}

/** Until when a document was shown. */
export function endOf({ at, tab }: DocumentRecord, { documents }: Pick<Evidence, 'documents'>): number {
  const next = documents.find((other) => other.frame === 'main' && other.tab === tab && other.at > at);
  return next?.at ?? Number.POSITIVE_INFINITY;
}

/** The page on which something happened: the one that its source names, otherwise the latest. */
export function documentAt(
  at: number,
  { documents }: Pick<Evidence, 'documents'>,
  source = '',
): DocumentRecord | undefined {
  const before = documents.filter((document) => document.frame === 'main' && document.at <= at);
  const place = source.replace(/(:\d+){1,2}$/, '');
  return before.findLast(({ url }) => withoutHash(url) === withoutHash(place)) ?? before.at(-1);
}

/** Whether an event, or the named one, came from a document while it was shown: then the SDK ran, whatever it did to ttq. */
export function hasSent(document: DocumentRecord, evidence: Evidence, name?: string): boolean {
  return isFrom(document, evidence, sentEvents(evidence), name);
}

/** The same for lists that may still grow. */
export function isFrom(
  document: DocumentRecord,
  { documents }: Pick<Evidence, 'documents'>,
  sent: readonly SentEvent[],
  name?: string,
): boolean {
  // Events sent on leaving arrive when the next page is there: only the same page again ends the search.
  const end =
    documents.find(({ url, at }) => url === document.url && at > document.at)?.at ?? Number.POSITIVE_INFINITY;
  return sent.some(
    ({ event, page, at }) =>
      page === document.url && at >= document.at && at < end && (name === undefined || event === name),
  );
}

/**
 * Whether a document has a pixel, running or not: a load, a request for one of the SDK's scripts, or an event. What a frame of
 * another site asks for is that frame's own.
 */
export function hasPixel(document: DocumentRecord, evidence: Evidence): boolean {
  return documentsWithPixel(evidence).has(document);
}

const documentsWithPixel = perEvidence((evidence): ReadonlySet<DocumentRecord> => {
  const loading = new Set(
    evidence.calls.filter(({ method }) => method === 'load').map((call) => call.document),
  );
  const scripts = [...evidence.requests, ...evidence.failed].filter(({ url }) => url.includes(SDK_ROOT));
  const sent = new Set(sentEvents(evidence).map(({ page }) => withoutHash(page)));
  const has = (document: DocumentRecord) => {
    if (document.mountedAt !== undefined || loading.has(document.id)) return true;
    const end = endOf(document, evidence);
    const foreign = new Set(foreignFrames(document, evidence).map(({ url }) => addressOf(url)?.origin));
    const isOwn = (one: (typeof scripts)[number]) =>
      !('page' in one && foreign.has(addressOf(one.page ?? '')?.origin));
    return (
      scripts.some((one) => one.at >= document.at && one.at < end && isOwn(one)) ||
      [document, ...(document.routes ?? [])].some(({ url }) => sent.has(withoutHash(url)))
    );
  };
  return new Set(evidence.documents.filter(has));
});

/** The frames of other sites in a page. A sandboxed frame without an origin is the page's own: the page made it so. */
export function foreignFrames(page: DocumentRecord, evidence: Pick<Evidence, 'documents'>): DocumentRecord[] {
  if (page.frame !== 'main') return [];
  const end = endOf(page, evidence);
  return evidence.documents.filter(
    ({ frame, tab, at, url, opaque }) =>
      frame === 'child' &&
      tab === page.tab &&
      at >= page.at &&
      at < end &&
      !opaque &&
      addressOf(url)?.host &&
      !sameSite(url, page.url),
  );
}

/** Files that are not pages, though the browser makes a document of them. */
const FILE = /\.(pdf|json|xml|txt|csv|zip|png|jpe?g|gif|svg|webp)$/i;

/**
 * The pages of the site that the visitor saw. Left out are pages that only led on without a step on them, error answers, pages of
 * other hosts such as payment providers, and pages that the target excludes.
 */
export const pagesSeen = perEvidenceAnd((evidence, site: { baseURL: string }): readonly DocumentRecord[] => {
  const acts = evidence.steps.filter(isAct);
  return evidence.documents.filter((document) => {
    const end = endOf(document, evidence);
    return (
      document.frame === 'main' &&
      !document.excluded &&
      isOfSite(document.url, site) &&
      !FILE.test(addressOf(document.url)!.pathname) &&
      (document.hops.at(-1)?.status ?? 200) < 400 &&
      (end === Number.POSITIVE_INFINITY || acts.some(({ at }) => at >= document.at && at < end))
    );
  });
});

/** Whether a URL is on the site's host or its domain: `go.shop.example` belongs to `www.shop.example`. */
function isOfSite(url: string, { baseURL }: { baseURL: string }): boolean {
  const [page, site] = [addressOf(url), addressOf(baseURL)];
  if (!page || !site || !/^https?:$/.test(page.protocol)) return false;
  return page.host === site.host || page.hostname.endsWith(`.${site.hostname.replace(/^www\./, '')}`);
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0]!;
}
