import { byArrival, type EventCopy, keyOf } from './copy.ts';

// What TikTok keeps.

/** Browser and server copies up to this far apart are merged: the first is kept and enriched. Inclusive. */
export const MERGE_WINDOW_MS = 5 * 60_000;

/** Later copies up to this far from the first are not counted. Inclusive. */
export const DROP_WINDOW_MS = 48 * 3_600_000;

/** The copies that TikTok treats as one event. They are the objects passed in, in order of arrival. */
export interface Group<C extends EventCopy = EventCopy> {
  /** The first copy, which counts. */
  kept: C;
  /** Copies from the other side within 5 minutes, which enrich the first. */
  merged: C[];
  /** Copies that TikTok drops. */
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

/** undefined: the window has passed, so the copy counts. */
function roleBeside(kept: EventCopy, copy: EventCopy): 'merged' | 'dropped' | undefined {
  const later = copy.at - kept.at;
  if (later > DROP_WINDOW_MS) return undefined;
  return copy.side !== kept.side && later <= MERGE_WINDOW_MS ? 'merged' : 'dropped';
}
