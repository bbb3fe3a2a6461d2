import type { BlindSpot, Evidence, Part } from '../evidence/evidence.ts';

/** Why a part of the visit is not shown; undefined if it is. */
export function blindSpot({ recorder }: Pick<Evidence, 'recorder'>, part: Part): BlindSpot | undefined {
  return recorder.blind?.find((spot) => spot.part === part);
}

/** Why nothing can be said without some parts, and which ones are missing. */
export type Unseen = ({ inapplicable: string } | { inconclusive: string }) & { unseen: Part[] };

/**
 * The outcome for a rule that needs some parts; undefined if all of them are shown. A rule is inapplicable to files of a kind
 * that never shows a part, and inconclusive if only this file lacks it.
 */
export function unseenOf(needs: readonly Part[], evidence: Pick<Evidence, 'recorder'>): Unseen | undefined {
  if (!evidence.recorder.blind) return undefined;
  const spots = needs.flatMap((part) => blindSpot(evidence, part) ?? []);
  const [first] = spots;
  if (!first) return undefined;
  const never = spots.find(({ by }) => by === 'format');
  const unseen = spots.map(({ part }) => part);
  return never ? { inapplicable: never.why, unseen } : { inconclusive: first.why, unseen };
}

/** The same for a rule that looks for the visitor's name: when it was typed separates it from the site's own words. */
export function unseenNames(
  evidence: Pick<Evidence, 'recorder'>,
  { identity }: { identity: { firstName?: string; lastName?: string } },
): Unseen | undefined {
  return identity.firstName || identity.lastName ? unseenOf(['steps'], evidence) : undefined;
}
