import { explainMask, placeholderIn } from '../../masking/mask.ts';
import type { Target } from '../../target/target.ts';
import {
  explainHash,
  type HashExplanation,
  type Identity,
  type IdentityKind,
  type Placeholder,
  placeholderWith,
} from '../../tiktok/hashing.ts';
import {
  CALLED,
  type GivenIdentity,
  givenIdentities,
  type SentMember,
  sentMembers,
} from '../../views/pixel-identity.ts';
import { isDigest } from '../../views/server-identity.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  nothing: ({ page, field, text }: Args<'page' | 'field' | 'text'>) =>
    `ttq.identify was given "${text}" as the ${field} on ${page}`,
  sample: ({ page, field, text }: Args<'page' | 'field' | 'text'>) =>
    `ttq.identify was given ${text}, a sample value, as the ${field} on ${page}`,
  hashed: ({ page, field, text }: Args<'page' | 'field' | 'text'>) =>
    `The ${field} sent from ${page} is the hash of "${text}"`,
  'not-an-email': ({ page }: Args<'page'>) =>
    `The e-mail address given to ttq.identify on ${page} is not an e-mail address`,
  'no-digits': ({ page }: Args<'page'>) =>
    `The phone number given to ttq.identify on ${page} contains no digit`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const placeholder = defineRule({
  id: 'identity/placeholder',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  needsToPass: ['calls'],
  title: 'ttq.identify is given real data, not an empty or sample value',
  why: 'The SDK hashes "undefined" like any address: all these visitors become one person, whom nobody can match.',
  fix: 'If a value is not known, leave it out; if none is known, do not call identify.',
  source:
    "The pixel's own diagnostics INVALID_EMAIL_INFORMATION, INVALID_PHONE_NUMBER_INFORMATION and INVALID_EMAIL_FORMAT",
  messages,
  check(evidence, { identity }) {
    const given = givenIdentities(evidence);
    const sent = sentMembers(evidence, ['email', 'phone_number']);
    if (given.length === 0 && sent.length === 0) return { inapplicable: 'The site identified nobody' };
    const inCalls = given.flatMap((one) => problemOf(one, identity));
    // Calls of a worker are not seen: only the hash on the wire shows them. What a call shows is not reported again.
    const told = new Set(inCalls.map(({ field }) => field));
    const onWire = sent
      .filter(({ field }) => !told.has(field))
      .flatMap((one) => onWireProblem(one, identity));
    const groups = Map.groupBy(
      [...inCalls, ...onWire],
      ({ code, field, page }) => `${code} ${field} ${pathOf(page)}`,
    );
    return [...groups.values()].map(([first]) => {
      const { code, field, text, place, page } = first!;
      return finding(code, place, {
        args: { page: pathOf(page), field: CALLED[field], text },
        page,
        about: { field },
      });
    });
  },
});

interface Problem {
  code: Found['code'];
  field: IdentityKind;
  text: string;
  place: string;
  page: string;
}

function problemOf(given: GivenIdentity, identity: Target['identity']): Problem[] {
  const { field, form, mask, encoding, place, page } = given;
  const told = (code: Found['code'], text = '') => [{ code, field, text, place, page }];
  // The target's own identity may be a sample.
  const isPlain = isDigest(form);
  if (isPlain ? isOwnHash(form, field, identity) : isTold(explainMask(mask, field, of(identity)))) return [];
  const found = isPlain ? placeholderWith(form) : placeholderIn(mask);
  if (found && !(found.sample && field === 'externalId')) return told(codeOf(found, form), found.text);
  if (encoding !== undefined || isHash(form)) return [];
  if (field === 'email' && !/^[^\s@]+@[^\s@]+$/.test(form)) return told('not-an-email');
  return field === 'phone' && !/\d/.test(form) ? told('no-digits') : [];
}

function codeOf({ hashed, sample }: Placeholder, form: string): Found['code'] {
  if (hashed || isDigest(form)) return 'hashed';
  return sample ? 'sample' : 'nothing';
}

function onWireProblem({ field, value, place, page }: SentMember, identity: Target['identity']): Problem[] {
  const found = isDigest(value) ? placeholderWith(value) : undefined;
  return found && !isOwnHash(value, field, identity)
    ? [{ code: 'hashed', field, text: found.text, place, page }]
    : [];
}

function isOwnHash(hash: string, field: IdentityKind, identity: Target['identity']): boolean {
  return isTold(explainHash(hash, field, of(identity)));
}

function of({ email = '', phone = '', externalId = '' }: Target['identity']): Identity {
  return { email, phone, externalId };
}

function isTold(explained: HashExplanation): boolean {
  return explained !== 'unknown' && explained !== 'placeholder';
}

function isHash(form: string): boolean {
  return isDigest(form) || ['md5', 'sha1', 'base64'].includes(explainHash(form, 'email', {}));
}
