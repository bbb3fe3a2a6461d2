import { expect } from '@playwright/test';
import { eventCalls, receivedEvents, sentEvents, siteEvents } from '../../../src/views/events.ts';
import {
  AT,
  add,
  all,
  beacon,
  type Change,
  CLICK_ID,
  call,
  clean,
  drop,
  OTHER_PIXEL,
  PIXEL,
  page,
  SHOP,
  set,
} from '../rules/clean.ts';
import { test } from '../test.ts';

const ORDER = `${SHOP}/orders/1001`;

/** Only one page, with these calls and requests. */
const only =
  (calls: ReturnType<typeof call>[], requests: ReturnType<typeof beacon>[]): Change =>
  (evidence) =>
    Object.assign(evidence, { documents: [page('order', 900, ORDER, 'goto')], calls, requests });
const track = (at: number, id: unknown, pixel?: string) => ({
  ...call('order', at, 'track', 'Purchase', {}, { event_id: id }),
  ...(pixel ? { pixel } : {}),
});
const sent = (at: number, id: unknown, pixel = PIXEL, event = 'Purchase') => {
  const request = beacon(at, event, id, ORDER);
  Object.assign((request.body as { context: object }).context, { pixel: { code: pixel } });
  return request;
};

/** Each site event as `call -> requests`, by their indices. */
function joined(change: Change): string[] {
  return siteEvents(clean(change)).map((event) => {
    const from = event.call ? event.call.place.replace('/calls/', '') : '-';
    return `${from} -> ${event.sent.map(({ place }) => place.replace('/requests/', '')).join(',')}`;
  });
}

const JOINS: [string, Change, string[]][] = [
  ['a call and its request', only([track(1, 'a')], [sent(2, 'a')]), ['0 -> 0']],
  ['a call that was not sent', only([track(1, 'a')], []), ['0 -> ']],
  ['a request without a call, a worker', only([], [sent(2, 'a')]), ['- -> 0']],
  [
    'arrival is not call order',
    only([track(1, 'a'), track(2, 'b')], [sent(3, 'b'), sent(4, 'a')]),
    ['0 -> 1', '1 -> 0'],
  ],
  [
    'without ids the order decides',
    only([track(1, ''), track(2, '')], [sent(3, ''), sent(4, '')]),
    ['0 -> 0', '1 -> 1'],
  ],
  ['two pixels', only([track(1, 'a')], [sent(2, 'a'), sent(3, 'a', OTHER_PIXEL)]), ['0 -> 0,1']],
  [
    'two events to two pixels, interleaved',
    only(
      [track(1, 'a'), track(2, 'b')],
      [sent(3, 'a'), sent(4, 'b'), sent(5, 'b', OTHER_PIXEL), sent(6, 'a', OTHER_PIXEL)],
    ),
    ['0 -> 0,3', '1 -> 1,2'],
  ],
  [
    'an instance call belongs to its pixel only',
    only([track(1, 'a', OTHER_PIXEL)], [sent(2, 'a'), sent(3, 'a', OTHER_PIXEL)]),
    ['0 -> 1', '- -> 0'],
  ],
  [
    'pixel_code in the third argument does the same',
    only(
      [call('order', 1, 'track', 'Purchase', {}, { event_id: 'a', pixel_code: OTHER_PIXEL })],
      [sent(2, 'a'), sent(3, 'a', OTHER_PIXEL)],
    ),
    ['0 -> 1', '- -> 0'],
  ],
  [
    'one call for each instance',
    only([track(1, 'a', PIXEL), track(2, 'a', OTHER_PIXEL)], [sent(3, 'a', OTHER_PIXEL), sent(4, 'a')]),
    ['0 -> 1', '1 -> 0'],
  ],
  [
    'two copies for one pixel are two events',
    only([track(1, 'a')], [sent(2, 'a'), sent(3, 'a')]),
    ['0 -> 0', '- -> 1'],
  ],
  [
    "a worker's event to two pixels is one event",
    only([], [sent(2, 'a'), sent(3, 'a', OTHER_PIXEL)]),
    ['- -> 0,1'],
  ],
  [
    "a worker's two events are two",
    only([], [sent(2, 'a'), sent(3, 'b', OTHER_PIXEL)]),
    ['- -> 0', '- -> 1'],
  ],
  [
    'the site says CompletePayment, the wire Purchase',
    only([call('order', 1, 'track', 'CompletePayment', {}, { event_id: 'a' })], [sent(2, 'a')]),
    ['0 -> 0'],
  ],
  ['a number as id', only([track(1, 7), track(2, 8)], [sent(3, 8), sent(4, 7)]), ['0 -> 1', '1 -> 0']],
  ['page() and its Pageview', only([call('order', 1, 'page')], [sent(2, '', PIXEL, 'Pageview')]), ['0 -> 0']],
  [
    "track('PageView') is not a page view",
    only([call('order', 1, 'track', 'PageView')], [sent(2, '', PIXEL, 'Pageview')]),
    ['0 -> ', '- -> 0'],
  ],
  [
    'automatic events are nobody’s',
    only(
      [],
      ['LandingPageView', 'EngagedSession', 'EnrichAM', 'EnrichIpv6'].map((name) => sent(2, '', PIXEL, name)),
    ),
    [],
  ],
];

for (const [name, change, wanted] of JOINS) {
  test(`joins: ${name}`, () => {
    expect(joined(change)).toEqual(wanted);
  });
}

test('the clean visit: every event joined once, automatic ones left out', () => {
  expect(
    siteEvents(clean()).map((event) => [event.canonical, event.eventId, event.place, event.sent.length]),
  ).toEqual([
    ['Pageview', '', AT.sent.Pageview, 1],
    ['Pageview', '', '/requests/4', 1],
    ['ViewContent', 'view-1', AT.sent.ViewContent, 1],
    ['AddToCart', 'add-1', AT.sent.AddToCart, 1],
    ['Pageview', '', '/requests/8', 1],
    ['InitiateCheckout', 'checkout-1', AT.sent.InitiateCheckout, 1],
    ['AddPaymentInfo', 'payment-1', AT.sent.AddPaymentInfo, 1],
    ['Pageview', '', '/requests/15', 1],
    ['Purchase', 'order-1001', AT.sent.Purchase, 1],
  ]);
});

test('the event_id on the wire is the one that counts: a build that ignores the properties sends none', () => {
  const [event] = siteEvents(
    clean(only([call('order', 1, 'track', 'Purchase', { event_id: 'a' })], [sent(2, '')])),
  );
  expect(event).toMatchObject({
    eventId: '',
    place: '/requests/0',
    call: { eventId: 'a', place: '/calls/0' },
  });
});

test('a page that a router changed is named by its URL at the time of the call', () => {
  const change = all(set(`${AT.call.Purchase}/url`, `${SHOP}/thank-you`));
  const [asCall] = eventCalls(clean(change)).filter(({ event }) => event === 'Purchase');
  const [asEvent] = siteEvents(clean(change)).filter(({ event }) => event === 'Purchase');
  expect(asCall!.page).toBe(`${SHOP}/thank-you`);
  expect(asEvent!.page).toBe(`${SHOP}/thank-you`);
});

test('sent events: requests of other kinds are left out', () => {
  const places = sentEvents(
    clean(
      all(
        add('requests', {
          ...beacon(1, 'Purchase', 'a', ORDER),
          url: 'https://analytics.tiktok.com/api/v2/monitor',
        }),
        add('requests', {
          at: 1,
          method: 'POST',
          url: 'https://analytics.tiktok.com/api/v2/pixel',
          status: 200,
        }),
        add('requests', { ...beacon(1, 'Purchase', 'a', ORDER), body: 'no JSON' }),
        add('requests', { ...beacon(1, 'Purchase', 'a', ORDER), method: 'GET', image: true }),
      ),
    ),
  ).map(({ place }) => place);
  expect(places.slice(-2)).toEqual([AT.sent.Purchase, '/requests/20']);
});

test('calls of other methods are not events', () => {
  const methods = ['load', 'identify', 'instance', 'ready', 'holdConsent'];
  const evidence = clean(
    only(
      methods.map((method, at) => call('order', at, method)),
      [],
    ),
  );
  expect(eventCalls(evidence)).toEqual([]);
});

const ARGUMENTS: [unknown[], unknown][] = [
  [[{}, { event_id: 'third' }], 'third'],
  [[{}, { eventID: 'third' }], 'third'],
  [[{ event_id: 'second' }, {}], 'second'],
  [[{ eventID: 'second' }], 'second'],
  [[{ event_id: 'second' }, { event_id: 'third' }], 'third'],
  [[{ event_id: 'second' }, { event_id: '' }], 'second'],
  [[{}, { event_id: 1001 }], 1001],
  [[{}, {}], ''],
  [[], ''],
  [['text', 'text'], ''],
  [[null, null], ''],
];

for (const [args, wanted] of ARGUMENTS) {
  test(`the event_id of track('Purchase', …${JSON.stringify(args)})`, () => {
    const [event] = eventCalls(clean(only([call('order', 1, 'track', 'Purchase', ...args)], [])));
    expect(event!.eventId).toBe(wanted);
  });
}

test('received events: place, pixel and answer', () => {
  const [event] = receivedEvents(clean());
  expect(event).toMatchObject({
    at: 850,
    place: '/server/requests/0/body/data/0',
    canonical: 'Purchase',
    eventId: 'order-1001',
    pixel: PIXEL,
    user: { clickId: CLICK_ID },
    answer: { code: 0, message: 'OK' },
    request: 0,
    taken: true,
    places: {
      clickId: '/server/requests/0/body/data/0/user/ttclid',
      pixel: '/server/requests/0/body/event_source_id',
    },
  });
  const [gateway] = receivedEvents(
    clean(all(set(`${AT.server}/answer`, '<html>'), set(`${AT.server}/status`, 502))),
  );
  expect(gateway!.answer).toEqual({ code: 502, message: '' });
  expect(receivedEvents(clean(drop(AT.server)))).toEqual([]);
});

test('received events: which were accepted', () => {
  const taken = (change: Change) => receivedEvents(clean(change)).map((event) => event.taken);
  expect(taken(set(`${AT.server}/answer/code`, 40002))).toEqual([false]);
  // A missing answer has the status 0, which is not a code.
  expect(taken(all(set(`${AT.server}/answer`, null), set(`${AT.server}/status`, 0)))).toEqual([false]);
  const batch = all(
    set(`${AT.server}/url`, 'https://business-api.tiktok.com/open_api/v1.3/pixel/batch/'),
    set(`${AT.server}/body`, { pixel_code: PIXEL, batch: [{ event: 'Purchase' }, { event: 'Purchase' }] }),
  );
  const partial = set(`${AT.server}/answer`, {
    code: 20001,
    data: { failed_events: [{ order_in_batch: 0 }] },
  });
  expect(taken(all(batch, partial))).toEqual([false, true]);
});
