import { explainPixelHash, HASH_MISTAKES, type HashMistake } from '../../tiktok/hashing.ts';
import { CALLED, explainedMembers, type SentMember } from '../../views/pixel-identity.ts';
import { isDigest } from '../../views/server-identity.ts';
import { finding, firstOfEach, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { unlessOfAccount } from '../unless-of-account.ts';

export const hashCorrect = defineRule({
  id: 'identity/hash-correct',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['steps', 'messages'],
  yieldsTo: ['identity/phone-e164', 'identity/placeholder', 'identity/double-hashed'].map((rule) => ({
    rule,
    sharing: ['field'],
  })),
  title: 'The hashes sent by the pixel match what the visitor typed, in its normalised form',
  why: 'One upper-case letter, one blank or a missing plus in the phone number changes the hash, and it matches nobody.',
  fix:
    'Pass ttq.identify the plain text. Or hash it yourself, once, in lower-case hexadecimal: the e-mail address trimmed and in lower ' +
    'case, the phone number in E.164 with its plus.',
  source:
    'TikTok help centre, "Advanced Matching": normalising and hashing; measured: 64 hexadecimal digits are sent unchanged',
  messages: {
    mistake: ({ field, page, problem }: Args<'field' | 'page' | 'problem'>) =>
      `The ${field} sent from ${page} ${problem}`,
    unknown: ({ field, page }: Args<'field' | 'page'>) =>
      `The ${field} sent from ${page} is not a hash of what the visitor typed, nor of a known mistake in it: it may be another customer's, or hashed with a salt`,
  },
  check(evidence, target) {
    const sent = explainedMembers(evidence, target.identity).filter(({ value }) => isDigest(value));
    if (sent.length === 0)
      return { inapplicable: 'The pixel sent no hash of an e-mail address or phone number' };
    const judged = sent.map((one) => {
      const { field, typed, value } = one;
      const lower = value.toLowerCase();
      // Whether digits in upper case are matched is not known: identity/email-normalised reports them.
      const explained = value === lower ? one.explained : explainPixelHash(lower, field, typed);
      return { ...one, problem: explained === 'unknown' && !typed[field] ? 'not-known' : explained };
    });
    const wrong = judged.filter(({ problem }) => problem !== 'correct' && problem !== 'not-known');
    if (wrong.length === 0)
      return judged.every(({ problem }) => problem === 'not-known')
        ? { inapplicable: 'The visitor typed nothing that a hash could be compared with' }
        : [];
    return unlessOfAccount(wrong.map(told), ({ field, page }) => `The ${field} sent from ${page}`, target);
  },
  group: (findings) => firstOfEach(findings, ({ code, args }) => [code, args.field, args.problem]),
});

function told({ field, problem, place, page, event }: SentMember & { problem: string }) {
  const isKnown = Object.hasOwn(HASH_MISTAKES, problem);
  const args = {
    field: CALLED[field],
    page: pathOf(page),
    problem: isKnown ? HASH_MISTAKES[problem as HashMistake] : '',
  };
  return finding(isKnown ? 'mistake' : 'unknown', place, { args, event, page, about: { field } });
}
