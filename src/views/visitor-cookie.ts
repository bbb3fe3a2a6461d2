import type { CookieRecord, DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { addressOf } from '../tiktok/address.ts';
import { domainOf } from '../tiktok/site.ts';
import { isInterstitial, isWithheld } from './documents.ts';
import { type SiteEvent, siteEvents } from './events.ts';
import { perEvidence } from './memo.ts';

/** The cookie by which TikTok recognises the browser. */
const NAME = '_ttp';

/** The hosts of one registrable domain that the visitor was on, and their `_ttp` cookies. */
export interface VisitorSite {
  /** Such as `shop.example`. */
  domain: string;
  /** Hosts whose pages were visited, and those that their forms were sent to. */
  hosts: string[];
  /** At the end of the visit. */
  cookies: { cookie: CookieRecord; place: string }[];
  /** Events that the SDK sent from the domain's pages. */
  events: SiteEvent[];
  /** JSON Pointer of the first page from which an event was sent. */
  place: string;
  page: string;
}

/**
 * The sites on which the SDK ran and sent events, so that the `_ttp` cookie must be there. An IP address, or a name without a
 * dot, is not a domain that a site's cookies can be set on.
 */
export const visitorSites = perEvidence((evidence): readonly VisitorSite[] => {
  const pages = evidence.documents.filter(
    (document) => document.frame === 'main' && !isInterstitial(document, evidence),
  );
  const events = siteEvents(evidence).filter(({ sent }) => sent.length > 0);
  const bySite = Map.groupBy(pages, ({ url }) => domainOf(url));
  return [...bySite].flatMap(([domain, documents]) => {
    const first = documents.find(
      ({ mountedAt, url, id }) =>
        mountedAt !== undefined &&
        events.some(({ call, page }) => (call ? call.document === id : page === url)),
    );
    if (domain === null || !first) return [];
    return [
      {
        domain,
        hosts: hostsOf(documents, domain),
        cookies: evidence.cookies.flatMap((cookie, index) =>
          cookie.name === NAME && domainOf(`http://${bare(cookie.domain)}`) === domain
            ? [{ cookie, place: `/cookies/${index}` }]
            : [],
        ),
        events: events.filter(({ page }) => domainOf(page) === domain),
        place: `/documents/${evidence.documents.indexOf(first)}`,
        page: first.url,
      },
    ];
  });
});

/** Whether the browser sends a cookie to a host. */
export function covers({ domain }: CookieRecord, host: string): boolean {
  return domain === host || (domain.startsWith('.') && `.${host}`.endsWith(domain));
}

/** Whether the site or its visitor has asked for no cookies: then it need not be there. */
export function isCookieRefused({ calls, consent, documents }: Evidence): boolean {
  return (
    calls.some(({ method }) => method === 'disableCookie') ||
    consent.some(({ answer }) => answer !== 'granted') ||
    documents.some(({ id }) => isWithheld(calls.filter(({ document }) => document === id)))
  );
}

function hostsOf(documents: DocumentRecord[], domain: string): string[] {
  const urls = documents.flatMap(({ url, hops, arrival }) => [
    url,
    ...(arrival ? [] : hops.map((hop) => hop.url)),
  ]);
  const hosts = urls
    .filter((url) => domainOf(url) === domain)
    .map((url) => (addressOf(url) ?? new URL(url)).hostname);
  return [...new Set(hosts)];
}

function bare(domain: string): string {
  return domain.replace(/^\./, '');
}
