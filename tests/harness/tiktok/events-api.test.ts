import { expect, test } from '@playwright/test';
import { answerEventsApi } from '../../../src/tiktok/events-api/answer.ts';
import { decodeServerRequest } from '../../../src/tiktok/events-api/decode.ts';

const API = 'https://business-api.tiktok.com/open_api/v1.3';
const TRACK = `${API}/event/track/`;
const LEGACY = `${API}/pixel/track/`;
const BATCH = `${API}/pixel/batch/`;
const HASH = 'ab12'.repeat(16);
const NOW = Date.UTC(2026, 10, 22, 9, 45, 52, 200);
const ENTROPY = '0123456789ABCDEF0123';

const EVENT = { event: 'Purchase', event_time: 1795340752 };
const track = (...data: unknown[]) => ({ event_source: 'web', event_source_id: 'C1', data });
const withEvent = (more: object) => track({ ...EVENT, ...more });

function answer(body: unknown, url = TRACK, headers: Record<string, string> = { 'access-token': 'secret' }) {
  return answerEventsApi({ url, headers, body }, NOW, ENTROPY);
}

test('the envelope of an answer', () => {
  expect(answer(track(EVENT))).toEqual({
    status: 200,
    body: { code: 0, message: 'OK', request_id: `20261122094552${ENTROPY}`, data: {} },
  });
  expect(answer({}).status, 'business errors come with HTTP 200').toBe(200);
  expect(answer({}).body.request_id).toMatch(/^\d{14}[0-9A-F]{20}$/);
});

/** Bodies like those that clients in the field send, which the service takes. */
const ACCEPTED: [string, unknown, string?][] = [
  ['the smallest', track(EVENT)],
  ['each event source', { ...track(EVENT), event_source: 'crm' }],
  ['a thousand events', track(...Array.from({ length: 1000 }, () => EVENT))],
  ['a test code and a partner', { ...track(EVENT), test_event_code: 'TEST1', partner_name: 'Shop' }],
  ['empty strings', withEvent({ event_id: '', user: { email: '', phone: '', ttclid: '', ip: '' } })],
  ['a device of nothing, and keys of nobody', withEvent({ device: {}, page: {}, shop_build: 7 })],
  ['no page.url', withEvent({ page: { referrer: 'https://x.example/' } })],
  ['no page', withEvent({ event_id: 'order-1' })],
  ['a digest', withEvent({ user: { email: HASH, phone: HASH, external_id: HASH } })],
  ['a digest in upper case', withEvent({ user: { email: HASH.toUpperCase() } })],
  ['lists of digests', withEvent({ user: { email: [HASH, HASH], phone: [HASH], external_id: [HASH] } })],
  ['lists of nothing', withEvent({ user: { email: [], phone: [''] } })],
  ['null for what is lacking', withEvent({ user: { email: null, phone: [null] } })],
  ['an external id in clear', withEvent({ user: { external_id: 'customer-42' } })],
  ['a private address', withEvent({ user: { ip: '127.0.0.1', user_agent: 'x' } })],
  ['a legacy name', track({ ...EVENT, event: 'CompletePayment' })],
  ['a name of its own', track({ ...EVENT, event: 'custom-event' })],
  ['numbers', withEvent({ properties: { value: 0, contents: [{ price: 1.5, quantity: 2 }] } })],
  ['no contents', withEvent({ properties: { contents: [], content_ids: ['a'] } })],
  ['a currency that is not counted', withEvent({ properties: { value: 1, currency: 'xaf' } })],
  ['a content type of nobody', withEvent({ properties: { content_type: 'thing' } })],
  ['a path without a slash at its end', track(EVENT), TRACK.slice(0, -1)],
  ['legacy', { pixel_code: 'C1', event: 'CompletePayment', timestamp: '2026-11-22T09:45:52Z' }, LEGACY],
  [
    'legacy with context',
    {
      pixel_code: 'C1',
      event: 'AddToCart',
      event_id: 'a-1',
      context: { ad: { callback: 'E.C.P.x' }, user: { email: HASH, phone_number: '' }, page: {} },
      properties: { value: 5, currency: 'USD' },
    },
    LEGACY,
  ],
  [
    'a legacy batch, whose pixel stands outside',
    { pixel_code: 'C1', batch: Array.from({ length: 50 }, () => ({ type: 'track', event: 'Search' })) },
    BATCH,
  ],
];

for (const [name, body, url] of ACCEPTED) {
  test(`accepted: ${name}`, () => {
    expect(answer(body, url).body).toMatchObject({ code: 0, message: 'OK' });
  });
}

const SOURCE = 'Invalid value for event_source: must be web, app or offline.';
const SOURCE_ID = 'Invalid value for event_source_id: not a valid string.';

const REFUSED: [string, unknown, number, string, string?][] = [
  ['no JSON', 'hello', 40002, SOURCE],
  ['nothing', undefined, 40002, SOURCE],
  ['a list', [track(EVENT)], 40002, SOURCE],
  ['an empty object', {}, 40002, SOURCE],
  ['another event source', { ...track(EVENT), event_source: 'WEB' }, 40002, SOURCE],
  [
    'the flat body of the source document',
    { pixel_code: 'C1', event: 'Purchase', event_id: 'a', timestamp: '2026-11-22T09:45:52Z', context: {} },
    40002,
    SOURCE,
  ],
  ['no event source, no id, no data: the source first', { data: 1 }, 40002, SOURCE],
  ['no id and no data: the id next', { event_source: 'web' }, 40002, SOURCE_ID],
  ['an id that is a number', { ...track(EVENT), event_source_id: 7 }, 40002, SOURCE_ID],
  ['an empty id', { ...track(EVENT), event_source_id: '' }, 40002, SOURCE_ID],
  ['no data', { event_source: 'web', event_source_id: 'C1' }, 40002, 'Missing data for required field data.'],
  [
    'data of the wrong type',
    { ...track(), data: EVENT },
    40002,
    'Invalid value for data: must hold 1 to 1000 events.',
  ],
  ['no event in data', track(), 40002, 'Invalid value for data: must hold 1 to 1000 events.'],
  [
    'too many events, even if one is wrong',
    track(...Array.from({ length: 1001 }, () => ({}))),
    40061,
    'Invalid value for data: at most 1000 events.',
  ],
  ['an event that is no object', track(7), 40002, 'Invalid value for data[0].body: must be object.'],
  ['no name', track({ event_time: 1795340752 }), 40002, 'Missing data for required field data[0].event.'],
  ['no time', track({ event: 'Purchase' }), 40002, 'Missing data for required field data[0].event_time.'],
  ['neither: the name first', track({}), 40002, 'Missing data for required field data[0].event.'],
  [
    'a name that is no text',
    track({ ...EVENT, event: 7 }),
    40002,
    'Invalid value for data[0].event: not a valid string.',
  ],
  ...[
    ['ISO text', '2026-11-22T09:45:52Z'],
    ['milliseconds', 1795340752200],
    ['digits as text', '1795340752'],
    ['a fraction', 1795340752.5],
  ].map(([name, event_time]): [string, unknown, number, string] => [
    `${name} for a time`,
    withEvent({ event_time }),
    40002,
    'Invalid value for data[0].event_time: not a valid Unix time in seconds.',
  ]),
  [
    'a number for an id',
    withEvent({ event_id: 1001 }),
    40002,
    'Invalid value for data[0].event_id: not a valid string.',
  ],
  [
    'the second event is wrong',
    track(EVENT, { ...EVENT, event_id: 7 }),
    40002,
    'Invalid value for data[1].event_id: not a valid string.',
  ],
  [
    'text for a value',
    withEvent({ properties: { value: '59.98' } }),
    40002,
    'Invalid value for data[0].properties.value: not a valid number.',
  ],
  [
    'text for a price',
    withEvent({ properties: { contents: [{ price: 1 }, { price: '1' }] } }),
    40002,
    'Invalid value for data[0].properties.contents.1.price: not a valid number.',
  ],
  [
    'a number for a content id',
    withEvent({ properties: { contents: [{ content_id: 7 }] } }),
    40002,
    'Invalid value for data[0].properties.contents.0.content_id: not a valid string.',
  ],
  [
    'an e-mail address in clear',
    withEvent({ user: { email: 'ada@example.com' } }),
    40062,
    'Invalid value for data[0].user.email: must be hashed with SHA-256.',
  ],
  [
    'a phone number in clear, in a list',
    withEvent({ user: { phone: [HASH, '+14155550123'] } }),
    40062,
    'Invalid value for data[0].user.phone.1: must be hashed with SHA-256.',
  ],
  [
    'a masked e-mail address is one in clear',
    withEvent({ user: { email: `[email sha256=${HASH} shape=aaa@aaa.aaa]` } }),
    40062,
    'Invalid value for data[0].user.email: must be hashed with SHA-256.',
  ],
  [
    'legacy without a pixel',
    { event: 'Search' },
    40002,
    'Missing data for required field pixel_code.',
    LEGACY,
  ],
  ['legacy without a name', { pixel_code: 'C1' }, 40002, 'Missing data for required field event.', LEGACY],
  [
    'legacy with a number for an id',
    { pixel_code: 'C1', event: 'Search', event_id: 7 },
    40002,
    'Invalid value for event_id: not a valid string.',
    LEGACY,
  ],
  [
    'legacy with a phone number in clear',
    { pixel_code: 'C1', event: 'Search', context: { user: { phone_number: '14155550123' } } },
    40062,
    'Invalid value for context.user.phone_number: must be hashed with SHA-256.',
    LEGACY,
  ],
  ['legacy that is no JSON', 'hello', 40002, 'Invalid value for body: must be object.', LEGACY],
  [
    'a batch without events',
    { pixel_code: 'C1', batch: [] },
    40002,
    'Invalid value for batch: must hold 1 to 50 events.',
    BATCH,
  ],
  ['a batch that is no JSON', 'hello', 40002, 'Invalid value for body: must be object.', BATCH],
  [
    'a batch of 51',
    { pixel_code: 'C1', batch: Array.from({ length: 51 }, () => ({ event: 'Search' })) },
    40061,
    'Invalid value for batch: at most 50 events.',
    BATCH,
  ],
  [
    'a batch whose second event has no name',
    { pixel_code: 'C1', batch: [{ event: 'Search' }, {}] },
    40002,
    'Missing data for required field batch[1].event.',
    BATCH,
  ],
  [
    'a batch with something that is no event',
    { pixel_code: 'C1', batch: [null] },
    40002,
    'Missing data for required field batch[0].event.',
    BATCH,
  ],
];

for (const [name, body, code, message, url] of REFUSED) {
  test(`refused: ${name}`, () => {
    expect(answer(body, url).body).toMatchObject({ code, message });
  });
}

test('the token comes before everything else', () => {
  for (const headers of [{}, { 'access-token': '' }, { authorization: 'Bearer secret' }]) {
    expect(answer({}, TRACK, headers as Record<string, string>).body.code).toBe(40104);
    expect(answer(track(EVENT), TRACK, headers as Record<string, string>).body.code).toBe(40104);
  }
});

const USER = { email: HASH, external_id: 'x', ttp: 'ttp-1' };
const DECODED = { event: 'CompletePayment', canonical: 'Purchase', eventId: 'order-1', pixel: 'C1' };

test('2.0 decodes field by field', () => {
  const body = {
    ...track(EVENT, {
      event: 'CompletePayment',
      event_id: 'order-1',
      user: { ...USER, phone: [HASH], ttclid: 'E.C.P.x', ip: '1.2.3.4', user_agent: 'ua' },
      page: { url: 'https://x.example/' },
      properties: { value: 1 },
    }),
  };
  const [first, second] = decodeServerRequest(TRACK, body);
  expect(first).toMatchObject({ dialect: '2.0', place: '/data/0', event: 'Purchase', eventId: undefined });
  expect(second).toEqual({
    dialect: '2.0',
    place: '/data/1',
    ...DECODED,
    user: {
      email: HASH,
      phone: [HASH],
      externalId: 'x',
      clickId: 'E.C.P.x',
      ttp: 'ttp-1',
      ip: '1.2.3.4',
      userAgent: 'ua',
    },
    page: 'https://x.example/',
    properties: { value: 1 },
  });
});

const CONTEXT = {
  ad: { callback: 'E.C.P.x' },
  page: { url: 'https://x.example/' },
  ip: '1.2.3.4',
  user_agent: 'ua',
};
const LEGACY_EVENT = {
  event: 'CompletePayment',
  event_id: 'order-1',
  context: { ...CONTEXT, user: { ...USER, phone_number: HASH } },
  properties: { value: 1 },
};
const FLAT_EVENT = { ...LEGACY_EVENT, context: CONTEXT, user: { ...USER, phone: HASH } };
const AS_DECODED = {
  ...DECODED,
  user: {
    email: HASH,
    phone: HASH,
    externalId: 'x',
    clickId: 'E.C.P.x',
    ttp: 'ttp-1',
    ip: '1.2.3.4',
    userAgent: 'ua',
  },
  page: 'https://x.example/',
  properties: { value: 1 },
};

const DIALECTS: [string, string, unknown, object][] = [
  ['legacy', LEGACY, { pixel_code: 'C1', ...LEGACY_EVENT }, { dialect: 'legacy', place: '' }],
  [
    'legacy, v1.2',
    LEGACY.replace('1.3', '1.2'),
    { pixel_code: 'C1', ...LEGACY_EVENT },
    { dialect: 'legacy', place: '' },
  ],
  [
    'a legacy batch',
    BATCH,
    { pixel_code: 'C1', batch: [LEGACY_EVENT] },
    { dialect: 'legacy', place: '/batch/0' },
  ],
  [
    'a legacy batch with the pixel in the event',
    BATCH,
    { pixel_code: 'C2', batch: [{ ...LEGACY_EVENT, pixel_code: 'C1' }] },
    { dialect: 'legacy', place: '/batch/0' },
  ],
  ['flat', TRACK, { pixel_code: 'C1', ...FLAT_EVENT }, { dialect: 'flat', place: '' }],
];

for (const [name, url, body, head] of DIALECTS) {
  test(`${name} decodes into the same event`, () => {
    expect(decodeServerRequest(url, body)).toEqual([{ ...AS_DECODED, ...head }]);
  });
}

test('flat with the click id beside the user', () => {
  const [event] = decodeServerRequest(TRACK, { event: 'Search', user: { ttclid: 'E.C.P.x' } });
  expect(event!.user.clickId).toBe('E.C.P.x');
});

test('a body without an event decodes to none, and junk never throws', () => {
  for (const body of [
    undefined,
    null,
    '',
    'junk',
    7,
    [],
    [EVENT],
    {},
    { data: [] },
    { batch: [] },
    { data: 'x' },
  ]) {
    for (const url of [TRACK, LEGACY, BATCH]) expect(decodeServerRequest(url, body)).toEqual([]);
  }
  for (const item of [null, 7, 'x', [], { event: 7, user: 'x', page: [], properties: 1, context: 'x' }]) {
    const events = [
      ...decodeServerRequest(TRACK, { data: [item] }),
      ...decodeServerRequest(BATCH, { batch: [item] }),
    ];
    expect(events).toHaveLength(2);
    for (const event of events)
      expect(event).toMatchObject({ event: '', pixel: '', page: '', properties: {} });
  }
});
