import { createHash } from 'node:crypto';
import { expect } from '@playwright/test';
import {
  explainHash,
  HASH_MISTAKES,
  hashOf,
  type Identity,
  type IdentityKind,
  normalForms,
  sha256Hex,
} from '../../../src/tiktok/hashing.ts';
import { test } from '../test.ts';

/** A different implementation from the one under test. */
const digest = (text: string | Buffer, algorithm = 'sha256') =>
  createHash(algorithm).update(text).digest('hex');

const IDENTITY: Identity = {
  email: ' Ada.Lovelace+shop@Example.com ',
  phone: '+14155550123',
  externalId: 'Customer-42',
};
const EMAIL = 'ada.lovelace+shop@example.com';
const PHONE = '+14155550123';

test("the vectors of TikTok's reference", () => {
  expect(hashOf('email', ' ALICE_abc@gmail.com ')).toBe(
    '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f',
  );
  expect(hashOf('phone', '+12133734253')).toBe(
    '9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd',
  );
  expect(hashOf('externalId', 'user_123')).toBe(
    '80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b',
  );
});

test('SHA-256 of text beyond ASCII', () => {
  for (const text of ['', 'ä€𝄞', 'x'.repeat(1000)]) expect(sha256Hex(text)).toBe(digest(text));
});

const NORMAL: [IdentityKind, string, string[]][] = [
  ['email', '  Ada@Example.COM\n', ['ada@example.com']],
  ['phone', '+1 (415) 555-0123', ['+14155550123']],
  ['phone', ' 0044 7700 900123', ['+447700900123']],
  ['phone', '14155550123', ['+14155550123']],
  ['externalId', ' Customer-42 ', ['Customer-42', 'customer-42']],
  ['externalId', 'customer', ['customer']],
];

for (const [kind, clear, forms] of NORMAL) {
  test(`normal form of the ${kind} ${JSON.stringify(clear)}`, () => {
    expect(normalForms(kind, clear)).toEqual(forms);
  });
}

const CASES: [string, IdentityKind, string, string][] = [
  ['email', 'email', 'correct', digest(EMAIL)],
  ['phone', 'phone', 'correct', digest(PHONE)],
  ['external id as it is', 'externalId', 'correct', digest('Customer-42')],
  ['external id in lower case', 'externalId', 'correct', digest('customer-42')],
  ['email', 'email', 'upper-case-hex', digest(EMAIL).toUpperCase()],
  ['in part', 'phone', 'upper-case-hex', digest(PHONE).replace(/[a-f]/, (letter) => letter.toUpperCase())],
  ['as MD5 before', 'email', 'md5-hashed', digest(digest(EMAIL, 'md5'))],
  ['as SHA-1 in upper case before', 'phone', 'sha1-hashed', digest(digest(PHONE, 'sha1').toUpperCase())],
  ['in Base64', 'email', 'base64-hashed', digest(Buffer.from(EMAIL).toString('base64'))],
  [
    'in Base64 of its hash, brought into lower case',
    'email',
    'base64-hashed',
    digest(Buffer.from(digest(EMAIL), 'hex').toString('base64').toLowerCase()),
  ],
  ['upper-case letters kept', 'email', 'case-kept', digest('Ada.Lovelace+shop@Example.com')],
  ['in upper case', 'email', 'case-kept', digest(EMAIL.toUpperCase())],
  ['with a capital', 'email', 'case-kept', digest(`A${EMAIL.slice(1)}`)],
  ['external id in upper case', 'externalId', 'case-kept', digest('CUSTOMER-42')],
  ['blanks on both sides', 'email', 'blanks-kept', digest(` ${EMAIL} `)],
  ['a blank after', 'email', 'blanks-kept', digest(`${EMAIL} `)],
  ['a line break after', 'phone', 'blanks-kept', digest(`${PHONE}\n`)],
  ['as typed', 'email', 'as-typed', digest(IDENTITY.email!)],
  ['dots removed', 'email', 'gmail-dots-removed', digest('adalovelace+shop@example.com')],
  ['tag removed', 'email', 'tag-removed', digest('ada.lovelace@example.com')],
  ['digits only', 'phone', 'plus-missing', digest('14155550123')],
  ['00', 'phone', 'leading-00', digest('0014155550123')],
  ['national', 'phone', 'country-code-missing', digest('4155550123')],
  ['national with a zero', 'phone', 'country-code-missing', digest('04155550123')],
  ['national with a plus', 'phone', 'country-code-missing', digest('+4155550123')],
  ['a zero after the code', 'phone', 'trunk-zero-kept', digest('+104155550123')],
  ['dashes', 'phone', 'punctuation-kept', digest('+1-415-555-0123')],
  ['blanks', 'phone', 'punctuation-kept', digest('+1 415 555 0123')],
  ['brackets', 'phone', 'punctuation-kept', digest('+1 (415) 555-0123')],
  ['national with brackets', 'phone', 'punctuation-kept', digest('(415) 555-0123')],
  ['twice', 'email', 'double-hash', digest(digest(EMAIL))],
  ['twice over the bytes', 'email', 'double-hash', digest(Buffer.from(digest(EMAIL), 'hex'))],
  ['twice without its plus', 'phone', 'double-hash', digest(digest('14155550123'))],
  ['twice, lower-cased before', 'externalId', 'double-hash', digest(digest('customer-42'))],
  ['over upper-case hex', 'email', 'upper-case-hex-hashed', digest(digest(EMAIL).toUpperCase())],
  ['a JSON text', 'email', 'quoted', digest(`"${EMAIL}"`)],
  ['single quotes', 'phone', 'quoted', digest(`'${PHONE}'`)],
  ['a JSON list', 'email', 'quoted', digest(`["${EMAIL}"]`)],
  ['percent signs', 'email', 'url-encoded', digest(encodeURIComponent(EMAIL))],
  ['UTF-16', 'email', 'utf-16', digest(Buffer.from(EMAIL, 'utf16le'))],
  ['the identity', 'email', 'identity-as-json', digest(JSON.stringify(IDENTITY))],
  [
    'the identity in the names of the legacy API',
    'phone',
    'identity-as-json',
    digest(JSON.stringify({ email: EMAIL, phone_number: PHONE, external_id: 'Customer-42' })),
  ],
  ['as Python writes it', 'email', 'identity-as-json', digest(`{"phone": "${PHONE}", "email": "${EMAIL}"}`)],
  ['the phone in the email', 'email', 'other-field', digest(PHONE)],
  ['the email in the phone', 'phone', 'other-field', digest(EMAIL)],
  ['the digits in the external id', 'externalId', 'other-field', digest('14155550123')],
  ...['undefined', 'null', '', 'None', 'NA', 'test@test.com', '[object Object]', 'not set'].map(
    (text): [string, IdentityKind, string, string] => [
      JSON.stringify(text),
      'email',
      'placeholder',
      digest(text),
    ],
  ),
  ['a placeholder, hashed twice', 'phone', 'placeholder', digest(digest('undefined'))],
  ['an MD5', 'email', 'md5', digest(EMAIL, 'md5')],
  ['an MD5 in upper case', 'email', 'md5', digest(EMAIL, 'md5').toUpperCase()],
  ['a SHA-1', 'phone', 'sha1', digest(PHONE, 'sha1')],
  ['Base64', 'email', 'base64', Buffer.from(digest(EMAIL), 'hex').toString('base64')],
  ['Base64 for URLs', 'email', 'base64', Buffer.from(digest(EMAIL), 'hex').toString('base64url')],
  ['in clear', 'email', 'clear-text', EMAIL],
  ['another in clear', 'email', 'clear-text', 'bob@example.com'],
  ['a number in clear', 'phone', 'clear-text', '415-555-0123'],
  ['an id in clear', 'externalId', 'clear-text', 'customer-42'],
  ["somebody else's", 'email', 'unknown', digest('bob@example.com')],
  ['with salt', 'email', 'unknown', digest(`salt${EMAIL}`)],
  ['no hash at all', 'email', 'unknown', 'junk'],
  ['nothing', 'email', 'unknown', ''],
  ['a SHA-512', 'email', 'unknown', digest(EMAIL, 'sha512')],
];

for (const [name, kind, wanted, hash] of CASES) {
  test(`hash of the ${kind}, ${wanted}: ${name}`, () => {
    expect(explainHash(hash, kind, IDENTITY)).toBe(wanted);
  });
}

test('every mistake is in the table above', () => {
  const wanted = new Set(CASES.map(([, , explanation]) => explanation));
  expect(Object.keys(HASH_MISTAKES).filter((mistake) => !wanted.has(mistake))).toEqual([]);
});

test('a mistake over an upper-case digest is reported as the mistake', () => {
  expect(explainHash(digest('14155550123').toUpperCase(), 'phone', IDENTITY)).toBe('plus-missing');
});

test('what is a mistake for one identity is right for another', () => {
  expect(explainHash(digest('test@test.com'), 'email', { email: 'test@test.com' })).toBe('correct');
  expect(explainHash(digest('same'), 'email', { email: 'same', externalId: 'same' })).toBe('correct');
});

test('blanks within a typed phone number are not blanks around it', () => {
  const typed = { phone: '+1 415 5550123' };
  expect(explainHash(digest('+1 415 5550123'), 'phone', typed)).toBe('punctuation-kept');
  expect(explainHash(digest('+1/415/5550123'), 'phone', { phone: '+1/415/5550123' })).toBe('as-typed');
});

test('without the plain text of a field, mistakes with other fields are found, and none is made up', () => {
  const others = { phone: PHONE };
  expect(explainHash(digest(PHONE), 'email', others)).toBe('other-field');
  expect(explainHash(digest('undefined'), 'email', others)).toBe('placeholder');
  expect(explainHash(digest(''), 'email', {})).toBe('placeholder');
  expect(explainHash(digest(' '), 'email', { email: '' })).toBe('placeholder');
  expect(explainHash(digest('{}'), 'email', {})).toBe('unknown');
  expect(explainHash(digest('+'), 'phone', {})).toBe('unknown');
});

test('country codes of one, two and three digits', () => {
  for (const [phone, national] of [
    ['+447700900123', '07700900123'],
    ['+33639981234', '639981234'],
    ['+353201234567', '0201234567'],
  ] as const) {
    expect(explainHash(digest(national), 'phone', { phone })).toBe('country-code-missing');
  }
  expect(explainHash(digest('+44 7700 900123'), 'phone', { phone: '+447700900123' })).toBe(
    'punctuation-kept',
  );
});
