import type { Target } from '../target/target.ts';
import { hashOf, normalForms } from '../tiktok/hashing.ts';
import { record } from '../tiktok/pixel-request.ts';
import { isIdentify } from '../views/identify-calls.ts';
import type { TtqCall } from './ttq.ts';

/** Which identity is wanted of `identify`. */
export type IdentityPart = 'email' | 'phone' | 'externalId';

type Called = Pick<TtqCall, 'method' | 'args'>;

const PARTS: readonly IdentityPart[] = ['email', 'phone', 'externalId'];
const WORDS: Record<IdentityPart, string> = {
  email: 'e-mail address',
  phone: 'phone number',
  externalId: 'external id',
};
const KEYS: Record<IdentityPart, readonly string[]> = {
  email: ['email', 'sha256_email'],
  phone: ['phone_number', 'sha256_phone_number'],
  externalId: ['external_id'],
};

/**
 * Whether pages have identified the customer, and in what they have not.
 *
 * @param parts by default those that the identity has; if there are none, an e-mail address or a phone number
 */
export function identified(
  calls: readonly Called[],
  identity: Target['identity'],
  parts: readonly IdentityPart[] = PARTS.filter((part) => identity[part] !== undefined),
): { isMet: boolean; expected: string; found: string[] } {
  const made = calls.filter(({ method }) => method === 'identify');
  const lacking = parts.filter((part) => !made.some((call) => identifies(call, part, identity[part])));
  const isAnybody = parts.length > 0 ? made.length > 0 : made.some(isIdentify);
  const wanted = parts.map((part) => `the ${WORDS[part]} of the identity`).join(' and ');
  return {
    isMet: isAnybody && lacking.length === 0,
    expected: `ttq.identify with ${wanted || 'an e-mail address or a phone number'}`,
    found:
      parts.length === 0 || !made.some(isAny)
        ? ['no call of ttq.identify that identifies anybody']
        : lacking.map((part) => `ttq.identify without the ${WORDS[part]}, or with a different one`),
  };
}

/** Whether a call has anything by which somebody is found. */
function isAny(call: Called): boolean {
  return PARTS.some((part) => identifies(call, part, undefined));
}

/** Whether a call identifies by a part; by that of the identity, if it has it. */
function identifies({ args }: Called, part: IdentityPart, own: string | undefined): boolean {
  const given = { ...record(args[0]), ...record(args[1]) };
  return KEYS[part].some((key) => {
    const value = given[key];
    if (typeof value !== 'string' || value.trim() === '') return false;
    if (own === undefined) return true;
    return (
      value.toLowerCase() === hashOf(part, own) ||
      normalForms(part, value).includes(normalForms(part, own)[0]!)
    );
  });
}
