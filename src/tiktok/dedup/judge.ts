import { byArrival, type EventCopy, idOf, keyOf, nameOf, type Side } from './copy.ts';
import { DROP_WINDOW_MS, type Group } from './kept.ts';
import { addAmounts, amountOf, amountOfGroup, type Money } from './money.ts';
import type { Story } from './story.ts';

// What became of each conversion.

/**
 * - single: one copy, counted once, and no other was expected
 * - deduplicated: several copies, counted once
 * - double-counted: one conversion under several ids or none, counted as often
 * - outside-window: one key, more than 48 hours apart, counted again
 * - name-mismatch: one id and pixel, but the sides name different events: both counted
 * - pixel-mismatch: one id and event, but the sides name different pixels: both counted
 * - id-reused: dropped as a copy of another conversion, whose key it carries
 * - lost: an expected side never sent it; the copies that arrived are counted
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
 * - values-differ: one key, but the sides give different values and no order: one conversion, or two, one of which is lost
 * - look-alike: other ids and other contents on both sides, within 5 minutes: one conversion counted twice, or two
 */
export type Doubt = 'ttp' | 'values-differ' | 'look-alike';

/** One conversion of the site, as far as its copies show. */
export interface Conversion<C extends EventCopy = EventCopy> extends Money {
  outcome: Outcome;
  /** Set if and only if the outcome is uncertain. */
  doubt?: Doubt;
  /** Canonical name and pixel of the first copy. */
  event: string;
  pixel: string;
  /** All its copies, in order of arrival. */
  copies: C[];
  /** How it is counted; empty if it is dropped altogether. The first group is correct, the others are excess. */
  groups: Group<C>[];
  /** The sides that were expected and never sent it, whatever the outcome. */
  missing: Side[];
  /** id-reused: the kept copy of the other conversion. */
  displacedBy?: C;
}

/** Which sides should send an event, by its canonical name and pixel. */
export type Expects = (event: string, pixel: string) => readonly Side[];

export function judge<C extends EventCopy>(story: Story<C>, expects: Expects): Conversion<C> {
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

function doubtOf(story: Story<EventCopy>): Doubt | undefined {
  const { groups, link, conflicts } = story;
  if (groups.length <= 1) return conflicts.length > 0 ? 'values-differ' : undefined;
  const certain = groups.filter(({ kept }) => !mayBeFoundByTtp(kept, story));
  if (link === 'ttp' || certain.length <= 1) return 'ttp';
  return link === 'near' ? 'look-alike' : undefined;
}

/** Without an event_id, but with the cookie by which TikTok "will attempt" to deduplicate, of a copy that it did not drop. */
function mayBeFoundByTtp(server: EventCopy, { groups }: Story<EventCopy>): boolean {
  if (server.side !== 'server' || idOf(server) !== undefined || !server.ttp) return false;
  const taken = groups.flatMap(({ kept, merged }) => [kept, ...merged]);
  return taken.some(
    ({ side, ttp, at }) =>
      side === 'pixel' && ttp === server.ttp && Math.abs(at - server.at) <= DROP_WINDOW_MS,
  );
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
