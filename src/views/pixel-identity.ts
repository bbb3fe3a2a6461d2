import type { Evidence } from '../evidence/evidence.ts';
import { type AnyMask, maskText, readMask } from '../masking/mask.ts';
import type { Identity, IdentityKind } from '../tiktok/hashing.ts';
import { isMissing, record, text } from '../tiktok/pixel-request.ts';
import { formOf } from './contract.ts';
import { pixelRequests } from './events.ts';
import { perEvidence } from './memo.ts';
import { typedKinds } from './offer.ts';

/** What messages call a member of the identity. */
export const CALLED: Readonly<Record<IdentityKind, string>> = {
  email: 'e-mail address',
  phone: 'phone number',
  externalId: 'external id',
};

/** A value that the site passed to `ttq.identify`. */
export interface GivenIdentity {
  field: IdentityKind;
  /** As it was written, a masked text as one of the same form. Trimmed, as the SDK does. */
  form: string;
  /** The same with its surrounding blanks. */
  untrimmed: string;
  /** Of the text exactly as it was. */
  mask: AnyMask;
  /** The encoding that the mask names: base64, md5, sha1 or hex. */
  encoding?: string;
  place: string;
  page: string;
  at: number;
}

const GIVEN_KEYS: Readonly<Record<string, IdentityKind>> = {
  email: 'email',
  sha256_email: 'email',
  phone_number: 'phone',
  sha256_phone_number: 'phone',
  external_id: 'externalId',
};

/** All that was passed to `ttq.identify` and is not dropped as empty. */
export const givenIdentities = perEvidence(({ calls, documents }): readonly GivenIdentity[] => {
  const pages = new Map(documents.map(({ id, url }) => [id, url]));
  return calls.flatMap(({ method, args, document, url, at }, index) => {
    if (method !== 'identify') return [];
    return Object.entries(record(args[0])).flatMap(([key, value]) => {
      const field = GIVEN_KEYS[key];
      // Texts, numbers and true: the SDK drops values that JavaScript takes for false, and an object is no identity.
      const written = value === true || typeof value === 'number' ? String(value) : text(value);
      if (!field || isMissing(written.trim())) return [];
      const mask = readMask(written) ?? readMask(maskText(written, field))!;
      const encoding = /-(base64|md5|sha1|hex)$/.exec(mask.kind)?.[1];
      const untrimmed = formOf(written);
      return {
        field,
        form: untrimmed.trim(),
        untrimmed,
        mask,
        ...(encoding ? { encoding } : {}),
        place: `/calls/${index}/args/0/${key}`,
        page: url ?? pages.get(document) ?? '',
        at,
      };
    });
  });
});

/** The members of `context.user` that name the visitor. */
const MEMBERS = {
  email: 'email',
  phone_number: 'phone',
  external_id: 'externalId',
  auto_email: 'email',
  auto_phone_number: 'phone',
} as const satisfies Record<string, IdentityKind>;

/** A member of `context.user` as it reached TikTok, in an event or another request of the SDK. */
export interface SentMember {
  member: keyof typeof MEMBERS;
  field: IdentityKind;
  value: string;
  event: string;
  place: string;
  page: string;
  at: number;
}

/** The members of these names, in order of arrival and, within a request, in this order. */
export function sentMembers(evidence: Evidence, members: (keyof typeof MEMBERS)[]): SentMember[] {
  return allSent(evidence).flatMap((sent) => members.flatMap((member) => sent[member] ?? []));
}

/** The same by request. */
const allSent = perEvidence((evidence): readonly Partial<Record<keyof typeof MEMBERS, SentMember>>[] => {
  return pixelRequests(evidence).flatMap((decoded, index) => {
    if (!decoded) return [];
    const { body, at } = evidence.requests[index]!;
    const user = record(record(record(body).context).user);
    const { event, page } = decoded;
    const sent = Object.entries(MEMBERS).flatMap(([name, field]): [string, SentMember][] => {
      const member = name as keyof typeof MEMBERS;
      const value = text(user[member]);
      const place = `/requests/${index}/body/context/user/${member}`;
      return value === '' ? [] : [[member, { member, field, value, event, place, page, at }]];
    });
    return sent.length === 0 ? [] : [Object.fromEntries(sent)];
  });
});

/** The parts of the target's identity that the visitor had typed by a time. */
export function typedBefore(at: number, { steps }: Pick<Evidence, 'steps'>, identity: Identity): Identity {
  const typed: Identity = {};
  for (const kind of typedKinds(at, steps)) {
    if (identity[kind] !== undefined) typed[kind] = identity[kind];
  }
  return typed;
}
