import { byArrival, type EventCopy, idOf, nameOf, type Side } from './copy.ts';
import { DROP_WINDOW_MS, MERGE_WINDOW_MS } from './kept.ts';
import { absorb, contradicts, type Link, type Story, sideOf } from './story.ts';

// Which copies belong to one conversion, across keys.

/** How a story seen only in the browser and one seen only on the server are recognised as one; the strongest sign comes first. */
const LINKS: readonly {
  link: Link;
  /** Between their first copies, inclusive. */
  within: number;
  /** What both must share; undefined if they must not be linked in this way. */
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
    // Also for a story dropped under a reused key: the other side may have saved it.
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

/** Stories with one order are one; then the links pair those seen on one side only. In order of their first copies. */
export function joinAcrossKeys<C extends EventCopy>(stories: Story<C>[]): Story<C>[] {
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
 * Pairs each story with the oldest of the other side that is still unpaired and does not name another order. Each is in two
 * queues: one for its order, or for none, and one for all.
 */
function paired<C extends EventCopy>(stories: Story<C>[], how: (typeof LINKS)[number]): Story<C>[] {
  const sides = new Set(stories.map(sideOf));
  if (!sides.has('pixel') || !sides.has('server')) return stories;
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
    // Nearness alone proves nothing if the contents differ.
    if (how.link !== 'near' || contradicts(partner.content, story.content)) partner.link = how.link;
    absorb(partner, story);
    return true;
  });
  const without = new Set(absorbed);
  return stories.filter((story) => !without.has(story));
}

/** The head of the queue, if any, after removing those whose time has passed. */
function oldest<T>(queue: T[], isOver: (item: T) => boolean): T[] {
  while (queue.length > 0 && isOver(queue[0]!)) queue.shift();
  return queue.slice(0, 1);
}
