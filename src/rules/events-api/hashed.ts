import { explainHash, HASH_MISTAKES, type HashMistake, type IdentityKind } from '../../tiktok/hashing.ts';
import { HASHED, isDigest, type SentIdentity, sentIdentities } from '../../views/server-identity.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames } from '../server-side.ts';

export const hashed = defineRule({
  id: 'events-api/hashed',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['server'],
  title: 'What names the customer is sent as SHA-256 only',
  why: 'A request with an e-mail address or phone number in clear is refused; anything else in clear, or hashed in another way, matches nobody.',
  fix: 'Bring the value into its normal form and send its SHA-256 in hexadecimal: 64 digits.',
  source: 'TikTok Events API reference, "User data": email, phone, external_id and names; code 40062',
  messages: {
    clear: ({ event, field }: Args<'event' | 'field'>) => `The ${field} of ${event} is in clear`,
    'not-sha256': ({ event, field, problem }: Args<'event' | 'field' | 'problem'>) =>
      `The ${field} of ${event} ${problem}`,
  },
  check(evidence) {
    const sent = sentIdentities(evidence);
    if (sent.length === 0) return { inapplicable: 'No server event says who the customer is' };
    const wrong = sent.flatMap((identity) => {
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
  },
});

/** What is no digest of any kind is in clear. */
function problemOf(value: string, { field }: SentIdentity): HashMistake {
  const kind: IdentityKind = field === 'phone' ? 'phone' : 'email';
  const explained = explainHash(value, kind, {});
  return explained === 'correct' || explained === 'unknown' ? 'clear-text' : explained;
}
