import { expect } from '@playwright/test';
import { clickIdIn, isClickId } from '../../../src/tiktok/click-id.ts';
import { isSupportedCurrency } from '../../../src/tiktok/currencies.ts';
import { isConversion } from '../../../src/tiktok/event-names.ts';
import {
  decodeAnalyticsMessage,
  decodePixelRequest,
  eventIdOf,
  requestedPixel,
} from '../../../src/tiktok/pixel-request.ts';
import { test } from '../test.ts';

const COLLECTOR = 'https://analytics.tiktok.com/api/v2/pixel';

/** As measured on a real SDK build, shortened. */
const BODY = {
  event: 'CompletePayment',
  event_id: 'order-1',
  context: {
    ad: { callback: 'E.C.P.abc.1795340750123', sdk_env: 'external' },
    user: { anonymous_id: 'ttp-1', email: 'digest-1', phone_number: 'digest-2', external_id: 'cust_ABC' },
    pixel: { code: 'CDEMO000000000000001', runtime: '1' },
    page: { url: 'https://www.shop.example/thank-you', referrer: '' },
  },
  properties: { value: 59.98, currency: 'USD' },
};

test('an event, field by field', () => {
  expect(decodePixelRequest(COLLECTOR, BODY)).toEqual({
    kind: 'event',
    event: 'CompletePayment',
    canonical: 'Purchase',
    eventId: 'order-1',
    pixel: 'CDEMO000000000000001',
    clickId: 'E.C.P.abc.1795340750123',
    ttp: 'ttp-1',
    email: 'digest-1',
    phone: 'digest-2',
    page: 'https://www.shop.example/thank-you',
    properties: { value: 59.98, currency: 'USD' },
  });
});

const KINDS: [string, unknown, 'event' | 'automatic' | 'telemetry' | undefined][] = [
  [COLLECTOR, { event: 'Pageview' }, 'event'],
  [`${COLLECTOR}/`, { event: 'MyOwn' }, 'event'],
  ['https://analytics.us.tiktok.com/api/v3/pixel?x=1', { event: 'Purchase' }, 'event'],
  [COLLECTOR, { event: 'LandingPageView' }, 'automatic'],
  [COLLECTOR, { event: 'EngagedSession' }, 'automatic'],
  [COLLECTOR, { event: 'EnrichAM' }, 'automatic'],
  [COLLECTOR, { event: '' }, 'telemetry'],
  [COLLECTOR, {}, 'telemetry'],
  [`${COLLECTOR}/act`, { action: 'Metadata' }, 'telemetry'],
  ['https://analytics.tiktok.com/api/v2/shopify_pixel', { event: 'Purchase' }, 'event'],
  ['https://analytics.tiktok.com/api/v2/shopify_pixel', { event: 'LandingPageView' }, 'automatic'],
  ['https://analytics.tiktok.com/api/v2/shopify_pixel/act', { action: 'Click' }, 'telemetry'],
  ['https://analytics.tiktok.com/api/v2/spotify_pixel', { event: 'Purchase' }, undefined],
  [`${COLLECTOR}/act`, { event: 'Purchase' }, 'telemetry'],
  [`${COLLECTOR}/inter`, {}, 'telemetry'],
  [`${COLLECTOR}/perf`, {}, 'telemetry'],
  ['https://analytics.tiktok.com/api/v2/performance_interaction', {}, 'telemetry'],
  ['https://analytics.tiktok.com/api/v2/monitor', {}, 'telemetry'],
  ['https://analytics-ipv6.tiktokw.us/ipv6/enrich_ipv6', { event: 'EnrichIpv6' }, 'telemetry'],
  ['https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=X', undefined, undefined],
  ['https://analytics.tiktok.com/i18n/pixel/enable_cookie', undefined, undefined],
  ['https://analytics.tiktok.com/', BODY, undefined],
  ['https://analytics.tiktok.com/api/v2/pixels', BODY, undefined],
];

for (const [url, body, kind] of KINDS) {
  test(`${url} with ${JSON.stringify(body)?.slice(0, 30)} is ${kind ?? 'no request of the collector'}`, () => {
    expect(decodePixelRequest(url, body)?.kind).toBe(kind);
  });
}

const JUNK: unknown[] = [
  undefined,
  null,
  '',
  'junk',
  0,
  true,
  [],
  [BODY],
  { event: 7 },
  { event: {} },
  { event: 'constructor', context: 'x', properties: [] },
  { event: '__proto__', context: { ad: null, user: 1, pixel: [], page: 'x' } },
  { event: 'Purchase', context: { ad: { callback: 7 }, user: { anonymous_id: {} }, page: { url: null } } },
];

for (const body of JUNK) {
  test(`a junk body decodes to empty fields: ${JSON.stringify(body)}`, () => {
    const event = decodePixelRequest(COLLECTOR, body)!;
    for (const field of ['pixel', 'clickId', 'ttp', 'email', 'phone', 'page'] as const) {
      expect(event[field]).toBe('');
    }
    expect(typeof event.event).toBe('string');
    expect(event.canonical).toBe(event.event);
    expect(event.properties).toEqual({});
  });
}

test('an image request carries the same message, in base64url', () => {
  // Text whose base64 has both characters in which base64url differs, and no padding.
  const message = { ...BODY, properties: { description: '???>>>~~~ Grüße 李' } };
  const encoded = Buffer.from(JSON.stringify(message)).toString('base64url');
  expect(encoded).toMatch(/[-_]/);
  const url = `${COLLECTOR}?analytics_message=${encoded}`;
  expect(decodeAnalyticsMessage(url)).toEqual(message);
  expect(decodePixelRequest(url, decodeAnalyticsMessage(url))).toEqual(
    decodePixelRequest(COLLECTOR, message),
  );
  const padded = Buffer.from(JSON.stringify(message)).toString('base64');
  expect(decodeAnalyticsMessage(`${COLLECTOR}?analytics_message=${encodeURIComponent(padded)}`)).toEqual(
    message,
  );
});

test('an image request with junk is returned unchanged; one without a message is not a pixel request', () => {
  for (const junk of ['!!!', 'e', '____', Buffer.from('no JSON').toString('base64url'), '']) {
    expect(decodeAnalyticsMessage(`${COLLECTOR}?analytics_message=${junk}`)).toBe(junk);
  }
  expect(decodeAnalyticsMessage(COLLECTOR)).toBeUndefined();
});

const SCRIPTS: [string, string | undefined][] = [
  ['https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=C1&lib=ttq', 'C1'],
  ['https://analytics.us.tiktok.com/i18n/pixel/events.js?lib=ttq&sdkid=C1', 'C1'],
  ['https://analytics.tiktok.com/i18n/pixel/sdk.js?sdkid=C1', 'C1'],
  ['https://analytics.tiktok.com/i18n/pixel/events.js', ''],
  ['https://analytics.tiktok.com/i18n/pixel/static/main.abc.js?sdkid=C1', undefined],
  ['https://analytics.tiktok.com/i18n/pixel/config.js?sdkid=C1', undefined],
  [COLLECTOR, undefined],
];

for (const [url, pixel] of SCRIPTS) {
  test(`${url} requests ${pixel === undefined ? 'no script' : `pixel "${pixel}"`}`, () => {
    expect(requestedPixel(url)).toBe(pixel);
  });
}

test('the event_id of a call: third argument before properties, both spellings, numbers as they are', () => {
  expect(eventIdOf({ event_id: 'p', eventID: 'q' }, { event_id: 'a', eventID: 'b' })).toBe('a');
  expect(eventIdOf({ event_id: 'p' }, { eventID: 'b' })).toBe('b');
  expect(eventIdOf({ event_id: 'p', eventID: 'q' }, {})).toBe('p');
  expect(eventIdOf({ eventID: 'q' }, undefined)).toBe('q');
  expect(eventIdOf({}, { event_id: 7 })).toBe(7);
  for (const [properties, options] of [[], [null, null], ['x', ['y']], [{}, { event_id: '' }]]) {
    expect(eventIdOf(properties, options)).toBe('');
  }
});

const VALUES: [string, boolean][] = [
  ['E.C.P.abc', true],
  ['E.C.P.abc.1795340750123', true],
  ['E.C.P.abc.179534075012', false],
  ['E.C.P.abc.17953407501234', false],
  ['E.C.P.abc.1795340750123.1795340750123', false],
  ['E.C.P.abc1795340750123', false],
  ['e.c.p.abc', false],
  ['E.C.P.ab', false],
  ['', false],
];

for (const [value, same] of VALUES) {
  test(`"${value}" is ${same ? 'the click id' : 'another click id'}`, () => {
    expect(isClickId(value, 'E.C.P.abc')).toBe(same);
  });
}

test('a click id that ends like a suffix is itself', () => {
  expect(isClickId('abc.1795340750123', 'abc.1795340750123')).toBe(true);
  expect(isClickId('abc.1795340750123.1795340750999', 'abc.1795340750123')).toBe(true);
});

const URLS: [string, string | undefined][] = [
  ['https://x.example/?ttclid=abc', 'abc'],
  ['https://x.example/?a=1&ttclid=a%2Bb', 'a+b'],
  ['https://x.example/#ttclid=abc', 'abc'],
  ['https://x.example/#/?ttclid=abc', 'abc'],
  ['https://x.example/#?a=1&ttclid=abc', 'abc'],
  // The three below as the SDK reads them (see findClickId in the stand-in SDK).
  ['https://x.example/#/cart?ttclid=abc', 'abc'],
  ['https://x.example/#cart?a=1&ttclid=abc', 'abc'],
  ['https://x.example/?ttclid=&a=1#ttclid=abc', 'abc'],
  ['https://x.example/?ttclid=abc#ttclid=def', 'abc'],
  ['https://x.example/?TTCLID=abc', undefined],
  ['https://x.example/ttclid=abc', undefined],
  ['https://x.example/?next=%2F%3Fttclid%3Dabc', undefined],
  ['https://x.example/', undefined],
  ['about:blank', undefined],
];

for (const [url, wanted] of URLS) {
  test(`the click id in ${url}`, () => {
    expect(clickIdIn(url)).toBe(wanted);
  });
}

test('currencies: the list of the SDK, whatever the case', () => {
  for (const code of ['USD', 'eur', 'Jpy', 'UZS']) expect(isSupportedCurrency(code), code).toBe(true);
  for (const code of ['XAF', 'USDT', 'US', '$', '', ' USD', 'USD EUR']) {
    expect(isSupportedCurrency(code), code).toBe(false);
  }
});

test('conversions: standard events of visitors who do more than look around', () => {
  for (const name of ['Purchase', 'CompletePayment', 'AddToCart', 'AddBilling', 'SubmitForm', 'Subscribe']) {
    expect(isConversion(name), name).toBe(true);
  }
  for (const name of [
    'ViewContent',
    'ViewForm',
    'Search',
    'ClickForm',
    'Pageview',
    'GiftWrapped',
    'purchase',
  ]) {
    expect(isConversion(name), name).toBe(false);
  }
});
