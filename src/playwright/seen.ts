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

/** An event that is not the one that is wanted, and why. */
interface Near {
  text: string;
  why: string[];
  lack: 'sent' | 'params' | 'event-id' | 'pixel' | 'name' | 'none';
}

interface Compared {
  isMet: boolean;
  /** How often each receiver got it. */
  counts: ReadonlyMap<string, number>;
  nearest: Near | undefined;
}

/** How what was seen compares with what is wanted. */
export function misses(seen: readonly Seen[], wanted: EventWanted): Compared {
  const near = seen.map((one) => compared(one, wanted)).sort((one, other) => rank(one) - rank(other));
  const hits = seen.filter((one) => compared(one, wanted).lack === 'none');
  const copies = hits.flatMap((one) => receivers(one, wanted));
  const counts = new Map([...Map.groupBy(copies, (copy) => copy)].map(([copy, all]) => [copy, all.length]));
  const { times } = wanted;
  const isMet =
    counts.size > 0 && (times === undefined || [...counts.values()].every((count) => count === times));
  return { isMet, counts, nearest: near[0] };
}

function receivers({ copies }: Seen, { pixel }: EventWanted): string[] {
  return copies.filter((copy) => pixel === undefined || copy === pixel);
}

const ORDER: readonly Near['lack'][] = ['none', 'params', 'event-id', 'pixel', 'sent', 'name'];

function rank({ lack, why }: Near): number {
  return ORDER.indexOf(lack) * 100 + why.length;
}

function compared(one: Seen, wanted: EventWanted): Near {
  const text = shownEvent(one);
  const canonical = canonicalEvent(wanted.event);
  if (one.canonical !== canonical) {
    const meant = nearMissOf(one.event);
    const isNear = meant !== undefined && canonicalEvent(meant) === canonical;
    return { text, lack: 'name', why: isNear ? [`${one.event} seems to mean ${meant}`] : ['', ''] };
  }
  if (one.copies.length === 0) return { text, lack: 'sent', why: ['it was called and not sent'] };
  if (receivers(one, wanted).length === 0)
    return { text, lack: 'pixel', why: [`it was sent to ${one.copies.join(', ')}; wanted ${wanted.pixel}`] };
  const params = differences(one.params, wanted.params);
  if (params.length > 0) return { text, lack: 'params', why: params };
  const id = idDifference(one.eventId, wanted.eventId);
  return id === undefined ? { text, lack: 'none', why: [] } : { text, lack: 'event-id', why: [id] };
}

function idDifference(found: unknown, wanted: EventWanted['eventId']): string | undefined {
  if (wanted === undefined) return undefined;
  const shown = isMissing(found) ? 'nothing' : json(found);
  if (wanted === true) return isMissing(found) ? `event_id: found ${shown}; wanted one` : undefined;
  const isRight =
    typeof wanted === 'string' ? found === wanted : typeof found === 'string' && wanted.test(found);
  return isRight ? undefined : `event_id: found ${shown}; wanted ${json(wanted)}`;
}

function shownEvent({ event, eventId, params, page }: Seen): string {
  const given = Object.entries(params).map(([name, value]) => `${name}: ${json(value)}`);
  const id = isMissing(eventId) ? [] : [`event_id: ${json(eventId)}`];
  const all = [...given, ...id].join(', ');
  return `${event}${all === '' ? '' : ` { ${all} }`} on ${page}`;
}

interface Telling {
  title: string;
  wanted: EventWanted;
  /** Masked. */
  seen: readonly Seen[];
  /** What broke the visit. */
  doubt: string | undefined;
  /** Whether the site's server is not followed at all. */
  isUnfollowed: boolean;
  timeout: number;
}

/** What a matcher for events says where it fails: what was expected, what was seen instead, the nearest first, and what to do. */
export function seenFailure({ title, wanted, seen, doubt, isUnfollowed, timeout }: Telling): string {
  const { counts, nearest } = misses(seen, wanted);
  const isNear = nearest !== undefined && (nearest.lack !== 'name' || nearest.why.length === 1);
  const first = isNear ? nearest : undefined;
  const others = Map.groupBy(seen, ({ event }) => event);
  const inWords = [...others].map(([event, all]) =>
    all.length === 1 ? event : `${event} ${all.length} times`,
  );
  const where = first && seen.find((one) => shownEvent(one) === first.text)?.source;
  return [
    title,
    '',
    line('Expected', wantedText(wanted)),
    ...(first ? [line('Seen', first.text), ...first.why.map((why) => line('', why))] : []),
    ...[...counts].map(([receiver, count]) =>
      line('', `sent to ${receiver} ${count} times; wanted ${wanted.times}`),
    ),
    ...(where === undefined ? [] : [line('Called', where)]),
    line(first ? 'In all' : 'Seen', inWords.length === 0 ? 'no event at all' : inWords.join(', ')),
    ...(doubt === undefined ? [] : [line('Problem', doubt)]),
    line('Do', fixFor(first?.lack, isUnfollowed)),
    line('Waited', `${timeout} ms`),
  ].join('\n');
}

function wantedText({ event, params, times, eventId, pixel }: EventWanted): string {
  return [
    `${event}${Object.keys(params).length > 0 ? ` with ${json(params)}` : ''}`,
    ...(eventId === undefined ? [] : [`event_id ${eventId === true ? 'of any kind' : json(eventId)}`]),
    ...(pixel === undefined ? [] : [`to pixel ${pixel}`]),
    times === undefined ? 'at least once' : `exactly ${times === 1 ? 'once' : `${times} times`}`,
  ].join(', ');
}

function line(name: string, text: string): string {
  return `${name === '' ? '' : `${name}:`}`.padEnd(10) + text;
}

function fixFor(lack: Near['lack'] | undefined, isUnfollowed: boolean): string {
  if (isUnfollowed)
    return 'The calls of the server are not followed: set ttqTarget.eventsApi, and start the site as docs/playwright.md says.';
  if (lack === 'none') return RULE_BY_ID.get('event/not-repeated')!.fix;
  if (lack === 'sent') return RULE_BY_ID.get('event/sent')!.fix;
  if (lack === 'event-id') return RULE_BY_ID.get('event-id/present')!.fix;
  if (lack === 'pixel') return RULE_BY_ID.get('pixel/expected-id')!.fix;
  if (lack === 'name') return RULE_BY_ID.get('event/standard-where-custom-was-used')!.fix;
  return RULE_BY_ID.get('event/expected')!.fix;
}
