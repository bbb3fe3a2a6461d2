import { explainMask } from '../../masking/mask.ts';
import type { Target } from '../../target/target.ts';
import { explainHash, HASH_MISTAKES, type HashMistake } from '../../tiktok/hashing.ts';
import { type GivenIdentity, givenIdentities } from '../../views/pixel-identity.ts';
import { isDigest } from '../../views/server-identity.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  'no-plus': ({ page, hint }: Args<'page' | 'hint'>) =>
    `ttq.identify was given a phone number without the leading + on ${page}${hint ? `: the number ${hint}` : ''}`,
  'wrong-code': ({ page, hint }: Args<'page' | 'hint'>) =>
    `ttq.identify was given a phone number on ${page} that ${hint}`,
  'no-number': ({ page }: Args<'page'>) =>
    `The phone number given to ttq.identify on ${page} is not a phone number`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const phoneE164 = defineRule({
  id: 'identity/phone-e164',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'ttq.identify is given the phone number in E.164, with the + and the country code',
  why: 'Without the +, the SDK hashes the digits alone, which is not the hash that TikTok matches: it finds nobody.',
  fix: 'Pass the phone number as +12025550143. If the form accepts national numbers, prefix the country code.',
  source:
    'TikTok help centre, "Advanced Matching"; measured: only a number with a leading + is parsed; the pixel\'s diagnostic INVALID_PHONE_NUMBER_FORMAT',
  messages,
  check(evidence, { identity }) {
    const phones = givenIdentities(evidence).filter(
      ({ field, form, encoding }) =>
        // A text without digits is left to identity/placeholder, an encoded one to identity/double-hashed.
        field === 'phone' && !isDigest(form) && encoding === undefined && /\d/.test(form) && !isHash(form),
    );
    if (phones.length === 0)
      return { inapplicable: 'ttq.identify was given no phone number that is not hashed' };
    const problems = phones.flatMap((given) => {
      const problem = problemOf(given, identity);
      return problem ? [{ ...problem, given }] : [];
    });
    const groups = Map.groupBy(problems, ({ code, given }) => `${code} ${pathOf(given.page)}`);
    return [...groups.values()].map(([first]) => {
      const { code, hint, given } = first!;
      return finding(code, given.place, {
        args: { page: pathOf(given.page), hint },
        page: given.page,
        about: { field: 'phone' },
      });
    });
  },
});

/** Digits with separators, after a plus: what the SDK parses. */
const E164 = /^\+[\d\s().–/-]+$/;
/** An extension, which the SDK leaves out. In evidence letters are masked: x, ext, extn or extension. */
const EXTENSION = /[;,]?\s*(#|[a-z]|[a-z]{3,4}|[a-z]{9})\.?[:\s]*\d{1,7}\s*$/i;
/** What is known about the number if it is that of the target's identity. */
const HINTS: Partial<Record<HashMistake, string>> = {
  'leading-00': 'begins with 00',
  'country-code-missing': 'lacks its country code',
  'trunk-zero-kept': 'has the zero of the national number after the country code',
};

function problemOf(
  { form, mask }: GivenIdentity,
  identity: Target['identity'],
): { code: Found['code']; hint: string } | undefined {
  // The mask of the original text shows by which mistake it differs from the number in E.164.
  const { phone = '' } = identity;
  const explained = explainMask(mask, 'phone', { phone });
  const hint = explained in HASH_MISTAKES ? (HINTS[explained as HashMistake] ?? '') : '';
  if (!form.startsWith('+')) return { code: 'no-plus', hint };
  if (hint) return { code: 'wrong-code', hint };
  const number = form.replace(EXTENSION, '');
  const digits = number.replace(/\D/g, '').length;
  return E164.test(number) && digits >= 7 && digits <= 17 ? undefined : { code: 'no-number', hint };
}

function isHash(form: string): boolean {
  return ['md5', 'sha1', 'base64'].includes(explainHash(form, 'phone', {}));
}
