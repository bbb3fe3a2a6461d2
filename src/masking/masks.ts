import type { TokenForm } from '../tiktok/events-api/token.ts';
import { sha256Hex } from '../tiktok/hashing.ts';
import { remember } from '../tiktok/remember.ts';

/**
 * Masking: what is written down holds no personal data and no secret in clear. Within a process a masked text keeps what it was, its
 * digest, so that it can be compared, and its shape, so that its form can be judged:
 *
 *     [email sha256=… shape=Aaa.Aaaaa@Aaaaaaa.aaa]
 *
 * Before it is written to a file or a terminal, it is sealed (see seal.ts), as evidence of earlier versions was not:
 *
 *     [token hmac=…]
 *     [email hmac=… is=email:correct shape=Aaa.Aaaaa@Aaaaaaa.aaa]
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

/** A mask once it is sealed. */
export interface SealedText {
  kind: string;
  /** The same for the same text within one audit. In lower-case hexadecimal. */
  hmac: string;
  /** What can be said of a token without telling it. */
  form?: TokenForm;
  /** Whose it is, or what stands in for somebody: see likeness.ts. Of what is personal only. */
  is?: string;
  /** Of what is personal only. */
  shape?: string;
}

const MASKED = /^\[([\w-]+) sha256=([0-9a-f]{64}) shape=([^\]]*)\]$/;
const SEALED =
  /^\[([\w-]+) hmac=([0-9a-f]{64})(?: form=(bearer|placeholder))?(?: is=([^\s\]]+))?(?: shape=([^\]]*))?\]$/;
/** Splits a text into what is between masks, and masks. */
export const ANY_MASK =
  /(\[[\w-]+ (?:sha256=[0-9a-f]{64} shape=[^\]]*|hmac=[0-9a-f]{64}(?: form=[a-z]+)?(?: is=[^\s\]]+)?(?: shape=[^\]]*)?)\])/;
const MAX_SHAPE = 60;

export function maskText(text: string, kind: string): string {
  return `[${kind} sha256=${sha256Hex(text)} shape=${shapeOf(text)}]`;
}

/** Reads a masked text back; undefined for a text that is not one. */
export function readMasked(text: string): MaskedText | undefined {
  const [, kind, digest, shape] = MASKED.exec(text) ?? [];
  return kind === undefined ? undefined : { kind, sha256: digest!, shape: shape! };
}

/** Reads a sealed mask back; undefined for a text that is none. */
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

/** The same mask stands in evidence dozens of times. */
const read = remember<AnyMask | undefined>(1_000);

/** Reads any mask back; undefined for a text that is none. */
export function readMask(text: string): Readonly<AnyMask> | undefined {
  if (!text.startsWith('[')) return undefined;
  return read(text, () => readSealed(text) ?? readMasked(text));
}

/** Whether a text is nothing but a mask. */
export function isMask(text: string): boolean {
  return MASKED.test(text) || SEALED.test(text);
}

/** A text in which a number stands for each masked part: for whoever has to parse it. */
export function withoutMasks(text: string): string {
  // What was taken for a phone number may have been a number of code, with its sign.
  return withMasksAs(text, (kind) => (kind === 'phone' ? '+0' : '0'));
}

/** For a reader: a text in which each masked part says only what it was, such as `[email]`. */
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

/** Whether a text may be the one that was masked with this shape: saves its digest. */
export function mayHaveShape(text: string, shape: string): boolean {
  return shape.length === Math.min(text.length, MAX_SHAPE + 1) && shapeOf(text) === shape;
}

/** Whether a mask may stand in a text: a quick look that passes over most texts. */
export function holdsMask(text: string): boolean {
  // One character is found faster than a word, and hardly any text has this one.
  return text.includes('[') && (text.includes(' hmac=') || text.includes(' sha256='));
}

/** The masks that stand in a text. */
export function masksIn(text: string): AnyMask[] {
  if (!holdsMask(text)) return [];
  // Every second part is one.
  return text.split(ANY_MASK).flatMap((part, index) => (index % 2 === 0 ? [] : (readMask(part) ?? [])));
}

/** A text with an ellipsis for each mask in it: for messages, and for what has to be parsed. */
export function redacted(text: string): string {
  return withMasksAs(text, () => '…');
}
