import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { remember } from './remember.ts';

/** The members of an event's user that TikTok matches by SHA-256. */
export type IdentityKind = 'email' | 'phone' | 'externalId';

/** A customer's data as typed, not hashed. */
export type Identity = Partial<Record<IdentityKind, string>>;

/** SHA-256 in lower-case hexadecimal. */
export function sha256Hex(text: string | Uint8Array): string {
  return bytesToHex(sha256(typeof text === 'string' ? utf8ToBytes(text) : text));
}

/**
 * What to hash, the preferred form first (TikTok's Events API reference). E-mail: trimmed, in lower case. Phone: E.164 with its
 * plus. External id: unchanged, or in lower case; TikTok specifies neither, and clients differ.
 */
export function normalForms(kind: IdentityKind, clear: string): string[] {
  const trimmed = clear.trim();
  if (kind === 'email') return [trimmed.toLowerCase()];
  if (kind === 'phone') return [e164(trimmed)];
  return [...new Set([trimmed, trimmed.toLowerCase()])];
}

/** A number typed with its country code, without the separators between its digits. */
function e164(phone: string): string {
  const digits = phone.replace(/^00/, '+').replace(/[^\d+]/g, '');
  return digits.startsWith('+') ? digits : `+${digits}`;
}

/** The hash TikTok expects. */
export function hashOf(kind: IdentityKind, clear: string): string {
  return sha256Hex(normalForms(kind, clear)[0]!);
}

/**
 * What programs write if they have no value, as written or in lower case. They identify nobody. The first seven are those that
 * the pixel's own diagnostics know.
 */
export const PLACEHOLDERS = [
  'undefined',
  'null',
  'None',
  'NA',
  'not set',
  'not provided',
  'no',
  '',
  ' ',
  'none',
  'na',
  'N/A',
  'n/a',
  'nil',
  'NaN',
  'nan',
  'false',
  'true',
  '0',
  '[object Object]',
  '[object object]',
  '(not set)',
] as const;

/** Made-up identities from examples and tests. */
const SAMPLES = [
  'test@test.com',
  'test@example.com',
  'user@example.com',
  'example@example.com',
  'email@example.com',
  'test',
  '+10000000000',
  '+11234567890',
  '+1234567890',
  '1234567890',
  'customer_abc_123',
  'user_123',
  '123',
];

/** How a hash can go wrong. */
export type HashMistake =
  | 'clear-text'
  | 'md5'
  | 'sha1'
  | 'base64'
  | 'upper-case-hex'
  | 'case-kept'
  | 'blanks-kept'
  | 'as-typed'
  | 'gmail-dots-removed'
  | 'tag-removed'
  | 'plus-missing'
  | 'leading-00'
  | 'trunk-zero-kept'
  | 'country-code-missing'
  | 'punctuation-kept'
  | 'double-hash'
  | 'upper-case-hex-hashed'
  | 'md5-hashed'
  | 'sha1-hashed'
  | 'base64-hashed'
  | 'quoted'
  | 'url-encoded'
  | 'utf-16'
  | 'identity-as-json'
  | 'other-field'
  | 'placeholder';

/** `unknown`: another customer's data, a salted hash, or a mistake that is not listed. */
export type HashExplanation = 'correct' | HashMistake | 'unknown';

/** Each mistake as the end of a sentence: "the e-mail address …". */
export const HASH_MISTAKES: Readonly<Record<HashMistake, string>> = {
  'clear-text': 'is in clear: nothing was hashed',
  md5: 'has the length of an MD5; SHA-256 is wanted',
  sha1: 'has the length of a SHA-1; SHA-256 is wanted',
  base64: 'is written in Base64; hexadecimal digits are wanted',
  'upper-case-hex': 'is right but for its upper-case hexadecimal digits',
  'case-kept': 'was hashed with its upper-case letters',
  'blanks-kept': 'was hashed with blanks or a line break around it',
  'as-typed': 'was hashed as typed, without bringing it into its normal form',
  'gmail-dots-removed': 'was hashed without the dots of its local part',
  'tag-removed': 'was hashed without its +tag',
  'plus-missing': 'was hashed without its leading plus',
  'leading-00': 'was hashed with 00 for the plus',
  'trunk-zero-kept': 'was hashed with the zero of the national number after the country code',
  'country-code-missing': 'was hashed without its country code',
  'punctuation-kept': 'was hashed with blanks, dashes, dots or brackets between its digits',
  'double-hash': 'was hashed twice',
  'upper-case-hex-hashed': 'was hashed twice, the second time over upper-case hexadecimal digits',
  'md5-hashed': 'was hashed twice, the first time with MD5',
  'sha1-hashed': 'was hashed twice, the first time with SHA-1',
  'base64-hashed': 'was hashed in its Base64 form',
  quoted: 'was hashed with quotation marks around it',
  'url-encoded': 'was hashed in its URL-encoded form',
  'utf-16': 'was hashed as UTF-16; UTF-8 is wanted',
  'identity-as-json': 'is the hash of the whole identity as JSON',
  'other-field': "is the hash of another of the customer's fields",
  placeholder: 'is the hash of a placeholder or a sample',
};

const TWICE: ReadonlySet<string> = new Set<HashMistake>([
  'double-hash',
  'upper-case-hex-hashed',
  'md5-hashed',
  'sha1-hashed',
  'base64-hashed',
]);

/** Whether the hash was made of something already hashed or encoded. */
export function isHashedTwice(explained: string): explained is HashMistake {
  return TWICE.has(explained);
}

/** What was hashed by mistake instead of the normal form. */
interface Variants {
  mistake: HashMistake;
  variants(asked: Asked): (string | Uint8Array)[];
}

interface Asked {
  kind: IdentityKind;
  /** As typed; empty if the journey types none. */
  clear: string;
  /** The preferred normal form; empty if the journey types none. */
  normal: string;
  identity: Identity;
}

/** Searched in this order. An entry may list more than its mistake, since a text equal to a normal form has been found before. */
const VARIANTS: readonly Variants[] = [
  {
    mistake: 'case-kept',
    variants: ({ kind, clear, normal }) =>
      kind === 'phone' ? [] : [clear.trim(), normal.toUpperCase(), capitalised(normal)],
  },
  {
    mistake: 'blanks-kept',
    variants: ({ kind, clear, normal }) => {
      const blanks = [
        ` ${normal}`,
        `${normal} `,
        ` ${normal} `,
        `${normal}\n`,
        `${normal}\r\n`,
        `\t${normal}`,
      ];
      // A phone number with blanks around it may also have some inside, which is another mistake.
      return kind === 'phone' ? blanks : [clear.toLowerCase(), ...blanks];
    },
  },
  { mistake: 'gmail-dots-removed', variants: ({ kind, normal }) => localPart(kind, normal, /\./g) },
  { mistake: 'tag-removed', variants: ({ kind, normal }) => localPart(kind, normal, /\+.*/) },
  {
    mistake: 'plus-missing',
    variants: ({ kind, normal }) => (kind === 'phone' ? [normal.slice(1)] : []),
  },
  {
    mistake: 'leading-00',
    variants: ({ kind, normal }) => (kind === 'phone' ? [`00${normal.slice(1)}`] : []),
  },
  {
    mistake: 'trunk-zero-kept',
    variants: ({ kind, normal }) =>
      splits(kind, normal).flatMap(([code, national]) => [`+${code}0${national}`, `${code}0${national}`]),
  },
  {
    mistake: 'country-code-missing',
    variants: ({ kind, normal }) =>
      splits(kind, normal).flatMap(([, national]) => [national, `0${national}`, `+${national}`]),
  },
  {
    mistake: 'punctuation-kept',
    variants: ({ kind, normal }) => splits(kind, normal).flatMap(([code, national]) => spelt(code, national)),
  },
  { mistake: 'as-typed', variants: ({ clear }) => [clear] },
  {
    mistake: 'double-hash',
    variants: ({ kind, clear, normal }) =>
      [...normalForms(kind, clear), clear, ...(kind === 'phone' ? [normal.slice(1)] : [])].flatMap((text) => [
        sha256Hex(text),
        sha256(utf8ToBytes(text)),
      ]),
  },
  {
    mistake: 'upper-case-hex-hashed',
    variants: ({ kind, clear }) => normalForms(kind, clear).map((normal) => sha256Hex(normal).toUpperCase()),
  },
  { mistake: 'md5-hashed', variants: (asked) => hashedOnce(asked, md5) },
  { mistake: 'sha1-hashed', variants: (asked) => hashedOnce(asked, sha1) },
  {
    mistake: 'base64-hashed',
    variants: ({ kind, clear }) =>
      [...normalForms(kind, clear), clear].flatMap((text) => {
        const encoded = [utf8ToBytes(text), sha256(utf8ToBytes(text)), utf8ToBytes(sha256Hex(text))].map(
          base64,
        );
        // Whatever hashes an e-mail address may convert it to lower case first.
        return encoded.flatMap((one) => [one, one.replace(/=+$/, ''), one.toLowerCase()]);
      }),
  },
  {
    mistake: 'quoted',
    variants: ({ clear, normal }) =>
      [normal, clear].flatMap((text) => [JSON.stringify(text), `'${text}'`, JSON.stringify([text])]),
  },
  { mistake: 'url-encoded', variants: ({ normal }) => [encodeURIComponent(normal)] },
  { mistake: 'utf-16', variants: ({ normal }) => [utf16(normal)] },
  { mistake: 'identity-as-json', variants: ({ identity }) => asJson(identity) },
  { mistake: 'other-field', variants: ({ kind, identity }) => otherFields(kind, identity) },
];

const MD5 = /^[0-9a-f]{32}$/i;
const SHA1 = /^[0-9a-f]{40}$/i;
const SHA256 = /^[0-9a-f]{64}$/i;
const CLEAR_PHONE = /^\+?[\d\s().-]{7,24}$/;
/** 32 bytes in Base64, either alphabet. */
const BASE64 = /^[\w+/-]{43}=?$/;

/**
 * How a hash was made: correctly, or by which likely mistake.
 *
 * @param hash as sent
 * @param kind the member it was sent in
 * @param identity the customer that the journey typed in, in plain text; missing members are not compared
 */
export function explainHash(hash: string, kind: IdentityKind, identity: Identity): HashExplanation {
  const { texts, digests } = expectedOf(kind, identity);
  if (isClear(hash, kind) || texts.has(hash)) return 'clear-text';
  if (!SHA256.test(hash)) return otherFormOf(hash);
  const digest = hash.toLowerCase();
  const explained = digests.get(digest);
  if (explained === 'correct' && hash !== digest) return 'upper-case-hex';
  return explained ?? (isPlaceholder(digest) ? 'placeholder' : 'unknown');
}

function otherFormOf(hash: string): HashExplanation {
  if (MD5.test(hash)) return 'md5';
  if (SHA1.test(hash)) return 'sha1';
  return BASE64.test(hash) ? 'base64' : 'unknown';
}

/** What a member of an identity can become. */
interface Expected {
  /** In plain text. */
  texts: ReadonlySet<string>;
  /** Correct, or by a mistake; if several mistakes give the same digest, the first counts. */
  digests: ReadonlyMap<string, HashExplanation>;
}

/** Each takes some hundred hashes, and an audit has few identities. */
const expected = remember<Expected>(100);

function expectedOf(kind: IdentityKind, identity: Identity): Expected {
  const { email, phone, externalId } = identity;
  return expected(JSON.stringify([kind, email, phone, externalId]), () => {
    const clear = identity[kind] ?? '';
    const normals = clear.trim() ? normalForms(kind, clear) : [];
    const asked: Asked = { kind, clear, normal: normals[0] ?? '', identity };
    const digests = new Map<string, HashExplanation>(normals.map((text) => [sha256Hex(text), 'correct']));
    for (const { mistake, variants } of VARIANTS) {
      if (normals.length === 0 && needsOwnClear(mistake)) continue;
      for (const digest of variants(asked).map(sha256Hex))
        if (!digests.has(digest)) digests.set(digest, mistake);
    }
    return { texts: new Set([clear, ...normals].filter((text) => text !== '')), digests };
  });
}

/** Whether it is obviously not a hash. */
function isClear(hash: string, kind: IdentityKind): boolean {
  return hash.includes('@') || (kind === 'phone' && CLEAR_PHONE.test(hash));
}

/** Without the clear text of the member itself, only mistakes with other members can be recognised. */
function needsOwnClear(mistake: HashMistake): boolean {
  return mistake !== 'identity-as-json' && mistake !== 'other-field';
}

/** The placeholder or sample that a text is, by its SHA-256; undefined for any other. */
export interface Placeholder {
  /** As it was written, before it was hashed. */
  text: string;
  /** Whether that was hashed, too. */
  hashed: boolean;
  /** Whether it is a made-up identity rather than a program's word for nothing. */
  sample: boolean;
  /** A name of letters, digits and underscores, for places that cannot hold its text. */
  name: string;
}

/** By digest, and those that were not hashed by name. Made at first use: it takes some hundred hashes. */
let placeholders: { byDigest: Map<string, Placeholder>; byName: Map<string, Placeholder> } | undefined;

function knownPlaceholders() {
  placeholders ??= placeholderTables();
  return placeholders;
}

function placeholderTables() {
  const all = [
    ...SAMPLES.map((text) => ({ text, sample: true })),
    ...PLACEHOLDERS.map((text) => ({ text, sample: false })),
  ]
    .filter(({ text }) => text.trim() !== '')
    .map((one) => ({ ...one, name: one.text.replace(/\W/g, '_') }));
  const byDigest = new Map(
    all.flatMap((one): [string, Placeholder][] => {
      const digest = sha256Hex(one.text);
      return [
        [digest, { ...one, hashed: false }],
        [sha256Hex(digest), { ...one, hashed: true }],
      ];
    }),
  );
  const plain = [...byDigest.values()].filter(({ hashed }) => !hashed);
  return { byDigest, byName: new Map(plain.map((one) => [one.name, one])) };
}

/** @param digest SHA-256 of a text that is not known otherwise */
export function placeholderWith(digest: string): Placeholder | undefined {
  return knownPlaceholders().byDigest.get(digest.toLowerCase());
}

/** @param name of a placeholder that was not hashed */
export function placeholderNamed(name: string): Placeholder | undefined {
  return knownPlaceholders().byName.get(name);
}

/** Like explainHash, for a hash made by the pixel's SDK, which hashes only the national part of a Chinese number (measured). */
export function explainPixelHash(hash: string, kind: IdentityKind, identity: Identity): HashExplanation {
  const [phone = ''] = kind === 'phone' && identity.phone ? normalForms('phone', identity.phone) : [];
  if (phone.startsWith('+86') && sha256Hex(phone.slice(3)) === hash) return 'correct';
  return explainHash(hash, kind, identity);
}

/** Blanks, or nothing at all: hashed, they are nobody's identity, and have no name. */
let blanks: ReadonlySet<string> | undefined;

function isPlaceholder(digest: string): boolean {
  blanks ??= new Set(
    PLACEHOLDERS.filter((text) => text.trim() === '').flatMap((text) => [
      sha256Hex(text),
      sha256Hex(sha256Hex(text)),
    ]),
  );
  return knownPlaceholders().byDigest.has(digest) || blanks.has(digest);
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function hashedOnce({ kind, clear }: Asked, hash: (bytes: Uint8Array) => Uint8Array): string[] {
  return [...normalForms(kind, clear), clear].flatMap((text) => {
    const digest = bytesToHex(hash(utf8ToBytes(text)));
    return [digest, digest.toUpperCase()];
  });
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** An e-mail address with a part of its local part removed. */
function localPart(kind: IdentityKind, email: string, taken: RegExp): string[] {
  const at = email.lastIndexOf('@');
  if (kind !== 'email' || at < 0) return [];
  return [email.slice(0, at).replace(taken, '') + email.slice(at)];
}

/**
 * Country code and national number, for each possible length of the code. A hash is compared exactly, so a wrong split does no
 * harm, and no table of country codes is needed.
 */
function splits(kind: IdentityKind, phone: string): [code: string, national: string][] {
  if (kind !== 'phone') return [];
  const digits = phone.slice(1);
  return [1, 2, 3].map((length) => [digits.slice(0, length), digits.slice(length)]);
}

/** Common notations of a phone number: +1 415-555-0123, +1 (415) 555-0123, 0415 5550123, … */
function spelt(code: string, national: string): string[] {
  const groupings = [
    [national],
    [national.slice(0, 3), national.slice(3, 6), national.slice(6)],
    [national.slice(0, 3), national.slice(3)],
    [national.slice(0, 2), national.slice(2)],
    [national.slice(0, 4), national.slice(4)],
    national.match(/.{1,2}/g) ?? [],
  ].map((groups) => groups.filter((group) => group !== ''));
  return groupings.flatMap((groups) => {
    const [area = '', ...rest] = groups;
    const plain = [' ', '-', '.'].flatMap((separator) => {
      const joined = groups.join(separator);
      return [joined, `+${code}${separator}${joined}`, `+${code} ${joined}`, `${code}${separator}${joined}`];
    });
    const bracketed = [
      `(${area}) ${rest.join('-')}`,
      `(${area})${rest.join('-')}`,
      `(${area}) ${rest.join(' ')}`,
    ];
    return [...plain, ...bracketed, ...bracketed.flatMap((text) => [`+${code} ${text}`, `+${code}${text}`])];
  });
}

function utf16(text: string): Uint8Array {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
}

/** The names under which these members are sent: in the target file, in 2.0 and in the legacy API. */
const SPELLINGS: readonly Record<IdentityKind, string>[] = [
  { email: 'email', phone: 'phone', externalId: 'externalId' },
  { email: 'email', phone: 'phone', externalId: 'external_id' },
  { email: 'email', phone: 'phone_number', externalId: 'external_id' },
];

const ORDERS: readonly IdentityKind[][] = [
  ['email', 'phone', 'externalId'],
  ['email', 'externalId', 'phone'],
  ['phone', 'email', 'externalId'],
  ['phone', 'externalId', 'email'],
  ['externalId', 'email', 'phone'],
  ['externalId', 'phone', 'email'],
];

/** The identity, complete or without one of its members, as JSON of JavaScript and of Python. */
function asJson(identity: Identity): string[] {
  const normal = Object.fromEntries(
    kindsOf(identity).map((kind) => [kind, normalForms(kind, identity[kind]!)[0]!]),
  ) as Identity;
  const chosen = ORDERS.flatMap((order) => [order, order.slice(0, 2), order.slice(0, 1)]);
  return chosen.flatMap((order) =>
    SPELLINGS.flatMap((names) =>
      [identity, normal].flatMap((values) => {
        const present = order.filter((kind) => values[kind]);
        if (present.length === 0) return [];
        const json = JSON.stringify(Object.fromEntries(present.map((kind) => [names[kind], values[kind]])));
        return [json, json.replaceAll('":"', '": "').replaceAll('","', '", "')];
      }),
    ),
  );
}

function otherFields(kind: IdentityKind, identity: Identity): string[] {
  const others = kindsOf(identity).filter((other) => other !== kind);
  return others.flatMap((other) => {
    const clear = identity[other]!;
    const forms = [...normalForms(other, clear), clear];
    return other === 'phone' ? [...forms, ...forms.map((form) => form.replace(/^\+/, ''))] : forms;
  });
}

function kindsOf(identity: Identity): IdentityKind[] {
  return (['email', 'phone', 'externalId'] as const).filter((kind) => identity[kind]);
}
