import type { CallRecord, DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { isMissing, record, text } from '../tiktok/pixel-request.ts';
import { isWithheld } from './documents.ts';
import {
  eventsIn,
  pixelsIn,
  pixelsSeen,
  type ScriptRequest,
  type SiteEvent,
  scriptRequests,
  scriptsIn,
  siteEvents,
} from './events.ts';
import { perEvidence } from './memo.ts';

/**
 * For which calls the SDK owes TikTok an event. Settling waits for what is owed, and event/sent reports what was owed and did not
 * arrive. All of it is measured on SDK builds of 2024 to 2026.
 */

/** Why the SDK sends nothing for a call of ttq.track or ttq.page. */
export type Reason = (typeof OWES_NOTHING)[number]['because'];

/** A call of ttq.track or ttq.page, and what became of it. */
export interface EventCallState {
  call: CallRecord;
  document: DocumentRecord;
  event: SiteEvent;
  /** Why nothing is owed for it; undefined if an event is. */
  because: Reason | undefined;
  /** Whether its event reached TikTok, by this call or another of the same event. */
  isSent: boolean;
  /** If the event was sent: the pixels that were owed a copy and got none. */
  missedPixels: string[];
}

type Seen = Pick<Evidence, 'documents' | 'calls' | 'requests'>;

/** What surrounds a call: the same for all calls on one global of a document. */
interface Surroundings {
  document: DocumentRecord;
  isRunning: boolean;
  /** Whether consent is withheld after the last call. */
  isWithheld: boolean;
  /** The calls that were made while consent was revoked. */
  revoked: ReadonlySet<CallRecord>;
  /** The loads of the pixels, by pixel id. */
  loads: ReadonlyMap<unknown, Load>;
  /** Every pixel that the document requested, or that anything was sent to. */
  pixels: ReadonlySet<string>;
  /** The URLs for which an earlier ttq.page() owed a Pageview. */
  viewed: Set<string>;
}

/** The first match counts. */
const OWES_NOTHING = [
  // The queue is lost with the page: the rules about the pixel report it.
  { because: 'not-running', fits: (_: CallRecord, { isRunning }: Surroundings) => !isRunning },
  // Only an array is replayed. Calls on a function go into a queue of its own, later ones too.
  {
    because: 'no-array',
    fits: ({ queued }: CallRecord, { document: { ttqIs } }: Surroundings) =>
      ttqIs === 'function' || (ttqIs === 'object' && queued),
  },
  {
    because: 'opaque-frame',
    fits: (_: CallRecord, { document: { opaque, frame } }: Surroundings) =>
      opaque === true && frame === 'child',
  },
  { because: 'nameless', fits: (call: CallRecord) => call.method === 'track' && !hasName(call) },
  // Calls made while consent was revoked are dropped, even if it is granted later.
  {
    because: 'withheld',
    fits: (call: CallRecord, { isWithheld, revoked }: Surroundings) => isWithheld || revoked.has(call),
  },
  {
    because: 'null-options',
    fits: (call: CallRecord) => call.method === 'track' && !call.queued && call.args[2] === null,
  },
  {
    because: 'no-pixel',
    fits: (call: CallRecord, { pixels }: Surroundings) => {
      const pixel = addressee(call);
      return pixel !== undefined && !(typeof pixel === 'string' && pixels.has(pixel));
    },
  },
  {
    because: 'repeated',
    fits: (call: CallRecord, { document, viewed }: Surroundings) => {
      if (call.method !== 'page') return false;
      const url = viewedBy(call, document);
      const isRepeated = viewed.has(url);
      viewed.add(url);
      return isRepeated;
    },
  },
] as const;

/** Every event call of the visit, and what became of it. */
export const eventCallStates = perEvidence((evidence): readonly EventCallState[] =>
  statesOf(
    evidence,
    { events: siteEvents(evidence), sentTo: pixelsSeen(evidence), asked: scriptRequests(evidence) },
    ({ mountedAt }) => mountedAt !== undefined,
  ),
);

/**
 * The event calls in sandboxed frames of Shopify's checkout, whose variant of the SDK posts to its own path. What that variant
 * does without an origin was never measured, so what the stand-in did there proves nothing.
 */
export function unknownOfStandIn(evidence: Evidence): EventCallState[] {
  if (evidence.recorder.sdk.mode !== 'double') return [];
  return eventCallStates(evidence).filter(
    ({ because, document }) => because === 'opaque-frame' && isShopifys(document, evidence),
  );
}

/** Whether a document's base code names Shopify as TikTok's partner, as Shopify's own app does. */
function isShopifys({ id, snippets = [] }: DocumentRecord, { calls }: Evidence): boolean {
  const isPartner = (name: unknown) => /shopify/i.test(text(name));
  return (
    snippets.some((snippet) => /_partner\s*=\s*["'`]shopify/i.test(snippet.text)) ||
    calls.some(
      ({ document, method, args }) =>
        document === id && method === 'load' && isPartner(record(args[1]).partner),
    )
  );
}

/**
 * The calls whose event has not arrived yet, from lists that may still grow.
 *
 * @param isRunning whether a document's SDK is there, or about to be
 */
export function unsentIn(seen: Seen, isRunning: (document: DocumentRecord) => boolean): CallRecord[] {
  const { requests } = seen;
  const wire = { events: eventsIn(seen), sentTo: pixelsIn(requests), asked: scriptsIn(requests) };
  return statesOf(seen, wire, isRunning)
    .filter(isUnpaid)
    .map(({ call }) => call);
}

/** Whether the SDK owes TikTok an event, or a copy of it for one of the pixels. */
export function isUnpaid({ because, isSent, missedPixels }: EventCallState): boolean {
  return because === undefined && (!isSent || missedPixels.length > 0);
}

/** The pixel that a call of ttq.track names, of whatever type; undefined if the call is for all of them. */
export function addressee({ method, args, pixel }: CallRecord): unknown {
  if (pixel !== undefined) return pixel;
  return method === 'track' ? record(args[2]).pixel_code : undefined;
}

/** What was read out of the requests. */
interface Wire {
  events: readonly SiteEvent[];
  /** The pixels that anything was sent to. */
  sentTo: ReadonlySet<string>;
  asked: readonly ScriptRequest[];
}

function statesOf(
  seen: Seen,
  { events, sentTo, asked }: Wire,
  isRunning: (document: DocumentRecord) => boolean,
): EventCallState[] {
  const byPlace = new Map(events.map((event) => [event.call?.place, event]));
  const documents = new Map(seen.documents.map((document) => [document.id, document]));
  const owners = Map.groupBy(seen.calls, ({ document, global }) => `${global} ${document}`);
  const around = new Map(
    [...owners].flatMap(([owner, calls]) => {
      const document = documents.get(calls[0]!.document);
      if (!document) return [];
      const surroundings: Surroundings = {
        document,
        isRunning: isRunning(document),
        isWithheld: isWithheld(calls),
        revoked: revokedIn(calls),
        loads: loadsIn(calls),
        pixels: new Set([...sentTo, ...loadedBy(calls), ...askedFor(document, asked)]),
        viewed: new Set(),
      };
      return [[owner, surroundings] as const];
    }),
  );
  const states = seen.calls.flatMap((call, index): EventCallState[] => {
    const surroundings = around.get(`${call.global} ${call.document}`);
    const event = byPlace.get(`/calls/${index}`);
    if (!surroundings || !event) return [];
    const because = OWES_NOTHING.find(({ fits }) => fits(call, surroundings))?.because;
    const missed = because === undefined ? missedPixels(call, event, surroundings.loads, sentTo) : [];
    const isSent = event.sent.length > 0;
    const { document } = surroundings;
    return [{ call, document, event, because, isSent, missedPixels: isSent ? missed : [] }];
  });
  settleTwins(states);
  return states;
}

/**
 * An event can have several calls: a page may repeat its calls once the SDK is there, or call ttq.page() twice. Under one
 * event_id they are the same event; without one, a request joined with a call that owed nothing belongs to the other call on the
 * page.
 */
function settleTwins(states: readonly EventCallState[]): void {
  const keys = new Map(
    states.map((state) => {
      const { canonical, eventId } = state.event;
      return [state, `${canonical} ${JSON.stringify(eventId)}`] as const;
    }),
  );
  const key = (state: EventCallState) => keys.get(state)!;
  const sent = new Set(states.filter(({ isSent }) => isSent).map(key));
  const spare = Map.groupBy(
    states.filter(({ isSent, because }) => isSent && (because === 'repeated' || because === 'no-array')),
    key,
  );
  for (const state of states.filter(({ isSent }) => !isSent)) {
    const hasTwin = !isMissing(state.event.eventId) && sent.has(key(state));
    const isFor = (other: EventCallState) =>
      // A page that was loaded again has the same URL.
      other.document === state.document || other.event.page === state.event.page;
    const own = hasTwin || state.because !== undefined ? [] : (spare.get(key(state)) ?? []);
    const index = own.findIndex(isFor);
    state.isSent = hasTwin || index >= 0;
    if (index >= 0) own.splice(index, 1);
  }
}

/** The pixels that a call for all of them owes an event: loaded before it, and seen to send. */
function missedPixels(
  call: CallRecord,
  { sent }: SiteEvent,
  loads: ReadonlyMap<unknown, Load>,
  sentTo: ReadonlySet<string>,
): string[] {
  if (addressee(call) !== undefined) return [];
  const isLoaded = (pixel: string) => {
    const load = loads.get(pixel);
    return load !== undefined && (load.at <= call.at || (load.queued && call.queued));
  };
  return [...sentTo].filter((pixel) => isLoaded(pixel) && !sent.some((request) => request.pixel === pixel));
}

/** The first load of a pixel, and whether one of its loads was queued. */
interface Load {
  at: number;
  queued: boolean;
}

function loadsIn(calls: readonly CallRecord[]): ReadonlyMap<unknown, Load> {
  const loads = new Map<unknown, Load>();
  for (const { method, at, queued, args } of calls) {
    if (method !== 'load') continue;
    const known = loads.get(args[0]) ?? { at, queued };
    loads.set(args[0], { at: Math.min(known.at, at), queued: known.queued || queued });
  }
  return loads;
}

function loadedBy(calls: readonly CallRecord[]): string[] {
  return calls
    .filter(({ method }) => method === 'load' || method === 'loadPixel')
    .map(({ args }) => text(args[0]));
}

/** Every pixel that was requested: a script element alone can load it. */
function askedFor(document: DocumentRecord, asked: readonly ScriptRequest[]): string[] {
  return asked.filter(({ at, pixel }) => pixel !== '' && at >= document.at).map(({ pixel }) => pixel);
}

/** A blank name is not an event; a name that every object has is lost on the way to the wire. */
function hasName({ args: [name] }: CallRecord): boolean {
  return typeof name === 'string' && name.trim() !== '' && !(name in {});
}

/** The order in which the SDK replays queued calls about consent, before all others. */
const CONSENT = ['holdConsent', 'revokeConsent', 'grantConsent'];

function revokedIn(calls: readonly CallRecord[]): ReadonlySet<CallRecord> {
  const rank = ({ method }: CallRecord) => CONSENT.indexOf(method);
  const isConsent = (call: CallRecord) => rank(call) >= 0;
  const queued = calls.filter((call) => call.queued && isConsent(call)).sort((a, b) => rank(a) - rank(b));
  const first = queued.at(-1)?.method;
  const revoked = new Set<CallRecord>();
  let last = first;
  for (const call of calls) {
    if ((call.queued ? first : last) === 'revokeConsent') revoked.add(call);
    if (!call.queued && isConsent(call)) last = call.method;
  }
  return revoked;
}

/** The URL that a ttq.page() counts for; if it was queued, the URL when the SDK arrived. */
function viewedBy(call: CallRecord, document: DocumentRecord): string {
  const { url, routes = [], mountedAt = Number.POSITIVE_INFINITY } = document;
  if (!call.queued) return call.url ?? url;
  return routes.findLast(({ at }) => at <= mountedAt)?.url ?? url;
}
