import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Encoded, IdentifyUtils, Param, Trait } from './identity.ts';
import { parsePhone } from './phone.ts';
import { findTtq } from './ttq.ts';
import { asObject, type Fields } from './values.ts';

/** The identify script: hashes what is passed to `identify`. Main waits for it, and continues without it if it does not load. */
const HASH = /^[0-9a-f]{64}$/i;
const EMAIL = /^(?=.{6,128}$)\w[\w.+-]*@([\w-]{2,}\.)+[a-z]{2,14}$/i;
/** What an input of type=email accepts: the domain needs no dot. */
const LOOSE_EMAIL = /^[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)*$/;
/** The SDK's placeholders, in exactly this spelling (and their hashes). "null" and "undefined" are not among them. */
const PLACEHOLDERS = ['(null)', "''\"", 'not set', 'None', 'no', 'NA'];
const LONGEST_PLACE = 80;

// crypto.subtle, which has SHA-256, is missing on plain http pages.
const hash = (text: string) => bytesToHex(sha256(utf8ToBytes(text)));
const plain = (text: string) => text;
const place = (text: string) => text.slice(0, LONGEST_PLACE);

/** Trimmed and unhashed: external id and place (measured). Names are hashed exactly as written. */
const FIELDS: Record<string, (text: string) => string> = {
  external_id: plain,
  partner_id: plain,
  first_name: hash,
  last_name: hash,
  city: place,
  state: place,
  country: place,
};

/** In the order they are read: if both are given, the one with sha256 in its name wins. */
const CONTACTS: [field: string, wire: string, param: Param | undefined, encode: (text: string) => string][] =
  [
    ['email', 'email', 'email_is_hashed', hashedEmail],
    ['phone_number', 'phone_number', 'phone_is_hashed', hashedPhone],
    ['sha256_email', 'email', 'sha256_email', (text) => (isEmail(text) ? hashedEmail(text) : hash(text))],
    ['sha256_phone_number', 'phone_number', 'sha256_phone', (text) => hash(parsePhone(text) ?? text)],
    ['auto_email', 'auto_email', undefined, hashedEmail],
    ['auto_phone_number', 'auto_phone_number', undefined, hashedPhone],
  ];

const utils: IdentifyUtils = { encode };
const plugin = asObject(findTtq()?.getPlugin?.('Identify'));
if (typeof plugin.setIdentifyUtils === 'function') plugin.setIdentifyUtils(utils);

/** The wire form of what was passed to `identify`: trimmed, hashed where TikTok hashes, falsy values dropped. */
function encode(fields: Fields): Encoded {
  const encoded: Encoded = { user: {}, traits: {} };
  const textOf = (field: string) => (fields[field] ? String(fields[field]).trim() : '');
  for (const [field, encodeField] of Object.entries(FIELDS)) {
    const text = textOf(field);
    if (text !== '') encoded.user[field] = HASH.test(text) ? text : encodeField(text);
  }
  for (const [field, wire, param, encodeContact] of CONTACTS) {
    if (!fields[field]) continue;
    const text = textOf(field);
    // Blanks alone replace the known value (measured).
    encoded.user[wire] = text === '' || HASH.test(text) ? text : encodeContact(text);
    if (param) encoded.traits[param] = traitsOf(text);
  }
  const zip = textOf('zip_code');
  if (zip !== '') Object.assign(encoded.user, { zip_code: encodeZip(zip, textOf('country'), encoded) });
  return encoded;
}

/** Each trait is tested separately, whatever field the value came in. */
function traitsOf(text: string): Trait[] {
  if (text === '' || PLACEHOLDERS.includes(text)) return ['filter_events'];
  if (HASH.test(text))
    return ['', ...PLACEHOLDERS].some((each) => text === hash(each)) ? ['filter_events'] : ['hashed'];
  const traits: Trait[] = [];
  if (EMAIL.test(text)) traits.push('plain_email');
  if (LOOSE_EMAIL.test(text)) traits.push('plain_mdn_email');
  if (parsePhone(text) !== undefined) traits.push('plain_phone');
  return traits.length > 0 ? traits : [base64Trait(text) ?? 'unknown_invalid'];
}

/** A hash in base64 is recognised, but hashed again (measured). */
function base64Trait(text: string): Trait | undefined {
  try {
    const bytes = text.endsWith('=') ? atob(text) : '';
    if (HASH.test(bytes)) return 'base64_hex_hashed';
    return bytes.length === 32 ? 'base64_string_hashed' : undefined;
  } catch {
    return undefined;
  }
}

function isEmail(text: string): boolean {
  return EMAIL.test(text) || LOOSE_EMAIL.test(text);
}

function hashedEmail(text: string): string {
  return hash(text.toLowerCase());
}

/** Without a plus only the digits are hashed, which never matches E.164 (measured). */
function hashedPhone(text: string): string {
  return hash(parsePhone(text) ?? (text.replace(/\D/g, '') || text));
}

function encodeZip(zip: string, country: string, encoded: Encoded): string {
  const isUs = country.toLowerCase() === 'us';
  encoded.traits.zip_code = [
    HASH.test(zip) ? 'zip_code_is_hashed' : 'zip_code_is_not_hashed',
    isUs ? 'zip_code_is_us' : 'zip_code_is_not_us',
  ];
  if (HASH.test(zip)) return zip;
  return hash(isUs ? zip.slice(0, 5) : zip);
}
