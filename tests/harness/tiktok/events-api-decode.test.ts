import { expect } from '@playwright/test';
import { decodeServerRequest } from '../../../src/tiktok/events-api/decode.ts';
import { endpointOf } from '../../../src/tiktok/events-api/endpoint.ts';
import { epochMilliseconds } from '../../../src/tiktok/events-api/time.ts';
import { test } from '../test.ts';

const API = 'https://business-api.tiktok.com/open_api/v1.3';
const TRACK = `${API}/event/track/`;
const LEGACY = `${API}/pixel/track/`;
const BATCH = `${API}/pixel/batch/`;
const HASH = 'ab12'.repeat(16);

const EVENT = { event: 'Purchase', event_time: 1795340752 };
const track = (...data: unknown[]) => ({ event_source: 'web', event_source_id: 'C1', data });

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
  expect(second).toMatchObject({
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
    expect(decodeServerRequest(url, body)).toMatchObject([{ ...AS_DECODED, ...head }]);
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

/** Every field of a 2.0 event. */
const FULL = {
  event_source: 'web',
  event_source_id: 'C1',
  test_event_code: 'TEST1',
  partner_name: 'Shop',
  data: [
    {
      event: 'CompletePayment',
      event_time: 1795340752,
      event_id: 'order-1',
      user: {
        email: [HASH],
        phone: HASH,
        external_id: [HASH, HASH],
        ttclid: 'E.C.P.x',
        ttp: 'ttp-1',
        ip: '203.0.113.42',
        user_agent: 'ua',
        locale: 'en-US',
        first_name: 'f',
        last_name: 'l',
        zip_code: 'z',
        city: 'ci',
        state: 'st',
        country: 'co',
      },
      page: { url: 'https://x.example/', referrer: 'https://r.example/' },
      properties: { value: 1 },
      limited_data_use: true,
    },
  ],
};

const FULL_DECODED = {
  event: 'CompletePayment',
  canonical: 'Purchase',
  eventId: 'order-1',
  time: 1795340752000,
  pixel: 'C1',
  user: {
    email: [HASH],
    phone: HASH,
    externalId: [HASH, HASH],
    clickId: 'E.C.P.x',
    ttp: 'ttp-1',
    ip: '203.0.113.42',
    userAgent: 'ua',
    locale: 'en-US',
    firstName: 'f',
    lastName: 'l',
    zip: 'z',
    city: 'ci',
    state: 'st',
    country: 'co',
  },
  page: 'https://x.example/',
  referrer: 'https://r.example/',
  properties: { value: 1 },
  limitedDataUse: true,
  testEventCode: 'TEST1',
  partnerName: 'Shop',
};

const IN_CONTEXT = {
  ad: { callback: 'E.C.P.x' },
  page: FULL.data[0]!.page,
  ip: '203.0.113.42',
  user_agent: 'ua',
};
const { phone, ttclid: _, ip: __, user_agent: ___, ...legacyUser } = FULL.data[0]!.user;
const FULL_LEGACY = {
  pixel_code: 'C1',
  test_event_code: 'TEST1',
  partner_name: 'Shop',
  event: 'CompletePayment',
  event_id: 'order-1',
  timestamp: '2026-11-22T09:45:52Z',
  context: { ...IN_CONTEXT, user: { ...legacyUser, phone_number: phone } },
  properties: { value: 1 },
  limited_data_use: true,
};
const FULL_FLAT = { ...FULL_LEGACY, context: IN_CONTEXT, user: { ...legacyUser, phone } };

/** How often each field of the full event has to have a place. */
const FIELDS = 24;

test('2.0: every field, and its place', () => {
  const [event] = decodeServerRequest(TRACK, FULL);
  const { places, ...rest } = event!;
  expect(rest).toEqual({
    ...FULL_DECODED,
    dialect: '2.0',
    place: '/data/0',
    source: 'web',
    timeAsSent: 1795340752,
  });
  expect(Object.keys(places)).toHaveLength(FIELDS + 1);
  expect(places).toMatchObject({
    event: '/data/0/event',
    source: '/event_source',
    pixel: '/event_source_id',
    time: '/data/0/event_time',
    clickId: '/data/0/user/ttclid',
    zip: '/data/0/user/zip_code',
    referrer: '/data/0/page/referrer',
    testEventCode: '/test_event_code',
  });
});

const OLDER: [string, string, unknown, string, string, string][] = [
  ['legacy', LEGACY, FULL_LEGACY, 'legacy', '', '/context/user/phone_number'],
  [
    'a legacy batch',
    BATCH,
    { batch: [FULL_LEGACY] },
    'legacy',
    '/batch/0',
    '/batch/0/context/user/phone_number',
  ],
  ['flat', TRACK, FULL_FLAT, 'flat', '', '/user/phone'],
  ['flat, with the legacy user', TRACK, FULL_LEGACY, 'flat', '', '/context/user/phone_number'],
  ['a batch on event/track', TRACK, { batch: [FULL_FLAT] }, 'flat', '/batch/0', '/batch/0/user/phone'],
];

for (const [name, url, body, dialect, place, phonePlace] of OLDER) {
  test(`${name}: every field, and its place`, () => {
    const [event] = decodeServerRequest(url, body);
    const { places, ...rest } = event!;
    expect(rest).toEqual({
      ...FULL_DECODED,
      dialect,
      place,
      source: '',
      timeAsSent: '2026-11-22T09:45:52Z',
    });
    expect(Object.keys(places)).toHaveLength(FIELDS);
    expect(places).toMatchObject({
      phone: phonePlace,
      clickId: `${place}/context/ad/callback`,
      page: `${place}/context/page/url`,
      time: `${place}/timestamp`,
    });
  });
}

test('what is outside a batch belongs to each of its events', () => {
  const body = {
    pixel_code: 'C1',
    test_event_code: 'T',
    batch: [{ event: 'A' }, { event: 'B', pixel_code: 'C2' }],
  };
  const [first, second] = decodeServerRequest(BATCH, body);
  expect(first).toMatchObject({ pixel: 'C1', testEventCode: 'T' });
  expect(first!.places).toEqual({
    event: '/batch/0/event',
    pixel: '/pixel_code',
    testEventCode: '/test_event_code',
  });
  expect(second).toMatchObject({ pixel: 'C2', places: { pixel: '/batch/1/pixel_code' } });
});

test('flat with users in both places: a field is taken from either, the top first', () => {
  const body = {
    event: 'Search',
    user: { email: HASH, phone: '' },
    context: { user: { email: 'other', phone_number: 'p', ttp: 't' }, ip: '' },
    ip: '203.0.113.42',
  };
  const [event] = decodeServerRequest(TRACK, body);
  expect(event!.user).toMatchObject({ email: HASH, phone: 'p', ttp: 't', ip: '203.0.113.42' });
  expect(event!.places).toMatchObject({ phone: '/context/user/phone_number', ip: '/ip' });
});

test('data wins over the flat fields beside it, and is not completed from them', () => {
  const body = {
    ...track({ ...EVENT, context: { ad: { callback: 'E.C.P.y' } } }),
    event: 'Other',
    user: { email: HASH, ttclid: 'E.C.P.x' },
  };
  const events = decodeServerRequest(TRACK, body);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ dialect: '2.0', event: 'Purchase', user: { clickId: '' } });
  expect(events[0]!.user.email).toBeUndefined();
});

test('the legacy path does not read the user at the top either', () => {
  const [event] = decodeServerRequest(LEGACY, { event: 'Search', user: { email: HASH }, ip: '1.2.3.4' });
  expect(event!.user).toMatchObject({ email: undefined, ip: '' });
});

test('what is refused for a missing field is read in its other spelling', () => {
  const [event] = decodeServerRequest(TRACK, {
    pixel_code: 'C1',
    data: [{ event: 'Search', timestamp: '2026-11-22T09:45:52Z' }],
  });
  expect(event).toMatchObject({ dialect: '2.0', pixel: 'C1', time: 1795340752000 });
});

test('a single object for data is one event; without events in data the flat ones count', () => {
  expect(decodeServerRequest(TRACK, { data: EVENT })).toMatchObject([
    { dialect: '2.0', place: '/data', event: 'Purchase', places: { event: '/data/event' } },
  ]);
  expect(decodeServerRequest(TRACK, { data: [], event: 'Search' })).toMatchObject([
    { dialect: 'flat', place: '', event: 'Search' },
  ]);
});

test('an empty field has a place, a missing one has none', () => {
  const [event] = decodeServerRequest(TRACK, track({ ...EVENT, event_id: '', user: { ttclid: null } }));
  expect(event!.places).toMatchObject({ eventId: '/data/0/event_id', clickId: '/data/0/user/ttclid' });
  expect(Object.keys(event!.places)).not.toContain('email');
});

test('members that every object inherits are not members of the body', () => {
  const [event] = decodeServerRequest(TRACK, track({ ...EVENT, user: [], properties: 'toString' }));
  expect(event).toMatchObject({ properties: {} });
  expect(event!.user.email).toBeUndefined();
});

const TIMES: [unknown, number | undefined][] = [
  [1795340752, 1795340752000],
  [1795340752200, 1795340752200],
  ['1795340752', 1795340752000],
  [' 1795340752200 ', 1795340752200],
  ['2026-11-22T09:45:52Z', 1795340752000],
  ['2026-11-22T09:45:52.200Z', 1795340752200],
  ['2026-11-22T10:45:52+01:00', 1795340752000],
  ['2026-11-22T10:45:52+0100', 1795340752000],
  ['2026-11-22T09:45:52', 1795340752000],
  ['2026-11-22 09:45:52', 1795340752000],
  ['2026-11-22', 1795305600000],
  [0, 0],
  [9_999_999_999, 9_999_999_999_000],
  [10_000_000_000, 10_000_000_000],
  [1795340752200000, undefined],
  [-1, undefined],
  [Number.NaN, undefined],
  ['', undefined],
  ['yesterday', undefined],
  ['2026-13-45T09:45:52Z', undefined],
  ['22 Nov 2026', undefined],
  [null, undefined],
  [undefined, undefined],
  [{}, undefined],
];

for (const [sent, wanted] of TIMES) {
  test(`the time ${typeof sent} ${sent} is ${wanted}`, () => {
    expect(epochMilliseconds(sent)).toBe(wanted);
  });
}

const HOST = 'https://business-api.tiktok.com';
const PATHS: [string, string | undefined][] = [
  ['/open_api/v1.3/event/track/', 'event-track'],
  ['/open_api/v1.3/event/track', 'event-track'],
  ['/open_api/v1.3/event/track/?x=1', 'event-track'],
  ['/open_api/v1.3/pixel/track/', 'pixel-track'],
  ['/open_api/v1.2/pixel/track', 'pixel-track'],
  ['/open_api/v1.3/pixel/batch', 'pixel-batch'],
  ['/open_api/v1.2/pixel/batch/', 'pixel-batch'],
  ['/open_api/v1.2/event/track/', undefined],
  ['/open_api/v1.1/pixel/track/', undefined],
  ['/open_api/v1x3/event/track/', undefined],
  ['/v1.3/event/track/', undefined],
  ['/open_api/v1.3/event/track/more', undefined],
  ['/', undefined],
];

for (const [path, endpoint] of PATHS) {
  test(`the path ${path} is ${endpoint}`, () => {
    expect(endpointOf(`${HOST}${path}`)).toBe(endpoint);
  });
}

test('an invalid URL has no endpoint', () => {
  expect(endpointOf('/open_api/v1.3/event/track/')).toBeUndefined();
});
