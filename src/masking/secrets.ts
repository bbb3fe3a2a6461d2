import { md5, sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256Hex } from '../tiktok/hashing.ts';

/** A text that is known to be personal or secret, and its kind. */
export interface Secret {
  text: string;
  kind: string;
}

/** Finds known secrets in a text, in one notation. */
export interface Search {
  pattern: RegExp;
  /** Whether it looks for words, such as names, which may be part of something longer that is personal, too. */
  isWord: boolean;
  /** The kind of a match, with its encoding if it has one, such as `email-md5`; undefined for none. */
  kindOf(match: readonly unknown[]): string | undefined;
}

/** One secret, or an encoding of it, as the source of a regular expression without groups of its own. */
interface Spelling {
  source: string;
  kind: string;
}

/** Shorter texts occur in too many other words. */
const SHORTEST = 4;
/** Least bytes of a text that is searched encoded, and letters of a Base64 text: shorter ones occur by chance. */
const SHORTEST_ENCODED = 8;
/** Digits of a phone number without its country code. */
const SHORTEST_NATIONAL = 9;

/**
 * The searches for secrets: in plain text in any letter case and percent-encoded any number of times, phone numbers also without plus or
 * country code and with separators; in Base64 and Base64url, alone or within a longer text; as hexadecimal bytes, MD5 and SHA-1.
 * SHA-256 is not secret: it is what TikTok wants.
 */
export function searchesFor(secrets: readonly Secret[]): Search[] {
  const known = secrets
    .filter(({ text }) => text.length >= SHORTEST)
    .sort((a, b) => b.text.length - a.text.length);
  const names = known.filter(({ kind }) => kind === 'name');
  const others = known.filter(({ kind }) => kind !== 'name');
  return [
    search(others.map(inClear), 'giu'),
    search(known.flatMap(asHex), 'gi'),
    search(others.flatMap(asBase64), 'g'),
    search(names.map(inClear), 'giu', true),
    search(names.flatMap(asBase64), 'g', true),
  ].filter((one) => one !== undefined);
}

function search(spellings: Spelling[], flags: string, isWord = false): Search | undefined {
  if (spellings.length === 0) return undefined;
  const kinds = spellings.map(({ kind }) => kind);
  return {
    isWord,
    pattern: new RegExp(spellings.map(({ source }) => `(${source})`).join('|'), flags),
    kindOf: (groups) => kinds[groups.findIndex((group, index) => index > 0 && group !== undefined) - 1]!,
  };
}

function inClear({ text, kind }: Secret): Spelling {
  if (kind === 'phone' && /^\+?\d+$/.test(text)) return { source: phone(text.replace('+', '')), kind };
  const source = [...text].map(character).join('');
  // A name must be a word: Rosa is not part of rosarium. A percent-encoded character before it is not a letter.
  return { source: kind === 'name' ? `${START}${source}(?![\\p{L}\\p{N}])` : source, kind };
}

const START = '(?:(?<![\\p{L}\\p{N}])|(?<=%[0-9a-f]{2}))';

/** A character as it is or percent-encoded; a blank also as forms encode it. */
function character(char: string): string {
  const itself = `\\u{${char.codePointAt(0)!.toString(16)}}`;
  if (/[a-z\d]/i.test(char)) return itself;
  return `(?:${itself}|${percent(char)}${char === ' ' ? '|\\+' : ''})`;
}

/** Percent signs may be encoded repeatedly, in a URL within a URL: %40, %2540, …; mail uses an equals sign instead. */
function percent(char: string): string {
  return Array.from(utf8ToBytes(char), (byte) => `(?:[%=]|%(?:25)*3d)(?:25)*${hex(byte)}`).join('');
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

const BETWEEN = '(?:[\\s().-]|%(?:25)*(?:20|28|29|2d|2e)){0,3}';

/** Its ways to begin share their end: with a copy for each, compiling took longer than all the searching. */
function phone(digits: string): string {
  const codes = [1, 2, 3].filter((code) => digits.length - code >= SHORTEST_NATIONAL);
  const shared = digits.slice(codes.length);
  const upToShared = (from: number) =>
    [...digits.slice(from, codes.length)].map((digit) => digit + BETWEEN).join('');
  const starts = [
    `(?:(?:\\+|%(?:25)*2b|00)${BETWEEN})?${upToShared(0)}`,
    ...codes.map((code) => `(?:0${BETWEEN})?${upToShared(code)}`),
  ];
  return `(?:(?<!\\d)|(?<=%[0-9a-f]{2}))(?:${starts.join('|')})${[...shared].join(BETWEEN)}(?!\\d)`;
}

/** The forms that programs hash: as typed, in lower or upper case, the phone number also without its plus. */
function forms({ text, kind }: Secret): string[] {
  const trimmed = text.trim();
  return [
    ...new Set([
      text,
      trimmed,
      trimmed.toLowerCase(),
      trimmed.toUpperCase(),
      ...(kind === 'phone' ? [trimmed.replace('+', '')] : []),
    ]),
  ];
}

function asHex(secret: Secret): Spelling[] {
  const { kind } = secret;
  return forms(secret).flatMap((form) => {
    const bytes = utf8ToBytes(form);
    return [
      { source: bytesToHex(md5(bytes)), kind: `${kind}-md5` },
      { source: bytesToHex(sha1(bytes)), kind: `${kind}-sha1` },
      ...(bytes.length < SHORTEST_ENCODED ? [] : [{ source: bytesToHex(bytes), kind: `${kind}-hex` }]),
    ];
  });
}

/** Within a longer text a secret begins at one of three offsets in a group of four letters. */
function asBase64(secret: Secret): Spelling[] {
  const spellings = forms(secret).flatMap((form) => {
    const bytes = utf8ToBytes(form);
    return bytes.length < SHORTEST_ENCODED ? [] : [0, 1, 2].flatMap((offset) => base64At(offset, bytes));
  });
  return spellings.map((source) => ({ source, kind: `${secret.kind}-base64` }));
}

/** The secret's own letters, and one on either side that it shares with its neighbours. */
function base64At(offset: number, bytes: Uint8Array): string[] {
  const text = btoa(String.fromCharCode(...new Uint8Array(offset), ...bytes));
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  const own = text.slice(offset === 0 ? 0 : offset + 1, end);
  if (own.length < SHORTEST_ENCODED) return [];
  const shared = '(?:[\\w+/-]|%2[BbFf])';
  const before = offset === 0 ? '' : shared;
  const after = (offset + bytes.length) % 3 === 0 ? '' : shared;
  return [
    `${before}${[...own].map((letter) => BASE64URL[letter] ?? letter).join('')}${after}(?:=|%3[Dd]){0,2}`,
  ];
}

/** The two letters that differ between Base64 and Base64url, also percent-encoded. */
const BASE64URL: Readonly<Record<string, string>> = {
  '+': '(?:[+-]|%2[Bb])',
  '/': '(?:[/_]|%2[Ff])',
};

/** Finds secrets whose text is unknown by their masks, where the characters around cannot belong to them. */
export function digestSearch(masks: readonly { kind: string; sha256: string; shape: string }[]): Search[] {
  const kinds = new Map(masks.map(({ kind, sha256 }) => [sha256, kind]));
  const shapes = new Set(masks.map(({ shape }) => shape));
  return [...shapes].map((shape) => ({
    isWord: false,
    pattern: new RegExp(`(?<![\\w-])${ofShape(shape)}(?![\\w-])`, 'gu'),
    kindOf: ([word]) => kinds.get(sha256Hex(decoded(String(word)))),
  }));
}

/**
 * The source of a pattern for texts of a shape. The shape of a long text is truncated: the rest has the same kinds of characters.
 */
function ofShape(shape: string): string {
  const isCut = shape.endsWith('…');
  const signs = [...(isCut ? shape.slice(0, -1) : shape)].map((sign) => {
    if (sign === 'A') return '\\p{Lu}';
    if (sign === 'a') return '(?!\\p{Lu})\\p{L}';
    if (sign === '9') return '\\p{Nd}';
    const encoded = [...utf8ToBytes(sign)].map((byte) => `%(?:25)*${hexOfAnyCase(byte)}`).join('');
    const itself = sign === '.' ? '[.[\\]]' : `\\u{${sign.codePointAt(0)!.toString(16)}}`;
    return `(?:${itself}|${encoded})`;
  });
  const others = new Set(shape.slice(0, -1).replace(/[Aa9\s]/g, ''));
  const rest = [...others].map((sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`).join('');
  return signs.join('') + (isCut ? `[\\w${rest}-]*` : '');
}

function hexOfAnyCase(byte: number): string {
  return hex(byte).replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

/** Without percent-encoding, however often it was encoded. */
export function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    const once = decodeURIComponent(text);
    return once === text ? text : decoded(once);
  } catch {
    return text;
  }
}
