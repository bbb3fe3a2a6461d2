import type { Evidence } from '../evidence/evidence.ts';
import { explainHash, HASH_MISTAKES, type HashMistake, type IdentityKind } from '../tiktok/hashing.ts';
import { HASHED, isDigest, type SentIdentity, sentIdentities } from '../views/server-identity.ts';
import { finding } from './finding.ts';
import type { Args, FindingOf, Messages } from './rule.ts';
import { eventNames } from './server-side.ts';

/** Messages about what should have been sent as SHA-256, for any members. */
export const UNHASHED = {
  clear: ({ event, field }: Args<'event' | 'field'>) => `The ${field} of ${event} is not hashed`,
  'not-sha256': ({ event, field, problem }: Args<'event' | 'field' | 'problem'>) =>
    `The ${field} of ${event} ${problem}`,
} satisfies Messages;

type Found = FindingOf<typeof UNHASHED>;

/** Values in these members of the server's user that are not SHA-256: one finding for each member and mistake. */
export function unhashed(
  evidence: Evidence,
  fields: readonly SentIdentity['field'][],
): Found[] | { inapplicable: string } {
  const sent = sentIdentities(evidence);
  if (sent.length === 0) return { inapplicable: 'No server event says who the customer is' };
  const own = sent.filter(({ field }) => fields.includes(field));
  const wrong = own.flatMap((identity) => {
    const value = identity.values.find((one) => !isDigest(one));
    return value === undefined ? [] : [{ identity, problem: problemOf(value, identity) }];
  });
  const groups = Map.groupBy(wrong, ({ identity, problem }) => `${identity.field} ${problem}`);
  return [...groups.values()].map((same) => {
    const { identity, problem } = same[0]!;
    const { event, page } = identity.event;
    const args = {
      event: eventNames(same.map((one) => one.identity.event.event)),
      field: HASHED[identity.field],
      problem: HASH_MISTAKES[problem],
    };
    const code = problem === 'clear-text' ? 'clear' : 'not-sha256';
    return finding(code, identity.place, { args, event, page });
  });
}

/** What is not a digest of any kind is not hashed. */
function problemOf(value: string, { field }: SentIdentity): HashMistake {
  const kind: IdentityKind = field === 'phone' ? 'phone' : 'email';
  const explained = explainHash(value, kind, {});
  return explained === 'correct' || explained === 'unknown' ? 'clear-text' : explained;
}
