import { expect } from '@playwright/test';
import { lineMask, mask, withShortMasks } from '../../../src/masking/mask.ts';
import { test } from '../test.ts';

/** What is secret by its form, in running text. Written in parts, or scanners would report this file for leaking keys. */
const b64 = (text: string) => Buffer.from(text).toString('base64');
const b64url = (text: string) => Buffer.from(text).toString('base64url');
const letters = (count: number) => 'aB3dE6gH9jK2mN5pQ8sT'.repeat(4).slice(0, count);
const NONE = `${b64url('{"alg":"none"}')}.${b64url('{"sub":"42"}')}`;
const PEM = `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${'MIIEow+/'.repeat(8)}\nAbCd==\n-----END RSA ${'PRIVATE'} KEY-----`;

/** Each with what is left of it, masks by their kind. */
const MASKED: readonly [string, string, string][] = [
  ['Stripe, secret', `sk_${'live'}_${letters(24)}`, '[token]'],
  ['Stripe, restricted', `rk_${'test'}_${letters(24)}`, '[token]'],
  ['Stripe, of a webhook', `whsec_${letters(32)}`, '[token]'],
  ['GitHub, classic', `ghp_${letters(36)}`, '[token]'],
  ['GitHub, of an app', `ghs_${letters(36)}`, '[token]'],
  ['GitHub, fine-grained', `github_pat_11${letters(20)}_${letters(30)}`, '[token]'],
  ['GitLab', `glpat-${letters(20)}`, '[token]'],
  ['AWS', `AKIA${'IOSFODNN7EXAMPLE'}`, '[token]'],
  ['Slack, a bot', `xoxb-${'123456789012'}-${letters(24)}`, '[token]'],
  ['Slack, an app', `xapp-1-A0${letters(10)}-${letters(24)}`, '[token]'],
  ['npm', `npm_${letters(36)}`, '[token]'],
  ['SendGrid', `SG.${letters(22)}.${letters(43)}`, '[token]'],
  ['Shopify', `shpat_${'0a1b2c3d'.repeat(4)}`, '[token]'],
  ['OpenAI', `sk-proj-${letters(40)}`, '[token]'],
  ['Anthropic', `sk-ant-api03-${letters(40)}`, '[token]'],
  ['Google', `ya29.${letters(40)} GOCSPX-${letters(28)}`, '[token] [token]'],
  ['Hugging Face', `hf_${letters(34)}`, '[token]'],
  ['Vault', `hvs.${letters(24)}`, '[token]'],
  ['a key behind a percent-encoded character', `?a%3D${`sk_${'live'}_${letters(24)}`}&b`, '?a%3D[token]&b'],
  ['a JWT without a signature', `${NONE}.`, '[token]'],
  ['a JWT without a signature, its dot taken away', NONE, '[token]'],
  ['a JWT behind a percent-encoded sign', `x%3D${NONE}.c2ln&b`, 'x%3D[token]&b'],
  ['a JWE', `${b64url('{"alg":"RSA-OAEP"}')}.a2V5.aXY.Y2lwaGVy.dGFn end`, '[token] end'],
  ['a JWE without a key', `${b64url('{"alg":"dir"}')}..aXY.Y2lwaGVy.dGFn`, '[token]'],
  ['a private key', `key: ${PEM} after`, 'key: [secret] after'],
  ['a private key in JSON', JSON.stringify(`${PEM}\n`), '"[secret]\\n"'],
  ['a private key that is cut off', PEM.slice(0, 60), '[secret]'],
  ['a private key from a form', PEM.replaceAll(' ', '+').replaceAll('\n', '%0A'), '[secret]'],
  ['Basic without a digit', `Basic ${b64('user:pass')}`, 'Basic [token]'],
  ['Basic, percent-encoded', `Basic%20${b64('user:pass')}`, 'Basic%20[token]'],
  ['Basic, padded', `Authorization: Basic ${b64('user:passwd')}`, 'Authorization: Basic [token]'],
  ['Bearer without a digit', 'Bearer opaqueOfLetters', 'Bearer [token]'],
  ['Bearer in small letters', 'bearer opaque.of-letters', 'bearer [token]'],
  ['Bearer behind the name of the header', 'Authorization: Bearer short', 'Authorization: Bearer [token]'],
  ['an IBAN', 'to DE89370400440532013000.', 'to [secret].'],
  ['an IBAN as people write it', 'to DE89 3704 0044 0532 0130 00 today', 'to [secret] today'],
  ['an IBAN before a word of four letters', 'ES91 2100 0418 4502 0005 1332 paid back', '[secret] paid back'],
  ['an IBAN with letters', 'GB29-NWBK-6016-1331-9268-19', '[secret]'],
  ['an IBAN in a form', 'q=GB29+NWBK+6016+1331+9268+19&x', 'q=[secret]&x'],
  ['an IBAN in small letters', '?to=de89370400440532013000', '?to=[secret]'],
  ['Visa', 'card 4111111111111111, thanks', 'card [secret], thanks'],
  ['Visa with blanks', '4111 1111 1111 1111', '[secret]'],
  ['Mastercard with dashes', '5500-0055-5555-5559', '[secret]'],
  ['Mastercard of the newer range', '2223000048400011', '[secret]'],
  ['American Express', '378282246310005', '[secret]'],
  ['American Express with blanks', '3782 822463 10005', '[secret]'],
  ['Diners Club', '30569309025904', '[secret]'],
  ['Discover', '6011111111111117', '[secret]'],
  ['JCB', '3530111333300000', '[secret]'],
  ['UnionPay', '6200000000000005', '[secret]'],
  ['Maestro', '6759649826438453', '[secret]'],
  ['a card number in a URL', '?n=4111%201111%201111%201111&x', '?n=[secret]&x'],
  ['a card number in a list', '[4111111111111111,7]', '["[secret]",7]'],
  ['a field called card', '{"card":"1234 5678 9012 3456"}', '{"card":"[secret]"}'],
  ['a field called pan', 'pan=1234567890123456&x=1', 'pan=[secret]&x=1'],
  ['a line that names a token', 'sent token: x to y', 'sent token: [secret] to y'],
  ['a line that names it after something else', 'TypeError: token: x:y:z', 'TypeError: token: [secret]'],
  ['a header in a log', 'x-access-token: x', 'x-access-token: [secret]'],
  ['a password in a log', 'login with password: hunter, failed', 'login with password: [secret], failed'],
  ['cookies in a log', 'Cookie: a=b; c=d', 'Cookie: [cookie]'],
  ['cookies that are set', 'Set-Cookie: sid=abc; Path=/\r\nHost: x', 'Set-Cookie: [cookie]\r\nHost: x'],
  ['a line in a parameter', '?note=token%3A%20x%20y&n=1', '?note=token%3A%20[secret]%20y&n=1'],
  ['a header in a parameter of a form', 'n=a+x-access-token%253A+x&b', 'n=a+x-access-token%253A+[secret]&b'],
  ['cookies in a parameter', '?n=Cookie%3A+a%3Db%3B+c%3Dd&m=1', '?n=Cookie%3A+[cookie]&m=1'],
  ['the token of a reset', '/reset?reset_token=abc&n=1', '/reset?reset_token=[secret]&n=1'],
  ['the same, its name percent-encoded', '/reset?reset%5Ftoken=abc', '/reset?reset%5Ftoken=[secret]'],
  ['a field of a token by any name', '{"magicLinkToken":"abc"}', '{"magicLinkToken":"[secret]"}'],
  ['an e-mail address with encoded dots', '?e=jane%2Edoe%40x.example&n', '?e=[email]&n'],
  ['the same, encoded twice', 'jane%252Edoe%2540x%252Eexample', '[email]'],
  ['an e-mail address encoded throughout', '%6A%61%6e%65%40x.example', '[email]'],
  ['an e-mail address beyond ASCII, encoded', 'j%C3%BCrgen%40x.example', '[email]'],
];

for (const [name, text, left] of MASKED) {
  test(`masked: ${name}`, () => {
    const masked = mask(text);
    expect(withShortMasks(masked)).toBe(left);
    expect(mask(masked), 'masking twice is masking once').toBe(masked);
    expect(withShortMasks(mask({ note: [`a "${text}"`] }).note[0]!), 'between quotes').not.toContain(text);
  });
}

/** Look-alikes, which readers and rules need. */
const KEPT: readonly string[] = [
  // What is published, or too short to be a key.
  `pk_${'live'}_${letters(24)}`,
  'sk_live_ and ghp_ and xoxb- are how keys begin, AKIA too; task_live_coding12345',
  `MASKIA${'IOSFODNN7EXAMPLE'}`,
  '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
  '-----BEGIN CERTIFICATE-----',
  // Sentences.
  'Basic subscription, Basic membership and Bearer bonds; a Bearer authentication is required',
  'WWW-Authenticate: Bearer error_description="expired"',
  'glass-bottle-with-bamboo-lid-500ml, glow-in-the-dark-stars-for-the-ceiling, sk-projector-of-a-living-room',
  'your card: Visa, pan: 3; a card holder; card=gold',
  'token: undefined, token: null',
  'Unexpected token: }',
  'f({ token: function (a) { return a } }); g(token => 1)',
  // Numbers of other things.
  'order 4111111111111112, phone 14155550123 and 00491511234567, EAN 4006381333931, GTIN 14006381333938',
  'at 1764451234567, 1764451234567890, 20261129213000, 20261129213000123',
  'SKU-4111, 4111 1111 1111, 41111111111111111111, 4111111111111111x, x4111111111111111',
  '41111111-1111-1111-1111-111111111111 and 0.4111111111111111 and 4111.1111111111111',
  '7012345678901234567 and 6912345678901234567',
  'DE88370400440532013000, XX89370400440532013000, DE89 3704 0044, AB12CDEF',
  'a@b 100%25 %2E%2D jane%2Edoe',
  'nextTokens=3&tokenizer=bpe&page_token_size=3',
];

for (const text of KEPT) {
  test(`kept: ${text.slice(0, 50)}`, () => {
    expect(mask(text)).toBe(text);
  });
}

test('long texts of any kind are masked quickly', () => {
  const size = 100_000;
  const long = [
    '%D0%9F',
    '%2E',
    '%2525',
    'abc:',
    'token:',
    'eyJ.',
    'AB12 CDEF ',
    '4111 ',
    '-----BEGIN ',
    'a.b@',
    'Cookie: ',
    'sk_live_',
  ].map((part) => part.repeat(size / part.length));
  const start = performance.now();
  for (const text of long) mask({ a: text, b: text.slice(1) });
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('a number that is a card number', () => {
  expect(withShortMasks(JSON.stringify(mask({ a: 4111111111111111, b: 4111111111111112 })))).toBe(
    '{"a":"[secret]","b":4111111111111112}',
  );
});

test('a key over several lines of a log is masked, and the line after it is kept', () => {
  const line = lineMask([]);
  const left = ['up', ...PEM.split('\n'), 'done, so far'].map((text) => withShortMasks(line(text)));
  expect(left).toEqual(['up', '[secret]', '[secret]', '[secret]', '[secret]', 'done, so far']);
});

test('a key in an object that Node prints, line by line', () => {
  const line = lineMask([]);
  const [begin, body, more, end] = PEM.split('\n');
  const lines = [
    `  key: '${begin}\\n' +`,
    `    '${body}\\n' +`,
    `    '${more}\\n' +`,
    `    '${end}',`,
    "  name: 'x' }",
  ];
  expect(lines.map((text) => withShortMasks(line(text)))).toEqual([
    "  key: '[secret]",
    '[secret]',
    '[secret]',
    "[secret]',",
    "  name: 'x' }",
  ]);
});

test('a truncated key in a log takes no sentence with it', () => {
  const line = lineMask([]);
  const left = [PEM.split('\n')[0]!, 'No more of it.', 'word'].map((text) => withShortMasks(line(text)));
  expect(left).toEqual(['[secret]', 'No more of it.', 'word']);
});

test('a key in parts of an output, each with several lines', () => {
  const line = lineMask([]);
  const [begin, body, rest] = [PEM.slice(0, 40), PEM.slice(40, 100), `${PEM.slice(100)}\nheld: 1\n`];
  expect([begin, body, rest].map((text) => withShortMasks(line(text)))).toEqual([
    '[secret]',
    '[secret]',
    '[secret]\nheld: 1\n',
  ]);
});
