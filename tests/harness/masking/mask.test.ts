import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { expect } from '@playwright/test';
import {
  mask,
  maskShown,
  maskText,
  readMasked,
  type Secret,
  withoutMasks,
} from '../../../src/masking/mask.ts';
import { searchesFor } from '../../../src/masking/secrets.ts';
import { samples } from '../rest.ts';
import { test } from '../test.ts';

const EMAIL = 'Ada.Buyer+shop@Example.com';
const PHONE = '+14155550123';
const DIGEST = 'bbcf7ec51c7f6b527a56ebaa00ea30595f786ce3eca3feff8c3b8930c2cc7ec8';
const TOKEN = '0123456789abcdef0123456789abcdef01234567';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl';
const IDENTITY: Secret[] = [
  { text: EMAIL, kind: 'email' },
  { text: PHONE, kind: 'phone' },
  { text: PHONE.slice(1), kind: 'phone' },
  { text: 'customer-42', kind: 'external-id' },
  { text: 'Adalbert', kind: 'name' },
  { text: 'Jürgen Ø', kind: 'name' },
];

const b64 = (text: string) => Buffer.from(text).toString('base64');
const b64url = (text: string) => Buffer.from(text).toString('base64url');
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

/** What must not be in the masked text, in lower case. */
const PLANTED = [
  'ada',
  'buyer',
  'example.com',
  '4155550123',
  '555',
  '0123',
  'customer-42',
  TOKEN,
  'ey',
  'hunter2',
];

function planted(value: unknown): string[] {
  const text = JSON.stringify(value)
    .toLowerCase()
    .replaceAll(/sha256=[0-9a-f]{64}/g, '');
  return PLANTED.filter((part) => text.includes(part));
}

/** Each contains something that must not be written down, and is masked without knowing whose it is. */
const UNKNOWN: [string, unknown][] = [
  ['an e-mail address', EMAIL],
  ['an e-mail address within a text', `Thank you, <${EMAIL}>, your order is on its way`],
  ['two of them', `${EMAIL},${EMAIL.toLowerCase()}`],
  ['an e-mail address in JSON within a text', JSON.stringify({ email: EMAIL, note: [EMAIL] })],
  ['an e-mail address in a query', 'https://shop.example/?email=ada.buyer@example.com&x=1'],
  ['a percent-encoded e-mail address', 'https://shop.example/?email=ada.buyer%40example.com'],
  ['a percent-encoded e-mail address with a plus', `https://shop.example/?e=${encodeURIComponent(EMAIL)}`],
  [
    'an e-mail address in a URL in a URL',
    `https://shop.example/?next=${encodeURIComponent(`/login?email=${encodeURIComponent('ada.buyer@example.com')}`)}`,
  ],
  ['an e-mail address as a key', { [EMAIL]: 1 }],
  ['an e-mail address deep in a list', [{ a: [{ b: [EMAIL] }] }]],
  ['a phone number', PHONE],
  ['a phone number with spaces', 'Call +1 415 555 0123.'],
  ['a phone number with dashes', '+1-415-555-0123'],
  ['a phone number with dots', '+1.415.555.0123'],
  ['a phone number with parentheses', '+1 (415) 555-0123'],
  ['a percent-encoded phone number', 'https://shop.example/?phone=%2B14155550123'],
  ['a percent-encoded phone number in lower case', 'https://shop.example/?phone=%2b14155550123'],
  ['a phone number with national digits, by its key', { phone: '(415) 555-0123' }],
  ['a phone number as a number, by its key', { phone_number: 14155550123 }],
  ['phone numbers in a list, by their key', { user: { phone: ['415 555 0123', 4155550123] } }],
  ['the keys of identify', { email: 'Ada', first_name: 'Ada', last_name: 'Buyer', city: 'Ada' }],
  ['keys in another case', { Email: 'ada', PHONE_NUMBER: '4155550123' }],
  ['an access token in a header', { headers: { 'access-token': TOKEN, Authorization: `Bearer ${TOKEN}` } }],
  ['a token in a query', `https://shop.example/?a=1&access_token=${TOKEN}&b=2#c`],
  ['a token in a fragment', `https://shop.example/#access_token=${TOKEN}`],
  ['a JSON web token', `console: Bearer ${JWT}`],
  ['a JSON web token behind a percent-encoded space', `https://shop.example/?auth_header=Bearer%20${JWT}`],
  ['a password in a query', 'https://shop.example/?password=hunter2'],
  ['a password by its key', { password: 'hunter2' }],
];

test.describe.configure({ mode: 'parallel' });

for (const [name, value] of UNKNOWN) {
  test(`nothing is left of ${name}`, () => {
    expect(planted(value), 'something is planted').not.toEqual([]);
    expect(planted(mask(value))).toEqual([]);
  });
}

/** The visit's own identity is known, so it is found where no pattern would find it. */
const KNOWN: [string, unknown][] = [
  ['the customer number in a text', 'customer customer-42 logged in'],
  ['the customer number in a path', 'https://shop.example/customers/customer-42/orders'],
  ['the phone number without its plus', 'tel 14155550123'],
  ['the e-mail address, percent-encoded', encodeURIComponent(EMAIL)],
  ['the customer number as a key', { 'customer-42': { orders: 1 } }],
  ['the e-mail address in upper case', `for ${EMAIL.toUpperCase()}`],
  ['the e-mail address, percent-encoded twice', `?next=${encodeURIComponent(encodeURIComponent(EMAIL))}`],
  ['the customer number in another case', 'CUSTOMER-42'],
  ['the phone number as people write it', 'Call 1 (415) 555-0123'],
  ['the phone number without its country code', 'Call (415) 555 0123 or 0415 5550123'],
  ['the phone number behind a percent-encoded blank', '?q=call%204155550123'],
  ['the phone number as a number', { customer: 14155550123 }],
  ['the name', 'Hello, Adalbert!'],
  ['the name in another case behind an underscore', '?name=x_adalbert&y'],
];

for (const [name, value] of KNOWN) {
  test(`nothing is left of the identity: ${name}`, () => {
    expect(planted(value), 'something is planted').not.toEqual([]);
    expect(planted(mask(value, IDENTITY))).toEqual([]);
  });
}

/** The kind of the mask that each becomes, whatever is around it. */
const ENCODED: [string, string, string][] = [
  ['in Base64', b64(EMAIL), 'email-base64'],
  ['in lower case in Base64', b64(EMAIL.toLowerCase()), 'email-base64'],
  ['in Base64url', b64url(`${EMAIL}?`), 'email-base64'],
  ['in percent-encoded Base64', encodeURIComponent(b64(`>${EMAIL}`)), 'email-base64'],
  ['in Base64 behind one letter', b64(`:${EMAIL}.`), 'email-base64'],
  ['in Base64 behind two letters', b64(`::${EMAIL}`), 'email-base64'],
  ['in Base64 of JSON', b64(JSON.stringify({ email: EMAIL })), 'email-base64'],
  ['as hexadecimal bytes', Buffer.from(EMAIL).toString('hex'), 'email-hex'],
  ['as MD5', hash('md5', EMAIL), 'email-md5'],
  ['as MD5 in upper case', hash('md5', EMAIL.toLowerCase()).toUpperCase(), 'email-md5'],
  ['as SHA-1', hash('sha1', EMAIL.toLowerCase()), 'email-sha1'],
  ['as SHA-1 of upper case', hash('sha1', EMAIL.toUpperCase()), 'email-sha1'],
  ['the phone number as MD5', hash('md5', PHONE), 'phone-md5'],
  ['the phone number without its plus as SHA-1', hash('sha1', PHONE.slice(1)), 'phone-sha1'],
  ['the phone number in Base64', b64(PHONE), 'phone-base64'],
  ['the phone number without its plus in Base64', b64(PHONE.slice(1)), 'phone-base64'],
  ['the customer number as MD5', hash('md5', 'customer-42'), 'external-id-md5'],
  ['the name in Base64', b64('adalbert'), 'name-base64'],
  ['the name as MD5', hash('md5', 'Adalbert'), 'name-md5'],
];

for (const [name, text, kind] of ENCODED) {
  test(`the identity ${name} is found`, () => {
    const masked = mask({ a: `?x=${text}&y=1`, b: [text], [text]: 1 }, IDENTITY);
    const kinds = [...JSON.stringify(masked).matchAll(/\[([\w-]+) sha256=/g)].map(([, found]) => found);
    expect(kinds).toEqual([kind, kind, kind]);
    expect(mask(masked, IDENTITY)).toEqual(masked);
    const unknown =
      kind.endsWith('-base64') && mask(text) !== text
        ? maskText(decodeURIComponent(text), 'text-base64')
        : text;
    expect(mask(text), 'nobody else knows whose it is').toBe(unknown);
  });
}

test('the mask of an encoded text is made from that text, with percent-encoding undone', () => {
  const encoded = b64(EMAIL);
  expect(mask(`e=${encoded}`, IDENTITY)).toBe(`e=${maskText(encoded, 'email-base64')}`);
  expect(mask(`e=${encodeURIComponent(encoded)}`, IDENTITY)).toBe(`e=${maskText(encoded, 'email-base64')}`);
  const twice = encodeURIComponent(encodeURIComponent(EMAIL));
  expect(mask(`e=${twice}`, IDENTITY)).toBe(`e=${maskText(EMAIL, 'email')}`);
  expect(mask(EMAIL.toUpperCase(), IDENTITY)).toBe(maskText(EMAIL.toUpperCase(), 'email'));
});

test('the mask of a field names what should be there, and how it is encoded', () => {
  const [md5, base64] = [hash('md5', EMAIL), b64(PHONE)];
  expect(mask({ email: md5, phone: base64, external_id: md5 }, IDENTITY)).toEqual({
    email: maskText(md5, 'email-md5'),
    phone: maskText(base64, 'phone-base64'),
    external_id: maskText(md5, 'external-id'),
  });
  expect(mask({ email: `${md5}x` }, IDENTITY)).toEqual({ email: maskText(`${md5}x`, 'email') });
});

/** Each looks like a part of the identity, but is not. */
const HARMLESS = [
  'Adalberta and preadalbert',
  'order 94155550123, 41555501239',
  hash('sha256', EMAIL.toLowerCase()),
  hash('sha256', PHONE),
  `${hash('md5', 'somebody')} ${hash('sha1', 'somebody')}`,
  b64('somebody@else'),
];

for (const text of HARMLESS) {
  test(`${text.slice(0, 30)} stays`, () => {
    expect(mask(text, IDENTITY)).toBe(text);
  });
}

test('a name beyond ASCII and of two words, percent-encoded or from a form', () => {
  const masked = maskText('Jürgen Ø', 'name');
  expect(mask('Dear Jürgen Ø,', IDENTITY)).toBe(`Dear ${masked},`);
  expect(mask(`?n=${encodeURIComponent('Jürgen Ø')}`, IDENTITY)).toBe(`?n=${masked}`);
  expect(mask('?n=J%C3%BCrgen+%C3%98', IDENTITY)).toContain('?n=[name sha256=');
});

test('a number that is not a phone number stays a number', () => {
  const kept = { at: 1795340750, value: 59.98, big: 2 ** 60, negative: -14155550123, none: Number.NaN };
  expect(mask(kept, IDENTITY)).toEqual(kept);
});

test('a token that looks like a digest is still a token', () => {
  expect(JSON.stringify(mask({ 'access-token': DIGEST, password: DIGEST }))).not.toContain(`"${DIGEST}"`);
});

test('what rules need is not masked', () => {
  const kept = {
    email: DIGEST,
    phone_number: DIGEST.toUpperCase(),
    external_id: [DIGEST],
    user: { email: '', phone: ' ' },
    text: `sha256 ${DIGEST}`,
    event_id: 'order-1001',
    value: 59.98,
    timestamp: '2026-11-22T09:45:52.200Z',
    callback: 'E.C.P.Qm9vLWtsaWNr_7-xQ',
    anonymous_id: 'B1owZME711bIncV8fbvGqJ7iOd1.tt.1',
    url: 'https://shop.example/?ttclid=E.C.P.Qm9v&n=1#top',
    none: null,
    yes: true,
    list: [1, 2],
  };
  expect(mask(kept, IDENTITY)).toEqual(kept);
});

/** Content that is recognised only by the name of its field: what remains of each, with kinds for masks. */
const FIELDS: [string, unknown, string][] = [
  ['camel case', { firstName: 'Grace', lastName: 'Hopperson' }, '{"firstName":"[name]","lastName":"[name]"}'],
  [
    'dashes and owners',
    { 'billing-street': 'Elm 1', customer_zip: 10115 },
    '{"billing-street":"[address]","customer_zip":"[address]"}',
  ],
  [
    'below an address',
    { address: { line: ['Elm 1'], floor: 2 } },
    '{"address":{"line":["[address]"],"floor":"[address]"}}',
  ],
  ['a number that can be dialled', { mobile: '0301234567' }, '{"mobile":"[phone]"}'],
  [
    'a form',
    'first_name=Grace&customer%5Blast_name%5D=Hopper+son&x=1',
    'first_name=[name]&customer%5Blast_name%5D=[name]&x=1',
  ],
  ['a query in a query', '/a?next=%2Fb%3Fcity%3DBonn%26x%3D1', '/a?next=%2Fb%3Fcity%3D[address]%26x%3D1'],
  ['a session in an address', '/a;jsessionid=8F2A?sid=77x#b', '/a;jsessionid=[secret]?sid=[secret]#b'],
  ['a form behind an escaped line break', String.raw`a\r\nzip=10115&n=1`, String.raw`a\r\nzip=[address]&n=1`],
  ['JSON in a text', '{"street":"Elm \\"1\\"","n":1}', '{"street":"[address]","n":1}'],
  [
    'JSON in JSON in a text',
    JSON.stringify({ a: '{"zip":"10115"}' }),
    JSON.stringify({ a: '{"zip":"[address]"}' }),
  ],
  ['JSON among words', 'sent {"first_name":"Grace"} now', 'sent {"first_name":"[name]"} now'],
  [
    'JSON in JSON among words',
    `sent ${JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ zip: '10115', n: 1 }) }) })} now`,
    `sent ${JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ zip: '[address]', n: 1 }) }) })} now`,
  ],
  [
    'a part of that',
    'a"}","b":"{\\"c\\":\\"{\\\\\\"zip\\\\\\":\\\\\\"10115\\\\\\",',
    'a"}","b":"{\\"c\\":\\"{\\\\\\"zip\\\\\\":\\\\\\"[address]\\\\\\",',
  ],
  ['code', "f({city: 'Bonn', n: 1})", "f({city: '[address]', n: 1})"],
  ['credentials', 'Bearer ab12-opaque.x', 'Bearer [token]'],
  ['a login in an address', 'https://ann:pw@a.example/', 'https://[secret]@a.example/'],
  [
    'the same, percent-encoded',
    'to=https%3A%2F%2Fann%3Apw%40a.example%2F',
    'to=https%3A%2F%2F[secret]%40a.example%2F',
  ],
  ['an entity', 'ada&#64;x.example', '[email]'],
  ['an entity in a URL', '?a=ada%26%2364%3Bx.example&b', '?a=[email]&b'],
  ['an escape', 'ada\\u0040x.example', '[email]'],
  ['Base64 of JSON', `?d=${b64('{"user":"ada@x.example"}')}&b`, '?d=[text-base64]&b'],
];

for (const [name, value, left] of FIELDS) {
  test(`nobody knows whose it is: ${name}`, () => {
    const masked = mask(value);
    const text = typeof masked === 'string' ? masked : JSON.stringify(masked);
    expect(text.replaceAll(/ sha256=[0-9a-f]{64} shape=[^\]]*/g, '')).toBe(left);
    expect(mask(masked)).toEqual(masked);
  });
}

test('what is shown of an object without quotes', () => {
  const shown = maskShown('sent {first_name: Grace, n: 1, zip: A 1} to x: y');
  expect(shown).toBe(
    `sent {first_name: ${maskText('Grace', 'name')}, n: 1, zip: ${maskText('A 1', 'address')}} to x: y`,
  );
});

test('a token of which only the mask is known is found as a word', () => {
  const tokens = [readMasked(maskText(TOKEN, 'token'))!];
  expect(mask(`t=${TOKEN}; x${TOKEN}`, [], tokens)).toBe(`t=${maskText(TOKEN, 'token')}; x${TOKEN}`);
});

test("a name in somebody else's e-mail address leaves nothing of the address", () => {
  const other = 'grace.adalbert@x.example';
  expect(mask(`to ${other}`, IDENTITY)).toBe(`to ${maskText(other, 'email')}`);
});

/** Each looks a little like something personal, and rules or readers need it. */
test('what is not personal is not masked', () => {
  const kept = [
    { order_id: '4155550123', content_id: 'SKU-10115', price: 1299.5, quantity: 2, currency: 'USD' },
    {
      state_of_order: 'paid',
      page_city_guide: 'x',
      capacity: 3,
      email_hash_type: 'sha256',
      phone_model: 'X 12',
    },
    { session_id: '2f0c::abc', mobile: true, tel: 1, key: 'value', pixel_code: 'CDEMO000000000000001' },
    '?utm_source=tiktok&state=af0ifjsldkj&q=blue+widget&size=42&ttclid=E.C.P.Qm9vLWtsaWNr_7-xQ',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/156.0.8078.79 Safari/537.36',
    'Basic subscription, Bearer bonds, version 2.2.1, 2026-11-25 12:30:00, EAN 0012345678905',
    'https://cdn.example/@scope/pkg@1.2.3/a.js:10:5',
    'if (email == "x") address = function () { return f(city, zip); }; var pass = !0, q = {city: city};',
    b64('a product, as it is described'),
    `E.C.P.${Buffer.from(Array.from({ length: 192 }, (_, index) => (index * 7919) % 251)).toString('base64url')}`,
    'B1owZME711bIncV8fbvGqJ7iOd1.tt.1',
  ];
  expect(mask(kept)).toEqual(kept);
});

test('the input is not changed', () => {
  const value = { email: EMAIL, list: [EMAIL] };
  const before = structuredClone(value);
  mask(value, IDENTITY);
  expect(value).toEqual(before);
});

test('a mask holds kind, digest and shape, and can be read back', () => {
  const sha256 = createHash('sha256').update(EMAIL).digest('hex');
  const masked = maskText(EMAIL, 'email');
  expect(masked).toBe(`[email sha256=${sha256} shape=Aaa.Aaaaa+aaaa@Aaaaaaa.aaa]`);
  expect(readMasked(masked)).toEqual({ kind: 'email', sha256, shape: 'Aaa.Aaaaa+aaaa@Aaaaaaa.aaa' });
  for (const text of ['', EMAIL, DIGEST, `${masked} `, `x${masked}`, `${masked}${masked}`, '[email]']) {
    expect(readMasked(text), text).toBeUndefined();
  }
});

const SHAPES: [string, string][] = [
  ['Ünïcode Ñandú 42', 'Aaaaaaa Aaaaa 99'],
  ['Жанна 李小龙', 'Aaaaa aaa'],
  ['[x] (y)\n', '.a. (a)\n'],
  ['٣٤', '99'],
  ['', ''],
  ['a'.repeat(60), 'a'.repeat(60)],
  ['a'.repeat(61), `${'a'.repeat(60)}…`],
];

for (const [text, shape] of SHAPES) {
  test(`the shape of ${JSON.stringify(text.slice(0, 20))} (${text.length})`, () => {
    expect(readMasked(maskText(text, 'external-id'))).toMatchObject({ kind: 'external-id', shape });
  });
}

test('the same text gives the same mask everywhere', () => {
  const masked = maskText(EMAIL, 'email');
  expect(mask({ email: EMAIL }).email).toBe(masked);
  expect(mask(`mail ${EMAIL}`)).toBe(`mail ${masked}`);
  expect(mask(EMAIL, IDENTITY)).toBe(masked);
  expect(mask('?e=ada%40example.com')).toBe(`?e=${maskText('ada@example.com', 'email')}`);
  expect(mask('?e=%2B14155550123')).toBe(`?e=${maskText(PHONE, 'phone')}`);
});

test('a mask is not masked again, whatever its key and whatever is around it', () => {
  for (const text of [EMAIL, PHONE, '+1 (415) 555-0123', 'customer-42', 'sha256', 'email']) {
    const masked = maskText(text, 'email');
    const secrets = [...IDENTITY, { text: 'sha256', kind: 'x' }, { text: 'shape', kind: 'x' }];
    expect(mask({ email: masked, phone: masked, other: masked }, secrets)).toEqual({
      email: masked,
      phone: masked,
      other: masked,
    });
    expect(mask(`a ${masked} b`, IDENTITY)).toBe(`a ${masked} b`);
  }
});

test('if one secret is part of another, the longer one is masked', () => {
  const secrets = [
    { text: 'Ada.Buyer', kind: 'name' },
    { text: 'Ada.Buyer@shop', kind: 'email' },
  ];
  expect(mask('Ada.Buyer@shop and Ada.Buyer', secrets)).toBe(
    `${maskText('Ada.Buyer@shop', 'email')} and ${maskText('Ada.Buyer', 'name')}`,
  );
});

test('a secret of three characters or less is too common to look for', () => {
  expect(mask('abc', [{ text: 'abc', kind: 'external-id' }])).toBe('abc');
});

test('in any combination, nothing planted survives, and masking twice equals masking once', () => {
  const next = random(20261122);
  const personal = [
    EMAIL,
    EMAIL.toLowerCase(),
    'ada.buyer%40example.com',
    PHONE,
    '%2B14155550123',
    JWT,
    b64(EMAIL),
    hash('md5', PHONE),
  ];
  const harmless = [
    '?x=',
    '&y=',
    ' ',
    '"',
    '\\"',
    '/',
    '#',
    '[',
    ']',
    ': ',
    '…',
    '\n',
    '%20',
    'ü',
    '=',
    '; ',
  ];
  const keys = ['email', 'phone', 'note', 'url', 'password', 'Authorization', 'ip', 'x'];
  const pick = <T>(list: T[]): T => list[Math.floor(next() * list.length)]!;
  // Something harmless is between two personal texts: joined, they would be different texts.
  const text = () =>
    Array.from({ length: 1 + Math.floor(next() * 4) }, () => `${pick(harmless)}${pick(personal)}`).join('') +
    pick(harmless);
  const value = (depth: number): unknown => {
    const kind = depth === 0 ? 0 : Math.floor(next() * 3);
    if (kind === 0) return text();
    if (kind === 1) return [value(depth - 1), value(depth - 1)];
    return { [pick(keys)]: value(depth - 1), [text()]: value(depth - 1) };
  };
  for (let round = 0; round < samples(1000); round++) {
    const input = value(3);
    const once = mask(input, IDENTITY);
    assert.deepEqual(planted(once), [], JSON.stringify(input));
    assert.deepEqual(mask(once, IDENTITY), once, JSON.stringify(input));
  }
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32), so that a failure can be reproduced. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

test('code with masks in it can be parsed: each is replaced by a number', () => {
  const code = `f('${maskText(EMAIL, 'email')}', x ${maskText(PHONE, 'phone')}, "[a] shape=[b]")`;
  expect(withoutMasks(code)).toBe(`f('0', x +0, "[a] shape=[b]")`);
});

test('the ways to write a phone number share one pattern: each visit compiles it anew', () => {
  const [search] = searchesFor([{ text: PHONE, kind: 'phone' }]);
  // What may come between two digits is the longest part.
  expect(search!.pattern.source.split('2d|2e').length - 1).toBeLessThan(1.5 * PHONE.length);
});
