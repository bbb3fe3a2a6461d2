import { createHash } from 'node:crypto';
import { expect } from '@playwright/test';
import {
  explainMask,
  lineMask,
  mask,
  masksIn,
  maskText,
  placeholderIn,
  readMask,
  readMasked,
  readSealed,
  redacted,
  withoutMasks,
  withShortMasks,
} from '../../../src/masking/mask.ts';
import { seal, sealName, sealWith } from '../../../src/masking/seal.ts';
import { test } from '../test.ts';

/** What a stranger who found a report would try. */
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const SECRET = 'hunter2';

test.beforeEach(() => sealWith('of this audit'));

for (const kind of [
  'secret',
  'token',
  'cookie',
  'storage',
  'header',
  'typed',
  'birth',
  'text-base64',
  'secret-md5',
]) {
  test(`the mask of a secret, ${kind}, holds neither its digest nor its shape`, () => {
    const sealed = seal({ [`at ${maskText(SECRET, kind)}`]: [`a ${maskText(SECRET, kind)} b`] });
    const text = JSON.stringify(sealed);
    expect(text).toContain(`[${kind} hmac=`);
    expect(text).not.toContain(sha256(SECRET));
    expect(text).not.toContain('aaaaaa9');
  });
}

for (const kind of [
  'email',
  'phone',
  'external-id',
  'name',
  'address',
  'ip',
  'email-md5',
  'external-id-base64',
]) {
  test(`the mask of what is personal, ${kind}, holds its shape and no digest`, () => {
    const text = JSON.stringify(seal({ [maskText('ada@x.example', kind)]: maskText('ada@x.example', kind) }));
    expect(text).toContain(`[${kind} hmac=`);
    expect(text).toContain(' shape=aaa@a.aaaaaaa]');
    expect(text).not.toContain(sha256('ada@x.example'));
  });
}

const CUSTOMER = {
  email: 'Ada.Buyer@example.com',
  phone: '+14155550123',
  externalId: 'customer-42',
  firstName: 'Ada',
  lastName: 'Buyer',
};

for (const [text, kind, is] of [
  ['ada.buyer@example.com', 'email', 'email:correct,phone:other-field,external-id:other-field'],
  ['Ada.Buyer@example.com', 'email', 'email:case-kept,phone:other-field,external-id:other-field'],
  ['14155550123', 'phone', 'email:other-field,phone:plus-missing,external-id:other-field'],
  ['4155550123', 'phone', 'phone:country-code-missing'],
  ['customer-42', 'external-id', 'email:other-field,phone:other-field,external-id:correct'],
  ['ADA', 'name', 'name'],
  ['undefined', 'email', 'placeholder:undefined'],
  ['not set', 'phone', 'placeholder:not_set'],
  ['[object Object]', 'email', 'placeholder:_object_Object_'],
  ['test@test.com', 'email', 'placeholder:test_test_com'],
  ['somebody@else.example', 'email', undefined],
] as const) {
  test(`the mask says whose it is: ${text}`, () => {
    const sealed = readSealed(seal(maskText(text, kind), CUSTOMER));
    expect(sealed?.is).toBe(is);
    // It may be in a URL, and is read from there.
    const { searchParams } = new URL(`https://x.example/?q=${seal(maskText(text, kind), CUSTOMER)}`);
    expect(masksIn(searchParams.get('q')!).map((one) => 'hmac' in one && one.is)).toEqual([is]);
  });
}

test('a sealed mask and an unsealed one say the same about whose it is', () => {
  const texts = [
    'ada.buyer@example.com',
    ' Ada.Buyer@Example.com',
    '0014155550123',
    'CUSTOMER-42',
    'null',
    'x',
  ];
  for (const text of texts) {
    const masked = readMask(maskText(text, 'email'))!;
    const sealed = readMask(seal(maskText(text, 'email'), CUSTOMER))!;
    for (const kind of ['email', 'phone', 'externalId'] as const)
      expect(explainMask(sealed, kind, {}), `${text} as ${kind}`).toBe(explainMask(masked, kind, CUSTOMER));
    expect(placeholderIn(sealed)).toEqual(placeholderIn(masked));
  }
});

test('each key has its own name', () => {
  const name = sealName();
  sealWith('of the next audit');
  expect(sealName()).not.toBe(name);
  sealWith('of this audit');
  expect(sealName()).toBe(name);
});

test('the same secret has one mask within an audit, and a different one in the next', () => {
  const [one, other] = [maskText(SECRET, 'secret'), maskText('hunter3', 'secret')];
  const first = seal(one);
  expect(seal(one)).toBe(first);
  expect(seal(other)).not.toBe(first);
  sealWith('of the next audit');
  expect(seal(one)).not.toBe(first);
  sealWith('of this audit');
  expect(seal(one)).toBe(first);
});

test('a sealed mask can be read back, is not sealed again, and is recognised as a mask', () => {
  const sealed = seal(maskText(SECRET, 'secret'));
  expect(readSealed(sealed)).toEqual({ kind: 'secret', hmac: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(readMasked(sealed)).toBeUndefined();
  expect(seal(sealed)).toBe(sealed);
  expect(mask({ password: sealed, note: `password=${sealed}&x` })).toEqual({
    password: sealed,
    note: `password=${sealed}&x`,
  });
  expect(redacted(`a ${sealed} b`)).toBe('a … b');
  expect(withShortMasks(`a ${sealed} b`)).toBe('a [secret] b');
  expect(withoutMasks(`f('${sealed}', ${sealed})`)).toBe("f('0', 0)");
});

for (const [token, form] of [
  ['5f1e9c3a7b2d4860a1c5e7f90b3d6284c0ffee77', undefined],
  ['Bearer 5f1e9c3a7b2d4860', 'bearer'],
  ['YOUR_ACCESS_TOKEN', 'placeholder'],
  ['<access token>', 'placeholder'],
  ['undefined', 'placeholder'],
] as const) {
  test(`for a token it says what rules need: ${token}`, () => {
    const sealed = readSealed(seal(maskText(token, 'token')));
    expect(sealed?.form).toBe(form);
  });
}

test('lines of a log are sealed, even if they contain masks of another process', () => {
  const line = lineMask([{ text: SECRET, kind: 'secret' }]);
  for (const text of [`login with ${SECRET}`, `login with ${maskText(SECRET, 'secret')}`])
    expect(line(text)).toMatch(/^login with \[secret hmac=[0-9a-f]{64}\]$/);
});

/** Only the mask of a token is known: the token is found by its form, as a word. */
for (const [name, token] of [
  ['of letters and digits', '0123456789abcdef0123456789abcdef01234567'],
  ['with signs', 'a1.B2+c3/d4=_e5'],
  ['that is long', `${'aB3.'.repeat(20)}x9`],
] as const) {
  test(`a token ${name}`, () => {
    const tokens = [readMasked(maskText(token, 'token'))!];
    const masked = maskText(token, 'token');
    expect(mask(`t=${token}, "${token}" x${token}x`, [], tokens)).toBe(`t=${masked}, "${masked}" x${token}x`);
    expect(mask(`?t=${encodeURIComponent(token)}&n`, [], tokens)).toBe(`?t=${masked}&n`);
    expect(mask(`?t=${token.toUpperCase()}`, [], tokens)).not.toContain(masked);
  });
}
