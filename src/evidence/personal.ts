import { explainHash, sha256Hex } from '../tiktok/hashing.ts';
import { record } from '../tiktok/pixel-request.ts';
import { sentEvents } from './events.ts';
import type { DocumentRecord, Evidence } from './evidence.ts';
import { type MaskedText, masksIn, redacted } from './mask.ts';

/** What is known of the customer of a run. */
export interface Customer {
  email?: string;
  phone?: string;
  firstName?: string;
  lastName?: string;
}

/** Finds the visitor's data in a text of the evidence: `the e-mail address`, `the phone number as MD5`, each once. */
export type Finder = (text: string, options?: { digests?: boolean; externalIds?: boolean }) => string[];

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
 * The data of the run's own customer, as the target has it. What else looks like an e-mail address or phone number may be the
 * site's own, which it may tell. With `digests`, SHA-256 counts, too, which elsewhere is what TikTok wants;
 * with `externalIds`, an e-mail address or phone number that is given as one.
 */
export function personalDataOf(evidence: Evidence, { identity }: { identity: Customer }): Finder {
  const { email = '', phone = '', firstName = '', lastName = '' } = identity;
  const own = digestsOf([firstName, lastName]);
  const names = areNamesTold(evidence, own) ? own : new Set<string>();
  const hashes = {
    'e-mail address': digestsOf([email]),
    'phone number': digestsOf([phone, phone.replace('+', '')]),
  };
  const whatIs = ({ sha256 }: MaskedText, kind: string) => {
    if (kind === 'name') return names.has(sha256) ? 'name' : undefined;
    // By its key an e-mail address may be called something else.
    const kinds = kind === 'phone' ? (['phone', 'email'] as const) : (['email', 'phone'] as const);
    return kinds.filter((one) => isOf(sha256, one, { email, phone })).map((one) => KINDS[one])[0];
  };
  return (text, { digests = false, externalIds = false } = {}) => {
    const found = masksIn(text).flatMap((masked) => {
      const [, kind = '', encoding] = /^(external-id|\w+)(?:-(\w+))?$/.exec(masked.kind) ?? [];
      if (!KINDS[kind] && !(externalIds && masked.kind === 'external-id')) return [];
      // Encoded, it is known by itself; a name counts only where it is told apart from the words of the site.
      if (encoding)
        return kind === 'name' && names.size === 0 ? [] : [`${KINDS[kind]}${ENCODINGS[encoding] ?? ''}`];
      return whatIs(masked, kind) ?? [];
    });
    const hashed = digests ? (redacted(text).match(/[0-9a-f]{64}/gi) ?? []) : [];
    const asSha256 = Object.entries(hashes).flatMap(([what, own]) =>
      hashed.some((hash) => own.has(hash.toLowerCase())) ? [`${what} as SHA-256`] : [],
    );
    return [...new Set([...found, ...asSha256])];
  };
}

/** Whether a text with this SHA-256 is the visitor's, in whatever way it is written. */
function isOf(sha256: string, kind: 'email' | 'phone', identity: { email: string; phone: string }): boolean {
  return !['unknown', 'placeholder', 'other-field'].includes(explainHash(sha256, kind, identity));
}

/** The SHA-256 of each text, as it is and in either case; of an empty one none. */
export function digestsOf(texts: string[]): Set<string> {
  return new Set(
    texts
      .filter((text) => text !== '')
      .flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()])
      .map(sha256Hex),
  );
}

/**
 * Whether a name in the evidence is the visitor's: it was typed, and was met nowhere before. Else it is a word of the site.
 *
 * @param own digests of the visitor's names: masks hold those of others, too
 */
function areNamesTold({ steps, documents, calls, requests }: Evidence, own: Set<string>): boolean {
  const typed = steps.find((step) => step.typed === 'firstName' || step.typed === 'lastName');
  if (!typed) return false;
  // A document's title and routes are as they were at its end.
  const addresses = documents.map(({ at, url, hops }) => ({ at, url, hops }));
  const before = [...addresses, ...calls, ...requests].filter(({ at }) => at < typed.at);
  const masked = JSON.stringify(before).matchAll(/\[name(-\w+)? sha256=(\w+)/g);
  return ![...masked].some(([, encoding, sha256]) => encoding !== undefined || own.has(sha256!));
}

/** A text in the evidence with its place. */
export interface Leaf {
  /** JSON Pointer. */
  place: string;
  text: string;
}

/** Every text within a value, names of members included. */
export function leavesOf(value: unknown, place: string): Leaf[] {
  if (typeof value === 'string') return [{ place, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, `${place}/${index}`));
  return Object.entries(record(value)).flatMap(([name, member]) => {
    const own = `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [...(name.startsWith('[') ? [{ place: own, text: name }] : []), ...leavesOf(member, own)];
  });
}

/** The documents that have the pixel: it was loaded there, or an event came from there. */
export function pixelDocuments(evidence: Evidence): (DocumentRecord & { place: string })[] {
  const sent = new Set(sentEvents(evidence).map(({ page }) => page));
  const loading = new Set(
    evidence.calls.filter(({ method }) => method === 'load').map(({ document }) => document),
  );
  return evidence.documents
    .map((document, index) => ({ ...document, place: `/documents/${index}` }))
    .filter(({ id, url, mountedAt }) => mountedAt !== undefined || loading.has(id) || sent.has(url));
}
