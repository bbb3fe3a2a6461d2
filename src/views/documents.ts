import type { CallRecord, DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { addressOf } from '../tiktok/address.ts';
import { clickIdIn } from '../tiktok/click-id.ts';
import { SDK_ROOT } from '../tiktok/hosts.ts';
import { type SentEvent, sentEvents } from './events.ts';
import { perEvidence, perEvidenceAnd } from './memo.ts';
import { isAct } from './steps.ts';

/** Whether any page's SDK ran: it took over a ttq object, or an event of the site reached TikTok. */
export function sdkRan(evidence: Evidence): boolean {
  return (
    evidence.documents.some(({ mountedAt }) => mountedAt !== undefined) || sentEvents(evidence).length > 0
  );
}

/**
 * The documents the visitor came through from the ad before the first step, the landing last; all are of one tab. An excluded page is
 * no landing: behind a login wall, that is the first page after it.
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

/** Documents that were only passed through on arrival: interstitials of a redirect. */
export function isInterstitial(document: DocumentRecord, evidence: Evidence): boolean {
  return arrivalDocuments(evidence).slice(0, -1).includes(document);
}

/** The URL of a document at a time: a router or a script may have changed it without a new document. */
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

/** The click id that the landing page's URL carries; empty where there is none. */
export function landedClickId(evidence: Evidence): string {
  const landing = arrivalDocuments(evidence).at(-1);
  return (landing && clickIdIn(landing.url)) || '';
}

/** Whether, after these calls of one document, consent holds back what is tracked. */
export function isWithheld(calls: CallRecord[]): boolean {
  const consent = calls.findLast(({ method }) => /^(hold|revoke|grant)Consent$/.test(method));
  return consent !== undefined && consent.method !== 'grantConsent';
}

/** Until when a document was there. */
export function endOf({ at, tab }: DocumentRecord, { documents }: Pick<Evidence, 'documents'>): number {
  const next = documents.find((other) => other.frame === 'main' && other.tab === tab && other.at > at);
  return next?.at ?? Number.POSITIVE_INFINITY;
}

/** The page on which something happened: the one that its source names, else the last one that was made. */
export function documentAt(
  at: number,
  { documents }: Pick<Evidence, 'documents'>,
  source = '',
): DocumentRecord | undefined {
  const before = documents.filter((document) => document.frame === 'main' && document.at <= at);
  const place = source.replace(/(:\d+){1,2}$/, '');
  return before.findLast(({ url }) => withoutHash(url) === withoutHash(place)) ?? before.at(-1);
}

/** Whether an event, or this one, came from a document while it was there: then the SDK ran, whatever it has done to ttq. */
export function hasSent(document: DocumentRecord, evidence: Evidence, name?: string): boolean {
  return isFrom(document, evidence, sentEvents(evidence), name);
}

/** The same of lists, which may still grow. */
export function isFrom(
  document: DocumentRecord,
  { documents }: Pick<Evidence, 'documents'>,
  sent: readonly SentEvent[],
  name?: string,
): boolean {
  // What was sent on leaving arrives when the next page is there: only the same page again ends it.
  const end =
    documents.find(({ url, at }) => url === document.url && at > document.at)?.at ?? Number.POSITIVE_INFINITY;
  return sent.some(
    ({ event, page, at }) =>
      page === document.url && at >= document.at && at < end && (name === undefined || event === name),
  );
}

/** Whether a document has a pixel, be it one that does not run: a load, a request for one of the SDK's scripts, or an event. */
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
    return (
      scripts.some(({ at }) => at >= document.at && at < end) ||
      [document, ...(document.routes ?? [])].some(({ url }) => sent.has(withoutHash(url)))
    );
  };
  return new Set(evidence.documents.filter(has));
});

/** What is no page, though the browser makes a document of it. */
const FILE = /\.(pdf|json|xml|txt|csv|zip|png|jpe?g|gif|svg|webp)$/i;

/**
 * The pages of the site that the visitor saw. What only led on is none of them: no step was done there. Nor is an error answer,
 * what another host shows, such as a payment provider, or what the target excludes.
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

/** Whether a URL is of the host of the site, or of one below it: `go.shop.example` is of `www.shop.example`. */
function isOfSite(url: string, { baseURL }: { baseURL: string }): boolean {
  const [page, site] = [addressOf(url), addressOf(baseURL)];
  if (!page || !site || !/^https?:$/.test(page.protocol)) return false;
  return page.host === site.host || page.hostname.endsWith(`.${site.hostname.replace(/^www\./, '')}`);
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0]!;
}
