import type { Digest } from '../../views/digest.ts';
import type { Args } from '../rule.ts';
import { defineRunRule, ONE_VISIT, type RunVisit, type Sighting, sharedBy } from '../run-rule.ts';

export const externalIdOwn = defineRunRule({
  id: 'identity/external-id-own',
  severity: 'normal',
  needs: ['messages', 'steps'],
  title: 'An external id belongs to one person: different visitors do not share one',
  why: 'TikTok treats events with the same external id as those of one person. An id that every guest shares joins them all, and nobody can be matched.',
  fix:
    'Leave external_id out for visitors who are not signed in, or give each visitor an id of their own. If every visit signs in as the ' +
    "same customer before its first step, put that customer's id in the target's identity.externalId.",
  source:
    'TikTok Events API reference, "User data": an external_id belongs to one person; its own WooCommerce plugin sends "0" for every guest',
  messages: {
    shared: ({ id, visits }: Args<'id' | 'visits'>) =>
      `The same external id${id ? `, ${id},` : ''} was sent for the visitors of ${visits} visits, before any of them had entered their details`,
  },
  check(visits) {
    if (visits.length === 1) return ONE_VISIT;
    if (visits.every(({ digest }) => digest.externalIds.length === 0))
      return { inapplicable: 'No external id was sent before the visitor entered their details' };
    const shared = sharedBy(
      visits,
      ({ externalIds }) => externalIds,
      ({ hash, nobody }) => [nobody ?? hash],
    );
    if (shared.length === 0 && areSealedApart(visits)) return SEALED_APART;
    const hashed = shared.filter(({ first }) => !first.sealed);
    const isOfOtherSide = (clear: (typeof shared)[number]) =>
      clear.first.sealed &&
      hashed.some((one) => one.first.side !== clear.first.side && coversVisits(one, clear));
    return shared
      .filter((one) => !isOfOtherSide(one))
      .map(({ first, seen }) => ({
        code: 'shared' as const,
        args: { id: shown(first), visits: seen.length },
        seen,
      }));
  },
});

/**
 * If one side sends the id unhashed, which is sealed, and the other its hash, only their occurring together shows that they are
 * one.
 */
function coversVisits<V extends RunVisit>(one: { seen: readonly Sighting<V>[] }, other: typeof one): boolean {
  return other.seen.every(({ visit }) => one.seen.some((sighting) => sighting.visit === visit));
}

/** Whether ids sent unhashed are sealed with different keys, so that they cannot be compared. */
function areSealedApart(visits: readonly RunVisit[]): boolean {
  const sealed = visits.filter(({ digest }) => digest.externalIds.some(({ sealed }) => sealed));
  return new Set(sealed.map(({ digest }) => digest.seal)).size > 1;
}

const SEALED_APART = {
  inapplicable:
    'The visits were recorded with different mask keys, so their external ids cannot be compared: give all shards of an audit the same TTQ_MASK_KEY',
};

const DIGITS = 8;

/** A placeholder is named, a hash by its start. An unhashed id is not shown. */
function shown({ hash, nobody, sealed }: Digest['externalIds'][number]): string {
  if (nobody !== undefined) return `"${nobody}"`;
  return sealed ? '' : `with the SHA-256 ${hash.slice(0, DIGITS)}…`;
}
