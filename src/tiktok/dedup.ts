import { canonicalEvent } from './event-names.ts';
import { isMissing } from './pixel-request.ts';

/**
 * What TikTok counts of the copies of events that a site's browsers and servers send, and what became of each conversion.
 *
 * Source: TikTok help centre, "About event deduplication" (May 2025; the `_ttp` sentence as of December 2023 and May 2024).
 * Where it says nothing, this file reads it so:
 *
 * - Both windows run from the copy that was kept, not from the last copy seen, and end inclusively: the words are "within"
 *   and "after 5 minutes". A copy at exactly 5 minutes is merged, at exactly 48 hours dropped, one millisecond later counted.
 * - A copy's role follows from the kept copy alone: a second server copy within 5 minutes of the browser's is merged as well.
 * - Whether CompletePayment on one side meets Purchase on the other is documented nowhere. They are taken for one event, as
 *   are all names that the SDK replaces.
 * - Ids are compared as text: a number stays a number on the pixel's wire, and the Events API refuses it, so that a site that
 *   counts its orders must send text from the server at least.
 */

/** Browser and server copies up to this far apart are merged: the first is kept and enriched. Inclusive. */
export const MERGE_WINDOW_MS = 5 * 60_000;

/** Later copies up to this far from the first are not counted. Inclusive. */
export const DROP_WINDOW_MS = 48 * 3_600_000;

export type Side = 'pixel' | 'server';

/** One event as it reached TikTok. Leave out what TikTok refused, and the events the SDK sends unasked. */
export interface EventCopy {
  side: Side;
  /** When TikTok received it, not when it happened: the windows are of arrival. Finite milliseconds, one clock for all. */
  at: number;
  pixel: string;
  /** In any spelling. */
  event: string;
  /** As sent. Empty, null or undefined: it has none, and is never deduplicated by key. */
  eventId: unknown;
  /** The `_ttp` cookie; empty is none. */
  ttp?: string;
  value?: number;
  /** In any case; empty is none. */
  currency?: string;
  /**
   * Which conversion it tells of, in the site's own words: the order number, else its contents, made into text by the caller in
   * one way for both sides. It outweighs value and currency; without it, these alone tell conversions apart.
   */
  order?: string;
  /** Where it stands in the evidence; unique, as it breaks ties. */
  place: string;
}

/** What TikTok makes one event of. The copies are the objects handed in, in order of arrival. */
export interface Group<C extends EventCopy = EventCopy> {
  /** The first, and the one that counts. */
  kept: C;
  /** From the other side within 5 minutes: they enrich the first. */
  merged: C[];
  /** Thrown away. */
  dropped: C[];
}

/**
 * - single: one copy, counted once, and no other was expected
 * - deduplicated: several copies, counted once
 * - double-counted: one conversion under several ids or none, counted as often
 * - outside-window: one key, more than 48 hours apart, counted again
 * - name-mismatch: one id and pixel, but the sides name different events: both counted
 * - pixel-mismatch: one id and event, but the sides name different pixels: both counted
 * - id-reused: thrown away as a copy of another conversion, whose key it carries
 * - lost: a side that was expected never came; what did come is counted
 * - uncertain: see Doubt
 */
export type Outcome =
  | 'single'
  | 'deduplicated'
  | 'double-counted'
  | 'outside-window'
  | 'name-mismatch'
  | 'pixel-mismatch'
  | 'id-reused'
  | 'lost'
  | 'uncertain';

/**
 * - ttp: the server's copy has no event_id but the browser's `_ttp`: TikTok "will attempt to deduplicate". Counted once or twice
 * - values-differ: one key, but the sides give different values and no order: one conversion, or two of which one is lost
 * - look-alike: other ids and other contents on both sides, within 5 minutes: one conversion counted twice, or two
 */
export type Doubt = 'ttp' | 'values-differ' | 'look-alike';

/** Exact decimal text by currency in upper case, '' where none was sent. Sorted; no entry where no value was sent. */
export type Amounts = Readonly<Record<string, string>>;

/** Money in an audit's words. `counted - excess + lost` is what the site earned, but for what is at risk. */
export interface Money {
  /** What TikTok counts, going by the keys. */
  counted: Amounts;
  /** The part of it that is counted again. */
  excess: Amounts;
  /** What TikTok throws away though it is a conversion of its own. */
  lost: Amounts;
  /** lost: counted on one side's word alone. uncertain: what may be counted again or thrown away. */
  atRisk: Amounts;
}

/** One conversion of the site, as far as its copies tell. */
export interface Conversion<C extends EventCopy = EventCopy> extends Money {
  outcome: Outcome;
  /** Set if and only if the outcome is uncertain. */
  doubt?: Doubt;
  /** Canonical name and pixel of the first copy. */
  event: string;
  pixel: string;
  /** All its copies, in order of arrival. */
  copies: C[];
  /** As what it is counted; none: it is thrown away altogether. The first is due, the others are excess. */
  groups: Group<C>[];
  /** The sides that were expected and never came, whatever the outcome. */
  missing: Side[];
  /** id-reused: the kept copy of the other conversion. */
  displacedBy?: C;
}

export interface Deduplication<C extends EventCopy = EventCopy> {
  groups: Group<C>[];
  conversions: Conversion<C>[];
  total: Money;
}

/** Which sides should send an event, by its canonical name and pixel. */
export type Expects = (event: string, pixel: string) => readonly Side[];

/**
 * Deduplicates as TikTok does, and judges each conversion.
 *
 * The order of the input is of no account: copies are taken by arrival, those of one moment the browser's first, then by place,
 * shorter first, then by code unit. O(n log n). A conversion of which no copy came at all leaves no trace here.
 *
 * What TikTok keeps is right for any copies. What is one conversion, where the keys do not say so, is judged for one visitor's:
 * among many, two strangers' equal orders would pass for one.
 *
 * @param expects none by default, so that nothing is lost
 * @throws RangeError if a copy's `at` is no finite number
 */
export function deduplicate<C extends EventCopy>(
  copies: readonly C[],
  expects: Expects = () => [],
): Deduplication<C> {
  for (const { at, place } of copies) {
    if (!Number.isFinite(at)) throw new RangeError(`at of ${place} is ${at}; wanted finite milliseconds`);
  }
  const groups = keepFirsts(copies);
  const conversions = joinAcrossKeys(tellApart(groups)).map((story) => judge(story, expects));
  const sum = (field: keyof Money) => addAmounts(conversions.map((conversion) => conversion[field]));
  const total = {
    counted: sum('counted'),
    excess: sum('excess'),
    lost: sum('lost'),
    atRisk: sum('atRisk'),
  };
  return { groups, conversions, total };
}

/** Pixel, canonical event and event_id, as text; undefined without an event_id: nothing is deduplicated by half a key. */
export function keyOf(copy: EventCopy): string | undefined {
  const id = idOf(copy);
  return id === undefined ? undefined : JSON.stringify([copy.pixel, canonicalEvent(copy.event), id]);
}

function idOf({ eventId }: EventCopy): string | undefined {
  if (isMissing(eventId)) return undefined;
  return typeof eventId === 'object' ? JSON.stringify(eventId) : String(eventId);
}

// What TikTok keeps.

function keepFirsts<C extends EventCopy>(copies: readonly C[]): Group<C>[] {
  const groups: Group<C>[] = [];
  const latest = new Map<string, Group<C>>();
  for (const copy of copies.toSorted(byArrival)) {
    const key = keyOf(copy);
    const group = key === undefined ? undefined : latest.get(key);
    const role = group && roleBeside(group.kept, copy);
    if (group && role) {
      group[role].push(copy);
      continue;
    }
    const fresh: Group<C> = { kept: copy, merged: [], dropped: [] };
    groups.push(fresh);
    if (key !== undefined) latest.set(key, fresh);
  }
  return groups;
}

/** undefined: the window is over, so the copy counts. */
function roleBeside(kept: EventCopy, copy: EventCopy): 'merged' | 'dropped' | undefined {
  const later = copy.at - kept.at;
  if (later > DROP_WINDOW_MS) return undefined;
  return copy.side !== kept.side && later <= MERGE_WINDOW_MS ? 'merged' : 'dropped';
}

function byArrival(a: EventCopy, b: EventCopy): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.side !== b.side) return a.side === 'pixel' ? -1 : 1;
  if (a.place.length !== b.place.length) return a.place.length - b.place.length;
  return a.place < b.place ? -1 : Number(a.place > b.place);
}

// Which copies tell of one conversion: first within a key, then across keys.

/** What a copy says of its conversion; undefined where it says nothing. */
interface Content {
  order: string | undefined;
  value: number | undefined;
  currency: string | undefined;
}

/** A conversion in the making. */
interface Story<C extends EventCopy> {
  copies: C[];
  groups: Group<C>[];
  content: Content;
  displacedBy?: C;
  /** What the other side says of the same keys. */
  conflicts: Content[];
  link?: Link;
}

function contentOf({ order, value, currency }: EventCopy): Content {
  return {
    order: order || undefined,
    value: Number.isFinite(value) ? value : undefined,
    currency: currency?.toUpperCase() || undefined,
  };
}

function contradicts(a: Content, b: Content): boolean {
  const differs = (field: keyof Content) =>
    a[field] !== undefined && b[field] !== undefined && a[field] !== b[field];
  if (a.order !== undefined && b.order !== undefined) return a.order !== b.order;
  return differs('value') || differs('currency');
}

function completed(content: Content, by: Content): Content {
  return {
    order: content.order ?? by.order,
    value: content.value ?? by.value,
    currency: content.currency ?? by.currency,
  };
}

function tellOf<C extends EventCopy>(copy: C, groups: Group<C>[]): Story<C> {
  return { copies: [copy], groups, content: contentOf(copy), conflicts: [] };
}

function absorb<C extends EventCopy>(story: Story<C>, other: Story<C>): void {
  story.copies.push(...other.copies);
  story.groups.push(...other.groups);
  story.content = completed(story.content, other.content);
  story.conflicts.push(...other.conflicts);
  if (!story.displacedBy && other.displacedBy) story.displacedBy = other.displacedBy;
}

/** One story for each content of a group; a group continues the one before it under its key unless it contradicts it. */
function tellApart<C extends EventCopy>(groups: Group<C>[]): Story<C>[] {
  const stories: Story<C>[] = [];
  const latest = new Map<string, Story<C>>();
  for (const group of groups) {
    const key = keyOf(group.kept);
    const [own, ...others] = storiesIn(group);
    const before = key === undefined ? undefined : latest.get(key);
    if (before && !contradicts(before.content, own.content)) absorb(before, own);
    else {
      stories.push(own);
      if (key !== undefined) latest.set(key, own);
    }
    stories.push(...others);
  }
  return stories;
}

/** The kept copy's story with all that does not contradict it, then the others: by order, else by value and currency. */
function storiesIn<C extends EventCopy>(group: Group<C>): [Story<C>, ...Story<C>[]] {
  const own = tellOf(group.kept, [group]);
  const others = new Map<string, Story<C>>();
  // The merged first: what they add is TikTok's idea of the event, what a dropped one says is not.
  for (const copy of [...group.merged, ...group.dropped]) {
    const content = contentOf(copy);
    const name = JSON.stringify(content.order ?? [content.value, content.currency]);
    const other = others.get(name);
    if (!contradicts(own.content, content)) absorb(own, tellOf(copy, []));
    else if (other) absorb(other, tellOf(copy, []));
    else others.set(name, { ...tellOf(copy, []), displacedBy: group.kept });
  }
  const rest = [...others.values()];
  for (const { copies } of rest) copies.sort(byArrival);
  // The browser says one value and the server another: as likely one conversion as two.
  const [other] = rest;
  if (rest.length === 1 && other && areOpposite(own, other) && !haveOrders(own, other)) {
    own.conflicts.push(other.content);
    own.copies.push(...other.copies);
    return [own];
  }
  return [own, ...rest];
}

function haveOrders(...stories: Story<EventCopy>[]): boolean {
  return stories.every(({ content }) => content.order !== undefined);
}

/** The side that all copies come from; undefined if both sides sent some. */
function sideOf({ copies }: Story<EventCopy>): Side | undefined {
  const side = copies[0]!.side;
  return copies.every((copy) => copy.side === side) ? side : undefined;
}

function areOpposite(a: Story<EventCopy>, b: Story<EventCopy>): boolean {
  const [one, other] = [sideOf(a), sideOf(b)];
  return one !== undefined && other !== undefined && one !== other;
}

type Link = 'name-mismatch' | 'pixel-mismatch' | 'ttp' | 'amount' | 'near';

/** How a story of the browser alone and one of the server alone are known for one; the strongest sign comes first. */
const LINKS: readonly {
  link: Link;
  /** Between their first copies, inclusive. */
  within: number;
  /** What both must share; undefined: not to be linked so. */
  shared(first: EventCopy, story: Story<EventCopy>): unknown[] | undefined;
}[] = [
  {
    link: 'name-mismatch',
    within: DROP_WINDOW_MS,
    shared: (first, { displacedBy }) =>
      displacedBy || idOf(first) === undefined ? undefined : [first.pixel, idOf(first)],
  },
  {
    link: 'pixel-mismatch',
    within: DROP_WINDOW_MS,
    shared: (first, { displacedBy }) =>
      displacedBy || idOf(first) === undefined ? undefined : [nameOf(first), idOf(first)],
  },
  {
    link: 'ttp',
    within: DROP_WINDOW_MS,
    shared: (first, { displacedBy }) =>
      displacedBy || !first.ttp || (first.side === 'server' && idOf(first) !== undefined)
        ? undefined
        : [first.pixel, nameOf(first), first.ttp],
  },
  {
    // Also for a story thrown away under a reused key: the other side may have saved it.
    link: 'amount',
    within: MERGE_WINDOW_MS,
    shared: (first, { content: { value, currency } }) =>
      value === undefined ? undefined : [first.pixel, nameOf(first), value, currency],
  },
  {
    link: 'near',
    within: MERGE_WINDOW_MS,
    shared: (first, { displacedBy }) => (displacedBy ? undefined : [first.pixel, nameOf(first)]),
  },
];

function nameOf({ event }: EventCopy): string {
  return canonicalEvent(event);
}

/** Stories with one order are one; then the links pair those of one side alone. In order of their first copies. */
function joinAcrossKeys<C extends EventCopy>(stories: Story<C>[]): Story<C>[] {
  const byOrder = new Map<string, Story<C>>();
  let left = stories
    .toSorted((a, b) => byArrival(a.copies[0]!, b.copies[0]!))
    .filter((story) => {
      const { order } = story.content;
      if (order === undefined) return true;
      const key = JSON.stringify([story.copies[0]!.pixel, nameOf(story.copies[0]!), order]);
      const before = byOrder.get(key);
      if (before) absorb(before, story);
      else byOrder.set(key, story);
      return !before;
    });
  for (const how of LINKS) left = paired(left, how);
  return left;
}

/**
 * Pairs each story with the oldest of the other side that still waits and does not name another order. Each waits in two
 * queues: with those of its order, or of none, and with all.
 */
function paired<C extends EventCopy>(stories: Story<C>[], how: (typeof LINKS)[number]): Story<C>[] {
  const queues = new Map<string, Story<C>[]>();
  const gone = new Set<Story<C>>();
  const queueOf = (bucket: unknown[], side: Side, line: string) => {
    const key = JSON.stringify([bucket, side, line]);
    const queue = queues.get(key) ?? [];
    queues.set(key, queue);
    return queue;
  };
  const absorbed = stories.filter((story) => {
    const first = story.copies[0]!;
    const { order } = story.content;
    const side = sideOf(story);
    const bucket = side && how.shared(first, story);
    if (!bucket) return false;
    const isOver = (other: Story<C>) => gone.has(other) || first.at - other.copies[0]!.at > how.within;
    const other = side === 'pixel' ? 'server' : 'pixel';
    const own = order === undefined ? 'none' : `order ${order}`;
    const [partner] = (order === undefined ? ['all'] : ['none', own])
      .flatMap((line) => oldest(queueOf(bucket, other, line), isOver))
      .sort((a, b) => byArrival(a.copies[0]!, b.copies[0]!));
    if (!partner) {
      for (const line of ['all', own]) queueOf(bucket, side, line).push(story);
      return false;
    }
    gone.add(partner);
    // Nearness alone is no proof where the contents differ.
    if (how.link !== 'near' || contradicts(partner.content, story.content)) partner.link = how.link;
    absorb(partner, story);
    return true;
  });
  const without = new Set(absorbed);
  return stories.filter((story) => !without.has(story));
}

/** The head of the queue, if any, once those whose time is over have left it. */
function oldest<T>(queue: T[], isOver: (item: T) => boolean): T[] {
  while (queue.length > 0 && isOver(queue[0]!)) queue.shift();
  return queue.slice(0, 1);
}

// What became of it.

function judge<C extends EventCopy>(story: Story<C>, expects: Expects): Conversion<C> {
  const copies = story.copies.sort(byArrival);
  const groups = story.groups.sort((a, b) => byArrival(a.kept, b.kept));
  const [first] = copies as [C];
  const sides = new Set(copies.map(({ side }) => side));
  const missing = expects(nameOf(first), first.pixel).filter((side) => !sides.has(side));
  const doubt = doubtOf(story);
  const outcome = doubt ? 'uncertain' : outcomeOf(story, missing);
  const counted = addAmounts(groups.map(amountOfGroup));
  const again = addAmounts(groups.slice(1).map(amountOfGroup));
  return {
    outcome,
    ...(doubt ? { doubt } : {}),
    event: nameOf(first),
    pixel: first.pixel,
    copies,
    groups,
    missing,
    ...(outcome === 'id-reused' ? { displacedBy: story.displacedBy! } : {}),
    counted,
    excess: doubt ? {} : again,
    lost: groups.length === 0 ? amountOf(story.content) : {},
    atRisk: addAmounts([
      doubt ? again : {},
      outcome === 'lost' ? counted : {},
      ...story.conflicts.map(amountOf),
    ]),
  };
}

function doubtOf({ groups, link, conflicts }: Story<EventCopy>): Doubt | undefined {
  if (groups.length > 1) return link === 'ttp' ? 'ttp' : link === 'near' ? 'look-alike' : undefined;
  return conflicts.length > 0 ? 'values-differ' : undefined;
}

function outcomeOf({ groups, link, displacedBy, copies }: Story<EventCopy>, missing: Side[]): Outcome {
  if (groups.length > 1) {
    if (link === 'name-mismatch' || link === 'pixel-mismatch') return link;
    const [key, ...others] = groups.map(({ kept }) => keyOf(kept));
    return key !== undefined && others.every((other) => other === key) ? 'outside-window' : 'double-counted';
  }
  if (displacedBy) return 'id-reused';
  if (missing.length > 0) return 'lost';
  return copies.length > 1 ? 'deduplicated' : 'single';
}

// Money, exactly.

/** The kept copy's, enriched with what only merged copies say, unless they contradict it. */
function amountOfGroup({ kept, merged }: Group): Amounts {
  const enrich = (known: Content, more: Content) =>
    contradicts(known, more) ? known : completed(known, more);
  return amountOf(merged.map(contentOf).reduce(enrich, contentOf(kept)));
}

function amountOf({ value, currency }: Content): Amounts {
  return value === undefined ? {} : addAmounts([{ [currency ?? '']: String(value) }]);
}

/** Adds by currency, without the noise of binary fractions: 0.1 and 0.2 make 0.3. No trailing zeros, no exponents. */
export function addAmounts(amounts: readonly Amounts[]): Amounts {
  const sums = new Map<string, Decimal>();
  for (const [currency, text] of amounts.flatMap((amount) => Object.entries(amount))) {
    sums.set(currency, plus(sums.get(currency) ?? [0n, 0], decimalOf(text)));
  }
  const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([currency, sum]) => [currency, textOf(sum)]));
}

/** Digits, and how many of them stand behind the point. */
type Decimal = [digits: bigint, scale: number];

/** @param text of a finite number, as JavaScript writes it: `-12.5`, `1e-7` */
function decimalOf(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return scaled([BigInt(whole + fraction), fraction.length - Number(exponent)], 0);
}

/** With at least so many digits behind the point. */
function scaled([digits, scale]: Decimal, least: number): Decimal {
  return scale >= least ? [digits, scale] : [digits * 10n ** BigInt(least - scale), least];
}

function plus(a: Decimal, b: Decimal): Decimal {
  const [[left, scale], [right]] = [scaled(a, b[1]), scaled(b, a[1])];
  return [left + right, scale];
}

function textOf([digits, scale]: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  return sign + text.slice(0, text.length - scale) + (scale > 0 && fraction ? `.${fraction}` : '');
}
