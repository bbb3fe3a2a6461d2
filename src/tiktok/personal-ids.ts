import { md5, sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256Hex } from './hashing.ts';

/** What a test customer is called, in clear. */
export interface Customer {
  email?: string;
  phone?: string;
  firstName?: string;
  lastName?: string;
}

/** A piece of personal data found in a text, and how it was written. */
export interface PersonalPart {
  what: 'an e-mail address' | 'a phone number' | 'a name';
  how: 'in clear' | 'encoded' | 'hashed';
}

interface Known {
  what: PersonalPart['what'];
  /** As it may be written. */
  texts: string[];
}

/** Looks for a customer's data within a text: in clear in any case, in URL, Base64 or hexadecimal form, or as a plain hash. */
export function personalPart(text: string, customer: Customer): PersonalPart | undefined {
  const lower = text.toLowerCase();
  for (const { what, texts } of knownOf(customer)) {
    const isName = what === 'a name';
    if (texts.some((one) => (isName ? hasWord(lower, one) : lower.includes(one.toLowerCase()))))
      return { what, how: 'in clear' };
    if (texts.some((one) => encodings(one).some((code) => text.includes(code) || lower.includes(code))))
      return { what, how: 'encoded' };
    if (texts.some((one) => digests(one).some((digest) => lower.includes(digest))))
      return { what, how: 'hashed' };
  }
  return undefined;
}

function knownOf({ email, phone, firstName, lastName }: Customer): Known[] {
  const digits = phone?.replace(/\D/g, '') ?? '';
  const names = [firstName, lastName, firstName && lastName && `${firstName} ${lastName}`];
  return [
    { what: 'an e-mail address', texts: variants(email) },
    { what: 'a phone number', texts: digits ? [`+${digits}`, digits] : [] },
    { what: 'a name', texts: names.flatMap(variants) },
  ];
}

function variants(text: string | undefined): string[] {
  const trimmed = text?.trim() ?? '';
  return trimmed ? [...new Set([trimmed, trimmed.toLowerCase(), trimmed.toUpperCase()])] : [];
}

/** A short name can stand in a random id by chance. */
function hasWord(text: string, name: string): boolean {
  const escaped = name.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u').test(text);
}

/** Those that do not hold the text as it is. What is shorter than eight characters may be there by chance. */
function encodings(text: string): string[] {
  const base64 = btoa(String.fromCharCode(...utf8ToBytes(text))).replace(/=+$/, '');
  return [
    encodeURIComponent(text),
    encodeURIComponent(text).toLowerCase(),
    base64,
    base64.replaceAll('+', '-').replaceAll('/', '_'),
    bytesToHex(utf8ToBytes(text)),
  ].filter((code) => code.toLowerCase() !== text.toLowerCase() && code.length >= 8);
}

function digests(text: string): string[] {
  const bytes = utf8ToBytes(text);
  return [sha256Hex(bytes), bytesToHex(md5(bytes)), bytesToHex(sha1(bytes))];
}
