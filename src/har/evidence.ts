import {
  type CookieRecord,
  EVIDENCE_VERSION,
  type Evidence,
  type RequestRecord,
  type SdkRecord,
} from '../evidence/evidence.ts';
import { type Problem, problem } from '../evidence/problem.ts';
import { identitySecrets, type Known } from '../masking/identity.ts';
import { mask, maskText, readMasked } from '../masking/mask.ts';
import { seal, sealName } from '../masking/seal.ts';
import { clickIdIn } from '../tiktok/click-id.ts';
import { isTikTokCookie } from '../tiktok/cookies.ts';
import { sha256Hex } from '../tiktok/hashing.ts';
import { isTikTokHost, SDK_ROOT } from '../tiktok/hosts.ts';
import { behindOwnPath } from '../tiktok/own-paths.ts';
import { decodeAnalyticsMessage, decodePixelRequest, record, text } from '../tiktok/pixel-request.ts';
import { archiveIn, type HarEntry } from './archive.ts';
import { blindSpotsOf } from './blind-spots.ts';
import { arrivalOf, documentsOf, type Navigation, navigationsIn } from './documents.ts';
import { seenOnWire } from './pages.ts';

/** What must be known about the site. */
export interface Site extends Known {
  pixelHosts: readonly string[];
  pixelPaths: readonly string[];
  clickUrls: readonly string[];
  journeys: readonly { name: string; start: string }[];
}

/** Which visit the archive shows. */
export interface HarVisit {
  journey: string;
  /** By default ad-click if the first URL has a click id, otherwise organic. */
  scenario?: string;
}

/** The archive cannot be judged. The message is one sentence: what was found and what was wanted. */
export class HarError extends Error {
  override name = 'HarError';
}

/**
 * The evidence in an HTTP archive, masked. What the archive does not show is listed in `recorder.blind`.
 *
 * @param document parsed JSON that `readEvidence` recognises as a HAR
 * @throws HarError if it has no page of the site, or no click id for a visit from an ad
 */
export function harToEvidence(document: unknown, site: Site, { journey, scenario }: HarVisit): Evidence {
  const archive = archiveIn(document);
  const { entries, creator } = archive;
  const [first] = entries;
  const navigations = navigationsIn(entries, creator);
  const own = navigations.find(({ entries: hops }) => isOfSite(hops.at(-1)!.url.hostname, site));
  if (!first || !own) throw new HarError(noPage(navigations, site));
  const at = (epoch: number) => Math.round((epoch - first.at) * 1000) / 1000;
  const ofTikTok = entries.filter(
    ({ url }) =>
      isTikTokHost(url.hostname) ||
      site.pixelHosts.includes(url.hostname) ||
      (isOfSite(url.hostname, site) && behindOwnPath(url.pathname, site.pixelPaths) !== undefined),
  );
  const [failed, sent] = [ofTikTok.filter(isGivenUp), ofTikTok.filter((entry) => !isGivenUp(entry))];
  const requests = sent.map((entry) => requestOf(entry, at));
  const arrival = arrivalOf(navigations, (page) => hasPixel(page, navigations, ofTikTok));
  const start = navigations[0]!.entries[0]!.url.href;
  const clickId = clickIdIn(start);
  const under = scenario ?? (clickId === undefined ? 'organic' : 'ad-click');
  if (under === 'ad-click' && clickId === undefined)
    throw new HarError('its first page was opened without a ttclid; wanted a visit from an ad');
  const late = startsLate(entries, navigations, site, journey);
  const documents = documentsOf(navigations, at).map((one, index) => {
    return { ...one, arrival: arrival.navigations.includes(navigations[index]!) };
  });
  const cookies = cookiesIn(entries, site, clickId);
  const port = Number(own.entries.at(-1)!.url.port);
  const evidence: Evidence = {
    version: EVIDENCE_VERSION,
    target: site.name,
    ...(port > 0 ? { port } : {}),
    journey,
    scenario: under,
    ...(under === 'ad-click' ? clickUrlOf(start, clickId!, site) : {}),
    ...(clickId === undefined ? {} : { clickId }),
    startedAt: new Date(first.at).toISOString(),
    duration: at(Math.max(...entries.map(({ answeredAt }) => answeredAt))),
    outcome: late ? 'broken' : 'complete',
    ...(late ? { problem: late } : {}),
    recorder: {
      browser: archive.browser,
      capture: 'har',
      network: 'open',
      sdk: sdkOf(sent, requests),
      eventsApi: 'none',
      seal: sealName(),
      blind: blindSpotsOf(archive, { sent, requests, cookies, isArrivalKnown: arrival.isKnown }),
    },
    steps: [],
    consent: [],
    documents: seenOnWire(documents, requests),
    calls: [],
    requests,
    failed: failed.map((entry) => ({ at: at(entry.at), url: entry.url.href, error: entry.error })),
    server: { seen: false, requests: [] },
    cookies: cookies ?? [],
    storage: [],
    console: [],
    errors: [],
  };
  const tokens = requests.flatMap(({ accessToken = '' }) => readMasked(accessToken) ?? []);
  return seal(mask(evidence, identitySecrets(site), tokens), site.identity);
}

/**
 * The problem of an archive that begins in the middle of a visit: the pixel was active before any page was requested, or the
 * first page was reached from another one of the site and is not where the journey starts. A reload repeats the page's original
 * Referer.
 */
function startsLate(
  entries: readonly HarEntry[],
  navigations: readonly Navigation[],
  site: Site,
  journey: string,
): Problem | undefined {
  const { start = '/' } = site.journeys.find(({ name }) => name === journey) ?? {};
  const [first] = navigations.find(({ frame }) => frame === 'main')?.entries ?? [];
  if (!first) return undefined;
  const path = (url: string) => URL.parse(url, site.baseURL)?.pathname;
  const earlier = entries.find(
    ({ at, url, body }) =>
      at < first.at && decodePixelRequest(url.href, parsed(body ?? ''))?.kind === 'event',
  );
  const from = URL.parse(first.headers.get('referer') ?? '');
  const isFromInside = from !== null && isOfSite(from.hostname, site) && path(first.url.href) !== path(start);
  if (!earlier && !isFromInside) return undefined;
  const url = earlier
    ? decodePixelRequest(earlier.url.href, parsed(earlier.body ?? ''))!.page
    : first.url.href;
  return problem('starts-late', { url, start });
}

/** Whether a host is the site's own, or a subdomain. */
function isOfSite(host: string, { baseURL, hosts }: Site): boolean {
  const { hostname } = new URL(baseURL);
  return host === hostname || host in hosts || host.endsWith(`.${hostname.replace(/^www\./, '')}`);
}

function noPage(navigations: readonly Navigation[], { baseURL }: Site): string {
  const hosts = [...new Set(navigations.map(({ entries }) => entries.at(-1)!.url.hostname))];
  const found = hosts.length === 0 ? 'no page at all' : `pages of ${hosts.slice(0, 3).join(', ')}`;
  return `it holds ${found}; wanted one of ${new URL(baseURL).hostname}`;
}

/**
 * Whether the browser never sent it. A request reported as aborted is usually a beacon whose answer was not awaited, as the page
 * was left.
 */
function isGivenUp({ error, status }: HarEntry): boolean {
  return status === 0 && error !== '' && !/aborted|canceled|cancelled/i.test(error);
}

function requestOf(entry: HarEntry, at: (epoch: number) => number): RequestRecord {
  const { method, url, headers, body, status } = entry;
  const image = method === 'GET' ? decodeAnalyticsMessage(url.href) : undefined;
  const [page, userAgent, contentType, token] = ['referer', 'user-agent', 'content-type', 'access-token'].map(
    (name) => headers.get(name),
  );
  return {
    at: at(entry.at),
    method,
    url: image === undefined ? url.href : url.href.slice(0, url.href.indexOf('?')),
    ...(page === undefined ? {} : { page }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(token === undefined ? {} : { accessToken: maskText(token, 'token') }),
    ...(body === undefined ? {} : { body: parsed(body) }),
    ...(image === undefined ? {} : { body: image, image: true }),
    status,
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** Whether something of the pixel was requested while a page was shown. */
function hasPixel(page: Navigation, navigations: readonly Navigation[], sent: readonly HarEntry[]): boolean {
  const from = askedAt(page);
  const later = navigations.filter(({ frame }) => frame === 'main').map(askedAt);
  const until = later.find((at) => at > from) ?? Number.POSITIVE_INFINITY;
  return sent.some(({ at, url }) => {
    const isPixel = url.pathname.includes(SDK_ROOT) || decodePixelRequest(url.href, undefined) !== undefined;
    return isPixel && at >= from && at < until;
  });
}

function askedAt({ entries }: Navigation): number {
  return entries.at(-1)!.at;
}

/** The click URL of the visit, if the target has it. */
function clickUrlOf(start: string, clickId: string, { clickUrls, baseURL }: Site): { clickUrl?: string } {
  const path = (url: string) => {
    const { pathname, search } = new URL(url, baseURL);
    return pathname + search;
  };
  const clickUrl = clickUrls.find((one) => path(one.replaceAll('{ttclid}', clickId)) === path(start));
  return clickUrl === undefined ? {} : { clickUrl };
}

function sdkOf(entries: readonly HarEntry[], requests: readonly RequestRecord[]): SdkRecord {
  const scripts = entries.flatMap(({ url, status, content }) =>
    url.pathname.includes(SDK_ROOT) && status === 200 && content !== undefined
      ? [{ url: url.href, status, sha256: sha256Hex(content) }]
      : [],
  );
  const libraries = requests.flatMap(({ body }) => {
    const { name, version } = record(record(record(body).context).library);
    return text(name) === '' ? [] : [`${text(name)} ${text(version)}`.trim()];
  });
  return {
    mode: 'live',
    libraries: [...new Set(libraries)].sort(),
    scripts: [...new Map(scripts.map((script) => [script.url, script])).values()],
  };
}

/**
 * The cookies that the site's last requests carried, if the archive records their domains and expiry, as Chrome's does; else
 * undefined.
 */
function cookiesIn(
  entries: readonly HarEntry[],
  site: Site,
  clickId: string | undefined,
): CookieRecord[] | undefined {
  const whole = entries
    .filter(({ url }) => isOfSite(url.hostname, site))
    .flatMap(({ cookies }) => cookies)
    .filter(({ name, domain, path }) => text(name) && text(domain) && text(path));
  if (whole.length === 0) return undefined;
  const jar = new Map(whole.map((cookie) => [[cookie.domain, cookie.path, cookie.name].join(' '), cookie]));
  return [...jar.values()].map((cookie): CookieRecord => {
    const [name, value] = [text(cookie.name), text(cookie.value)];
    const expires = Date.parse(text(cookie.expires));
    return {
      name,
      value: isTikTokCookie(name) ? value : maskText(value, 'cookie'),
      domain: text(cookie.domain),
      path: text(cookie.path),
      expires: Number.isNaN(expires) ? -1 : expires / 1000,
      httpOnly: cookie.httpOnly === true,
      secure: cookie.secure === true,
      ...(text(cookie.sameSite) ? { sameSite: text(cookie.sameSite) } : {}),
      ...(clickId !== undefined && value.includes(clickId) ? { holdsClickId: true as const } : {}),
    };
  });
}
