import { expect } from '@playwright/test';
import { answerEventsApi } from '../../../src/tiktok/events-api/answer.ts';
import { test } from '../test.ts';

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
  return answerEventsApi({ method: 'POST', url, headers, body }, NOW, ENTROPY);
}

test('the envelope of an answer', () => {
  expect(answer(track(EVENT))).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: { code: 0, message: 'OK', request_id: `20261122094552${ENTROPY}`, data: {} },
  });
  expect(answer({}).status, 'business errors come with HTTP 200').toBe(200);
  expect(answer({}).body.request_id).toMatch(/^\d{14}[0-9A-F]{20}$/);
});

/** Bodies like those of real clients, which the service accepts. */
const ACCEPTED: [string, unknown, string?][] = [
  ['the smallest', track(EVENT)],
  ...['web', 'app', 'offline', 'crm'].map((event_source): [string, unknown] => [
    `event source ${event_source}`,
    { ...track(EVENT), event_source },
  ]),
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
  [
    'null and an empty list for an optional member',
    withEvent({
      event_id: null,
      user: [],
      page: null,
      properties: { value: null, content_id: null, contents: null },
    }),
  ],
  ['empty texts for objects', withEvent({ user: '', page: '', properties: { contents: '' } })],
  ['no hash at all in a list', withEvent({ user: { email: [null], phone: [HASH, ''] } })],
  ['types that the service does not check', withEvent({ properties: { quantity: '2', order_id: 7 } })],
  ['the last second', withEvent({ event_time: 9_999_999_999 })],
  ['the first second', withEvent({ event_time: 0 })],
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
    'a legacy batch, whose pixel is outside',
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

const NO_OBJECT = 'Invalid value for body: must be a JSON object.';
const NO_EVENTS = 'Invalid value for data: not a valid list of 1 to 1000 events.';
const NO_NAME = 'Invalid value for event: not a valid string.';
const NO_TIME = 'Invalid value for event_time: not a valid integer of Unix seconds.';
const NO_ID = 'Invalid value for event_id: not a valid string.';

const REFUSED: [string, unknown, number, string, string?][] = [
  ['no JSON', 'hello', 40000, NO_OBJECT],
  ['nothing', undefined, 40000, NO_OBJECT],
  ['null', null, 40000, NO_OBJECT],
  ['a list', [track(EVENT)], 40000, NO_OBJECT],
  ['an empty object', {}, 40002, SOURCE],
  ['another event source', { ...track(EVENT), event_source: 'WEB' }, 40002, SOURCE],
  ['no text for an event source', { ...track(EVENT), event_source: ['web'] }, 40002, SOURCE],
  [
    'the flat body of the source document',
    { pixel_code: 'C1', event: 'Purchase', event_id: 'a', timestamp: '2026-11-22T09:45:52Z', context: {} },
    40002,
    SOURCE,
  ],
  [
    'the flat fields beside data, without an event source',
    { ...track(EVENT), event_source: undefined, pixel_code: 'C1', event: 'Purchase' },
    40002,
    SOURCE,
  ],
  ['no event source, no id, no data: the source first', { data: 1 }, 40002, SOURCE],
  ['no id and no data: the id next', { event_source: 'web' }, 40002, SOURCE_ID],
  ['no id and a bad event: the id first', { event_source: 'web', data: [{}] }, 40002, SOURCE_ID],
  ['an id that is a number', { ...track(EVENT), event_source_id: 7 }, 40002, SOURCE_ID],
  ['an empty id', { ...track(EVENT), event_source_id: '' }, 40002, SOURCE_ID],
  ['no data', { event_source: 'web', event_source_id: 'C1' }, 40002, NO_EVENTS],
  ['data of the wrong type', { ...track(), data: EVENT }, 40002, NO_EVENTS],
  ['data as JSON text', { ...track(), data: JSON.stringify([EVENT]) }, 40002, NO_EVENTS],
  ['no event in data', track(), 40002, NO_EVENTS],
  [
    'too many events, even if one is wrong',
    track(...Array.from({ length: 1001 }, () => ({}))),
    40061,
    'Invalid value for data: must be a list of at most 1000 events.',
  ],
  ['an event that is not an object', track(7), 40002, 'Invalid value for data: not a valid object.'],
  ['an event that is null', track(EVENT, null), 40002, 'Invalid value for data: not a valid object.'],
  ['no name', track({ event_time: 1795340752 }), 40002, NO_NAME],
  ['an empty name', track({ ...EVENT, event: '' }), 40002, NO_NAME],
  ['null for a name', track({ ...EVENT, event: null }), 40002, NO_NAME],
  ['a name that is not text', track({ ...EVENT, event: 7 }), 40002, NO_NAME],
  ['no time', track({ event: 'Purchase' }), 40002, NO_TIME],
  ['neither: the name first', track({}), 40002, NO_NAME],
  ['two bad events: the first one first', track({ event: 'A' }, { event_time: 1 }), 40002, NO_TIME],
  ...[
    ['ISO text', '2026-11-22T09:45:52Z'],
    ['milliseconds', 1795340752200],
    ['milliseconds as text', '1795340752200'],
    ['a fraction', 1795340752.5],
    ['a time before 1970', -1],
    ['null', null],
    ['an empty text', ''],
  ].map(([name, event_time]): [string, unknown, number, string] => [
    `${name} for a time`,
    withEvent({ event_time }),
    40002,
    NO_TIME,
  ]),
  ['a number for an id', withEvent({ event_id: 1001 }), 40002, NO_ID],
  ['the second event is wrong', track(EVENT, { ...EVENT, event_id: 7 }), 40002, NO_ID],
  [
    'the time before the id',
    track({ event: 'Purchase', event_id: 7, properties: { value: 'x' } }),
    40002,
    NO_TIME,
  ],
  ['the id before the value', withEvent({ event_id: 7, properties: { value: 'x' } }), 40002, NO_ID],
  [
    'text for a value',
    withEvent({ properties: { value: '59,98' } }),
    40002,
    'Invalid value for value: not a valid number.',
  ],
  [
    'an empty text for a value',
    withEvent({ properties: { value: '' } }),
    40002,
    'Invalid value for value: not a valid number.',
  ],
  [
    'text for a price',
    withEvent({ properties: { contents: [{ price: 1 }, { price: 'free' }] } }),
    40002,
    'Invalid value for price: not a valid number.',
  ],
  [
    'a number for a content id',
    withEvent({ properties: { contents: [{ content_id: 7 }] } }),
    40002,
    'Invalid value for content_id: not a valid string.',
  ],
  [
    'a number for the content id of the event',
    withEvent({ properties: { content_id: 7, value: 'x' } }),
    40002,
    'Invalid value for content_id: not a valid string.',
  ],
  [
    'contents that are not a list',
    withEvent({ properties: { contents: { content_id: 'a' } } }),
    40002,
    'Invalid value for contents: not a valid list.',
  ],
  [
    'a list with something in it for the user',
    withEvent({ user: [{ email: HASH }] }),
    40002,
    'Invalid value for user: not a valid object.',
  ],
  ...['user', 'properties'].map((name): [string, unknown, number, string] => [
    `a text for ${name}`,
    withEvent({ [name]: 'x' }),
    40002,
    `Invalid value for ${name}: not a valid object.`,
  ]),
  [
    'a number for a hash',
    withEvent({ user: { phone: 14155550123 } }),
    40002,
    'Invalid value for phone: not a valid string or list of strings.',
  ],
  ...(
    [
      ['an e-mail address that is not hashed', { email: 'ada@example.com' }, 'email'],
      ['a phone number in clear, in a list', { phone: [HASH, '+14155550123'] }, 'phone'],
      ['a masked e-mail address', { email: `[email sha256=${HASH} shape=aaa@aaa.aaa]` }, 'email'],
      ['an MD5', { email: HASH.slice(0, 32) }, 'email'],
      ['a hash that is too long', { email: `${HASH}0` }, 'email'],
      ['blanks', { phone: '  ' }, 'phone'],
    ] as const
  ).map(([name, user, field]): [string, unknown, number, string] => [
    `${name} is not a hash`,
    withEvent({ user }),
    40062,
    `Invalid value for ${field}: must be hashed with SHA-256.`,
  ]),
  [
    'types before hashes, whatever event they stand in',
    track({ ...EVENT, user: { email: 'ada@example.com' } }, { ...EVENT, event_id: 7 }),
    40002,
    NO_ID,
  ],
  [
    'legacy without a pixel',
    { event: 'Search' },
    40002,
    'Invalid value for pixel_code: not a valid string.',
    LEGACY,
  ],
  ['legacy without a name', { pixel_code: 'C1' }, 40002, NO_NAME, LEGACY],
  [
    'legacy with a number for an id',
    { pixel_code: 'C1', event: 'Search', event_id: 7 },
    40002,
    NO_ID,
    LEGACY,
  ],
  [
    'legacy with a phone number in clear',
    { pixel_code: 'C1', event: 'Search', context: { user: { phone_number: '14155550123' } } },
    40062,
    'Invalid value for phone_number: must be hashed with SHA-256.',
    LEGACY,
  ],
  ['legacy that is no JSON', 'hello', 40000, NO_OBJECT, LEGACY],
  [
    'a 2.0 body on the legacy path',
    track(EVENT),
    40002,
    'Invalid value for pixel_code: not a valid string.',
    LEGACY,
  ],
  [
    'a batch without events',
    { pixel_code: 'C1', batch: [] },
    40002,
    'Invalid value for batch: not a valid list of 1 to 50 events.',
    BATCH,
  ],
  [
    'a batch without a pixel, whose events have one',
    { batch: [{ pixel_code: 'C1', event: 'Search' }] },
    40002,
    'Invalid value for pixel_code: not a valid string.',
    BATCH,
  ],
  ['a batch that is no JSON', 'hello', 40000, NO_OBJECT, BATCH],
  [
    'a batch of 51',
    { pixel_code: 'C1', batch: Array.from({ length: 51 }, () => ({ event: 'Search' })) },
    40061,
    'Invalid value for batch: must be a list of at most 50 events.',
    BATCH,
  ],
  ['a batch of bad events only', { pixel_code: 'C1', batch: [{}, { event: 7 }] }, 40002, NO_NAME, BATCH],
  [
    'a batch of something that is not an event',
    { pixel_code: 'C1', batch: [null] },
    40002,
    'Invalid value for batch: not a valid object.',
    BATCH,
  ],
];

for (const [name, body, code, message, url] of REFUSED) {
  test(`refused: ${name}`, () => {
    const { status, body: envelope, findings } = answer(body, url);
    expect(envelope).toMatchObject({ code, message });
    expect(status, 'business errors come with HTTP 200').toBe(200);
    expect(findings[0]).toMatchObject({ level: 'reject' });
  });
}

/** What a refusal says: path, found, wanted. */
const SAID: [string, unknown, string, string, string?][] = [
  ['no object', 'hello', '/body', 'the body: found "hello", wanted a JSON object'],
  [
    'a missing event source',
    { event_source_id: 'C1', data: [EVENT] },
    '/body/event_source',
    'event_source: found nothing, wanted web, app, offline or crm',
  ],
  [
    'milliseconds',
    withEvent({ event_time: 1795340752200 }),
    '/body/data/0/event_time',
    'data[0].event_time: found 1795340752200, wanted a valid integer of Unix seconds',
  ],
  [
    'a bad price',
    track(EVENT, { ...EVENT, properties: { contents: [{}, { price: 'free' }] } }),
    '/body/data/1/properties/contents/1/price',
    'data[1].properties.contents[1].price: found "free", wanted a valid number',
  ],
  [
    'personal data is not quoted',
    withEvent({ user: { email: 'ada@example.com' } }),
    '/body/data/0/user/email',
    'data[0].user.email: found a text of 15 characters, wanted SHA-256, 64 hexadecimal digits',
  ],
  [
    'nor is it in a list, or as a number',
    withEvent({ user: { phone: [14155550123] } }),
    '/body/data/0/user/phone/0',
    'data[0].user.phone[0]: found a number, wanted a valid string',
  ],
  [
    'in a batch',
    { pixel_code: 'C1', batch: [{ event: {} }] },
    '/body/batch/0/event',
    'batch[0].event: found an object, wanted a valid string',
    BATCH,
  ],
];

for (const [name, body, path, message, url] of SAID) {
  test(`a refusal says: ${name}`, () => {
    const [finding] = answer(body, url).findings;
    expect(finding).toMatchObject({ level: 'reject', path, message });
  });
}

test('every refusal of a body is listed, in the order of the checks', () => {
  const { findings } = answer({
    event_source: 'x',
    data: [{ event_time: 'x', properties: { value: 'x' }, user: { email: 'x' } }, 7],
  });
  const refused = findings.filter(({ level }) => level === 'reject').map(({ path }) => path);
  expect(refused).toEqual([
    '/body/event_source',
    '/body/event_source_id',
    '/body/data/0/event',
    '/body/data/0/event_time',
    '/body/data/0/properties/value',
    '/body/data/1',
    '/body/data/0/user/email',
  ]);
});

test('a legacy batch with good and bad events is answered with 20001', () => {
  const batch = [{ event: 'Search' }, {}, { event: 'Search' }, { event: 'Search', event_id: 7 }];
  const { status, body } = answer({ pixel_code: 'C1', batch }, BATCH);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    code: 20001,
    message: 'OK',
    data: {
      failed_events: [
        { order_in_batch: 1, error_message: NO_NAME },
        { order_in_batch: 3, error_message: NO_ID },
      ],
    },
  });
});
