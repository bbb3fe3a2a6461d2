import type { BlindSpot, Evidence, Part } from '../evidence/evidence.ts';

/** What is known of why a part of the visit is not shown; undefined where it is. */
export function blindSpot({ recorder }: Pick<Evidence, 'recorder'>, part: Part): BlindSpot | undefined {
  return recorder.blind?.find((spot) => spot.part === part);
}

/** Why nothing can be said without parts that are not shown, and which these are. */
export type Unseen = ({ inapplicable: string } | { inconclusive: string }) & { unseen: Part[] };

/**
 * What a rule comes to that cannot do without some parts; undefined where all of them are shown. What files of a kind never show
 * does not apply to them; what this one lacks leaves the question open.
 */
export function unseenOf(needs: readonly Part[], evidence: Pick<Evidence, 'recorder'>): Unseen | undefined {
  // Most evidence shows all.
  if (!evidence.recorder.blind) return undefined;
  const spots = needs.flatMap((part) => blindSpot(evidence, part) ?? []);
  const [first] = spots;
  if (!first) return undefined;
  const never = spots.find(({ by }) => by === 'format');
  const unseen = spots.map(({ part }) => part);
  return never ? { inapplicable: never.why, unseen } : { inconclusive: first.why, unseen };
}

/** The same for a rule that finds the visitor's name: when it was typed distinguishes it from the words of the site. */
export function unseenNames(
  evidence: Pick<Evidence, 'recorder'>,
  { identity }: { identity: { firstName?: string; lastName?: string } },
): Unseen | undefined {
  return identity.firstName || identity.lastName ? unseenOf(['steps'], evidence) : undefined;
}
