import { sha256Hex } from '../tiktok/hashing.ts';

/**
 * Masking: what is written down holds no personal data and no secret in clear. A masked text keeps what rules need of it:
 * what it was, its digest, so that it can be compared, and its shape, so that its form can be judged.
 *
 *     [email sha256=… shape=Aaa.Aaaaa@Aaaaaaa.aaa]
 */
export interface MaskedText {
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
  return text
    .split(ANY_MASK)
    .map((part) => {
      const masked = readMasked(part);
      // What was taken for a phone number may have been a number of code, with its sign.
      return masked ? (masked.kind === 'phone' ? '+0' : '0') : part;
    })
    .join('');
}

function shapeOf(text: string): string {
  const shape = text
    .slice(0, MAX_SHAPE)
    .replace(/\p{Lu}/gu, 'A')
    .replace(/[^\P{L}A]/gu, 'a')
    .replace(/\p{Nd}/gu, '9')
    .replace(/[[\]]/g, '.');
  return text.length > MAX_SHAPE ? `${shape}…` : shape;
}

/** A text that is known to be personal or secret, and what it is called. */
export interface Secret {
  text: string;
  kind: string;
}

/** A spelling of a secret, and what stands in its place. */
interface Mark {
  spelling: string;
  mark: string;
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
/** Percent signs may be encoded again, in a URL within a URL: %40, %2540, … */
const EMAIL = /(?:[\p{L}\p{N}_.+-]|%(?:25)*2B)*(?:@|%(?:25)*40)(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/giu;
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
  const known = secrets.filter(({ text }) => text.length >= 4).sort((a, b) => b.text.length - a.text.length);
  const marks = known.flatMap(({ text, kind }) => {
    const mark = maskText(text, kind);
    return [...new Set([text, encodeURIComponent(text)])].map((spelling) => ({ spelling, mark }));
  });
  return maskValue(value, undefined, marks) as T;
}

function maskValue(value: unknown, key: string | undefined, marks: Mark[]): unknown {
  if (typeof value === 'string') return maskMember(value, key, marks);
  if (typeof value === 'number' && key !== undefined && PERSONAL_KEYS[key.toLowerCase()]) {
    return maskMember(String(value), key, marks);
  }
  if (Array.isArray(value)) return value.map((item) => maskValue(item, key, marks));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      // What stands below a personal member is personal, too; `$` is the tap's tag for what JSON cannot say.
      const parent = key !== undefined && PERSONAL_KEYS[key.toLowerCase()] && name !== '$' ? key : name;
      return [inText(name, marks), maskValue(member, parent, marks)];
    }),
  );
}

function maskMember(text: string, key: string | undefined, marks: Mark[]): string {
  const kind = key === undefined ? undefined : PERSONAL_KEYS[key.toLowerCase()];
  if (!kind || text.trim() === '' || readMasked(text)) return inText(text, marks);
  if (!(HASHED_KINDS.has(kind) && DIGEST.test(text))) return maskText(text, kind);
  return inText(text, marks);
}

/** Masks what stands within a longer text. */
function inText(text: string, marks: Mark[]): string {
  let masked = text;
  for (const { spelling, mark } of marks) {
    if (masked.includes(spelling)) masked = outsideMasks(masked, (part) => part.replaceAll(spelling, mark));
  }
  for (const [pattern, kind] of PATTERNS) {
    masked = outsideMasks(masked, (part) => part.replace(pattern, (found) => maskText(decoded(found), kind)));
  }
  return masked;
}

/** A mask's own shape looks like what it hides: an e-mail address's shape is one, too. */
function outsideMasks(text: string, replace: (part: string) => string): string {
  return text
    .split(ANY_MASK)
    .map((part, index) => (index % 2 === 0 ? replace(part) : part))
    .join('');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
