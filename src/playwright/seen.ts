import { RULE_BY_ID } from '../rules/index.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';
import { nearMissOf } from '../tiktok/near-miss.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { differences, json } from './matching.ts';
import type { TtqEvent } from './ttq.ts';

/** The event that a matcher waits for. */
export interface EventWanted {
  event: string;
  params: Record<string, unknown>;
  times?: number;
  eventId?: string | RegExp | true;
  pixel?: string;
}

/** An event that was seen. `copies`: where it was sent, once for each copy. */
export interface Seen
  extends Pick<TtqEvent, 'event' | 'canonical' | 'eventId' | 'params' | 'page' | 'source'> {
  copies: string[];
}

/** How an event differs from the one wanted, the nearest first; `name`: it is another event. */
const LACKS = ['none', 'params', 'event-id', 'pixel', 'sent', 'near-name', 'name'] as const;
type Lack = (typeof LACKS)[number];

interface Compared {
  one: Seen;
  lack: Lack;
  why: string[];
}

interface Match {
  isMet: boolean;
  /** Those that are what is wanted, in order. */
  met: Seen[];
  /** How many copies each receiver got. */
  counts: ReadonlyMap<string, number>;
  /** The event closest to it, unless it is a different one altogether. */
  nearest: Compared | undefined;
}

/** How the events seen compare with the one wanted. */
export function match(seen: readonly Seen[], wanted: EventWanted): Match {
  const rank = ({ lack, why }: Compared) => LACKS.indexOf(lack) * 100 + why.length;
  const all = seen.map((one) => compared(one, wanted)).sort((one, other) => rank(one) - rank(other));
  const met = all.flatMap(({ lack, one }) => (lack === 'none' ? [one] : []));
  const copies = met.flatMap((one) => receivers(one, wanted));
  const counts = new Map([...Map.groupBy(copies, (copy) => copy)].map(([copy, same]) => [copy, same.length]));
  const { times } = wanted;
  return {
    isMet: counts.size > 0 && (times === undefined || [...counts.values()].every((count) => count === times)),
    met,
    counts,
    nearest: all.find(({ lack }) => lack !== 'name'),
  };
}

function receivers({ copies }: Seen, { pixel }: EventWanted): string[] {
  return copies.filter((copy) => pixel === undefined || copy === pixel);
}

function compared(one: Seen, wanted: EventWanted): Compared {
  const canonical = canonicalEvent(wanted.event);
  if (one.canonical !== canonical) {
    const meant = nearMissOf(one.event);
    if (meant === undefined || canonicalEvent(meant) !== canonical) return { one, lack: 'name', why: [] };
    return { one, lack: 'near-name', why: [`${one.event} is not a name of TikTok's; ${meant} is`] };
  }
  if (one.copies.length === 0) return { one, lack: 'sent', why: ['it was called and not sent'] };
  if (receivers(one, wanted).length === 0)
    return { one, lack: 'pixel', why: [`pixel: found ${one.copies.join(', ')}; wanted ${wanted.pixel}`] };
  const params = differences(one.params, wanted.params);
  if (params.length > 0) return { one, lack: 'params', why: params };
  const id = idDifference(one.eventId, wanted.eventId);
  return id === undefined ? { one, lack: 'none', why: [] } : { one, lack: 'event-id', why: [id] };
}

function idDifference(found: unknown, wanted: EventWanted['eventId']): string | undefined {
  if (wanted === undefined) return undefined;
  const shown = isMissing(found) ? 'nothing' : json(found);
  if (wanted === true) return isMissing(found) ? `event_id: found ${shown}; wanted one` : undefined;
  const isRight =
    typeof wanted === 'string' ? found === wanted : typeof found === 'string' && wanted.test(found);
  return isRight ? undefined : `event_id: found ${shown}; wanted ${json(wanted)}`;
}

/** An event in one line. */
function shownEvent({ event, eventId, params, page }: Seen): string {
  const given = Object.entries(params).map(([name, value]) => `${name}: ${json(value)}`);
  const id = isMissing(eventId) ? [] : [`event_id: ${json(eventId)}`];
  const all = [...given, ...id].join(', ');
  return `${event}${all === '' ? '' : ` { ${all} }`} on ${page}`;
}

interface UnmetExpectation {
  title: string;
  wanted: EventWanted;
  /** Masked. */
  seen: readonly Seen[];
  /** What broke the visit. */
  problem: string | undefined;
  /** Who was to send it. */
  side: 'browser' | 'server';
  /** Whether the site's server is not followed at all. */
  isUnfollowed: boolean;
  /** Whether any page has called `ttq`, or asked TikTok for anything. */
  hasPixel: boolean;
  timeout: number;
}

/** What a matcher for events says where it fails: what was expected, what was seen instead, the nearest first, and what to do. */
export function seenFailure({
  title,
  wanted,
  seen,
  problem,
  side,
  isUnfollowed,
  hasPixel,
  timeout,
}: UnmetExpectation): string {
  const { counts, nearest, met } = match(seen, wanted);
  const isBare = side === 'browser' && !hasPixel;
  const all = [...Map.groupBy(seen, ({ event }) => event)].map(([event, same]) => times(event, same.length));
  const none = isBare ? 'no event at all: no page has the pixel' : 'no event at all';
  const inAll = all.length === 0 ? none : all.join(', ');
  return [
    title,
    '',
    line('Expected', wantedText(wanted)),
    ...(nearest ? [line('Seen', shownEvent(nearest.one)), ...nearest.why.map((why) => line('', why))] : []),
    ...[...counts].map(([receiver, count]) =>
      line('', `found it ${count === 1 ? 'once' : `${count} times`} at ${receiver}`),
    ),
    ...calledLines(met.length > 0 ? met : nearest ? [nearest.one] : []),
    line(nearest ? 'In all' : 'Seen', inAll),
    // What broke the visit says itself what to do.
    problem === undefined
      ? line('Do', isUnfollowed ? UNFOLLOWED : isBare ? NO_PIXEL.fix : fixFor(nearest?.lack, side))
      : line('Problem', problem),
    line('Waited', `${timeout} ms`),
  ].join('\n');
}

function wantedText({ event, params, times: count, eventId, pixel }: EventWanted): string {
  return [
    `${event}${Object.keys(params).length > 0 ? ` with ${json(params)}` : ''}`,
    ...(eventId === undefined ? [] : [eventId === true ? 'with an event_id' : `event_id ${json(eventId)}`]),
    ...(pixel === undefined ? [] : [`to pixel ${pixel}`]),
    count === undefined ? 'at least once' : `exactly ${count === 1 ? 'once' : `${count} times`}`,
  ].join(', ');
}

function times(what: string, count: number): string {
  return count === 1 ? what : `${what} ${count} times`;
}

/** Text that ends in `url:line:column` would be read as a line of a stack. */
function placeOf(source: string): string {
  const [, url, position] = /^(.*?):(\d+:\d+)$/.exec(source) ?? [];
  return url === undefined ? source : `at line ${position} of ${url}`;
}

function line(name: string, text: string): string {
  return `${name === '' ? '' : `${name}:`}`.padEnd(10) + text;
}

/** Where the page called each of some events; equal ones once. */
function calledLines(events: readonly Seen[]): string[] {
  const places = new Set(events.flatMap(({ source }) => (source === undefined ? [] : [placeOf(source)])));
  return [...places].map((place, index) => line(index === 0 ? 'Called' : '', place));
}

/** What a matcher with `.not` says where it fails. */
export function unwantedFailure(title: string, expected: string, seen: Seen | undefined): string {
  return [
    title,
    '',
    line('Expected', expected),
    ...(seen ? [line('Seen', shownEvent(seen)), ...calledLines([seen])] : []),
  ].join('\n');
}

/** The rule that says what to do where no page has the pixel. */
const NO_PIXEL = RULE_BY_ID.get('pixel/on-every-page')!;

const UNFOLLOWED =
  'The calls of the server are not followed: set ttqTarget.eventsApi, and start the site with siteEnvironment(ttqTarget), as docs/playwright.md says.';

/** The rule that says what to do. */
const RULE_FOR: Record<Exclude<Lack, 'params'>, string> = {
  none: 'event/not-repeated',
  'event-id': 'event-id/present',
  pixel: 'pixel/expected-id',
  sent: 'event/sent',
  'near-name': 'event/standard-where-custom-was-used',
  name: 'event/expected',
};

/** Where the site's server was to send it, and not its pages. */
const RULE_FOR_SERVER: Record<Lack, string> = {
  ...RULE_FOR,
  params: 'events-api/parameters-agree',
  'event-id': 'event-id/matches-server',
  name: 'events-api/sent-for-each-conversion',
};

function fixFor(lack: Lack = 'name', side: UnmetExpectation['side']): string {
  if (side === 'server') return RULE_BY_ID.get(RULE_FOR_SERVER[lack])!.fix;
  if (lack === 'params')
    return 'Pass what the visitor did in the properties of the call, the second argument of ttq.track.';
  return RULE_BY_ID.get(RULE_FOR[lack])!.fix;
}
