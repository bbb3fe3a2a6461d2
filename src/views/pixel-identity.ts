import type { Evidence } from '../evidence/evidence.ts';
import { type AnyMask, maskText, readMask } from '../masking/mask.ts';
import {
  explainPixelHash,
  type HashExplanation,
  type Identity,
  type IdentityKind,
} from '../tiktok/hashing.ts';
import { isMissing, record, text } from '../tiktok/pixel-request.ts';
import { formOf } from './contract.ts';
import { pixelRequests } from './events.ts';
import { perEvidence, perEvidenceAnd } from './memo.ts';
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
  // Each page gives the same ones.
  const known = new Map<string, Written>();
  const read = (written: string, field: IdentityKind) => {
    const key = `${field} ${written}`;
    const made = known.get(key) ?? asWritten(written, field);
    known.set(key, made);
    return made;
  };
  return calls.flatMap(({ method, args, document, url, at }, index) => {
    if (method !== 'identify') return [];
    return Object.entries(record(args[0])).flatMap(([key, value]) => {
      const field = GIVEN_KEYS[key];
      // Texts, numbers and true: the SDK drops values that JavaScript takes for false, and an object is not an identity.
      const written = value === true || typeof value === 'number' ? String(value) : text(value);
      if (!field || isMissing(written.trim())) return [];
      return {
        field,
        ...read(written, field),
        place: `/calls/${index}/args/0/${key}`,
        page: url ?? pages.get(document) ?? '',
        at,
      };
    });
  });
});

type Written = Pick<GivenIdentity, 'form' | 'untrimmed' | 'mask' | 'encoding'>;

function asWritten(written: string, field: IdentityKind): Written {
  const mask = readMask(written) ?? readMask(maskText(written, field))!;
  const encoding = /-(base64|md5|sha1|hex)$/.exec(mask.kind)?.[1];
  const untrimmed = formOf(written);
  return { form: untrimmed.trim(), untrimmed, mask, ...(encoding ? { encoding } : {}) };
}

/** The members of `context.user` that name the visitor. */
const MEMBERS = {
  email: 'email',
  phone_number: 'phone',
  external_id: 'externalId',
  auto_email: 'email',
  auto_phone_number: 'phone',
} as const satisfies Record<string, IdentityKind>;

const FIELD_OF = Object.entries(MEMBERS) as [keyof typeof MEMBERS, IdentityKind][];

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
    const sent: Partial<Record<keyof typeof MEMBERS, SentMember>> = {};
    for (const [member, field] of FIELD_OF) {
      const value = text(user[member]);
      const place = `/requests/${index}/body/context/user/${member}`;
      if (value !== '') sent[member] = { member, field, value, event, place, page, at };
    }
    return [sent];
  });
});

/** An e-mail address or phone number as it reached TikTok, and how its hash came about. */
export interface ExplainedMember extends SentMember {
  explained: HashExplanation;
  /** The part of the target's identity that the visitor had typed by then. */
  typed: Identity;
}

/** Those that the SDK sent, each compared with what had been typed: nearly all have one of a few values. */
export const explainedMembers = perEvidenceAnd((evidence, identity: Identity): readonly ExplainedMember[] => {
  const known = new Map<string, Pick<ExplainedMember, 'explained' | 'typed'>>();
  return sentMembers(evidence, ['email', 'phone_number']).map((sent) => {
    const { at, field, value } = sent;
    const key = `${typedKinds(at, evidence.steps)} ${field} ${value}`;
    const before = known.get(key);
    if (before) return { ...sent, ...before };
    const typed = typedBefore(at, evidence, identity);
    const made = { explained: explainPixelHash(value, field, typed), typed };
    known.set(key, made);
    return { ...sent, ...made };
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
