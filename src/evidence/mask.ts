import { sha256Hex } from '../tiktok/hashing.ts';
import { type Search, type Secret, searchesFor } from './secrets.ts';

export type { Secret } from './secrets.ts';

/**
 * Masking: what is written down holds no personal data and no secret in clear. A masked text keeps what rules need of it:
 * what it was, its digest, so that it can be compared, and its shape, so that its form can be judged.
 *
 *     [email sha256=… shape=Aaa.Aaaaa@Aaaaaaa.aaa]
 *
 * What is known of the run's own identity is found in other encodings, too, and its kind says so: `email-base64`, `email-md5`,
 * `email-sha1`, `email-hex`; then digest and shape are those of the encoded text. Percent-encoding is undone, and is none.
 */
export interface MaskedText {
  /** What it was, and how it was encoded. */
  kind: string;
  /** SHA-256 of the text exactly as it was, in lower-case hexadecimal. */
  sha256: string;
  /** Letters as A or a, digits as 9, the rest as it was. */
  shape: string;
}

const MASKED = /^\[([\w-]+) sha256=([0-9a-f]{64}) shape=([^\]]*)\]$/;
const ANY_MASK = /(\[[\w-]+ sha256=[0-9a-f]{64} shape=[^\]]*\])/;
const MAX_SHAPE = 60;

export function maskText(text: string, kind: string): string {
  return `[${kind} sha256=${sha256Hex(text)} shape=${shapeOf(text)}]`;
}

/** Reads a masked text back; undefined for a text that is not one. */
export function readMasked(text: string): MaskedText | undefined {
  const [, kind, digest, shape] = MASKED.exec(text) ?? [];
  return kind === undefined ? undefined : { kind, sha256: digest!, shape: shape! };
}

/** A text in which a number stands for each masked part: for whoever has to parse it. */
export function withoutMasks(text: string): string {
  // What was taken for a phone number may have been a number of code, with its sign.
  return withMasksAs(text, ({ kind }) => (kind === 'phone' ? '+0' : '0'));
}

/** For a reader: a text in which each masked part says only what it was, such as `[email]`. */
export function withShortMasks(text: string): string {
  return withMasksAs(text, ({ kind }) => `[${kind}]`);
}

function withMasksAs(text: string, shown: (masked: MaskedText) => string): string {
  if (!holdsMask(text)) return text;
  return text
    .split(ANY_MASK)
    .map((part) => {
      const masked = readMasked(part);
      return masked ? shown(masked) : part;
    })
    .join('');
}

/** Letters as A or a, digits as 9. */
export function shapeOf(text: string): string {
  const shape = text
    .slice(0, MAX_SHAPE)
    .replace(/\p{Lu}/gu, 'A')
    .replace(/[^\P{L}A]/gu, 'a')
    .replace(/\p{Nd}/gu, '9')
    .replace(/[[\]]/g, '.');
  return text.length > MAX_SHAPE ? `${shape}…` : shape;
}

/** Whether a text may be the one that was masked with this shape: saves its digest. */
export function mayHaveShape(text: string, shape: string): boolean {
  return shape.length === Math.min(text.length, MAX_SHAPE + 1) && shapeOf(text) === shape;
}

/** Members whose value is personal unless it is a digest already. */
const PERSONAL_KEYS: Record<string, string> = {
  email: 'email',
  sha256_email: 'email',
  auto_email: 'email',
  phone: 'phone',
  phone_number: 'phone',
  sha256_phone_number: 'phone',
  auto_phone_number: 'phone',
  external_id: 'external-id',
  first_name: 'name',
  last_name: 'name',
  zip_code: 'address',
  city: 'address',
  state: 'address',
  ip: 'ip',
  'access-token': 'token',
  authorization: 'token',
  cookie: 'cookie',
  password: 'secret',
};

/** What TikTok takes as a digest. A token may look like one. */
const HASHED_KINDS = new Set(['email', 'phone', 'external-id', 'name', 'address']);
const DIGEST = /^[0-9a-fA-F]{64}$/;
/** Whole numbers from here on can be phone numbers. */
const SMALLEST_PHONE = 1e7;
/** Percent signs may be encoded again, in a URL within a URL: %40, %2540, … */
const EMAIL =
  /(?:(?<![\p{L}\p{N}_.+-])(?:[\p{L}\p{N}_.+-]|%(?:25)*2B)+)?(?:@|%(?:25)*40)(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/giu;
const PHONE = /(?:\+|%(?:25)*2B)[1-9](?:[\s().-]{0,3}\d){7,14}(?!\d)/gi;
const BEARER = /(?<=^|[^\w-]|%20)eyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const SECRET_PARAMETER = /(?<=[?&#](?:access_token|token|auth|password|secret|api_?key)=)[^&#]+/gi;
const PATTERNS: [RegExp, string][] = [
  [BEARER, 'token'],
  [SECRET_PARAMETER, 'secret'],
  [EMAIL, 'email'],
  [PHONE, 'phone'],
];

/** A copy of `value` in which every personal or secret text is masked. */
export function mask<T>(value: T, secrets: Secret[] = []): T {
  return maskValue(value, undefined, searchesFor(secrets)) as T;
}

function maskValue(value: unknown, key: string | undefined, searches: Search[]): unknown {
  if (typeof value === 'string') return maskMember(value, key, searches);
  if (typeof value === 'number') return maskNumber(value, key, searches);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, key, searches));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      // What stands below a personal member is personal, too; `$` is the tap's tag for what JSON cannot say.
      const parent = kindOf(key) && name !== '$' ? key : name;
      return [inText(name, searches), maskValue(member, parent, searches)];
    }),
  );
}

function kindOf(key: string | undefined): string | undefined {
  return key === undefined ? undefined : PERSONAL_KEYS[key.toLowerCase()];
}

/** A phone number is sometimes a number. */
function maskNumber(value: number, key: string | undefined, searches: Search[]): number | string {
  const text = String(value);
  if (kindOf(key)) return maskMember(text, key, searches);
  if (!Number.isInteger(value) || value < SMALLEST_PHONE) return value;
  const masked = inText(text, searches);
  return masked === text ? value : masked;
}

function maskMember(text: string, key: string | undefined, searches: Search[]): string {
  const kind = kindOf(key);
  if (!kind || text.trim() === '' || readMasked(text)) return inText(text, searches);
  if (HASHED_KINDS.has(kind) && DIGEST.test(text)) return inText(text, searches);
  return maskText(text, encodingOf(text, kind, searches) ?? kind);
}

/** The kind of a text that is nothing but an encoded secret of this kind. */
function encodingOf(text: string, kind: string, searches: Search[]): string | undefined {
  for (const { pattern, kindOf } of searches) {
    for (const match of text.matchAll(pattern)) {
      const found = kindOf(match);
      if (match[0] === text.trim() && found.startsWith(`${kind}-`)) return found;
    }
  }
  return undefined;
}

/** Masks what stands within a longer text. */
function inText(text: string, searches: Search[]): string {
  let masked = text;
  for (const { pattern, kindOf } of searches) {
    masked = outsideMasks(masked, (part) =>
      part.replace(pattern, (found, ...groups) => maskText(decoded(found), kindOf([found, ...groups]))),
    );
  }
  for (const [pattern, kind] of PATTERNS) {
    if (pattern === EMAIL && !/@|40/.test(masked)) continue;
    masked = outsideMasks(masked, (part) => part.replace(pattern, (found) => maskText(decoded(found), kind)));
  }
  return masked;
}

/** A mask's own shape looks like what it hides: an e-mail address's shape is one, too. */
function outsideMasks(text: string, replace: (part: string) => string): string {
  if (!holdsMask(text)) return replace(text);
  return text
    .split(ANY_MASK)
    .map((part, index) => (index % 2 === 0 ? replace(part) : part))
    .join('');
}

/** Without its percent-encoding, however often it was encoded. */
function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    const once = decodeURIComponent(text);
    return once === text ? text : decoded(once);
  } catch {
    return text;
  }
}

/** Whether a mask may stand in a text: a quick look that passes over most texts. */
export function holdsMask(text: string): boolean {
  return text.includes(' sha256=');
}

/** The masks that stand in a text. */
export function masksIn(text: string): MaskedText[] {
  if (!holdsMask(text)) return [];
  return text.split(ANY_MASK).flatMap((part) => readMasked(part) ?? []);
}

/** A text with an ellipsis for each mask in it: for messages, and for what has to be parsed. */
export function redacted(text: string): string {
  return withMasksAs(text, () => '…');
}
