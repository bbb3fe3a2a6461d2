import { byArrival, type EventCopy, keyOf, type Side } from './copy.ts';
import type { Group } from './kept.ts';

// Which copies belong to one conversion, within a key.

/** What a copy says about its conversion; undefined for what it does not say. */
export interface Content {
  order: string | undefined;
  value: number | undefined;
  currency: string | undefined;
}

/** How a story seen only in the browser and one seen only on the server were recognised as one. */
export type Link = 'name-mismatch' | 'pixel-mismatch' | 'ttp' | 'amount' | 'near';

/** A conversion being put together. */
export interface Story<C extends EventCopy> {
  copies: C[];
  groups: Group<C>[];
  content: Content;
  displacedBy?: C;
  /** What the other side says about the same keys. */
  conflicts: Content[];
  link?: Link;
}

export function contentOf({ order, value, currency }: EventCopy): Content {
  return {
    order: order || undefined,
    value: Number.isFinite(value) ? value : undefined,
    currency: currency?.toUpperCase() || undefined,
  };
}

export function contradicts(a: Content, b: Content): boolean {
  const differs = (field: keyof Content) =>
    a[field] !== undefined && b[field] !== undefined && a[field] !== b[field];
  if (a.order !== undefined && b.order !== undefined) return a.order !== b.order;
  return differs('value') || differs('currency');
}

export function completed(content: Content, by: Content): Content {
  return {
    order: content.order ?? by.order,
    value: content.value ?? by.value,
    currency: content.currency ?? by.currency,
  };
}

function tellOf<C extends EventCopy>(copy: C, groups: Group<C>[]): Story<C> {
  return { copies: [copy], groups, content: contentOf(copy), conflicts: [] };
}

export function absorb<C extends EventCopy>(story: Story<C>, other: Story<C>): void {
  story.copies.push(...other.copies);
  story.groups.push(...other.groups);
  story.content = completed(story.content, other.content);
  story.conflicts.push(...other.conflicts);
  if (!story.displacedBy && other.displacedBy) story.displacedBy = other.displacedBy;
}

/** One story for each content of a group; a group continues the previous one under its key unless it contradicts it. */
export function tellApart<C extends EventCopy>(groups: Group<C>[]): Story<C>[] {
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

/** The kept copy's story with all that does not contradict it, then the others, by order or else by value and currency. */
function storiesIn<C extends EventCopy>(group: Group<C>): [Story<C>, ...Story<C>[]] {
  const own = tellOf(group.kept, [group]);
  const others = new Map<string, Story<C>>();
  // Merged copies first: TikTok adds their data to the event, and ignores that of dropped ones.
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
  // The browser gives one value and the server another: one conversion is as likely as two.
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
export function sideOf({ copies }: Story<EventCopy>): Side | undefined {
  const side = copies[0]!.side;
  return copies.every((copy) => copy.side === side) ? side : undefined;
}

function areOpposite(a: Story<EventCopy>, b: Story<EventCopy>): boolean {
  const [one, other] = [sideOf(a), sideOf(b)];
  return one !== undefined && other !== undefined && one !== other;
}
