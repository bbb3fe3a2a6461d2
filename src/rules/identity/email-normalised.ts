import { CALLED, givenIdentities } from '../../views/pixel-identity.ts';
import { isDigest } from '../../views/server-identity.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  'upper-case': ({ page }: Args<'page'>) =>
    `ttq.identify was given an e-mail address with upper-case letters on ${page}`,
  blanks: ({ page }: Args<'page'>) =>
    `ttq.identify was given an e-mail address with surrounding blanks on ${page}`,
  digits: ({ field, page }: Args<'field' | 'page'>) =>
    `ttq.identify was given the SHA-256 of the ${field} in upper-case digits on ${page}`,
} satisfies Messages;

export const emailNormalised = defineRule({
  id: 'identity/email-normalised',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'ttq.identify is given the e-mail address, or a hash, in lower case, without surrounding blanks',
  why: "The SDK fixes the address, but other code that hashes the same text does not, and TikTok's Pixel Helper warns about it. The SDK leaves a hash unchanged, and it is not known whether TikTok matches one in upper case.",
  fix: 'Pass email.trim().toLowerCase(), or the SHA-256 in lower-case hexadecimal digits.',
  source: 'TikTok Pixel Helper, "Invalid email format": lower case; measured: the SDK trims and lower-cases',
  messages,
  check(evidence) {
    const given = givenIdentities(evidence);
    const emails = given.filter(
      ({ field, form, encoding }) => field === 'email' && form.includes('@') && encoding === undefined,
    );
    const hashes = given.filter(({ field, form }) => field !== 'externalId' && isDigest(form));
    if (emails.length + hashes.length === 0)
      return { inapplicable: 'ttq.identify was given neither an e-mail address nor a hash' };
    const problems = [
      ...emails.flatMap((given) => [
        ...(/\p{Lu}/u.test(given.form) ? [{ code: 'upper-case' as const, given }] : []),
        ...(given.untrimmed === given.form ? [] : [{ code: 'blanks' as const, given }]),
      ]),
      ...hashes.filter(({ form }) => /[A-F]/.test(form)).map((given) => ({ code: 'digits' as const, given })),
    ];
    const groups = Map.groupBy(problems, ({ code, given }) => `${code} ${given.field} ${pathOf(given.page)}`);
    return [...groups.values()].map(([first]) => {
      const { code, given } = first!;
      const { page, place, field } = given;
      return code === 'digits'
        ? finding(code, place, { args: { field: CALLED[field], page: pathOf(page) }, page })
        : finding(code, place, { args: { page: pathOf(page) }, page });
    });
  },
});
