import { createHash } from 'node:crypto';
import { maskText } from '../../../src/masking/mask.ts';
import { automaticMatchingOnly } from '../../../src/rules/identity/automatic-matching-only.ts';
import { called } from '../../../src/rules/identity/called.ts';
import { doubleHashed } from '../../../src/rules/identity/double-hashed.ts';
import { emailNormalised } from '../../../src/rules/identity/email-normalised.ts';
import { externalIdClear } from '../../../src/rules/identity/external-id-clear.ts';
import { hashCorrect } from '../../../src/rules/identity/hash-correct.ts';
import { notEmpty } from '../../../src/rules/identity/not-empty.ts';
import { phoneE164 } from '../../../src/rules/identity/phone-e164.ts';
import { placeholder } from '../../../src/rules/identity/placeholder.ts';
import type { Arguments } from '../../../src/rules/rule.ts';
import type { Target } from '../../../src/target/target.ts';
import { sha256Hex } from '../../../src/tiktok/hashing.ts';
import { AT, all, bodyOf, type Change, drop, noticesAll, set } from './clean.ts';
import { testRule } from './table.ts';

const EMAIL = 'ada.buyer@example.com';
const PHONE = '+14155550123';
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

/** The identity in each event on the wire, or in the SDK's other requests. */
const onWire =
  (user: Record<string, unknown>): Change =>
  ({ requests }) => {
    for (const request of requests) {
      const sent: Record<string, unknown> = request.body ? (bodyOf(request).context.user ?? {}) : {};
      if (!('email' in sent)) continue;
      for (const [member, value] of Object.entries(user)) {
        if (value === undefined) delete sent[member];
        else sent[member] = value;
      }
    }
  };
/** What both pages pass to identify. */
const given = (identity: Record<string, unknown>): Change =>
  all(
    set(`${AT.identify.checkout}/args/0`, structuredClone(identity)),
    set(`${AT.identify.order}/args/0`, structuredClone(identity)),
  );
const noIdentify = drop(AT.identify.order, AT.identify.checkout);
const unmatched = onWire({ email: undefined, phone_number: undefined, external_id: undefined });
const automatic = all(noIdentify, (evidence) => {
  onWire({ auto_email: sha256Hex(EMAIL), auto_phone_number: sha256Hex(PHONE) })(evidence);
  unmatched(evidence);
});
const nothingTyped: Change = ({ steps }) => {
  for (const step of steps) delete step.typed;
};
/** The place of the first event with an identity. */
const user = (member: string) => `${AT.sent.EnrichAM}/body/context/user/${member}`;

const never = {
  code: 'never',
  args: { events: 'Purchase', typed: 'an e-mail address and a phone number' },
  absence: true,
} as const;

testRule(called, [
  { name: 'identify is called' },
  {
    name: 'nowhere',
    change: all(noIdentify, unmatched),
    findings: [{ ...never, place: '/calls/12' }],
  },
  {
    name: 'with a customer number only, and with {}',
    change: all(
      set(`${AT.identify.checkout}/args/0`, {}),
      set(`${AT.identify.order}/args/0`, { external_id: 'a'.repeat(64), email: ' ' }),
      unmatched,
    ),
    findings: [{ ...never, place: AT.call.Purchase }],
  },
  {
    name: 'on the page before only: order/identify-on-each-conversion-page',
    change: drop(AT.identify.order),
  },
  { name: "a worker's calls are not seen, but what they sent", change: noIdentify },
  {
    name: 'automatic matching found the visitor',
    change: automatic,
    inapplicable: 'Automatic matching found the visitor: see identity/automatic-matching-only',
  },
  {
    name: 'nothing was typed',
    change: all(noIdentify, unmatched, nothingTyped),
    inapplicable: 'The visitor typed neither an e-mail address nor a phone number',
  },
  {
    name: 'no conversion followed',
    change: all(drop(AT.call.Purchase, AT.sent.Purchase), noIdentify),
    inapplicable: 'There was no conversion of a known visitor',
  },
  {
    name: 'the conversion was held back',
    change: all(drop(AT.sent.Purchase), noIdentify, unmatched),
    inapplicable: 'No conversion of a known visitor reached TikTok',
  },
]);

testRule(automaticMatchingOnly, [
  { name: 'identify is called' },
  {
    name: 'automatic matching alone',
    change: automatic,
    findings: [
      {
        code: 'only',
        args: { what: 'e-mail address and phone number', page: '/checkout' },
        place: user('auto_email'),
      },
    ],
  },
  { name: 'both', change: onWire({ auto_email: sha256Hex(EMAIL) }) },
  {
    name: 'neither',
    change: all(noIdentify, unmatched),
    inapplicable: 'Nothing told TikTok who the visitor is',
  },
]);

testRule(emailNormalised, [
  { name: 'in lower case' },
  { name: 'a hash', change: given({ email: sha256Hex(EMAIL) }) },
  {
    name: 'a hash in upper-case digits',
    change: given({ phone_number: sha256Hex('+14155550123').toUpperCase() }),
    findings: ['checkout', 'order'].map((page) => ({
      code: 'digits',
      args: { field: 'phone number', page: page === 'order' ? '/orders/1001' : '/checkout' },
      place: `${AT.identify[page as 'checkout' | 'order']}/args/0/phone_number`,
    })),
  },
  {
    name: 'as it was typed',
    change: given({ email: maskText('Ada.Buyer@Example.com', 'email') }),
    findings: [
      {
        code: 'upper-case',
        args: { page: '/checkout' },
        place: `${AT.identify.checkout}/args/0/email`,
      },
      {
        code: 'upper-case',
        args: { page: '/orders/1001' },
        place: `${AT.identify.order}/args/0/email`,
      },
    ],
  },
  {
    name: 'with a blank after it',
    change: set(`${AT.identify.order}/args/0/email`, maskText(`${EMAIL} `, 'email')),
    findings: [
      {
        code: 'blanks',
        args: { page: '/orders/1001' },
        place: `${AT.identify.order}/args/0/email`,
      },
    ],
  },
  {
    name: 'hashed as typed, or encoded: other rules report it',
    change: all(
      set(`${AT.identify.checkout}/args/0/email`, sha256Hex('Ada.Buyer@Example.com')),
      set(`${AT.identify.order}/args/0/email`, maskText('QWRhLkJ1eWVy', 'email-base64')),
    ),
  },
  {
    name: 'no identify',
    change: noIdentify,
    inapplicable: 'ttq.identify was given neither an e-mail address nor a hash',
  },
]);

const phoneAt = `${AT.identify.order}/args/0/phone_number`;
const phoneIs = (text: string) => set(phoneAt, maskText(text, 'phone'));
const phoneRow = (name: string, text: string, code: string, args: Arguments) => ({
  name,
  change: phoneIs(text),
  findings: [{ code, args, place: phoneAt }],
});

testRule(phoneE164, [
  { name: 'in E.164' },
  { name: 'with what people put between the digits', change: phoneIs('+1 (415) 555-0123') },
  { name: 'with an extension, which the SDK leaves out', change: phoneIs('+1 415 555 0123 ext 9') },
  { name: 'a Chinese number', change: phoneIs('+86 138 0013 8000') },
  { name: "somebody else's, with blanks around it", change: phoneIs(' +44 20 7946 0018 ') },
  phoneRow('without its plus', '14155550123', 'no-plus', { page: '/orders/1001', hint: '' }),
  phoneRow('as it is dialled at home', '4155550123', 'no-plus', {
    page: '/orders/1001',
    hint: 'lacks its country code',
  }),
  phoneRow('with 00', '0014155550123', 'no-plus', { page: '/orders/1001', hint: 'begins with 00' }),
  phoneRow("somebody else's, as it is dialled at home", '020 7946 0018', 'no-plus', {
    page: '/orders/1001',
    hint: '',
  }),
  phoneRow('with a plus and no country code', '+4155550123', 'wrong-code', {
    page: '/orders/1001',
    hint: 'lacks its country code',
  }),
  phoneRow('with the zero of home after the country code', '+104155550123', 'wrong-code', {
    page: '/orders/1001',
    hint: 'has the zero of the national number after the country code',
  }),
  phoneRow('with text after it', '+1 415 555 0123 mobile', 'no-number', { page: '/orders/1001', hint: '' }),
  phoneRow('a country code alone', '+1', 'no-number', { page: '/orders/1001', hint: '' }),
  {
    name: 'under the other key',
    change: set(`${AT.identify.order}/args/0`, { sha256_phone_number: maskText('14155550123', 'phone') }),
    findings: [
      {
        code: 'no-plus',
        args: { page: '/orders/1001', hint: '' },
        place: `${AT.identify.order}/args/0/sha256_phone_number`,
      },
    ],
  },
  {
    name: 'hashed, a placeholder, or encoded: other rules report it',
    change: all(
      set(`${AT.identify.checkout}/args/0/phone_number`, maskText('undefined', 'phone')),
      set(phoneAt, maskText(hash('md5', PHONE), 'phone')),
    ),
    inapplicable: 'ttq.identify was given no phone number that is not hashed',
  },
  {
    name: 'as SHA-256',
    change: given({ email: 'a', phone_number: sha256Hex('14155550123') }),
    inapplicable: 'ttq.identify was given no phone number that is not hashed',
  },
]);

const emailAt = `${AT.identify.order}/args/0/email`;
const emailIs = (text: string) => set(emailAt, maskText(text, 'email'));

testRule(placeholder, [
  { name: "the visitor's own" },
  {
    name: 'undefined, as text',
    change: given({ email: maskText('undefined', 'email') }),
    findings: [
      {
        code: 'nothing',
        args: { page: '/checkout', field: 'e-mail address', text: 'undefined' },
        place: `${AT.identify.checkout}/args/0/email`,
      },
      {
        code: 'nothing',
        args: { page: '/orders/1001', field: 'e-mail address', text: 'undefined' },
        place: emailAt,
      },
    ],
  },
  {
    name: 'a phone number of true, an external id of null as text',
    change: all(
      set(phoneAt, true),
      set(`${AT.identify.order}/args/0/external_id`, maskText('null', 'external-id')),
    ),
    findings: [
      {
        code: 'nothing',
        args: { page: '/orders/1001', field: 'phone number', text: 'true' },
        place: phoneAt,
      },
      {
        code: 'nothing',
        args: { page: '/orders/1001', field: 'external id', text: 'null' },
        place: `${AT.identify.order}/args/0/external_id`,
      },
    ],
  },
  {
    name: 'the address of an example',
    change: emailIs('test@test.com'),
    findings: [
      {
        code: 'sample',
        args: { page: '/orders/1001', field: 'e-mail address', text: 'test@test.com' },
        place: emailAt,
      },
    ],
  },
  {
    name: "the address of an example that is the target's own",
    change: emailIs('test@example.com'),
    target: ({ identity }) => {
      identity.email = 'Test@Example.com';
    },
  },
  {
    name: 'an external id like that of an example is an id like any other',
    change: set(`${AT.identify.order}/args/0/external_id`, maskText('123', 'external-id')),
  },
  {
    name: 'the hash of nothing',
    change: set(emailAt, sha256Hex('null')),
    findings: [
      {
        code: 'hashed',
        args: { page: '/orders/1001', field: 'e-mail address', text: 'null' },
        place: emailAt,
      },
    ],
  },
  {
    name: "a worker's hash of nothing",
    change: all(noIdentify, onWire({ phone_number: sha256Hex('None') })),
    findings: [
      {
        code: 'hashed',
        args: { page: '/checkout', field: 'phone number', text: 'None' },
        place: user('phone_number'),
      },
      {
        code: 'hashed',
        args: { page: '/orders/1001', field: 'phone number', text: 'None' },
        place: '/requests/14/body/context/user/phone_number',
      },
    ],
  },
  {
    name: 'a name for an address',
    change: emailIs('Ada Buyer'),
    findings: [
      {
        code: 'not-an-email',
        args: { page: '/orders/1001', field: 'e-mail address', text: '' },
        place: emailAt,
      },
    ],
  },
  {
    name: 'words for a phone number',
    change: phoneIs('on request'),
    findings: [
      {
        code: 'no-digits',
        args: { page: '/orders/1001', field: 'phone number', text: '' },
        place: phoneAt,
      },
    ],
  },
  { name: 'MD5 is a matter of identity/double-hashed', change: emailIs(hash('md5', EMAIL)) },
  { name: 'empty values are dropped', change: given({ email: '', phone_number: null, external_id: false }) },
  {
    name: 'no visitor was identified',
    change: all(noIdentify, unmatched),
    inapplicable: 'The site identified nobody',
  },
]);

const twice = (problem: string) => ({
  code: 'twice',
  args: { field: 'e-mail address', problem, page: '/checkout' },
  place: user('email'),
});

testRule(doubleHashed, [
  { name: 'once' },
  { name: 'hashed by the site', change: given({ email: sha256Hex(EMAIL) }) },
  {
    name: 'twice by the site',
    change: all(
      given({ email: sha256Hex(sha256Hex(EMAIL)) }),
      onWire({ email: sha256Hex(sha256Hex(EMAIL)) }),
    ),
    findings: [twice('was hashed twice')],
  },
  {
    name: 'in upper-case digits in between',
    change: onWire({ email: sha256Hex(sha256Hex(EMAIL).toUpperCase()) }),
    findings: [twice('was hashed twice, the second time over upper-case hexadecimal digits')],
  },
  {
    name: 'as MD5, which the SDK hashes again',
    change: all(
      given({ email: maskText(hash('md5', EMAIL), 'email-md5') }),
      onWire({ email: sha256Hex(hash('md5', EMAIL)) }),
    ),
    findings: [
      {
        code: 'encoded',
        args: { field: 'e-mail address', encoding: 'as MD5', page: '/checkout' },
        place: `${AT.identify.checkout}/args/0/email`,
      },
    ],
  },
  {
    name: "a stranger's, as SHA-1",
    change: set(emailAt, maskText(hash('sha1', 'somebody@else.example'), 'email')),
    findings: [
      {
        code: 'encoded',
        args: { field: 'e-mail address', encoding: 'as SHA-1', page: '/orders/1001' },
        place: emailAt,
      },
    ],
  },
  {
    name: 'the address in Base64',
    change: set(emailAt, maskText(Buffer.from(EMAIL).toString('base64'), 'email-base64')),
    findings: [
      {
        code: 'encoded',
        args: { field: 'e-mail address', encoding: 'in Base64', page: '/orders/1001' },
        place: emailAt,
      },
    ],
  },
  {
    name: 'a SHA-256 in padded Base64, which the SDK does not read',
    change: set(emailAt, maskText(Buffer.from(sha256Hex(EMAIL), 'hex').toString('base64'), 'email')),
    findings: [
      {
        code: 'encoded',
        args: { field: 'e-mail address', encoding: 'in Base64', page: '/orders/1001' },
        place: emailAt,
      },
    ],
  },
  {
    name: "a worker's MD5",
    change: all(noIdentify, onWire({ email: sha256Hex(hash('md5', EMAIL)) })),
    findings: [twice('was hashed twice, the first time with MD5')],
  },
  {
    name: 'a customer number alone',
    change: all(given({ external_id: 'a'.repeat(32) }), unmatched),
    inapplicable: 'No e-mail address or phone number was sent',
  },
]);

const beginsLoggedIn = (target: Target) => {
  target.setup = [{ click: 'text=Log in' }];
};

const mistake = (field: string, member: string, problem: string) => ({
  code: 'mistake',
  args: { field, page: '/checkout', problem },
  place: user(member),
});

testRule(hashCorrect, [
  { name: 'of what was typed' },
  { name: 'in upper-case digits', change: onWire({ email: sha256Hex(EMAIL).toUpperCase() }) },
  {
    name: 'with its upper-case letters',
    change: onWire({ email: sha256Hex('Ada.Buyer@Example.com') }),
    findings: [mistake('e-mail address', 'email', 'was hashed with its upper-case letters')],
  },
  {
    name: 'the phone number without its plus, hashed by the site',
    change: all(
      given({ phone_number: sha256Hex('14155550123') }),
      onWire({ phone_number: sha256Hex('14155550123') }),
    ),
    findings: [mistake('phone number', 'phone_number', 'was hashed without its leading plus')],
  },
  {
    name: 'a Chinese number, of which the SDK hashes the national part',
    change: onWire({ phone_number: sha256Hex('13800138000') }),
    target: ({ identity }) => {
      identity.phone = '+8613800138000';
    },
  },
  {
    name: 'of somebody else',
    change: onWire({ email: sha256Hex('somebody@else.example') }),
    findings: [
      {
        code: 'unknown',
        args: { field: 'e-mail address', page: '/checkout', problem: '' },
        place: user('email'),
      },
    ],
  },
  {
    name: 'of somebody else, in a visit that begins logged in',
    change: onWire({ email: sha256Hex('somebody@else.example') }),
    target: beginsLoggedIn,
    inconclusive:
      "The e-mail address sent from /checkout is not a hash of what the visitor typed. The visit begins logged in: the hash may be of the account's own, of another customer's, or salted. Give the target the identity of the account: then the visitor types that, and the two are compared",
  },
  {
    name: 'of somebody else, and a known mistake, in a visit that begins logged in',
    change: onWire({ email: sha256Hex('somebody@else.example'), phone_number: sha256Hex('4155550123') }),
    target: beginsLoggedIn,
    findings: [mistake('phone number', 'phone_number', 'was hashed without its country code')],
  },
  { name: 'of what was typed, in a visit that begins logged in', target: beginsLoggedIn },
  {
    name: 'in clear without its plus: identity/phone-e164',
    change: all(
      given({ phone_number: maskText('14155550123', 'phone') }),
      onWire({ phone_number: sha256Hex('14155550123') }),
    ),
    inapplicable: 'What is wrong is reported by identity/phone-e164',
  },
  {
    name: 'twice: identity/double-hashed',
    change: onWire({ email: sha256Hex(sha256Hex(EMAIL)) }),
    inapplicable: 'What is wrong is reported by identity/double-hashed',
  },
  {
    name: 'of a placeholder: identity/placeholder; the phone number is reported',
    change: onWire({ email: sha256Hex('undefined'), phone_number: sha256Hex('4155550123') }),
    target: noticesAll,
    findings: [mistake('phone number', 'phone_number', 'was hashed without its country code')],
  },
  {
    name: 'nothing was typed',
    change: all(nothingTyped, onWire({ email: sha256Hex('somebody@else.example') })),
    inapplicable: 'The visitor typed nothing that a hash could be compared with',
  },
  {
    name: 'no hash went out',
    change: unmatched,
    inapplicable: 'The pixel sent no hash of an e-mail address or phone number',
  },
]);

testRule(externalIdClear, [
  { name: 'as a hash' },
  {
    name: 'as it is',
    change: onWire({ external_id: maskText('customer-42', 'external-id') }),
    findings: [
      {
        code: 'clear',
        args: { events: 'EnrichAM, AddPaymentInfo, EnrichIpv6, Pageview and Purchase', page: '/checkout' },
        place: user('external_id'),
      },
    ],
  },
  { name: 'none', change: onWire({ external_id: undefined }), inapplicable: 'The pixel sent no external id' },
]);

/** Called on the landing page, where nobody is known. */
const identifiedWith =
  (...args: unknown[]): Change =>
  ({ calls }) =>
    void calls.push({ at: 112, document: 'landing', global: 'ttq', method: 'identify', args, queued: true });
const unknown = '/calls/15';

testRule(notEmpty, [
  { name: 'the clean visit' },
  {
    name: 'an empty object',
    change: identifiedWith({}),
    findings: [{ code: 'empty', args: { page: '/' }, place: unknown }],
  },
  {
    name: 'no argument, on each of two calls',
    change: all(identifiedWith(), identifiedWith()),
    findings: [{ code: 'empty', args: { page: '/' }, place: unknown }],
  },
  {
    name: 'undefined',
    change: identifiedWith({ $: 'undefined' }),
    findings: [{ code: 'empty', args: { page: '/' }, place: unknown }],
  },
  {
    name: 'names that the SDK does not read',
    change: identifiedWith({ mail: 'x', phone: 'y' }),
    findings: [{ code: 'unread', args: { page: '/', names: 'mail and phone' }, place: unknown }],
  },
  {
    name: 'a bare value',
    change: identifiedWith('x'),
    findings: [{ code: 'no-object', args: { page: '/' }, place: unknown }],
  },
  { name: 'a member that is blank: what it was called with is there', change: identifiedWith({ email: '' }) },
  { name: 'the second argument', change: identifiedWith({}, { external_id: 'c-1' }) },
  { name: 'no call', change: noIdentify, inapplicable: 'ttq.identify was never called' },
]);
