import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { tokenForm } from '../tiktok/events-api/token.ts';
import { ANY_MASK, holdsMask, readMasked } from './masks.ts';

/**
 * Sealing: the mask of a secret holds neither its digest nor its shape, by which whoever reads a report could guess it, but an
 * HMAC-SHA-256 under a key of the audit, which stands in no file: within one audit the same secret has the same mask, and nobody
 * else can tell which. Masks of what is personal stay as they are: rules hold their digests against what TikTok itself was sent,
 * and their shapes against the forms that it asks for.
 */
const PERSONAL = /^(?:email|phone|external-id|name|address|ip)(?:-|$)/;

/** Of this process, where nobody gives it another. */
let key = crypto.getRandomValues(new Uint8Array(32));

/** Seals with the key of an audit from now on: any text, of which every process and shard of the audit has the same. */
export function sealWith(text: string): void {
  key = sha256(utf8ToBytes(text));
}

/** A copy of what was masked before, in which every secret is sealed. What is sealed stays as it is. */
export function seal<T>(value: T): T {
  return sealed(value) as T;
}

function sealed(value: unknown): unknown {
  if (typeof value === 'string') return sealText(value);
  if (Array.isArray(value)) return value.map(sealed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [sealText(name), sealed(member)]));
}

function sealText(text: string): string {
  if (!holdsMask(text)) return text;
  return text.split(ANY_MASK).map(sealMask).join('');
}

function sealMask(part: string): string {
  const masked = readMasked(part);
  if (!masked || PERSONAL.test(masked.kind)) return part;
  const form = tokenForm(masked);
  const digest = bytesToHex(hmac(sha256, key, hexToBytes(masked.sha256)));
  return `[${masked.kind} hmac=${digest}${form === undefined ? '' : ` form=${form}`}]`;
}
