import type { DocumentRecord, Hop } from '../evidence/evidence.ts';
import type { HarEntry } from './archive.ts';

/** A document, and the requests that led to it. */
export interface Navigation {
  entries: HarEntry[];
  frame: 'main' | 'child';
  /** Id of the tab; empty if the archive covers one tab, or does not say. */
  tab: string;
}

/** Every document that was loaded. Redirects are separate requests in an archive, and are joined here to their document. */
export function navigationsIn(entries: readonly HarEntry[], creator: string): Navigation[] {
  const open: Navigation[] = [];
  const done: Navigation[] = [];
  const firstFrames = new Map<string, string>();
  const pages = new Set<string>();
  for (const entry of entries.filter(isDocument)) {
    const led = open.find((one) => leadsTo(one.entries.at(-1)!, entry));
    if (led) open.splice(open.indexOf(led), 1);
    if (!firstFrames.has(entry.page)) firstFrames.set(entry.page, entry.frame);
    const isFirstOfPage = !pages.has(entry.page);
    const frame =
      led?.frame ?? frameOf(entry, { creator, isFirstOfPage, first: firstFrames.get(entry.page)! });
    pages.add(entry.page);
    // In other programs' archives, a page is a document, or everything that was recorded.
    const tab = creator === 'Playwright' ? entry.page : '';
    const navigation = { entries: [...(led?.entries ?? []), entry], frame, tab };
    (isRedirect(entry) ? open : done).push(navigation);
  }
  return done;
}

function isDocument({ type, headers, mimeType, status, method }: HarEntry): boolean {
  if (status === 0 || !/^(GET|POST)$/.test(method)) return false;
  if (type !== '') return type === 'document';
  const destination = headers.get('sec-fetch-dest');
  if (destination !== undefined) return /^(document|iframe|frame)$/.test(destination);
  const isHtml = mimeType.includes('html') || (status >= 300 && status < 400);
  const accept = headers.get('accept');
  return isHtml && (accept === undefined ? mimeType.includes('html') : accept.includes('text/html'));
}

interface Known {
  creator: string;
  isFirstOfPage: boolean;
  /** The frame of the first document of its page. */
  first: string;
}

/** Without any sign of a frame, a document counts as a page. */
function frameOf({ headers, frame }: HarEntry, { creator, isFirstOfPage, first }: Known): 'main' | 'child' {
  const destination = headers.get('sec-fetch-dest');
  if (destination !== undefined) return destination === 'document' ? 'main' : 'child';
  if (frame !== '') return frame === first ? 'main' : 'child';
  // Chrome starts a page with each document of the tab.
  return creator === 'WebInspector' && !isFirstOfPage ? 'child' : 'main';
}

function isRedirect({ status, location }: HarEntry): boolean {
  return status >= 300 && status < 400 && location !== '';
}

function leadsTo({ location, url }: HarEntry, next: HarEntry): boolean {
  const target = URL.parse(location, url.href);
  return target !== null && withoutHash(target.href) === withoutHash(next.url.href);
}

/** The documents in the form of evidence. `at`: converts an epoch time to the visit's clock. */
export function documentsOf(
  navigations: readonly Navigation[],
  at: (epoch: number) => number,
): DocumentRecord[] {
  const tabs = [...new Set(navigations.map(({ tab }) => tab))];
  return navigations.map(({ entries, frame, tab }, index): DocumentRecord => {
    const [first, last] = [entries[0]!, entries.at(-1)!];
    return {
      id: `document-${index + 1}`,
      at: at(last.answeredAt),
      url: last.url.href.includes('#') ? last.url.href : last.url.href + fragmentOf(entries),
      referrer: last.headers.get('referer') ?? '',
      frame,
      via: index === 0 ? 'goto' : frame === 'child' ? 'frame' : first.method === 'POST' ? 'form' : 'unknown',
      arrival: false,
      hops: entries.map(({ url, status, location }): Hop => {
        return { url: url.href, status, ...(location === '' ? {} : { location }) };
      }),
      tab: tabs.indexOf(tab),
    };
  });
}

/** Requests have no fragment, but a redirect may name one, which is kept until another does. */
function fragmentOf(entries: readonly HarEntry[]): string {
  const named = entries.slice(0, -1).map(({ location, url }) => URL.parse(location, url.href)?.hash ?? '');
  return named.findLast((hash) => hash !== '') ?? '';
}

/**
 * The documents from the ad to the landing page: the first one, and those that followed without an action of the visitor, which
 * browsers mark on pages with a certificate.
 *
 * @returns `isKnown`: whether this can be determined
 */
export function arrivalOf(
  navigations: readonly Navigation[],
  hasPixel: (navigation: Navigation) => boolean,
): { navigations: Navigation[]; isKnown: boolean } {
  const pages = navigations.filter(({ frame }) => frame === 'main');
  const [first, ...later] = pages;
  if (!first) return { navigations: [], isKnown: true };
  const isByVisitor = ({ entries }: Navigation) => entries[0]!.headers.has('sec-fetch-user');
  if (pages.some(isByVisitor)) {
    const end = later.findIndex(
      (one) => isByVisitor(one) || one.tab !== first.tab || one.entries[0]!.method === 'POST',
    );
    return { navigations: [first, ...later.slice(0, end < 0 ? later.length : end)], isKnown: true };
  }
  return { navigations: [first], isKnown: hasPixel(first) || !later.some(hasPixel) };
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0]!;
}
