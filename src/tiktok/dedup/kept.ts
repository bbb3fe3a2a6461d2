import { byArrival, type EventCopy, keyOf } from './copy.ts';

// What TikTok keeps.

/** Browser and server copies up to this far apart are merged: the first is kept and enriched. Inclusive. */
export const MERGE_WINDOW_MS = 5 * 60_000;

/** Later copies up to this far from the first are not counted. Inclusive. */
export const DROP_WINDOW_MS = 48 * 3_600_000;

/** What TikTok makes one event of. The copies are the objects handed in, in order of arrival. */
export interface Group<C extends EventCopy = EventCopy> {
  /** The first, and the one that counts. */
  kept: C;
  /** From the other side within 5 minutes: they enrich the first. */
  merged: C[];
  /** Thrown away. */
  dropped: C[];
}

export function keepFirsts<C extends EventCopy>(copies: readonly C[]): Group<C>[] {
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
