import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import {
  type AnyMask,
  type Customer,
  digestOf,
  digestsOf,
  explainMask,
  holdsMask,
  isOwnName,
  masksIn,
  redacted,
} from '../masking/mask.ts';
import { sentEvents } from './events.ts';
import { perEvidence, perEvidenceAnd } from './memo.ts';

/** Finds the visitor's data in a text of the evidence: `the e-mail address`, `the phone number as MD5`, each once. */
export type Finder = (
  text: string,
  options?: { digests?: boolean; externalIds?: boolean },
) => readonly string[];

/** Of a SHA-256 in hexadecimal. */
const DIGEST_LENGTH = 64;

const KINDS: Readonly<Record<string, string>> = {
  email: 'e-mail address',
  phone: 'phone number',
  name: 'name',
};
const ENCODINGS: Readonly<Record<string, string>> = {
  base64: ' in Base64',
  hex: ' in hexadecimal',
  md5: ' as MD5',
  sha1: ' as SHA-1',
};

/**
 * Data of the run's own customer, as the target has it. Other e-mail addresses or phone numbers may be the site's own, which it
 * may send. With `digests`, SHA-256 counts too, which elsewhere is what TikTok wants; with `externalIds`, an e-mail address or
 * phone number used as an external id.
 */
export const personalDataOf = perEvidenceAnd((evidence, { identity }: { identity: Customer }): Finder => {
  const { email = '', phone = '' } = identity;
  const isName = areNamesTold(evidence, identity);
  const hashes = {
    'e-mail address': digestsOf([email]),
    'phone number': digestsOf([phone, phone.replace('+', '')]),
  };
  const whatIs = (masked: AnyMask, kind: string) => {
    if (kind === 'name') return isName && isOwnName(masked, identity) ? 'name' : undefined;
    // Its key may make an e-mail address look like something else.
    const kinds = kind === 'phone' ? (['phone', 'email'] as const) : (['email', 'phone'] as const);
    return kinds.filter((one) => isOf(masked, one, { email, phone })).map((one) => KINDS[one])[0];
  };
  const find = (text: string, digests: boolean, externalIds: boolean): readonly string[] => {
    const found = masksIn(text).flatMap((masked) => {
      const [, kind = '', encoding] = /^(external-id|\w+)(?:-(\w+))?$/.exec(masked.kind) ?? [];
      if (!KINDS[kind] && !(externalIds && masked.kind === 'external-id')) return [];
      // An encoded value is recognised as such; a name counts only if it can be told apart from the site's words.
      if (encoding) return kind === 'name' && !isName ? [] : [`${KINDS[kind]}${ENCODINGS[encoding] ?? ''}`];
      return whatIs(masked, kind) ?? [];
    });
    const hashed = digests ? (redacted(text).match(/[0-9a-f]{64}/gi) ?? []) : [];
    const asSha256 = Object.entries(hashes).flatMap(([what, own]) =>
      hashed.some((hash) => own.has(hash.toLowerCase())) ? [`${what} as SHA-256`] : [],
    );
    return [...new Set([...found, ...asSha256])];
  };
  // The same texts occur in many places, and several rules ask for them.
  const known = new Map<string, readonly string[]>();
  return (text, { digests = false, externalIds = false } = {}) => {
    // Most texts contain neither.
    if (!holdsMask(text) && !(digests && text.length >= DIGEST_LENGTH)) return NOTHING;
    const key = `${digests} ${externalIds} ${text}`;
    const found = known.get(key) ?? find(text, digests, externalIds);
    known.set(key, found);
    return found;
  };
});

const NOTHING: readonly string[] = [];

/** Whether a masked text is the visitor's, however it is written. */
function isOf(masked: AnyMask, kind: 'email' | 'phone', identity: { email: string; phone: string }): boolean {
  return !['unknown', 'placeholder', 'other-field'].includes(explainMask(masked, kind, identity));
}

/**
 * Whether a name in the evidence is the visitor's: it was typed, and did not occur before. Otherwise it is a word of the site.
 */
function areNamesTold(evidence: Evidence, customer: Customer): boolean {
  const { firstName = '', lastName = '' } = customer;
  const before = namesBefore(evidence);
  if (before === undefined || firstName + lastName === '') return false;
  // In another encoding the digest is that of the encoded text; masks cover the names of other people, too.
  return !before.some((masked) => masked.kind !== 'name' || isOwnName(masked, customer));
}

/** The names that occurred before the visitor typed one, each once; undefined if none was typed. */
const namesBefore = perEvidence(({ steps, documents, calls, requests }): readonly AnyMask[] | undefined => {
  const typed = steps.find((step) => step.typed === 'firstName' || step.typed === 'lastName');
  if (!typed) return undefined;
  // A document's title and routes are those at its end.
  const addresses = documents.map(({ at, url, hops }) => ({ at, url, hops }));
  const before = [...addresses, ...calls, ...requests].filter(({ at }) => at < typed.at);
  const names = namedIn(before).filter(({ kind }) => /^name(-\w+)?$/.test(kind));
  return [...new Map(names.map((name) => [`${name.kind} ${digestOf(name)}`, name])).values()];
});

/** The masks in all texts of a value that may hold one of a name, member names included. */
function namedIn(value: unknown): AnyMask[] {
  const masks: AnyMask[] = [];
  const look = (inner: unknown) => {
    if (typeof inner === 'string') {
      if (inner.includes('[name')) masks.push(...masksIn(inner));
      return;
    }
    if (typeof inner !== 'object' || inner === null) return;
    for (const [name, member] of Object.entries(inner)) {
      look(name);
      look(member);
    }
  };
  look(value);
  return masks;
}

/** A text in the evidence with its place. */
export interface Leaf {
  /** JSON Pointer. */
  place: string;
  text: string;
}

/**
 * Every text within a value that may be of interest, masked member names included.
 *
 * @param mayMatter a quick check of a text, as most of the evidence is skipped
 */
export function leavesOf(value: unknown, place: string, mayMatter: (text: string) => boolean): Leaf[] {
  const leaves: Leaf[] = [];
  const path: string[] = [];
  const add = (text: string) => leaves.push({ place: place + pointerOf(path), text });
  const look = (inner: unknown) => {
    if (typeof inner === 'string' && mayMatter(inner)) add(inner);
    if (typeof inner !== 'object' || inner === null) return;
    for (const name of Object.keys(inner)) {
      const isMask = name.startsWith('[');
      const member = (inner as Record<string, unknown>)[name];
      const isPassedOver = typeof member === 'string' ? !mayMatter(member) : typeof member !== 'object';
      if (isPassedOver && !isMask) continue;
      path.push(name);
      if (isMask) add(name);
      look(member);
      path.pop();
    }
  };
  look(value);
  return leaves;
}

function pointerOf(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The documents that have the pixel: it was loaded there, or an event came from there. */
export const pixelDocuments = perEvidence((evidence): readonly (DocumentRecord & { place: string })[] => {
  const sent = new Set(sentEvents(evidence).map(({ page }) => page));
  const loading = new Set(
    evidence.calls.filter(({ method }) => method === 'load').map(({ document }) => document),
  );
  return evidence.documents
    .map((document, index) => ({ ...document, place: `/documents/${index}` }))
    .filter(({ id, url, mountedAt }) => mountedAt !== undefined || loading.has(id) || sent.has(url));
});
