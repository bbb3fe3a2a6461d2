import { kindOfContent, kindOfField, replaceFields, replaceLines, replaceShownFields } from './fields.ts';
import { ANY_MASK, holdsMask, isMask, type MaskedText, masksIn, maskText } from './masks.ts';
import { opensKey, PATTERNS, type Pattern, restOfKey } from './patterns.ts';
import { seal } from './seal.ts';
import { decoded, digestSearch, type Search, type Secret, searchesFor } from './secrets.ts';

export { type Customer, digestOf, digestsOf, explainMask, isOwnName, placeholderIn } from './likeness.ts';
export {
  type AnyMask,
  holdsMask,
  type MaskedText,
  masksIn,
  maskText,
  mayHaveShape,
  readMask,
  readMasked,
  readSealed,
  redacted,
  shapeOf,
  withoutMasks,
  withShortMasks,
} from './masks.ts';
export type { Secret } from './secrets.ts';

/** Kinds that TikTok accepts as digests. A token may look like one. */
const HASHED_KINDS = new Set(['email', 'phone', 'external-id', 'name', 'address', 'birth']);
const DIGEST = /^[0-9a-fA-F]{64}$/;
/** Whole numbers from here on may be phone numbers. */
const SMALLEST_PHONE = 1e7;
/** The part before the @ is masked by now. */
const AT = /^(?:@|%(?:25)*40)/;

/**
 * A copy of `value` in which every personal or secret text is masked.
 *
 * @param tokens masks of secrets whose text is no longer known: found as separate words
 */
export function mask<T>(value: T, secrets: Secret[] = [], tokens: MaskedText[] = []): T {
  const searches = [...searchesFor(secrets), ...digestSearch(tokens)];
  return maskValue(value, undefined, { searches, masked: new Map() }) as T;
}

/** Masks texts one after another, such as the lines of a log, like `mask`, and seals them: a key may span several. */
export function lineMask(secrets: Secret[]): (text: string) => string {
  const searches = searchesFor(secrets);
  let isInKey = false;
  return (text) => {
    const before = isInKey ? restOfKey(text) : { length: 0, isOpen: false };
    const key = text.slice(0, before.length);
    const rest = text.slice(before.length);
    isInKey = before.isOpen || opensKey(rest);
    const masked = maskValue(rest, undefined, { searches, masked: new Map() }) as string;
    return seal((key === '' ? '' : maskText(key, 'secret')) + masked);
  };
}

/** For a text written to the console, where objects are printed without quotes. */
export function maskShown(text: string): string {
  return replaceShownFields(text, maskField);
}

/** The state of one masking. */
interface Context {
  searches: Search[];
  /** Masked versions of texts that occurred before: addresses occur dozens of times in evidence. */
  masked: Map<string, string>;
}

function maskValue(value: unknown, key: string | undefined, context: Context): unknown {
  if (typeof value === 'string') return maskMember(value, key, context);
  if (typeof value === 'number') return maskNumber(value, key, context);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, key, context));
  if (typeof value !== 'object' || value === null) return value;
  const isPersonal = key !== undefined && kindOfField(key) !== undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      // Everything below a personal member is personal, too; `$` is the tap's tag for what JSON cannot express.
      const parent = isPersonal && name !== '$' ? key : name;
      return [inText(name, context), maskValue(member, parent, context)];
    }),
  );
}

/** A phone number can be a number. */
function maskNumber(value: number, key: string | undefined, context: Context): number | string {
  const text = String(value);
  if (key !== undefined && kindOfContent(key, text)) return maskMember(text, key, context);
  if (!Number.isInteger(value) || value < SMALLEST_PHONE) return value;
  const masked = inText(text, context);
  return masked === text ? value : masked;
}

function maskMember(text: string, key: string | undefined, context: Context): string {
  const kind = key === undefined ? undefined : kindOfContent(key, text);
  if (!kind || text.trim() === '' || isMask(text)) return inText(text, context);
  if (HASHED_KINDS.has(kind) && DIGEST.test(text)) return inText(text, context);
  return maskText(text, encodingOf(text, kind, context) ?? kind);
}

/** The kind of a text that is exactly an encoded secret of this kind. */
function encodingOf(text: string, kind: string, context: Context): string | undefined {
  for (const { pattern, kindOf } of context.searches) {
    for (const match of text.matchAll(pattern)) {
      const found = kindOf(match);
      if (match[0] === text.trim() && found?.startsWith(`${kind}-`)) return found;
    }
  }
  return undefined;
}

/** Masks what is inside a longer text. */
function inText(text: string, context: Context): string {
  if (text.length < SHORTEST) return text;
  const before = context.masked.get(text);
  if (before !== undefined) return before;
  const masked = inJson(text, context) ?? inWords(text, context);
  context.masked.set(text, masked);
  return masked;
}

/** Nothing shorter is looked for. */
const SHORTEST = 4;

/** JSON within a text, where member names count, too. Undefined if it is not JSON, or nothing in it is masked. */
function inJson(text: string, context: Context): string | undefined {
  if (!/^\s*(?:\{\s*"|\[\s*["{[\d])/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const before = JSON.stringify(value);
    const after = JSON.stringify(maskValue(value, undefined, context));
    return before === after ? undefined : after;
  } catch {
    return undefined;
  }
}

function inWords(text: string, context: Context): string {
  let masked = outsideMasks(text, (part) => inEscapes(part, context));
  const known = (isWord: boolean) => {
    for (const search of context.searches) {
      if (search.isWord === isWord) masked = outsideMasks(masked, (part) => maskFound(part, search));
    }
  };
  known(false);
  for (const one of PATTERNS) {
    if (one.mayStandIn && !one.mayStandIn(masked)) continue;
    masked = outsideMasks(masked, (part, isAfterMask) => maskPattern(part, one, isAfterMask));
  }
  masked = outsideMasks(masked, (part) => part.replace(BASE64, (word) => inBase64(word, context)));
  // A name may be part of somebody's e-mail address, which must be recognised as a whole.
  known(true);
  masked = outsideMasks(masked, (part) => replaceLines(part, maskField));
  return outsideMasks(masked, (part) => replaceFields(part, maskField));
}

function maskPattern(text: string, { pattern, kind, partOf }: Pattern, isAfterMask: boolean): string {
  return text.replace(pattern, (...match) => {
    const found: string = match[0];
    // A login was before it, and this is its host.
    if (isAfterMask && match.at(-2) === 0 && AT.test(found)) return found;
    const part = partOf ? partOf(found) : found;
    return part === undefined ? found : maskText(decoded(part), kind) + found.slice(part.length);
  });
}

function maskFound(text: string, { pattern, kindOf }: Search): string {
  return text.replace(pattern, (found, ...groups) => {
    const kind = kindOf([found, ...groups]);
    return kind === undefined ? found : maskText(decoded(found), kind);
  });
}

function maskField(content: string, kind: string): string {
  const text = decoded(content);
  return HASHED_KINDS.has(kind) && DIGEST.test(text) ? content : maskText(text, kind);
}

/** A word with characters escaped for HTML or JSON: &#64; and \u0040 are an @. */
const ESCAPED = /[^\s"'<>]{0,99}(?:&(?:#\d+|#x[0-9a-f]+|commat|period);|\\+u[0-9a-f]{4})[^\s"'<>]*/gi;
const ESCAPE = /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|commat|period);|\\+u([0-9a-f]{4})/gi;

/** The same in a parameter of a URL. */
const ESCAPED_TWICE = /[^\s"'<>&=?#/]{0,99}%(?:25)*(?:26(?:%(?:25)*23|commat|period)|5cu)[^\s"'<>&=?#/]*/gi;

/** Such a word is masked as it reads once unescaped. */
function inEscapes(text: string, context: Context): string {
  if (!/&(?:#|commat|period)|\\u|%(?:25)*(?:26(?:%(?:25)*23|commat|period)|5cu)/i.test(text)) return text;
  const asItReads = (word: string) => {
    const plain = decoded(word).replace(ESCAPE, (written, decimal, hex, unicode) => {
      if (decimal ?? hex ?? unicode) return String.fromCodePoint(Number(decimal ?? `0x${hex ?? unicode}`));
      return written === '&commat;' ? '@' : '.';
    });
    const masked = inWords(plain, context);
    return masked === plain ? word : masked;
  };
  return text.replace(ESCAPED, asItReads).replace(ESCAPED_TWICE, asItReads);
}

const BASE64 = /(?<![\w+/-])[\w+/-]{16,}(?:=|%3d){0,2}/gi;
/** The first bytes decode to text, which random data hardly ever do. */
const PRINTABLE = /^[\t\n\r\x20-\x7e]*$/;

/** Personal data of unknown people in Base64. */
function inBase64(word: string, context: Context): string {
  const letters = decoded(word).replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  if (letters.length % 4 === 1 || !PRINTABLE.test(atob(letters.slice(0, 16)))) return word;
  const text = atob(letters);
  if (!PRINTABLE.test(text)) return word;
  // A name alone does not count: the customer's own is found encoded by its own search.
  const isTelling = masksIn(inText(text, context)).some(({ kind }) => kind !== 'name');
  return isTelling ? maskText(decoded(word), 'text-base64') : word;
}

/** Replaces only outside masks: the shape of a masked e-mail address looks like one, too. */
function outsideMasks(text: string, replace: (part: string, isAfterMask: boolean) => string): string {
  if (!holdsMask(text)) return replace(text, false);
  return text
    .split(ANY_MASK)
    .map((part, index) => (index % 2 === 0 ? replace(part, index > 0) : part))
    .join('');
}
