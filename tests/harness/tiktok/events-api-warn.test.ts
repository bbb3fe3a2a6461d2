import { expect } from '@playwright/test';
import { judgeBody } from '../../../src/tiktok/events-api/judge.ts';
import { sha256Hex } from '../../../src/tiktok/hashing.ts';
import { test } from '../test.ts';

const HASH = 'ab12'.repeat(16);
const PIXEL = 'C0TTQTEST000000000AB';
const TTP = '2HoyUbGZg5bzXW3M2YLKnBDmAbX';

const EVENT = {
  event: 'Purchase',
  event_time: 1795340752,
  event_id: 'order-1',
  user: {
    email: HASH,
    phone: [HASH],
    external_id: HASH,
    ttclid: 'E.C.P.CpoBabc',
    ttp: `${TTP}.tt.1`,
    ip: '203.0.113.42',
    user_agent: 'Mozilla/5.0',
    locale: 'en-US',
    first_name: HASH,
    last_name: HASH,
    zip_code: HASH,
    city: 'Springfield',
    state: 'IL',
    country: 'US',
  },
  page: { url: 'https://www.shop.example/thanks', referrer: 'https://www.shop.example/' },
  properties: {
    value: 59.98,
    currency: 'USD',
    content_type: 'product',
    content_ids: ['a'],
    contents: [{ content_id: 'a', content_type: 'product', quantity: 2, price: 29.99, shop_build: 7 }],
    num_items: 2,
    order_id: '1001',
    delivery_category: 'in_store',
    customer_type: 'new',
  },
  limited_data_use: false,
};
const track = (...data: unknown[]) => ({ event_source: 'web', event_source_id: PIXEL, data });
const withUser = (user: object) => track({ ...EVENT, user: { ...EVENT.user, ...user } });
const withProperties = (properties: object) =>
  track({ ...EVENT, properties: { ...EVENT.properties, ...properties } });

const { ttclid, ip, user_agent, phone, ...legacyUser } = EVENT.user;
const LEGACY = {
  pixel_code: PIXEL,
  event: 'AddToCart',
  event_id: 'a-1',
  timestamp: '2026-11-22T09:45:52Z',
  context: {
    ad: { callback: ttclid },
    page: EVENT.page,
    user: { ...legacyUser, phone_number: HASH },
    ip,
    user_agent,
  },
  properties: EVENT.properties,
};
const inContext = (context: object) => ({ ...LEGACY, context: { ...LEGACY.context, ...context } });

test('a careful body has no finding', () => {
  expect(judgeBody('event-track', track(EVENT))).toEqual([]);
  expect(judgeBody('event-track', track({ ...EVENT, event: 'custom-event_1' }))).toEqual([]);
  expect(judgeBody('pixel-track', LEGACY)).toEqual([]);
  const { pixel_code, ...item } = LEGACY;
  expect(judgeBody('pixel-batch', { pixel_code, batch: [{ type: 'track', ...item }] })).toEqual([]);
});

/** An event of an app, a shop or a CRM has no page, no pixel, and no copy whose event_id it would have to share. */
const elsewhere = (event_source: string, more: object) => {
  const { page: _, event_id: __, ...event } = EVENT;
  return { ...track({ ...event, ...more }), event_source, event_source_id: 'set-1' };
};

for (const [source, more] of [
  ['app', { app: { app_id: '1' } }],
  ['offline', {}],
  ['crm', { lead: { lead_id: '1' } }],
] as const) {
  test(`events of the source ${source} need no page, no pixel and no event_id`, () => {
    expect(judgeBody('event-track', elsewhere(source, more))).toEqual([]);
  });
}

for (const [source, code, path] of [
  ['app', 'app-id-missing', 'app'],
  ['crm', 'lead-id-missing', 'lead'],
] as const) {
  test(`events of the source ${source} need what the reference requires`, () => {
    const codes = (more: object) =>
      judgeBody('event-track', elsewhere(source, more)).map((one) => `${one.level} ${one.code} ${one.path}`);
    expect(codes({})).toEqual([`warn ${code} ${data(path)}`]);
    expect(codes({ [path]: { other: 1 } })).toEqual([`warn ${code} ${data(`${path}/${path}_id`)}`]);
  });
}

/** Correct, though it looks wrong. */
const RIGHT: [string, unknown][] = [
  ['an empty referrer: the visit was direct', track({ ...EVENT, page: { ...EVENT.page, referrer: '' } })],
  ['pixel_code beside the same event_source_id', { ...track(EVENT), pixel_code: PIXEL }],
  ['the same in the event', track({ ...EVENT, pixel_code: PIXEL, event_source: 'web' })],
  ['another name beside the right one', withUser({ em: HASH, client_ip_address: '203.0.113.42' })],
  ['another name with nothing in it', track({ ...EVENT, user: { ip, user_agent, em: '', ph: null } })],
  ['members of nobody', withUser({ device: {}, fbp: 'fb.1.2.3' })],
];

for (const [name, body] of RIGHT) {
  test(`fine: ${name}`, () => {
    expect(judgeBody('event-track', body)).toEqual([]);
  });
}

test('a missing event source starts none of the checks that depend on it', () => {
  const findings = judgeBody('event-track', { event_source_id: 'set-1', data: [{ ...EVENT, page: {} }] });
  expect(findings.map(({ code }) => code)).toEqual(['param-error']);
});

const data = (path: string) => `/body/data/0/${path}`;

/** What is reported about a body of event/track: body, code, path, and the message if its words matter. */
const TRACK: [string, unknown, string, string, string?][] = [
  [
    'no page',
    track((({ page: _, ...rest }) => rest)(EVENT)),
    'page-url-missing',
    data('page'),
    'data[0].page: found nothing, wanted the URL of the page where the event happened',
  ],
  ['no page.url', track({ ...EVENT, page: {} }), 'page-url-missing', data('page/url')],
  [
    'a relative page.url',
    track({ ...EVENT, page: { url: '/thanks' } }),
    'page-url-form',
    data('page/url'),
    'data[0].page.url: found "/thanks", wanted an absolute URL that begins with http',
  ],
  ['an empty page.url', track({ ...EVENT, page: { url: '' } }), 'empty', data('page/url')],
  ['an empty list for a page', track({ ...EVENT, page: [] }), 'type', data('page')],
  [
    'no event_id',
    track((({ event_id: _, ...rest }) => rest)(EVENT)),
    'event-id-missing',
    data('event_id'),
    "data[0].event_id: found nothing, wanted the event_id of the pixel's copy",
  ],
  ['an empty event_id', track({ ...EVENT, event_id: '' }), 'empty', data('event_id')],
  ['null for an event_id', track({ ...EVENT, event_id: null }), 'null', data('event_id')],
  [
    'a legacy name',
    track({ ...EVENT, event: 'CompletePayment' }),
    'legacy-event-name',
    data('event'),
    'data[0].event: found "CompletePayment", wanted Purchase, TikTok\'s current name of this event',
  ],
  ['a name of 51 characters', track({ ...EVENT, event: 'a'.repeat(51) }), 'event-name-length', data('event')],
  ['a name with blanks', track({ ...EVENT, event: 'my event' }), 'event-name-form', data('event')],
  ['a name that starts with a digit', track({ ...EVENT, event: '1st' }), 'event-name-form', data('event')],
  [
    'an external id in clear',
    withUser({ external_id: 'customer-42' }),
    'not-hashed',
    data('user/external_id'),
    'data[0].user.external_id: found a text of 11 characters, wanted SHA-256, 64 hexadecimal digits',
  ],
  ['one of several', withUser({ external_id: [HASH, 'x'] }), 'not-hashed', data('user/external_id/1')],
  ['a number for an external id', withUser({ external_id: 42 }), 'not-hashed', data('user/external_id')],
  ['a first name in clear', withUser({ first_name: 'Ada' }), 'not-hashed', data('user/first_name')],
  ['a last name in clear', withUser({ last_name: 'Lovelace' }), 'not-hashed', data('user/last_name')],
  ['a postal code in clear', withUser({ zip_code: '62701' }), 'not-hashed', data('user/zip_code')],
  ['a digest in upper case', withUser({ email: HASH.toUpperCase() }), 'hash-upper-case', data('user/email')],
  ['in a list', withUser({ phone: [HASH, `AB${HASH.slice(2)}`] }), 'hash-upper-case', data('user/phone/1')],
  ...['', 'undefined', 'null', 'None', 'NA', 'not set', 'no'].map(
    (text): [string, unknown, string, string] => [
      `the hash of ${JSON.stringify(text)}`,
      withUser({ email: sha256Hex(text) }),
      'placeholder-hash',
      data('user/email'),
    ],
  ),
  ['no hash in a list', withUser({ email: [] }), 'empty', data('user/email')],
  ['an empty hash', withUser({ phone: '' }), 'empty', data('user/phone')],
  ...['city', 'state', 'country', 'ip', 'user_agent', 'ttp', 'ttclid', 'locale'].map(
    (name): [string, unknown, string, string] => [
      `the hash of ${name}`,
      withUser({ [name]: HASH }),
      'hashed-needlessly',
      data(`user/${name}`),
    ],
  ),
  ...[
    '127.0.0.1',
    '10.1.2.3',
    '192.168.1.1',
    '172.16.0.1',
    '172.31.255.255',
    '169.254.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fd00::1',
    'FE80::1',
    '::ffff:127.0.0.1',
    '::ffff:192.168.0.1',
  ].map((address): [string, unknown, string, string] => [
    `the address ${address}`,
    withUser({ ip: address }),
    'ip-private',
    data('user/ip'),
  ]),
  ...['203.0.113.42, 10.0.0.1', 'localhost', '203.0.113.42:443', '203.0.113', '999.1.1.1'].map(
    (address): [string, unknown, string, string] => [
      `the address ${address}`,
      withUser({ ip: address }),
      'ip-form',
      data('user/ip'),
    ],
  ),
  [
    'an address without a user agent',
    track({ ...EVENT, user: { ip } }),
    'user-agent-missing',
    data('user/user_agent'),
    'data[0].user.user_agent: found nothing, wanted the user agent that goes with ip',
  ],
  [
    'a user agent without an address',
    track({ ...EVENT, user: { user_agent } }),
    'ip-missing',
    data('user/ip'),
  ],
  ['a locale of another kind', withUser({ locale: 'en_US' }), 'locale-form', data('user/locale')],
  ['another click id', withUser({ ttclid: 'test-ttclid' }), 'click-id-form', data('user/ttclid')],
  ['the first letters alone', withUser({ ttclid: 'E.C.P.' }), 'click-id-form', data('user/ttclid')],
  ['another cookie for ttp', withUser({ ttp: 'value' }), 'ttp-form', data('user/ttp')],
  ['the legacy name of the phone', withUser({ phone_number: HASH }), 'misplaced', data('user/phone_number')],
  ['a number for a city', withUser({ city: 7 }), 'type', data('user/city')],
  [
    'a currency in lower case',
    withProperties({ currency: 'usd' }),
    'currency-case',
    data('properties/currency'),
    'data[0].properties.currency: found "usd", wanted upper case, as in USD',
  ],
  [
    'a currency that TikTok does not count',
    withProperties({ currency: 'XAF' }),
    'currency-unsupported',
    data('properties/currency'),
  ],
  [
    'a sign for a currency',
    withProperties({ currency: '$' }),
    'currency-unsupported',
    data('properties/currency'),
  ],
  [
    'a value without a currency',
    track({ ...EVENT, event: 'Search', properties: { value: 1 } }),
    'currency-missing',
    data('properties/currency'),
  ],
  [
    'a currency without a value',
    track({ ...EVENT, event: 'Search', properties: { currency: 'USD' } }),
    'value-missing',
    data('properties/value'),
  ],
  ['a value below zero', withProperties({ value: -1 }), 'negative', data('properties/value')],
  ['null for a value', withProperties({ value: null }), 'null', data('properties/value')],
  [
    'a content type of nobody',
    withProperties({ content_type: 'thing' }),
    'content-type-unknown',
    data('properties/content_type'),
  ],
  [
    'one of a content',
    withProperties({ contents: [{}, { content_type: 'Product' }] }),
    'content-type-unknown',
    data('properties/contents/1/content_type'),
  ],
  [
    'text for a quantity',
    withProperties({ contents: [{ quantity: '2' }] }),
    'type',
    data('properties/contents/0/quantity'),
  ],
  ['a value in text', withProperties({ value: '59.98' }), 'number-as-text', data('properties/value')],
  [
    'a price in text',
    withProperties({ contents: [{ price: '29.99' }] }),
    'number-as-text',
    data('properties/contents/0/price'),
  ],
  [
    'a time in text',
    track({ ...EVENT, event_time: '1795340752' }),
    'number-as-text',
    data('event_time'),
    'data[0].event_time: found "1795340752", wanted a number',
  ],
  ['half an item', withProperties({ num_items: 1.5 }), 'type', data('properties/num_items')],
  ['a number for an order', withProperties({ order_id: 7 }), 'type', data('properties/order_id')],
  [
    'a number for a content id of the list',
    withProperties({ content_ids: [7] }),
    'type',
    data('properties/content_ids/0'),
  ],
  ['text for the content ids', withProperties({ content_ids: 'a' }), 'type', data('properties/content_ids')],
  [
    'another delivery',
    withProperties({ delivery_category: 'drone' }),
    'delivery-category-unknown',
    data('properties/delivery_category'),
  ],
  [
    'an event_id in the properties',
    withProperties({ event_id: 'a' }),
    'misplaced',
    data('properties/event_id'),
  ],
  [
    'text for limited_data_use',
    track({ ...EVENT, limited_data_use: 'true' }),
    'type',
    data('limited_data_use'),
  ],
  ['another pixel id', { ...track(EVENT), event_source_id: '1234' }, 'pixel-form', '/body/event_source_id'],
  ['an empty test code', { ...track(EVENT), test_event_code: '' }, 'empty', '/body/test_event_code'],
  [
    '51 events',
    track(...Array.from({ length: 51 }, () => EVENT)),
    'batch-over-50',
    '/body/data',
    'data: found a list of 51, wanted at most 50 events in a request',
  ],
  [
    'a click id beside the user',
    track({ ...EVENT, ttclid: 'E.C.P.x' }),
    'misplaced',
    data('ttclid'),
    'data[0].ttclid: found "E.C.P.x", wanted it in user.ttclid',
  ],
  ['a context beside the user', track({ ...EVENT, context: {} }), 'misplaced', data('context')],
  [
    'a flat field beside data',
    { ...track(EVENT), user: {} },
    'misplaced',
    '/body/user',
    'user: found an object, wanted it in data[0].user',
  ],
  [
    'another pixel_code beside data',
    { ...track(EVENT), pixel_code: 'C0TTQTEST000000000AC' },
    'misplaced',
    '/body/pixel_code',
  ],
  [
    'a test code in the event',
    track({ ...EVENT, test_event_code: 'T1' }),
    'misplaced',
    data('test_event_code'),
  ],
  ['an answer of nobody', withUser({ att_status: 'allowed' }), 'att-status-unknown', data('user/att_status')],
  [
    'an idfa in lower case',
    withUser({ idfa: '6d92078a-8246-4ba4-ae5b-76104861e7dc' }),
    'idfa-case',
    data('user/idfa'),
  ],
];

for (const [name, body, code, path, message] of TRACK) {
  test(`unwise: ${name}`, () => {
    const findings = judgeBody('event-track', body);
    expect(findings.map((finding) => `${finding.level} ${finding.code} ${finding.path}`)).toEqual([
      `warn ${code} ${path}`,
    ]);
    if (message) expect(findings[0]!.message).toBe(message);
  });
}

test('a Purchase without properties, and one without revenue', () => {
  const { properties: _, ...bare } = EVENT;
  for (const event of ['Purchase', 'CompletePayment']) {
    const without = judgeBody('event-track', track({ ...bare, event }));
    expect(without.map(({ code, path }) => [code, path])).toContainEqual([
      'value-missing',
      data('properties'),
    ]);
    const empty = judgeBody('event-track', track({ ...bare, event, properties: {} }));
    expect(empty.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['value-missing', 'currency-missing']),
    );
  }
  expect(judgeBody('event-track', track({ ...bare, event: 'Search' }))).toEqual([]);
});

const WELCOME = [
  ['ip', '8.8.8.8'],
  ['ip', '172.32.0.1'],
  ['ip', '100.128.0.1'],
  ['ip', '2001:db8::1'],
  ['ip', '::ffff:203.0.113.42'],
  ['ttp', TTP],
  ['locale', 'de'],
  ['locale', 'zh-Hant-TW'],
] as const;

for (const [name, value] of WELCOME) {
  test(`${name} ${value} is fine`, () => {
    expect(judgeBody('event-track', withUser({ [name]: value }))).toEqual([]);
  });
}

const CURRENCIES =
  'AED ARS AUD BDT BHD BIF BOB BRL CAD CHF CLP CNY COP CRC CZK DKK DZD EGP EUR GBP GTQ HKD HNL HUF IDR ILS INR ISK JPY KES KHR ' +
  'KRW KWD KZT MAD MOP MXN MYR NGN NIO NOK NZD OMR PEN PHP PKR PLN PYG QAR RON RUB SAR SEK SGD THB TRY TWD UAH USD VES VND ZAR ' +
  'ALL AMD AZN BGN BYN DOP GEL IQD JOD LBP PAB RSD TND TZS UZS';

test('every currency that TikTok counts is fine', () => {
  for (const currency of CURRENCIES.split(' ')) {
    expect(judgeBody('event-track', withProperties({ currency })), currency).toEqual([]);
  }
});

test('SubmitForm is on the list of standard events; every other replaced name is reported', () => {
  const codes = (event: string) =>
    judgeBody('event-track', track({ ...EVENT, event })).map(({ code }) => code);
  expect(codes('SubmitForm')).toEqual([]);
  for (const name of ['ViewForm', 'Checkout', 'Registration', 'ClickForm', 'ConsultByPhone']) {
    expect(codes(name)).toEqual(['legacy-event-name']);
  }
});

test('a refused value gets no advice as well', () => {
  const findings = judgeBody('event-track', withUser({ email: 'ada@example.com', first_name: 'Ada' }));
  expect(findings.map(({ level, path }) => [level, path])).toEqual([
    ['reject', data('user/email')],
    ['warn', data('user/first_name')],
  ]);
});

test('a wrong type is refused, and not reported twice', () => {
  const findings = judgeBody('event-track', track({ ...EVENT, event_id: 7 }));
  expect(findings).toMatchObject([{ level: 'reject', code: 'param-error', path: data('event_id') }]);
  expect(findings).toHaveLength(1);
});

const LEGACY_CASES: [string, object, string, string][] = [
  ['no page.url', inContext({ page: {} }), 'page-url-missing', '/body/context/page/url'],
  ['no page', inContext({ page: null }), 'type', '/body/context/page'],
  ['no context', (({ context: _, ...rest }) => rest)(LEGACY), 'page-url-missing', '/body/context'],
  ['no timestamp', (({ timestamp: _, ...rest }) => rest)(LEGACY), 'timestamp-missing', '/body/timestamp'],
  ['seconds for a timestamp', { ...LEGACY, timestamp: 1795340752 }, 'type', '/body/timestamp'],
  ['a day in words', { ...LEGACY, timestamp: '22 Nov 2026' }, 'timestamp-form', '/body/timestamp'],
  ['no event_id', (({ event_id: _, ...rest }) => rest)(LEGACY), 'event-id-missing', '/body/event_id'],
  ['a legacy name', { ...LEGACY, event: 'Consult' }, 'legacy-event-name', '/body/event'],
  ['a private address', inContext({ ip: '10.0.0.1' }), 'ip-private', '/body/context/ip'],
  [
    'a phone under its new name',
    inContext({ user: { phone: HASH } }),
    'misplaced',
    '/body/context/user/phone',
  ],
  [
    'an external id in clear',
    inContext({ user: { external_id: 'x' } }),
    'not-hashed',
    '/body/context/user/external_id',
  ],
  [
    'a click id of another kind',
    inContext({ ad: { callback: 'x' } }),
    'click-id-form',
    '/body/context/ad/callback',
  ],
  ['a user at the top', { ...LEGACY, user: {} }, 'misplaced', '/body/user'],
  ['a new time', { ...LEGACY, event_time: 1 }, 'misplaced', '/body/event_time'],
];

for (const [name, body, code, path] of LEGACY_CASES) {
  test(`unwise on pixel/track: ${name}`, () => {
    const findings = judgeBody('pixel-track', body);
    expect(findings.map((finding) => [finding.level, finding.code, finding.path])).toEqual([
      ['warn', code, path],
    ]);
  });
}

test('unwise in a batch: an item without its type, at its own place', () => {
  const { pixel_code, ...item } = LEGACY;
  const body = {
    pixel_code,
    batch: [{ type: 'track', ...item }, item, { ...item, type: 'page', event_id: '' }],
  };
  expect(judgeBody('pixel-batch', body).map(({ code, path }) => [code, path])).toEqual([
    ['item-type', '/body/batch/1/type'],
    ['empty', '/body/batch/2/event_id'],
    ['item-type', '/body/batch/2/type'],
  ]);
});

test('flat: each field is reported with its place in 2.0', () => {
  const body = {
    ...LEGACY,
    context: { ...LEGACY.context, user: { phone_number: HASH } },
    user: { email: HASH, ttp: TTP },
    limited_data_use: true,
  };
  const misplaced = judgeBody('event-track', body).filter(({ code }) => code === 'misplaced');
  expect(Object.fromEntries(misplaced.map(({ path, wanted }) => [path, wanted]))).toEqual({
    '/body/pixel_code': 'it in event_source_id',
    '/body/event': 'it in data[0].event',
    '/body/event_id': 'it in data[0].event_id',
    '/body/timestamp': 'it in data[0].event_time, in Unix seconds',
    '/body/user/email': 'it in data[0].user.email',
    '/body/user/ttp': 'it in data[0].user.ttp',
    '/body/context/user/phone_number': 'it in data[0].user.phone',
    '/body/context/ad/callback': 'it in data[0].user.ttclid',
    '/body/context/ip': 'it in data[0].user.ip',
    '/body/context/user_agent': 'it in data[0].user.user_agent',
    '/body/context/page/url': 'it in data[0].page.url',
    '/body/context/page/referrer': 'it in data[0].page.referrer',
    '/body/properties': 'it in data[0].properties',
    '/body/limited_data_use': 'it in data[0].limited_data_use',
  });
});

test('flat: fields are checked despite their place', () => {
  const body = {
    ...LEGACY,
    user: { email: 'ada@example.com', ttp: 'x' },
    properties: { currency: 'usd', value: 1 },
  };
  const codes = judgeBody('event-track', body).map(({ code, path }) => `${code} ${path}`);
  expect(codes).toEqual(
    expect.arrayContaining([
      'not-hashed /body/user/email',
      'ttp-form /body/user/ttp',
      'currency-case /body/properties/currency',
    ]),
  );
});

test('flat without an event_id is reported as such', () => {
  const { event_id: _, ...body } = LEGACY;
  const codes = judgeBody('event-track', body).map(({ code }) => code);
  expect(codes).toContain('event-id-missing');
});

/** A member under another name instead of its own: its name, where it is, and which name is wanted. */
const MISNAMED: [right: string, wrong: string, wanted: string][] = [
  ['user/email', 'user/em', 'user.email'],
  ['user/phone', 'user/ph', 'user.phone'],
  ['user/external_id', 'user/externalId', 'user.external_id'],
  ['user/ttp', 'user/_ttp', 'user.ttp'],
  ['user/first_name', 'user/fn', 'user.first_name'],
  ['page/url', 'url', 'page.url'],
  ['properties/content_ids', 'properties/contents_ids', 'content_ids'],
  ['properties/contents/0/quantity', 'properties/contents/0/num_items', 'quantity'],
  ['properties/contents/0/content_id', 'properties/contents/0/id', 'content_id'],
];

for (const [right, wrong, wanted] of MISNAMED) {
  test(`misnamed: ${wrong} for ${right}`, () => {
    const found = judgeBody('event-track', track(moved(EVENT, right, wrong)));
    const misnamed = found.filter(({ code }) => code === 'misnamed');
    expect(misnamed.map((one) => [one.level, one.path, one.wanted])).toEqual([['warn', data(wrong), wanted]]);
  });
}

test('misnamed in the older layout: the same names, in its own places', () => {
  const { ip: address, user_agent: agent, ...context } = LEGACY.context;
  const body = { ...LEGACY, context: { ...context, client_ip_address: address, userAgent: agent } };
  expect(judgeBody('pixel-track', body).map(({ code, path }) => `${code} ${path}`)).toEqual([
    'misnamed /body/context/client_ip_address',
    'misnamed /body/context/userAgent',
  ]);
  const { pixel_code, ...item } = body;
  const batch = judgeBody('pixel-batch', { pixel_code, batch: [{ type: 'track', ...item }] });
  expect(batch.map(({ path }) => path)).toEqual([
    '/body/batch/0/context/client_ip_address',
    '/body/batch/0/context/userAgent',
  ]);
});

test('a value under another name is still personal, and not quoted', () => {
  const [found] = judgeBody('event-track', track(moved(EVENT, 'user/first_name', 'user/fn')));
  expect(found!.message).toBe('data[0].user.fn: found a text of 64 characters, wanted user.first_name');
});

/** A copy of a value with one member at another path. */
function moved(value: unknown, from: string, to: string): unknown {
  const copy = structuredClone(value);
  const at = (path: string): [Record<string, unknown>, string] => {
    const names = path.split('/');
    const last = names.pop()!;
    const parent = names.reduce(
      (of, name) => of[name] as Record<string, unknown>,
      copy as Record<string, unknown>,
    );
    return [parent, last];
  };
  const [source, name] = at(from);
  const [target, other] = at(to);
  target[other] = source[name];
  delete source[name];
  return copy;
}
