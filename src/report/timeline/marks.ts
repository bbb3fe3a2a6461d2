import type {
  CallRecord,
  DocumentRecord,
  Evidence,
  RequestRecord,
  StepRecord,
} from '../../evidence/evidence.ts';
import { UNKNOWN_PROBLEM } from '../../evidence/problem.ts';
import { type ClickIdState, isClickId } from '../../tiktok/click-id.ts';
import { isTikTokCookie } from '../../tiktok/cookies.ts';
import { decodePixelRequest, isSdkRequest, record } from '../../tiktok/pixel-request.ts';
import { eventCalls, receivedEvents, siteEvents } from '../../views/events.ts';
import { hopsOf, lossOf, type Stop } from '../../views/hops.ts';
import { plain, urlWords, value } from './words.ts';

/** The parties of a visit, from the visitor to the site's server; `end`: what is left in the browser when it is over. */
export const LANES = ['visitor', 'pages', 'calls', 'requests', 'server', 'end'] as const;
export type Lane = (typeof LANES)[number];

/** Something that happened, or several alike merged. */
export interface Mark {
  lane: Lane;
  /** Milliseconds since the visit began; for several, that of the first. */
  at: number;
  /** JSON Pointers into the evidence for all that it covers; the first names it. */
  places: string[];
  /** What is shown before its name: its number in the evidence, or what led to a page. */
  lead: string;
  label: string;
  detail: string;
  /** quiet: the SDK's own requests; trouble: something that did not work, whatever the rules say. */
  tone: 'plain' | 'quiet' | 'trouble';
  /** The state of the click id here; `earlier`: that of the click before. */
  clickId?: ClickIdState | 'earlier';
  /** Set where the click id was lost for good. */
  isLoss?: true;
  /** Set where a page of the visit begins. */
  opensPage?: true;
  /** Set for an answer about consent, which divides what comes before and after. */
  isConsent?: true;
  /** Set where the visit broke off. */
  isBreak?: true;
  /** Set for an event call without a request. */
  isUnsent?: true;
  /** Neighbours with the same text here can be merged. */
  fold?: string;
}

/** The number of a broken rule, at the place of one of its findings. */
export interface Badge {
  number: number;
  isWaived: boolean;
}

/** A mark in its timeline. */
export interface TimelineMark extends Mark {
  badges: Badge[];
  /** How many it covers. */
  count: number;
  /** When the last of them was, in milliseconds. */
  until: number;
}

/** Everything in a visit that has a time, lane by lane, each in the order of the evidence. */
export function marksOf(evidence: Evidence): Mark[] {
  return [
    ...visitorMarks(evidence),
    ...pageMarks(evidence),
    ...callMarks(evidence),
    ...requestMarks(evidence),
    ...serverMarks(evidence),
    ...endMarks(evidence),
  ];
}

function mark(lane: Lane, at: number, place: string, label: string, more: Partial<Mark> = {}): Mark {
  return { lane, at, places: [place], lead: '', label, detail: '', tone: 'plain', ...more };
}

function visitorMarks({ steps, consent }: Evidence): Mark[] {
  const acts = steps.map((step, index) => mark('visitor', step.at, `/steps/${index}`, stepWords(step)));
  const answers = consent.map(({ at, answer, cookies }, index) =>
    mark('visitor', at, `/consent/${index}`, `consent ${answer}`, {
      detail: cookies.length > 0 ? `after ${cookies.map((name) => value(name)).join(', ')}` : '',
      isConsent: true,
    }),
  );
  return [...acts, ...answers].sort((a, b) => a.at - b.at);
}

/** `click Place order` for `{"click":"role=button[name='Place order']"}`. */
function stepWords({ action, on }: StepRecord): string {
  if (on === undefined) return action;
  const name = /\[name=(['"])(.*)\1/.exec(on)?.[2] ?? on.replace(/^text=/, '');
  return plain(`${action === 'waitFor' || action === 'wait' ? 'wait for' : action} ${name}`);
}

function pageMarks(evidence: Evidence): Mark[] {
  const stops = new Map(hopsOf(evidence).map((stop) => [stop.place, stop]));
  const loss = lossOf(evidence)?.stop.place;
  const called = new Set(evidence.calls.map(({ document }) => document));
  let host: string | undefined;
  const pages = evidence.documents.flatMap((document, index) => {
    const place = `/documents/${index}`;
    const { at, url, frame, tab, title = '', mountedAt } = document;
    const hops = document.hops.length > 0 ? document.hops : [{ url }];
    const first =
      frame === 'child' ? 'frame' : leadOf(document, stops.get(`${place}/hops/0`) ?? stops.get(place));
    const made = hops.map((hop, number): Mark => {
      const isLast = number === hops.length - 1;
      const own = document.hops.length > 0 ? `${place}/hops/${number}` : place;
      const stop = stops.get(own);
      const before = hops[number - 1];
      const lead = before === undefined ? first : redirectWords(before);
      const words = urlWords(isLast ? url : hop.url, host);
      host = URL.parse(hop.url)?.host ?? host;
      return mark('pages', at, own, words, {
        places: isLast ? [own, place] : [own],
        lead: `${lead}${number === 0 && tab > 0 ? `, tab ${tab + 1}` : ''}`,
        detail: isLast
          ? pageWords(title, hop.status, mountedAt === undefined && called.has(document.id))
          : '',
        tone: frame === 'child' ? 'quiet' : (hop.status ?? 200) >= 400 ? 'trouble' : 'plain',
        ...(stop ? { clickId: stop.state } : {}),
        ...(own === loss ? { isLoss: true } : {}),
        ...(number === 0 && frame === 'main' ? { opensPage: true } : {}),
      });
    });
    const routes = (document.routes ?? []).map((route, number) =>
      mark('pages', route.at, `${place}/routes/${number}`, urlWords(route.url, host), { lead: 'route' }),
    );
    return [...made, ...routes];
  });
  const errors = evidence.errors.map(({ at, message }, index) =>
    mark('pages', at, `/errors/${index}`, plain(message), {
      lead: 'error',
      tone: 'trouble',
      fold: `error ${message}`,
    }),
  );
  const console = evidence.console.map(({ at, text }, index) =>
    mark('pages', at, `/console/${index}`, plain(text), { lead: 'console', tone: 'quiet', fold: 'console' }),
  );
  return [...pages, ...errors, ...console].sort((a, b) => a.at - b.at);
}

function leadOf({ via }: DocumentRecord, stop: Stop | undefined): string {
  return stop ? stop.how.replace(' redirect', '') : via;
}

function redirectWords({ status, serviceWorker }: DocumentRecord['hops'][number]): string {
  return serviceWorker ? 'service worker' : `${status ?? 'redirect'}`;
}

function pageWords(title: string, status: number | undefined, hasNoSdk: boolean): string {
  const parts = [
    ...(status !== undefined && status >= 400 ? [`HTTP ${status}`] : []),
    ...(hasNoSdk ? ['SDK never ran'] : []),
    ...(title === '' ? [] : [plain(title, 40)]),
  ];
  return parts.join(', ');
}

function callMarks(evidence: Evidence): Mark[] {
  const unsent = new Set(
    siteEvents(evidence).flatMap(({ call, sent }) => (call && sent.length === 0 ? [call.place] : [])),
  );
  const events = new Map(eventCalls(evidence).map((call) => [call.place, call]));
  return evidence.calls.map((call, index) => {
    const place = `/calls/${index}`;
    const event = call.method === 'track' ? events.get(place) : undefined;
    const label = event ? value(event.event, 50) || 'track without a name' : plain(call.method);
    return mark('calls', call.at, place, call.global === 'ttq' ? label : `${plain(call.global)}.${label}`, {
      lead: `${index}`,
      detail: event ? value(event.eventId) : argumentWords(call),
      ...(unsent.has(place) ? { isUnsent: true } : {}),
      fold: `${label} ${unsent.has(place)}`,
    });
  });
}

/** For identify, only the keys it was given; otherwise the first argument, such as a pixel id. */
function argumentWords({ method, args }: CallRecord): string {
  const [first] = args;
  if (method === 'identify')
    return Object.keys(record(first))
      .map((key) => value(key))
      .join(', ');
  return typeof first === 'string' ? value(first) : '';
}

function requestMarks(evidence: Evidence): Mark[] {
  const came = evidence.requests.map((request, index) => requestMark(request, index, evidence));
  const failed = evidence.failed.map(({ at, url, error }, index) => {
    // Leaving a page aborts its requests, and the browser reports that; they may have arrived anyway.
    const isEnded = error.includes('ERR_ABORTED');
    return mark('requests', at, `/failed/${index}`, nameOf(url), {
      lead: isEnded ? 'ended' : 'failed',
      detail: isEnded ? '' : plain(error.replace('net::', '')),
      tone: isEnded ? 'quiet' : 'trouble',
      fold: error,
    });
  });
  return [...came, ...failed].sort((a, b) => a.at - b.at);
}

function requestMark(request: RequestRecord, index: number, evidence: Evidence): Mark {
  const { at, url, body, status } = request;
  const place = `/requests/${index}`;
  const lead = `${index}`;
  const failed = status >= 400 || status === 0;
  const decoded = decodePixelRequest(url, body);
  const bad: Partial<Mark> = failed ? { tone: 'trouble', detail: `HTTP ${status}` } : {};
  if (!decoded || decoded.kind === 'telemetry') {
    const name = decoded ? value(decoded.event || record(body).action) || nameOf(url) : nameOf(url);
    return mark('requests', at, place, name, {
      lead,
      tone: 'quiet',
      fold: failed || isSdkRequest({ url }) ? `${name} ${status}` : "the SDK's own",
      ...bad,
    });
  }
  const carried = carriedBy(decoded.clickId, evidence);
  return mark('requests', at, place, value(decoded.event, 50), {
    lead,
    tone: decoded.kind === 'automatic' ? 'quiet' : 'plain',
    detail: value(decoded.eventId),
    ...(carried ? { clickId: carried } : {}),
    fold: `event ${decoded.event}`,
    ...bad,
  });
}

function nameOf(url: string): string {
  const { pathname = '', hostname = '' } = URL.parse(url) ?? {};
  return value(pathname.split('/').findLast(Boolean) ?? hostname, 40);
}

/** What an event carries of the visit's click id; undefined if the visit has none. */
function carriedBy(found: string, { clickId, earlierClickId }: Evidence): Mark['clickId'] {
  if (clickId === undefined) return undefined;
  if (isClickId(found, clickId)) return 'alive';
  if (earlierClickId !== undefined && isClickId(found, earlierClickId)) return 'earlier';
  return found === '' ? 'dropped' : 'altered';
}

const NAMED = 3;

function serverMarks(evidence: Evidence): Mark[] {
  const byRequest = Map.groupBy(receivedEvents(evidence), ({ request }) => request);
  const { requests, leaks = [], unattributed = [] } = evidence.server;
  const calls = requests.map(({ at, status, answer, fault }, index) => {
    const events = byRequest.get(index) ?? [];
    const code = record(answer).code;
    const isTaken = events.length > 0 && events.every(({ taken }) => taken);
    const states = new Set(events.map(({ user }) => carriedBy(user.clickId, evidence)));
    const [carried] = states.size === 1 ? states : [];
    const refusal = status === 0 ? 'no answer' : `refused ${value(code ?? status)}`;
    const names = eventList(events.map(({ event }) => event));
    return mark('server', at, `/server/requests/${index}`, isTaken ? names : `${names}: ${refusal}`, {
      lead: `${index}`,
      detail: [
        ...(events.length === 1 ? [value(events[0]!.eventId)] : []),
        ...(fault === undefined ? [] : [value(fault, 40)]),
      ].join(', '),
      tone: isTaken ? 'plain' : 'trouble',
      ...(carried ? { clickId: carried } : {}),
    });
  });
  const leaked = leaks.map(({ at, kind }, index) =>
    mark('server', at, `/server/leaks/${index}`, `${kind} written to the log`, {
      tone: 'trouble',
      fold: `leak ${kind}`,
    }),
  );
  const strangers = unattributed.map(({ at, events }, index) =>
    mark('server', at, `/server/unattributed/${index}`, `of no visit: ${eventList(events)}`, {
      tone: 'quiet',
      fold: 'stranger',
    }),
  );
  return [...calls, ...leaked, ...strangers].sort((a, b) => a.at - b.at);
}

function eventList(names: string[]): string {
  if (names.length === 0) return 'no event';
  const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return (
    names
      .slice(0, NAMED)
      .map((name) => value(name, 50) || 'no name')
      .join(', ') + rest
  );
}

/**
 * Where it broke off; then what was left: the site's cookies and storage that hold the click id, and how many others there are.
 */
function endMarks({ cookies, storage, duration, clickId, outcome, problem }: Evidence): Mark[] {
  const broke =
    outcome === 'complete'
      ? []
      : [
          mark('end', duration, '/problem', plain(problem?.message ?? UNKNOWN_PROBLEM), {
            lead: `broke off (${problem?.kind ?? 'unknown'})`,
            tone: 'trouble' as const,
            isBreak: true as const,
          }),
        ];
  const kept = cookies.map(({ name, value: content, domain, expires, holdsClickId }, index) => {
    const isOwn = isTikTokCookie(name);
    return mark('end', duration, `/cookies/${index}`, `${value(name, 40)}=${value(content, 40)}`, {
      lead: 'cookie',
      detail: `${value(domain, 60)}, ${expires < 0 ? 'for the session' : `until ${dayOf(expires)}`}`,
      tone: isOwn || holdsClickId ? 'plain' : 'quiet',
      ...(holdsClickId && clickId !== undefined ? { clickId: 'alive' as const } : {}),
      ...(isOwn || holdsClickId ? {} : { fold: 'cookies of the site' }),
    });
  });
  const stored = storage.map(({ origin, area, key, holdsClickId }, index) =>
    mark('end', duration, `/storage/${index}`, value(key, 40), {
      lead: `${area} storage`,
      detail: value(origin, 60),
      tone: holdsClickId ? 'plain' : 'quiet',
      ...(holdsClickId ? { clickId: 'alive' as const } : { fold: 'storage' }),
    }),
  );
  return [...broke, ...kept, ...stored];
}

/** The day of an expiry date, which may be any number. */
function dayOf(expires: number): string {
  const date = new Date(expires * 1000);
  return Number.isNaN(date.getTime()) ? `${expires}` : date.toISOString().slice(0, 10);
}
