import { explainHash, HASH_MISTAKES, isHashedTwice } from '../../tiktok/hashing.ts';
import { CALLED, explainedMembers, type GivenIdentity, givenIdentities } from '../../views/pixel-identity.ts';
import { isDigest } from '../../views/server-identity.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const doubleHashed = defineRule({
  id: 'identity/double-hashed',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'steps', 'messages'],
  title: 'E-mail address and phone number are hashed once',
  why: 'The hash of a hash matches nobody, but looks like any other hash.',
  fix: 'Pass ttq.identify the plain text, which the SDK hashes, or its SHA-256 as 64 hexadecimal digits, which it leaves unchanged.',
  source:
    'TikTok help centre, "Advanced Matching"; measured: 64 hexadecimal digits are sent unchanged, anything else is hashed, even a Base64 hash',
  messages: {
    encoded: ({ field, page, encoding }: Args<'field' | 'page' | 'encoding'>) =>
      `ttq.identify was given the ${field} ${encoding} on ${page}: the SDK hashes that again`,
    twice: ({ field, page, problem }: Args<'field' | 'page' | 'problem'>) =>
      `The ${field} sent from ${page} ${problem}`,
  },
  check(evidence, { identity }) {
    const given = givenIdentities(evidence).filter(({ field }) => field !== 'externalId');
    const sent = explainedMembers(evidence, identity);
    if (given.length === 0 && sent.length === 0)
      return { inapplicable: 'No e-mail address or phone number was sent' };
    const encoded = given.flatMap((one) => {
      const encoding = encodingOf(one);
      return encoding ? [{ ...one, encoding }] : [];
    });
    const reported = new Set(encoded.map(({ field }) => field));
    const twice = sent.flatMap((one) => {
      const { field, explained } = one;
      return isHashedTwice(explained) && !reported.has(field)
        ? [{ ...one, problem: HASH_MISTAKES[explained] }]
        : [];
    });
    return [
      ...firstOfEach(encoded, ({ encoding }) => encoding).map(({ field, encoding, place, page }) =>
        finding('encoded', place, {
          args: { field: CALLED[field], encoding: ENCODINGS[encoding]!, page: pathOf(page) },
          page,
          about: { field },
        }),
      ),
      ...firstOfEach(twice, ({ problem }) => problem).map(({ field, problem, place, page }) =>
        finding('twice', place, {
          args: { field: CALLED[field], problem, page: pathOf(page) },
          page,
          about: { field },
        }),
      ),
    ];
  },
});

const ENCODINGS: Readonly<Record<string, string>> = {
  md5: 'as MD5',
  sha1: 'as SHA-1',
  base64: 'in Base64',
  hex: 'in hexadecimal',
};

/** The hash or encoding of a value that the SDK will not recognise as a SHA-256. */
function encodingOf({ field, form, encoding }: GivenIdentity): string | undefined {
  if (isDigest(form)) return undefined;
  if (encoding !== undefined) return encoding;
  const explained = explainHash(form, field, {});
  return Object.hasOwn(ENCODINGS, explained) ? explained : undefined;
}

function firstOfEach<T extends { field: string; page: string }>(all: T[], by: (one: T) => string): T[] {
  return [...Map.groupBy(all, (one) => `${one.field} ${by(one)}`).values()].map(([first]) => first!);
}
