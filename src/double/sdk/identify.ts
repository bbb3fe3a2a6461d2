import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Fields } from './values.ts';

/** What is known of the visitor, as it goes out in context.user. Lives in page memory only. */
export type Identity = Record<string, string>;

// SHA-256 is not taken from crypto.subtle, which plain http pages do not have.
const hash = (text: string) => bytesToHex(sha256(utf8ToBytes(text)));
const plain = (text: string) => text;
const hashed = (text: string) => hash(text.toLowerCase());
const HASH = /^[0-9a-f]{64}$/i;

/**
 * The fields in the order they are read: a later one replaces an earlier one of the same name on the wire. External id
 * and place go out in clear (measured). Placeholders such as "undefined" are hashed like anything else (measured).
 */
const FIELDS: [field: string, wire: string, encode: (text: string) => string][] = [
  ['sha256_email', 'email', plain],
  ['sha256_phone_number', 'phone_number', plain],
  ['email', 'email', unlessHashed(hashed)],
  ['phone_number', 'phone_number', unlessHashed(hashedPhone)],
  ['external_id', 'external_id', plain],
  ['first_name', 'first_name', hashed],
  ['last_name', 'last_name', hashed],
  ['city', 'city', plain],
  ['state', 'state', plain],
  ['country', 'country', plain],
  ['zip_code', 'zip_code', hashed],
];

/** The wire form of what was handed to `identify`: trimmed, hashed where TikTok hashes, falsy values dropped. */
export function encodeIdentity(fields: Fields): Identity {
  const identity: Identity = {};
  for (const [field, wire, encode] of FIELDS) {
    const text = fields[field] ? String(fields[field]).trim() : '';
    if (text !== '') identity[wire] = encode(text);
  }
  return identity;
}

function unlessHashed(encode: (text: string) => string): (text: string) => string {
  return (text) => (HASH.test(text) ? text : encode(text));
}

/**
 * E.164 with its plus. Without a plus only the digits are hashed, which never matches; of Chinese numbers only the
 * national part is (all measured).
 */
function hashedPhone(text: string): string {
  const digits = text.replace(/\D/g, '');
  if (digits === '') return hash(text);
  if (!text.startsWith('+')) return hash(digits);
  return hash(digits.startsWith('86') ? digits.slice(2) : `+${digits}`);
}
