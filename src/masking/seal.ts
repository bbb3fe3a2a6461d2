import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { tokenForm } from '../tiktok/events-api/token.ts';
import { type Customer, likenessOf } from './likeness.ts';
import { ANY_MASK, holdsMask, readMasked } from './masks.ts';

/**
 * Sealing: a mask holds no digest, by which whoever reads a report could guess the text, but an HMAC-SHA-256 under a key of the
 * audit, which stands in no file: within one audit the same text has the same mask, and nobody else can tell which. Of a secret
 * nothing else is left. Of what is personal, the shape stays, which rules hold against the forms that TikTok asks for, and whose it
 * is is worked out here: so judging needs neither the key nor the text.
 */
const PERSONAL = /^(?:email|phone|external-id|name|address|ip)(?:-|$)/;

let key: Uint8Array | undefined;

/** Of this process, where nobody gives it another. Made at first use: who only judges seals nothing. */
function ownKey(): Uint8Array {
  key ??= crypto.getRandomValues(new Uint8Array(32));
  return key;
}

/** Seals with the key of an audit from now on: any text, of which every process and shard of the audit has the same. */
export function sealWith(text: string): void {
  key = sha256(utf8ToBytes(text));
}

/** Tells one key from another: masks that were sealed with different ones cannot be compared. */
export function sealName(): string {
  return bytesToHex(hmac(sha256, ownKey(), utf8ToBytes('name of the key'))).slice(0, 16);
}

/**
 * A copy of what was masked before, in which every mask is sealed. What is sealed stays as it is.
 *
 * @param customer the test identity, by which the masks say whose they are; nobody's where it is not known
 */
export function seal<T>(value: T, customer: Customer = {}): T {
  // The same mask stands in evidence dozens of times.
  const known = new Map<string, string>();
  const sealMask = (part: string) => {
    const seen = known.get(part);
    if (seen !== undefined) return seen;
    const sealed = sealedMask(part, customer);
    known.set(part, sealed);
    return sealed;
  };
  const sealText = (text: string) =>
    holdsMask(text)
      ? text
          .split(ANY_MASK)
          .map((part, index) => (index % 2 === 0 ? part : sealMask(part)))
          .join('')
      : text;
  const sealed = (one: unknown): unknown => {
    if (typeof one === 'string') return sealText(one);
    if (Array.isArray(one)) return one.map(sealed);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [sealText(name), sealed(member)]));
  };
  return sealed(value) as T;
}

function sealedMask(part: string, customer: Customer): string {
  const masked = readMasked(part);
  if (!masked) return part;
  const { kind, shape } = masked;
  const digest = bytesToHex(hmac(sha256, ownKey(), hexToBytes(masked.sha256)));
  if (PERSONAL.test(kind)) {
    const is = likenessOf(masked.sha256, customer);
    return `[${kind} hmac=${digest}${is === '' ? '' : ` is=${is}`} shape=${shape}]`;
  }
  const form = tokenForm(masked);
  return `[${kind} hmac=${digest}${form === undefined ? '' : ` form=${form}`}]`;
}
