import { givenIdentities } from '../../views/pixel-identity.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  'upper-case': ({ page }: Args<'page'>) =>
    `ttq.identify was given an e-mail address with upper-case letters on ${page}`,
  blanks: ({ page }: Args<'page'>) =>
    `ttq.identify was given an e-mail address with surrounding blanks on ${page}`,
} satisfies Messages;

export const emailNormalised = defineRule({
  id: 'identity/email-normalised',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'ttq.identify is given the e-mail address in lower case, without surrounding blanks',
  why: "The SDK fixes it, but other code that hashes the same text does not, and TikTok's Pixel Helper warns about it.",
  fix: 'Pass email.trim().toLowerCase().',
  source: 'TikTok Pixel Helper, "Invalid email format": lower case; measured: the SDK trims and lower-cases',
  messages,
  check(evidence) {
    const emails = givenIdentities(evidence).filter(
      ({ field, form, encoding }) => field === 'email' && form.includes('@') && encoding === undefined,
    );
    if (emails.length === 0) return { inapplicable: 'ttq.identify was given no e-mail address in clear' };
    const problems = emails.flatMap((given) => [
      ...(/\p{Lu}/u.test(given.form) ? [{ code: 'upper-case' as const, given }] : []),
      ...(given.untrimmed === given.form ? [] : [{ code: 'blanks' as const, given }]),
    ]);
    const groups = Map.groupBy(problems, ({ code, given }) => `${code} ${pathOf(given.page)}`);
    return [...groups.values()].map(([first]) => {
      const { code, given } = first!;
      return finding(code, given.place, { args: { page: pathOf(given.page) }, page: given.page });
    });
  },
});
