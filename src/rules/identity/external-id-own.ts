import { placeholderWith } from '../../tiktok/hashing.ts';
import type { Args } from '../rule.ts';
import { defineRunRule, ONE_VISIT, sharedBy } from '../run-rule.ts';

export const externalIdOwn = defineRunRule({
  id: 'identity/external-id-own',
  severity: 'normal',
  needs: ['messages', 'steps'],
  title: 'An external id stands for one person: strangers do not share one',
  why: 'TikTok takes events with the same external id for those of one person. An id that every guest has joins them all, and nobody can be matched.',
  fix:
    'Leave external_id out for who is not signed in, or give each visitor an id of their own. Where each visit signs in as the same ' +
    "customer before its first step, name that customer's id in the target's identity.externalId.",
  source:
    'TikTok Events API reference, "User data": the external_id is that of one person; its own WooCommerce plugin sends "0" for every guest',
  messages: {
    shared: ({ id, visits }: Args<'id' | 'visits'>) =>
      `The external id ${id} was sent for the visitors of ${visits} visits, before any of them said who they are`,
  },
  check(visits) {
    if (visits.length === 1) return ONE_VISIT;
    if (visits.every(({ digest }) => digest.externalIds.length === 0))
      return { inapplicable: 'No external id was sent before the visitor said who they are' };
    const shared = sharedBy(
      visits,
      ({ externalIds }) => externalIds,
      ({ sha256 }) => [sha256],
    );
    return shared.map(({ first: { sha256 }, seen }) => ({
      code: 'shared' as const,
      args: { id: shown(sha256), visits: seen.length },
      seen,
    }));
  },
});

const DIGITS = 8;

/** What everybody knows is named, anything else by the start of its hash. */
function shown(sha256: string): string {
  const known = placeholderWith(sha256);
  return known ? `"${known.text}"` : `with the SHA-256 ${sha256.slice(0, DIGITS)}…`;
}
