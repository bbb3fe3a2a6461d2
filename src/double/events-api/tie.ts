import { decodeServerRequest, type ServerEvent } from '../../tiktok/events-api/decode.ts';
import type { Fault } from '../../tiktok/events-api/faults.ts';
import { record } from '../../tiktok/pixel-request.ts';
import type { LoggedCall } from './call.ts';
import { type LogEntry, VISIT_KEYS, type VisitKey } from './run-log.ts';

/** What ties a call to its visit: the request that caused it, or a key in its content. */
export type TiedBy = 'request' | VisitKey;

/** A visit according to the log. Times are epoch milliseconds. */
export interface KnownVisit {
  id: string;
  from: number;
  /** Missing while it lasts. */
  to?: number;
  keys: Record<VisitKey, Set<string>>;
  /** Faults for its first calls, in order. */
  faults: readonly Fault[];
}

export interface Tie {
  visit: string;
  by: TiedBy;
}

/** Why a call cannot be tied: nothing in it matches a visit, or it matches several equally well. */
export type Untied = 'no-visit' | 'several-visits';

/** The visits of a run. */
export function visitsIn(entries: readonly LogEntry[]): KnownVisit[] {
  const visits = new Map<string, KnownVisit>();
  for (const entry of entries) {
    if (entry.type === 'begin') {
      const keys = Object.fromEntries(VISIT_KEYS.map((key) => [key, new Set<string>()]));
      const { visit: id, at: from, faults = [] } = entry;
      visits.set(id, { id, from, keys: keys as KnownVisit['keys'], faults });
    } else if (entry.type === 'key') visits.get(entry.visit)?.keys[entry.key].add(entry.value);
    else if (entry.type === 'end') Object.assign(visits.get(entry.visit) ?? {}, { to: entry.at });
  }
  return [...visits.values()];
}

/**
 * Ties each event of a call to a visit. A call without readable events counts as one event.
 *
 * A call belongs to the visit whose request caused it. But another visit's request may flush a queue: if nothing in an event
 * matches the visit, and something matches exactly one other, it belongs to that one.
 *
 * @param request the visit whose request caused the call, if known
 */
export function tieCall(
  { at, url, body }: LoggedCall,
  request: string | undefined,
  visits: readonly KnownVisit[],
): (Tie | Untied)[] {
  const events: (ServerEvent | undefined)[] = decodeServerRequest(url, body);
  return (events.length > 0 ? events : [undefined]).map((event) => {
    const content = event === undefined ? 'no-visit' : tieContent(keysOf(event), at, visits);
    if (request === undefined) return content;
    const own = visits.find(({ id }) => id === request);
    const isOwn = !event || !own || strength(own, keysOf(event)) > USER_AGENT_ALONE;
    const isOthers = typeof content === 'object' && content.visit !== request && content.by !== 'user-agent';
    return !isOwn && isOthers ? content : { visit: request, by: 'request' };
  });
}

/** The part of a call that belongs to a visit; undefined if none does. */
export function shareOf(visit: string, call: LoggedCall, ties: (Tie | Untied)[]): LoggedCall | undefined {
  const own = ties.filter((tie): tie is Tie => typeof tie === 'object' && tie.visit === visit);
  if (own.length === 0) return undefined;
  const tied = { ...call, tiedBy: own[0]!.by };
  const isShared = ties.some((tie) => typeof tie === 'object' && tie.visit !== visit);
  if (!isShared) return tied;
  // A queue may send the events of several visits at once.
  const isOwn = (index: number) => own.includes(ties[index] as Tie);
  return { ...tied, body: withEvents(call.body, isOwn), otherEvents: ties.length - own.length };
}

/** The visit to which a whole call belongs, for counts by visit. */
export function ownerOf(ties: (Tie | Untied)[]): string | undefined {
  return ties.find((tie) => typeof tie === 'object')?.visit;
}

type EventKeys = Record<VisitKey, string>;

function keysOf({ eventId, user }: ServerEvent): EventKeys {
  return {
    'click-id': user.clickId,
    'event-id': typeof eventId === 'string' || typeof eventId === 'number' ? String(eventId) : '',
    ttp: user.ttp,
    'user-agent': user.userAgent,
  };
}

/** The visit that matches best: the more reliable key wins, whatever the others say. */
function tieContent(keys: EventKeys, at: number, visits: readonly KnownVisit[]): Tie | Untied {
  const begun = visits.filter(({ from }) => from <= at);
  const best = Math.max(0, ...begun.map((visit) => strength(visit, keys)));
  if (best === 0) return 'no-visit';
  // A visit that is over may own the call, too: then the call is late, and belongs to no other.
  const fitting = begun.filter((visit) => strength(visit, keys) === best);
  const open = fitting.filter(({ to }) => to === undefined || at <= to);
  if (open.length !== 1) return open.length === 0 ? 'no-visit' : 'several-visits';
  const [visit] = open;
  return { visit: visit!.id, by: VISIT_KEYS.find((key) => visit!.keys[key].has(keys[key]))! };
}

const USER_AGENT_ALONE = 1;

/** One binary digit for each key, the most reliable first: greater is stronger, and equal numbers decide nothing. */
function strength(visit: KnownVisit, keys: EventKeys): number {
  return VISIT_KEYS.reduce((sum, key) => sum * 2 + (visit.keys[key].has(keys[key]) ? 1 : 0), 0);
}

function withEvents(body: unknown, isOwn: (index: number) => boolean): unknown {
  const { data, batch } = record(body);
  const own = (events: unknown[]) => events.filter((_event, index) => isOwn(index));
  if (Array.isArray(data) && data.length > 0) return { ...record(body), data: own(data) };
  return Array.isArray(batch) ? { ...record(body), batch: own(batch) } : body;
}
