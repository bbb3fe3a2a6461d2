import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { tokenForm } from '../tiktok/events-api/token.ts';
import { type Customer, likenessOf } from './likeness.ts';
import { ANY_MASK, holdsMask, readMasked } from './masks.ts';

/**
 * Sealing: a mask then has no digest, from which a reader of a report could guess the text, but an HMAC-SHA-256 under a key of
 * the audit that is in no file. Within one audit, equal texts have equal masks, and nobody else can tell which text it is.
 * Nothing else is kept of a secret. Personal data keep their shape, which rules check against TikTok's formats. Whose they are is
 * determined here, so judging needs neither the key nor the text.
 */
const PERSONAL = /^(?:email|phone|external-id|name|address|ip)(?:-|$)/;

let key: Uint8Array | undefined;

/** This process's own, unless it is given another. Made on first use: judging alone seals nothing. */
function ownKey(): Uint8Array {
  key ??= crypto.getRandomValues(new Uint8Array(32));
  return key;
}

/** From now on seals with the key of an audit, any text that is the same in all of its processes and shards. */
export function sealWith(text: string): void {
  key = sha256(utf8ToBytes(text));
}

/** Identifies the key: masks sealed with different keys cannot be compared. */
export function sealName(): string {
  return bytesToHex(hmac(sha256, ownKey(), utf8ToBytes('name of the key'))).slice(0, 16);
}

/**
 * A copy of masked data in which every mask is sealed. Sealed masks are not changed.
 *
 * @param customer the test identity, by which masks say whose they are; empty if unknown
 */
export function seal<T>(value: T, customer: Customer = {}): T {
  // The same masks occur dozens of times in evidence.
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
