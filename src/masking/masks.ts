import type { TokenForm } from '../tiktok/events-api/token.ts';
import { sha256Hex } from '../tiktok/hashing.ts';
import { remember } from '../tiktok/remember.ts';

/**
 * Masking: nothing personal or secret is written down in plain text. Within a process a masked text keeps its kind, its digest, so
 * that it can be compared, and its shape, so that its form can be judged:
 *
 * [email sha256=… shape=Aaa.Aaaaa@Aaaaaaa.aaa]
 *
 * Before it is written to a file or a terminal, it is sealed (see seal.ts), unlike in evidence of earlier versions:
 *
 * [token hmac=…] [email hmac=… is=email:correct shape=Aaa.Aaaaa@Aaaaaaa.aaa]
 *
 * The run's own identity is also found in other encodings, which the kind names: `email-base64`, `email-md5`, `email-sha1`,
 * `email-hex`; digest and shape are then those of the encoded text. Percent-encoding is decoded and does not count as one.
 */
export interface MaskedText {
  /** What it was, and how it was encoded. */
  kind: string;
  /** SHA-256 of the text exactly as it was, in lower-case hexadecimal. */
  sha256: string;
  /** Letters as A or a, digits as 9, the rest unchanged. */
  shape: string;
}

/** A sealed mask. */
export interface SealedText {
  kind: string;
  /** Equal for equal texts within one audit. In lower-case hexadecimal. */
  hmac: string;
  /** The form of a token, as far as it reveals nothing. */
  form?: TokenForm;
  /** Whose it is, or which placeholder: see likeness.ts. Only for personal data. */
  is?: string;
  /** Only for personal data. */
  shape?: string;
}

const MASKED = /^\[([\w-]+) sha256=([0-9a-f]{64}) shape=([^\]]*)\]$/;
const SEALED =
  /^\[([\w-]+) hmac=([0-9a-f]{64})(?: form=(bearer|placeholder))?(?: is=([^\s\]]+))?(?: shape=([^\]]*))?\]$/;
/** Splits a text into masks and the parts between them. */
export const ANY_MASK =
  /(\[[\w-]+ (?:sha256=[0-9a-f]{64} shape=[^\]]*|hmac=[0-9a-f]{64}(?: form=[a-z]+)?(?: is=[^\s\]]+)?(?: shape=[^\]]*)?)\])/;
const MAX_SHAPE = 60;

export function maskText(text: string, kind: string): string {
  return `[${kind} sha256=${sha256Hex(text)} shape=${shapeOf(text)}]`;
}

/** Parses a mask; undefined if the text is not one. */
export function readMasked(text: string): MaskedText | undefined {
  const [, kind, digest, shape] = MASKED.exec(text) ?? [];
  return kind === undefined ? undefined : { kind, sha256: digest!, shape: shape! };
}

/** Parses a sealed mask; undefined if the text is not one. */
export function readSealed(text: string): SealedText | undefined {
  const [, kind, hmac, form, is, shape] = SEALED.exec(text) ?? [];
  if (kind === undefined) return undefined;
  return {
    kind,
    hmac: hmac!,
    ...(form === undefined ? {} : { form: form as TokenForm }),
    ...(is === undefined ? {} : { is }),
    ...(shape === undefined ? {} : { shape }),
  };
}

/** A mask, sealed or not. */
export type AnyMask = MaskedText | SealedText;

/** The same masks occur dozens of times in evidence. */
const read = remember<AnyMask | undefined>(1_000);

/** Parses any mask; undefined if the text is not one. */
export function readMask(text: string): Readonly<AnyMask> | undefined {
  if (!text.startsWith('[')) return undefined;
  return read(text, () => readSealed(text) ?? readMasked(text));
}

/** Whether a text consists of a single mask. */
export function isMask(text: string): boolean {
  return MASKED.test(text) || SEALED.test(text);
}

/** A text with a number for each mask, for parsers. */
export function withoutMasks(text: string): string {
  // What was masked as a phone number may have been a number in code, with its sign.
  return withMasksAs(text, (kind) => (kind === 'phone' ? '+0' : '0'));
}

/** For a reader: each mask shortened to its kind, such as `[email]`. */
export function withShortMasks(text: string): string {
  return withMasksAs(text, (kind) => `[${kind}]`);
}

function withMasksAs(text: string, shown: (kind: string) => string): string {
  if (!holdsMask(text)) return text;
  return text
    .split(ANY_MASK)
    .map((part, index) => (index % 2 === 0 ? part : shown(part.slice(1, part.indexOf(' ')))))
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

/** Whether a text may be the one that was masked with this shape, before computing its digest. */
export function mayHaveShape(text: string, shape: string): boolean {
  return shape.length === Math.min(text.length, MAX_SHAPE + 1) && shapeOf(text) === shape;
}

/** Whether a text may contain a mask: a quick check that rules out most texts. */
export function holdsMask(text: string): boolean {
  // Searching for one character is faster than for a word, and hardly any text contains this one.
  return text.includes('[') && (text.includes(' hmac=') || text.includes(' sha256='));
}

/** The masks in a text. */
export function masksIn(text: string): AnyMask[] {
  if (!holdsMask(text)) return [];
  // Every second part is one.
  return text.split(ANY_MASK).flatMap((part, index) => (index % 2 === 0 ? [] : (readMask(part) ?? [])));
}

/** A text with an ellipsis for each mask, for messages and parsers. */
export function redacted(text: string): string {
  return withMasksAs(text, () => '…');
}
