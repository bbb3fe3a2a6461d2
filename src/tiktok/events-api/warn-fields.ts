import type { TSchema } from 'typebox';
import { isSupportedCurrency } from '../currencies.ts';
import { STANDARD_EVENTS, WIRE_RENAMES } from '../event-names.ts';
import { PLACEHOLDERS, sha256Hex } from '../hashing.ts';
import { all, check, shared } from './checks.ts';
import type { Advice } from './fields.ts';
import { DIGITS_IN_TEXT, ISO_TIME } from './time.ts';

/**
 * The fields of an event as they should be sent, wherever a dialect keeps them. Source: TikTok's Events API reference and help
 * centre, and what its own SDK sends.
 *
 * A negated check names the type, because a pattern alone holds for everything that is not text. Patterns and lists let an empty
 * text and null pass, which other checks report.
 */

const NO_TEXT = (pattern: string) => ({ not: { type: 'string', pattern } });
const ONE_OF = (values: readonly string[]) => ({ enum: ['', null, ...values] });

const something = [
  check('null', 'a value, or no such member', { not: { type: 'null' } }),
  check('empty', 'a value, or no such member', { minLength: 1 }),
];
const isText = check('type', 'a text', { type: ['string', 'null'] });
const notNegative = check('negative', 'no number below zero', { minimum: 0 });

const text = all(...something, isText);

/** Sent as it is: TikTok compares these unhashed. */
const plain = all(
  ...something,
  isText,
  check('hashed-needlessly', 'this member in clear', NO_TEXT('^[0-9a-fA-F]{64}$')),
);

/** E-mail and phone, which are refused unhashed: what else can be wrong with a digest. */
const hash = all(
  ...something,
  check('hash-upper-case', 'lower-case hexadecimal digits', NO_TEXT('^(?=.*[A-F])[0-9a-fA-F]{64}$')),
  check('placeholder-hash', 'the hash of what the customer gave, not of a word for nothing', {
    not: { enum: PLACEHOLDERS.map(sha256Hex) },
  }),
);

/** External id, names and postal code: accepted unhashed, matched as digests. */
const hashOnly = all(
  shared('hash'),
  check('not-hashed', 'SHA-256, 64 hexadecimal digits', {
    type: ['string', 'null'],
    pattern: '^([0-9a-fA-F]{64})?$',
  }),
);

/** This network, loopback, private, link-local and carrier ranges, and their IPv6 counterparts. */
const PRIVATE_IP =
  '^(0\\.|10\\.|127\\.|169\\.254\\.|192\\.168\\.|172\\.(1[6-9]|2\\d|3[01])\\.' +
  '|100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\.' +
  '|::1?$|::[fF]{4}:(10|127|192\\.168)\\.|[fF][cdCD][0-9a-fA-F]{2}:|[fF][eE][89abAB][0-9a-fA-F]:)';
const OCTET = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4 = `${OCTET}(\\.${OCTET}){3}`;
const ip = all(
  shared('plain'),
  check('ip-form', 'one IPv4 or IPv6 address', {
    pattern: `^(${IPV4}|(?=.*:)[0-9a-fA-F:]*(${IPV4})?)?$`,
  }),
  check('ip-private', "the visitor's public address", NO_TEXT(PRIVATE_IP)),
);

const locale = all(
  shared('plain'),
  check('locale-form', 'a BCP 47 language tag such as en-US', {
    pattern: '^([a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*)?$',
  }),
);

/** Every real click id seen so far begins like this. */
const clickId = all(
  shared('plain'),
  check('click-id-form', 'a click id as landed: E.C.P.…', { pattern: '^(E\\.C\\.P\\..+)?$' }),
);

/** The form of the cookie in current and older SDK builds (measured). */
const ttp = all(
  shared('plain'),
  check(
    'ttp-form',
    'the value of the _ttp cookie, 27 characters, in newer ones with .tt. and a number after',
    {
      pattern: '^([\\w-]{27}(\\.tt\\.\\d+)?)?$',
    },
  ),
);

const pixel = check('pixel-form', 'a pixel id: 20 characters, A to Z and 0 to 9', {
  pattern: '^([A-Z0-9]{20})?$',
});

const url = all(
  shared('text'),
  check('page-url-form', 'an absolute URL that begins with http', { pattern: '^(https?://.+)?$' }),
);

const time = all(
  shared('text'),
  check('timestamp-form', 'ISO 8601, such as 2026-11-22T09:45:52Z', { pattern: `^$|${ISO_TIME.source}` }),
);

/** Names that TikTok replaced and still counts, under the new one. SubmitForm is on its list of standard events. */
const RENAMED = [...WIRE_RENAMES].filter(([old]) => !STANDARD_EVENTS.includes(old));
const event = all(
  ...RENAMED.map(([old, name]) =>
    check('legacy-event-name', `${name}, TikTok's current name of this event`, { not: { const: old } }),
  ),
  check('event-name-length', 'at most 50 characters', { maxLength: 50 }),
  check('event-name-form', 'letters, digits, _ and -, with a letter first', {
    pattern: '^([a-zA-Z][\\w-]*)?$',
  }),
);

const limitedDataUse = all(
  ...something,
  check('type', 'true or false', { type: ['boolean', 'null', 'string'], maxLength: 0 }),
);

const CURRENCIES = Intl.supportedValuesOf('currency').filter(isSupportedCurrency);
const currency = all(
  shared('text'),
  check('currency-case', 'upper case, as in USD', NO_TEXT('[a-z]')),
  check(
    'currency-unsupported',
    'a currency that TikTok counts, ISO 4217',
    ONE_OF([...CURRENCIES, ...CURRENCIES.map((code) => code.toLowerCase())]),
  ),
);

/** Real clients send "129.90" and "1795340752". The service's answer to them was never recorded. */
export const NUMBER_AS_TEXT = check('number-as-text', 'a number', NO_TEXT(DIGITS_IN_TEXT));

const price = all(...something, NUMBER_AS_TEXT, notNegative);

const count = all(
  ...something,
  check('type', 'a whole number', { type: ['integer', 'null', 'string'], maxLength: 0 }),
  notNegative,
);

/** A visitor who followed no link has none, so an empty referrer is right. */
export const referrer = isText;

/** Device data of apps. Source: TikTok's Events API reference, "User data" of app events. */
export const DEVICE = {
  att_status: check(
    'att-status-unknown',
    'AUTHORIZED, DENIED, NOT_DETERMINED, RESTRICTED or NOT_APPLICABLE',
    ONE_OF(['AUTHORIZED', 'DENIED', 'NOT_DETERMINED', 'RESTRICTED', 'NOT_APPLICABLE']),
  ),
  idfa: check('idfa-case', 'upper case, as iOS gives it', NO_TEXT('^(?=.*[a-f])[0-9a-fA-F-]{36}$')),
};

const contentType = all(
  shared('text'),
  check('content-type-unknown', 'product or product_group', ONE_OF(['product', 'product_group'])),
);

const deliveryCategory = all(
  shared('text'),
  check(
    'delivery-category-unknown',
    'in_store, curbside or home_delivery',
    ONE_OF(['in_store', 'curbside', 'home_delivery']),
  ),
);

export const VALUE_MISSING = check('value-missing', 'the value of the whole order, a number');
export const CURRENCY_MISSING = check('currency-missing', 'the currency of value, ISO 4217');

const properties = part({
  dependentRequired: { value: ['currency'], currency: ['value'] },
  allOf: [{ properties: { value: price, currency } }],
  properties: {
    value: VALUE_MISSING,
    currency: CURRENCY_MISSING,
    content_type: contentType,
    content_id: shared('text'),
    content_ids: list(shared('text')),
    num_items: count,
    quantity: count,
    price,
    contents: list(
      part({
        properties: {
          content_id: shared('text'),
          content_type: contentType,
          content_category: shared('text'),
          content_name: shared('text'),
          brand: shared('text'),
          quantity: count,
          price,
        },
      }),
    ),
    description: shared('text'),
    query: shared('text'),
    search_string: shared('text'),
    order_id: shared('text'),
    shop_id: shared('text'),
    delivery_category: deliveryCategory,
    event_id: misplaced('event_id of the event'),
    event_time: misplaced('event_time of the event'),
  },
});

/** The `$defs` of every document, which `shared` refers to. */
export const SHARED: Readonly<Record<Advice, TSchema>> = {
  text,
  plain,
  hash,
  hashOnly,
  ip,
  locale,
  clickId,
  ttp,
  pixel,
  url,
  time,
  event,
  limitedDataUse,
  properties,
};

/** An object of the event. */
export function part(schema: object): TSchema {
  return check('type', 'an object, or no such member', { type: 'object', ...schema });
}

function list(items: TSchema): TSchema {
  return check('type', 'a list, or no such member', { type: 'array', items });
}

/** One value or a list of them, each checked separately. */
export function oneOrMore(name: Advice): TSchema {
  return check('empty', 'a value, or no such member', {
    minItems: 1,
    if: { type: 'array' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { items: shared(name) },
    else: shared(name),
  });
}

/** A member that the service does not read in this place. */
export function misplaced(where: string): TSchema {
  return check('misplaced', `it in ${where}`, { not: {} });
}
