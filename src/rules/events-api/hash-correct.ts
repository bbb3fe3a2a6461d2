import type { Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { explainHash, HASH_MISTAKES, type HashMistake } from '../../tiktok/hashing.ts';
import { typedBefore } from '../../views/pixel-identity.ts';
import { HASHED, isDigest, type SentIdentity, sentIdentities } from '../../views/server-identity.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames } from '../server-side.ts';
import { unlessOfAccount } from '../unless-of-account.ts';

const messages = {
  mistake: ({ event, field, problem }: Args<'event' | 'field' | 'problem'>) =>
    `The ${field} of ${event} ${problem}`,
  unknown: ({ event, field }: Args<'event' | 'field'>) =>
    `The ${field} of ${event} is not a hash of what the visitor typed, nor of a known mistake in it: it may be another customer's, or hashed with a salt`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const hashCorrect = defineRule({
  id: 'events-api/hash-correct',
  severity: 'critical',
  scenarios: ALL,
  needs: ['steps', 'server'],
  title: 'The hashes sent by the server match what the visitor typed, in its normalised form',
  why: 'One upper-case letter, one blank or a missing plus in the phone number changes the hash, and it matches nobody.',
  fix:
    'Hash each value once, as UTF-8, in lower-case hexadecimal: the e-mail address trimmed and in lower case, the phone number in ' +
    'E.164 with its plus and nothing between the digits.',
  source: 'TikTok Events API reference, "User data": normalising and hashing, with its test vectors',
  messages,
  check(evidence, target) {
    const hashes = sentIdentities(evidence).filter(({ values }) => values.every(isDigest));
    if (hashes.length === 0) return { inapplicable: 'No server event contains a hash' };
    const judged = hashes.map((hash) => ({ hash, problem: problemOf(hash, evidence, target) }));
    const wrong = judged.filter(
      (one): one is Wrong => one.problem !== 'correct' && one.problem !== 'not-known',
    );
    if (wrong.length === 0 && judged.every(({ problem }) => problem === 'not-known'))
      return { inapplicable: 'The visitor typed nothing that a hash could be compared with' };
    const groups = Map.groupBy(wrong, ({ hash, problem }) => `${hash.field} ${problem}`);
    const found = [...groups.values()].map(told);
    return unlessOfAccount(found, ({ field, event }) => `The ${field} of ${event}`, target);
  },
});

interface Wrong {
  hash: SentIdentity;
  problem: HashMistake | 'unknown';
}

/** `not-known`: what should have been hashed was never typed. */
function problemOf(
  { field, values, event }: SentIdentity,
  evidence: Evidence,
  { identity }: Target,
): HashMistake | 'correct' | 'unknown' | 'not-known' {
  if (field !== 'email' && field !== 'phone' && field !== 'externalId') return 'not-known';
  const typed = typedBefore(event.at, evidence, identity);
  // It is not known whether TikTok matches digits in upper case: events-api/warned reports them.
  const explained = values.map((value) => explainHash(value.toLowerCase(), field, typed));
  // Of several addresses of one customer, one must be the one typed here.
  if (explained.includes('correct')) return 'correct';
  return explained[0] === 'unknown' && typed[field] === undefined ? 'not-known' : explained[0]!;
}

function told(same: Wrong[]): Found {
  const { hash, problem } = same[0]!;
  const { event, page } = hash.event;
  const args = {
    event: eventNames(same.map((one) => one.hash.event.event)),
    field: HASHED[hash.field],
    problem: problem === 'unknown' ? '' : HASH_MISTAKES[problem],
  };
  return finding(problem === 'unknown' ? 'unknown' : 'mistake', hash.place, { args, event, page });
}
