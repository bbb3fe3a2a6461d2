import type { CallRecord, DocumentRecord, Evidence, RequestRecord } from '../evidence/evidence.ts';
import { canonicalEvent, PAGEVIEW } from '../tiktok/event-names.ts';
import { CODES } from '../tiktok/events-api/codes.ts';
import { decodeServerRequest, type ServerEvent } from '../tiktok/events-api/decode.ts';
import {
  decodePixelRequest,
  eventIdOf,
  type PixelEvent,
  record,
  requestedPixel,
  text,
} from '../tiktok/pixel-request.ts';
import { perEvidence } from './memo.ts';

/**
 * Calls and requests, joined. `ttq` calls show what the site meant; requests show what TikTok received. Neither is enough alone:
 * a call may never be sent, and events of a worker have no tapped call.
 */

/** An event as it reached TikTok. */
export interface SentEvent extends PixelEvent {
  at: number;
  place: string;
}

/** A `ttq.track` or `ttq.page` call. */
export interface EventCall {
  at: number;
  place: string;
  document: string;
  /** URL of its page at the time. */
  page: string;
  event: string;
  canonical: string;
  eventId: unknown;
  properties: Record<string, unknown>;
  pixel?: string;
  source?: string;
}

/** One event of the site: the call, if it was tapped, and the requests it caused, one for each pixel. */
export interface SiteEvent {
  at: number;
  event: string;
  canonical: string;
  eventId: unknown;
  properties: Record<string, unknown>;
  /** URL of its page. */
  page: string;
  /** JSON Pointer to what shows it best: the request, otherwise the call. */
  place: string;
  call?: EventCall;
  sent: readonly SentEvent[];
}

/** A server event, its place in the evidence, and the stub's answer to its request. */
export interface ReceivedEvent extends ServerEvent {
  at: number;
  /** Index of its request. */
  request: number;
  answer: { code: number; message: string };
  /** Whether the Events API took it; of a batch, it can take some events and refuse others. */
  taken: boolean;
}

/** The site's own events that reached TikTok, page views included, in order of arrival. */
export const sentEvents = perEvidence((evidence): readonly SentEvent[] =>
  ownEvents(evidence.requests, pixelRequests(evidence)),
);

/** The same for a list of requests that may still grow. */
export function sentIn(requests: readonly RequestRecord[]): SentEvent[] {
  return ownEvents(requests, decodedSoFar(requests));
}

function ownEvents(
  requests: readonly RequestRecord[],
  decoded: readonly (PixelEvent | undefined)[],
): SentEvent[] {
  return decoded.flatMap((one, index) =>
    one?.kind === 'event' ? [{ ...one, at: requests[index]!.at, place: `/requests/${index}` }] : [],
  );
}

/** The content of each request to the pixel's collector, by the request's index; undefined for other requests. */
export const pixelRequests = perEvidence(({ requests }) => decodedIn(requests));

function decodedIn(requests: readonly RequestRecord[]): readonly (PixelEvent | undefined)[] {
  return requests.map(({ url, body }) => decodePixelRequest(url, body));
}

/** Of a list that may still grow, each request is decoded once, however often the list is read. */
const decodings = new WeakMap<RequestRecord, { one: PixelEvent | undefined }>();

function decodedSoFar(requests: readonly RequestRecord[]): readonly (PixelEvent | undefined)[] {
  return requests.map((request) => {
    const known = decodings.get(request) ?? { one: decodePixelRequest(request.url, request.body) };
    decodings.set(request, known);
    return known.one;
  });
}

/** The pixels that requests go to, automatic ones included. */
export const pixelsSeen = perEvidence((evidence) => pixelsOf(pixelRequests(evidence)));

/** The same for a list of requests, which may still grow. */
export function pixelsIn(requests: readonly RequestRecord[]): ReadonlySet<string> {
  return pixelsOf(decodedSoFar(requests));
}

function pixelsOf(decoded: readonly (PixelEvent | undefined)[]): ReadonlySet<string> {
  return new Set(decoded.flatMap((one) => one?.pixel || []));
}

/** A request for the SDK's first script of a pixel. */
export interface ScriptRequest {
  at: number;
  /** Empty where it names none. */
  pixel: string;
  status: number;
  /** Its index among the requests. */
  index: number;
}

export const scriptRequests = perEvidence(({ requests }): readonly ScriptRequest[] => scriptsIn(requests));

/** The same of a list of requests, which may still grow. */
export function scriptsIn(requests: readonly RequestRecord[]): ScriptRequest[] {
  return requests.flatMap(({ at, url, status }, index) => {
    const pixel = requestedPixel(url);
    return pixel === undefined ? [] : [{ at, pixel, status, index }];
  });
}

/** The site's event that a request carried, by the request's place in the evidence. */
export const eventsByRequest = perEvidence(
  (evidence): ReadonlyMap<string, SiteEvent> =>
    new Map(siteEvents(evidence).flatMap((event) => event.sent.map(({ place }) => [place, event] as const))),
);

/** Every `ttq.track` and `ttq.page` call of the site, in order. */
export const eventCalls = perEvidence(({ calls, documents }): readonly EventCall[] =>
  callsIn(calls, documents),
);

/** The same for lists that may still grow. */
export function callsIn(calls: readonly CallRecord[], documents: readonly DocumentRecord[]): EventCall[] {
  const pages = new Map(documents.map(({ id, url }) => [id, url]));
  return calls.flatMap((call, index) => {
    if (call.method !== 'track' && call.method !== 'page') return [];
    return [toEventCall(call, `/calls/${index}`, call.url ?? pages.get(call.document) ?? '')];
  });
}

function toEventCall(call: CallRecord, place: string, page: string): EventCall {
  const [name, properties, options] = call.method === 'page' ? [PAGEVIEW, call.args[0]] : call.args;
  const event = text(name);
  const pixel = call.pixel ?? text(record(options).pixel_code);
  return {
    at: call.at,
    place,
    document: call.document,
    page,
    event,
    canonical: canonicalEvent(event),
    eventId: call.method === 'page' ? '' : eventIdOf(properties, options),
    properties: record(properties),
    ...(pixel ? { pixel } : {}),
    ...(call.source ? { source: call.source } : {}),
  };
}

/** The site's events: each call joined with the requests that carried it; a request without a call is an event too. */
export const siteEvents = perEvidence((evidence): readonly SiteEvent[] =>
  joined(eventCalls(evidence), sentEvents(evidence)),
);

/** The same for lists that may still grow. */
export function eventsIn({
  documents,
  calls,
  requests,
}: Pick<Evidence, 'documents' | 'calls' | 'requests'>): SiteEvent[] {
  return joined(callsIn(calls, documents), sentIn(requests));
}

interface Joining extends SiteEvent {
  sent: SentEvent[];
}

function joined(calls: readonly EventCall[], requests: readonly SentEvent[]): SiteEvent[] {
  const events = calls.map((call): Joining => {
    const { at, event, canonical, eventId, properties, page, place } = call;
    return { at, event, canonical, eventId, properties, page, place, call, sent: [] };
  });
  const called = new Lines();
  for (const [index, event] of events.entries()) called.add(event, index);
  const orphans: Joining[] = [];
  const uncalled = new Lines();
  for (const sent of requests) {
    // The owner is the call with that event and event_id, on that page if possible; otherwise a call of that event, or another
    // request with the same event and event_id that has no call either.
    const owner = called.ofPage(sent) ?? called.ofId(sent) ?? called.ofName(sent) ?? uncalled.ofId(sent);
    if (!owner) {
      const { at, event, canonical, eventId, properties, page, place } = sent;
      const orphan = { at, event, canonical, eventId, properties, page, place, sent: [sent] };
      uncalled.add(orphan, orphans.length);
      orphans.push(orphan);
      continue;
    }
    if (owner.sent.length === 0) {
      const isRenamed = owner.eventId !== sent.eventId;
      Object.assign(owner, { eventId: sent.eventId, place: sent.place });
      if (isRenamed) called.addId(owner, events.indexOf(owner));
    }
    owner.sent.push(sent);
  }
  return [...events, ...orphans].sort((a, b) => a.at - b.at);
}

/**
 * Events by name, by name and event_id, and by both with their page: a visit can have thousands, too many to compare each request
 * with all of them.
 */
class Lines {
  readonly #byName = new Map<string, Line>();
  readonly #byId = new Map<string, Line>();
  readonly #byPage = new Map<string, Line>();

  add(event: Joining, index: number): void {
    lineOf(this.#byName, event.canonical).add(event, index);
    this.addId(event, index);
  }

  /** For an event whose id has changed: it no longer counts in the line of the old one. */
  addId(event: Joining, index: number): void {
    lineOf(this.#byId, idKey(event)).add(event, index);
    lineOf(this.#byPage, pageKey(event)).add(event, index);
  }

  ofName({ canonical, pixel }: SentEvent): Joining | undefined {
    return this.#byName.get(canonical)?.first(pixel, () => true);
  }

  ofId(sent: SentEvent): Joining | undefined {
    return this.#byId.get(idKey(sent))?.first(sent.pixel, ({ eventId }) => eventId === sent.eventId);
  }

  ofPage(sent: SentEvent): Joining | undefined {
    return this.#byPage.get(pageKey(sent))?.first(sent.pixel, ({ eventId }) => eventId === sent.eventId);
  }
}

type Named = Pick<SiteEvent, 'canonical' | 'eventId' | 'page'>;

function idKey({ canonical, eventId }: Named): string {
  return JSON.stringify([canonical, eventId]);
}

function pageKey({ canonical, eventId, page }: Named): string {
  return JSON.stringify([canonical, eventId, page]);
}

function lineOf(lines: Map<string, Line>, key: string): Line {
  const line = lines.get(key) ?? new Line();
  lines.set(key, line);
  return line;
}

/** Events in order, and for each pixel how many of the first ones no longer wait for a request to it. */
class Line {
  readonly #events: { event: Joining; index: number }[] = [];
  readonly #done = new Map<string, number>();

  add(event: Joining, index: number): void {
    const last = this.#events.at(-1);
    this.#events.push({ event, index });
    if (last === undefined || last.index < index) return;
    this.#events.sort((a, b) => a.index - b.index);
    this.#done.clear();
  }

  /** The first event that waits for a request to a pixel. One that no longer waits never will again, so each is skipped once. */
  first(pixel: string, isOwn: (event: Joining) => boolean): Joining | undefined {
    let done = this.#done.get(pixel) ?? 0;
    const isWaiting = ({ event }: { event: Joining }) => isOpen(event, pixel) && isOwn(event);
    while (done < this.#events.length && !isWaiting(this.#events[done]!)) done += 1;
    this.#done.set(pixel, done);
    return this.#events[done]?.event;
  }
}

/** Whether an event may have a request to a pixel that is not known yet. */
function isOpen({ call, sent }: Joining, pixel: string): boolean {
  return (!call?.pixel || call.pixel === pixel) && !sent.some((already) => already.pixel === pixel);
}

/** An event's properties as TikTok received them; if it was not sent, as they were passed to the call. */
export function propertiesOf({ sent, properties }: SiteEvent): Record<string, unknown> {
  return sent[0]?.properties ?? properties;
}

/** Equal for an event and its copies, by name and event_id. */
export function eventKey({ canonical, eventId }: Pick<SentEvent, 'canonical' | 'eventId'>): string {
  return `${canonical} ${String(eventId)}`;
}

/** What the site's server sent to the Events API because of this visit, one entry for each event. */
export const receivedEvents = perEvidence((evidence): readonly ReceivedEvent[] =>
  received(evidence.server.requests, serverRequests(evidence)),
);

/** The same for requests that may not be complete yet. */
export function receivedIn({ requests }: Evidence['server']): ReceivedEvent[] {
  return received(requests, decodedOnServer(requests));
}

/** The events in each request of the server, by the request's index. */
export const serverRequests = perEvidence(({ server }) => decodedOnServer(server.requests));

type ServerRequests = Evidence['server']['requests'];

function decodedOnServer(requests: ServerRequests): readonly ServerEvent[][] {
  return requests.map(({ url, body }) => decodeServerRequest(url, body));
}

function received(requests: ServerRequests, decoded: readonly ServerEvent[][]): ReceivedEvent[] {
  return requests.flatMap((request, index) => {
    const { code, message } = record(request.answer);
    const answer = { code: typeof code === 'number' ? code : request.status, message: text(message) };
    const failed = failedItems(request.answer);
    const body = `/server/requests/${index}/body`;
    const events = decoded[index]!.map((event, item) => ({
      ...event,
      at: request.at,
      request: index,
      answer,
      // A call without an answer has status 0, which is not a code.
      taken: code === CODES.ok.code || (code === CODES.partial.code && !failed.has(item)),
      place: body + event.place,
      places: Object.fromEntries(Object.entries(event.places).map(([field, place]) => [field, body + place])),
    }));
    // An item without members is not an event; the service refuses it.
    return events.filter(({ place, places }) =>
      Object.values(places).some((own) => own.startsWith(`${place}/`)),
    );
  });
}

/** Indexes of the events that an answer names as failed: the service can accept a legacy batch in part. */
function failedItems(answer: unknown): Set<number> {
  const { failed_events: failed } = record(record(answer).data);
  const items = Array.isArray(failed) ? failed.map((one) => record(one).order_in_batch) : [];
  return new Set(items.filter((index) => typeof index === 'number'));
}
