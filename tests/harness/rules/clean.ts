import { BASE_CODE } from '../../../fixtures/shop/base-code.ts';
import {
  type CallRecord,
  type DocumentRecord,
  EVIDENCE_VERSION,
  type Evidence,
  type RequestRecord,
} from '../../../src/evidence/evidence.ts';
import { maskText } from '../../../src/masking/mask.ts';
import { DEFAULT_SDK, EVENTS_API_LIMITS, SEVERITIES, type Target } from '../../../src/target/target.ts';
import { copyOf } from './copy.ts';

/**
 * A correct visit: an ad click, a redirect, a product, a checkout, an order. Tests break one thing in it at a time. It is modelled on
 * the evidence of the demo shop's purchase journey, reduced to what rules read.
 */

export const PIXEL = 'CDEMO000000000000001';
export const OTHER_PIXEL = 'CDEMO000000000000002';
export const CLICK_ID = 'E.C.P.Qm9vLWtsaWNr_7-xQ';
export const SHOP = 'http://www.shop.example';
export const COLLECTOR = 'https://analytics.tiktok.com/api/v2/pixel';

/** The `_ttp` cookie of the browser, and what it calls itself. */
const TTP = 'B1owZME711bIncV8fbvGqJ7iOd1.tt.1';
export const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.8078.79 Safari/537.36';

/** The base code of the demo shop, without its tags. */
export const SNIPPET = /<script>(.*)<\/script>/s.exec(BASE_CODE)![1]!;

const LANDING = `${SHOP}/?ttclid=${CLICK_ID}`;
const PRODUCT = `${SHOP}/products/blue-widget`;
const CHECKOUT = `${SHOP}/checkout`;
const ORDER = `${SHOP}/orders/1001`;

const EMAIL = 'bbcf7ec51c7f6b527a56ebaa00ea30595f786ce3eca3feff8c3b8930c2cc7ec8';
const PHONE = '36a2cef4ff9bf7a1abd2a93359136b870393be4106e6c5d19b72ff564f9deca4';
/** The hash of the site's own id of the customer. */
const CUSTOMER_ID = '3b1c1fb3f4f2b1a5f8b9dbd2e3a0c1f4a96c7d0e5b48f2c3d1e0a9b8c7d6e5f4';
const TOKEN = '7c43ef5ae21d43ce2743f770c68e24def1a43ee2f416d2438410c8af7af2ff2c';
const CUSTOMER = {
  email: `[email sha256=${EMAIL} shape=aaa.aaaaa@aaaaaaa.aaa]`,
  phone_number: `[phone sha256=${PHONE} shape=+99999999999]`,
};
const MATCHED = { email: EMAIL, phone_number: PHONE, external_id: CUSTOMER_ID };
const ONE_WIDGET = {
  contents: [{ content_id: 'product_123', content_type: 'product', quantity: 1, price: 29.99 }],
  value: 29.99,
  currency: 'USD',
};
const TWO_WIDGETS = {
  contents: [{ content_id: 'product_123', content_type: 'product', quantity: 2, price: 29.99 }],
  value: 59.98,
  currency: 'USD',
};

/** Places in the clean visit: JSON Pointers for `set` and `drop`, and for findings. */
export const AT = {
  landing: '/documents/0',
  product: '/documents/1',
  checkout: '/documents/2',
  order: '/documents/3',
  load: { landing: '/calls/0', product: '/calls/2', checkout: '/calls/6', order: '/calls/11' },
  page: { landing: '/calls/1', product: '/calls/3', checkout: '/calls/7', order: '/calls/12' },
  identify: { checkout: '/calls/9', order: '/calls/13' },
  call: {
    ViewContent: '/calls/4',
    AddToCart: '/calls/5',
    InitiateCheckout: '/calls/8',
    AddPaymentInfo: '/calls/10',
    Purchase: '/calls/14',
  },
  script: { landing: '/requests/0', product: '/requests/3', checkout: '/requests/7', order: '/requests/13' },
  sent: {
    LandingPageView: '/requests/1',
    Pageview: '/requests/2',
    ViewContent: '/requests/5',
    AddToCart: '/requests/6',
    InitiateCheckout: '/requests/9',
    EnrichAM: '/requests/11',
    AddPaymentInfo: '/requests/12',
    Purchase: '/requests/16',
  },
  server: '/server/requests/0',
} as const;

export type Change = (evidence: Evidence) => void;

/** The clean visit, with something changed in it. */
export function clean(change: Change = () => {}): Evidence {
  const evidence = cleanVisit();
  change(evidence);
  return evidence;
}

function cleanVisit(): Evidence {
  return {
    version: EVIDENCE_VERSION,
    target: 'demo-shop',
    journey: 'purchase',
    scenario: 'ad-click',
    clickUrl: '/go/301?ttclid={ttclid}',
    clickId: CLICK_ID,
    startedAt: '2026-11-22T09:45:50.000Z',
    duration: 1100,
    outcome: 'complete',
    recorder: {
      browser: 'chromium 156.0.8078.79',
      capture: 'server',
      network: 'hermetic',
      sdk: { mode: 'double', profile: '2025', libraries: ['pixel.js 2.2.1'], scripts: [] },
      eventsApi: 'preload',
    },
    steps: [
      {
        at: 250,
        action: 'click',
        on: "role=link[name='Blue Widget']",
        text: `{"click":"role=link[name='Blue Widget']"}`,
      },
      {
        at: 480,
        action: 'click',
        on: "role=button[name='Add to cart']",
        text: `{"click":"role=button[name='Add to cart']"}`,
      },
      {
        at: 560,
        action: 'click',
        on: "role=link[name='Checkout']",
        text: `{"click":"role=link[name='Checkout']"}`,
      },
      { at: 700, action: 'fill', on: '#email', text: '{"fill":"#email","with":"{email}"}', typed: 'email' },
      { at: 720, action: 'fill', on: '#phone', text: '{"fill":"#phone","with":"{phone}"}', typed: 'phone' },
      {
        at: 790,
        action: 'click',
        on: "role=button[name='Place order']",
        text: `{"click":"role=button[name='Place order']"}`,
      },
    ],
    consent: [{ at: 105, answer: 'granted', document: 'landing', cookies: [] }],
    documents: [
      {
        ...page('landing', 100, LANDING, 'goto'),
        arrival: true,
        hops: [
          {
            url: `${SHOP}/go/301?ttclid=${CLICK_ID}`,
            status: 301,
            location: `/?ttclid=${CLICK_ID}`,
          },
          { url: LANDING, status: 200 },
        ],
      },
      page('product', 300, PRODUCT, 'link'),
      page('checkout', 600, CHECKOUT, 'link'),
      {
        ...page('order', 900, ORDER, 'form'),
        hops: [
          { url: `${SHOP}/orders`, status: 303, location: '/orders/1001' },
          { url: ORDER, status: 200 },
        ],
      },
    ],
    calls: [
      { ...call('landing', 110, 'load', PIXEL), placement: 'head' },
      call('landing', 111, 'page'),
      { ...call('product', 310, 'load', PIXEL), placement: 'head' },
      call('product', 311, 'page'),
      call('product', 312, 'track', 'ViewContent', ONE_WIDGET, { event_id: 'view-1' }),
      { ...call('product', 500, 'track', 'AddToCart', TWO_WIDGETS, { event_id: 'add-1' }), queued: false },
      { ...call('checkout', 610, 'load', PIXEL), placement: 'head' },
      call('checkout', 611, 'page'),
      call('checkout', 612, 'track', 'InitiateCheckout', TWO_WIDGETS, { event_id: 'checkout-1' }),
      { ...call('checkout', 800, 'identify', CUSTOMER), queued: false },
      {
        ...call('checkout', 801, 'track', 'AddPaymentInfo', TWO_WIDGETS, { event_id: 'payment-1' }),
        queued: false,
      },
      { ...call('order', 910, 'load', PIXEL), placement: 'head' },
      call('order', 911, 'page'),
      call('order', 912, 'identify', CUSTOMER),
      call('order', 913, 'track', 'Purchase', TWO_WIDGETS, { event_id: 'order-1001' }),
    ],
    requests: [
      script(130),
      beacon(160, 'LandingPageView', '', LANDING),
      beacon(161, 'Pageview', '', LANDING),
      script(330),
      beacon(351, 'Pageview', '', PRODUCT),
      beacon(352, 'ViewContent', 'view-1', PRODUCT, ONE_WIDGET),
      beacon(501, 'AddToCart', 'add-1', PRODUCT, TWO_WIDGETS),
      script(630),
      beacon(651, 'Pageview', '', CHECKOUT),
      beacon(652, 'InitiateCheckout', 'checkout-1', CHECKOUT, TWO_WIDGETS),
      {
        ...beacon(795, '', '', CHECKOUT),
        url: `${COLLECTOR}/act`,
        body: { action: 'Click', context: { pixel: { code: PIXEL } } },
      },
      beacon(801, 'EnrichAM', '', CHECKOUT, {}, MATCHED),
      beacon(802, 'AddPaymentInfo', 'payment-1', CHECKOUT, TWO_WIDGETS, MATCHED),
      script(930),
      {
        ...beacon(951, 'EnrichIpv6', '', ORDER, {}, MATCHED),
        url: 'https://analytics-ipv6.tiktokw.us/ipv6/enrich_ipv6',
      },
      beacon(952, 'Pageview', '', ORDER, {}, MATCHED),
      beacon(953, 'Purchase', 'order-1001', ORDER, TWO_WIDGETS, MATCHED),
    ],
    failed: [],
    server: {
      seen: true,
      requests: [
        {
          at: 850,
          method: 'POST',
          url: 'https://business-api.tiktok.com/open_api/v1.3/event/track/',
          headers: {
            'content-type': 'application/json',
            'access-token': `[token sha256=${TOKEN} shape=aaaa-aaaaa]`,
          },
          body: {
            event_source: 'web',
            event_source_id: PIXEL,
            data: [
              {
                event: 'Purchase',
                event_time: 1795340750,
                event_id: 'order-1001',
                user: {
                  email: EMAIL,
                  phone: PHONE,
                  ttclid: CLICK_ID,
                  ttp: TTP,
                  ip: `[ip sha256=${EMAIL} shape=999.9.9.9]`,
                  user_agent: USER_AGENT,
                },
                page: { url: ORDER },
                properties: copyOf(TWO_WIDGETS),
              },
            ],
          },
          status: 200,
          answer: { code: 0, message: 'OK', request_id: '20261122094551AABBCCDDEEFF00112233', data: {} },
        },
      ],
    },
    cookies: [
      {
        name: '_ttp',
        value: TTP,
        domain: '.shop.example',
        path: '/',
        expires: 1829036750,
        httpOnly: false,
        secure: false,
      },
      {
        name: 'click_id',
        value: maskText(CLICK_ID, 'cookie'),
        domain: 'www.shop.example',
        path: '/',
        expires: 1797759950,
        httpOnly: true,
        secure: false,
        holdsClickId: true,
      },
    ],
    storage: [
      { origin: SHOP, area: 'session', key: 'tt_adInfo', value: JSON.stringify({ callback: CLICK_ID }) },
    ],
    console: [],
    errors: [],
  };
}

/** The target that the clean visit was made for. */
export function cleanTarget(change: (target: Target) => void = () => {}): Target {
  const target: Target = {
    name: 'demo-shop',
    baseURL: SHOP,
    hosts: { 'www.shop.example': '127.0.0.1' },
    server: { command: 'node server.ts', url: `${SHOP}/healthz` },
    pixels: [PIXEL],
    identity: {
      email: 'Ada.Buyer@Example.com',
      phone: '+14155550123',
      externalId: 'customer-42',
      firstName: 'Adalbert',
      lastName: 'Buyerman',
    },
    clickUrls: ['/go/301?ttclid={ttclid}'],
    pixelHosts: [],
    pixelPaths: [],
    consent: { grant: [{ click: 'text=Accept' }], deny: [{ click: 'text=Reject' }] },
    spa: false,
    plan: {
      prioritised: ['Purchase', 'InitiateCheckout', 'AddToCart'],
      audiences: [{ name: 'Cart leavers', event: 'AddToCart', days: 30, contentIds: true }],
    },
    eventsApi: { ...EVENTS_API_LIMITS, transport: 'preload' },
    network: 'hermetic',
    sdk: DEFAULT_SDK,
    events: 'swallow',
    scenarios: ['organic', 'ad-click'],
    journeys: [
      {
        name: 'purchase',
        start: '/',
        steps: [],
        expect: [
          { event: 'ViewContent', count: 1 },
          { event: 'AddToCart' },
          { event: 'Purchase', count: 1, server: true, params: { value: 59.98, currency: 'USD' } },
        ],
      },
    ],
    timeouts: { step: 15_000, settle: 5_000, delivery: 10_000 },
    gate: { failOn: ['blocker', 'critical'], staleWaivers: 'hold' },
    rules: {},
    waivers: [],
    headers: {},
    cookies: [],
    setup: [],
    exclude: [],
    ignoreHTTPSErrors: false,
  };
  change(target);
  return target;
}

/** A main-frame document of the visit, reached after the landing, on which the SDK mounted 50 ms later. */
export function page(id: string, at: number, url: string, via: string): DocumentRecord {
  const hops = [{ url, status: 200 }];
  return {
    id,
    at,
    url,
    referrer: '',
    frame: 'main',
    tab: 0,
    title: 'Widget Shop',
    via,
    arrival: false,
    hops,
    mountedAt: at + 50,
    snippets: [{ text: SNIPPET, placement: 'head' }],
  };
}

/** A call that was queued before the SDK mounted. */
export function call(document: string, at: number, method: string, ...args: unknown[]): CallRecord {
  // Copied, so that changing one call's properties does not change another's.
  return { at, document, global: 'ttq', method, args: copyOf(args), queued: true };
}

/** An event on the wire, as the SDK of 2026 sends it. */
export function beacon(
  at: number,
  event: string,
  eventId: unknown,
  url: string,
  properties: object = {},
  user: object = {},
): RequestRecord {
  const body = {
    event,
    event_id: eventId,
    context: {
      ad: { callback: CLICK_ID },
      user: { anonymous_id: TTP, ...user },
      pixel: { code: PIXEL, runtime: '1' },
      page: { url, referrer: '' },
    },
    properties: copyOf(properties),
  };
  return {
    at,
    method: 'POST',
    url: COLLECTOR,
    userAgent: USER_AGENT,
    contentType: 'text/plain;charset=UTF-8',
    body,
    status: 200,
  };
}

/** A request for the SDK's first script. */
export function script(at: number, pixel = PIXEL): RequestRecord {
  const url = `https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${pixel}&lib=ttq`;
  return { at, method: 'GET', url, status: 200 };
}

/** Several changes in turn. Dropping a list item moves the following ones, so drop the last one first. */
export function all(...changes: Change[]): Change {
  return (evidence) => {
    for (const change of changes) change(evidence);
  };
}

/** Sets the member at a JSON Pointer; its parent must be there. */
export function set(pointer: string, value: unknown): Change {
  return (evidence) => {
    const { parent, key } = parentOf(evidence, pointer);
    parent[key] = value;
  };
}

/** Removes the value at each JSON Pointer: it must exist, or the test would break nothing. */
export function drop(...pointers: string[]): Change {
  return (evidence) => {
    for (const pointer of pointers) {
      const { parent, key } = parentOf(evidence, pointer);
      if (!(key in parent)) throw new Error(`Nothing to drop at ${pointer}`);
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
    }
  };
}

/** Swaps two calls in order and time. Each keeps its document and arguments. */
export function swapCalls(one: string, other: string): Change {
  return (evidence) => {
    const [a, b] = [resolve(evidence, one), resolve(evidence, other)] as [CallRecord, CallRecord];
    const calls = evidence.calls.map((each) => (each === a ? b : each === b ? a : each));
    [a.at, b.at] = [b.at, a.at];
    evidence.calls = calls;
  };
}

/** Appends calls or requests, which get the largest index. */
export function add(list: 'calls' | 'requests' | 'documents', ...items: unknown[]): Change {
  return (evidence) => (evidence[list] as unknown[]).push(...items);
}

/** Every event request, changed in the same way. */
export function eachBeacon(change: (body: ReturnType<typeof bodyOf>, event: string) => void): Change {
  return ({ requests }) => {
    for (const request of requests.filter(({ body }) => body !== undefined)) {
      change(bodyOf(request), String(bodyOf(request).event));
    }
  };
}

/** A beacon's body, as `beacon` makes it. */
export function bodyOf(request: RequestRecord) {
  return request.body as {
    event: string;
    event_id: unknown;
    context: { ad: Record<string, unknown>; user: Record<string, unknown>; pixel: { code: string } };
    properties: Record<string, unknown>;
  };
}

/** The visit broke off at its last step. */
export function broken(evidence: Evidence): void {
  evidence.outcome = 'broken';
  evidence.problem = { kind: 'step', code: 'step', args: {}, message: 'The step found no button' };
}

/** The value at a JSON Pointer; throws if there is none. */
export function resolve(root: unknown, pointer: string): unknown {
  return segments(pointer).reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      throw new Error(`${pointer} does not resolve: nothing at ${key}`);
    }
    return (value as Record<string, unknown>)[key];
  }, root);
}

function parentOf(evidence: Evidence, pointer: string) {
  const path = segments(pointer);
  const key = path.pop()!;
  const parent = resolve(evidence, path.map((part) => `/${escaped(part)}`).join(''));
  return { parent: parent as Record<string, unknown>, key };
}

function segments(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new Error(`${pointer} is no JSON Pointer`);
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A gate that notices every severity, because rules do not yield to a failure that the gate ignores. */
export function noticesAll({ gate }: Target): void {
  gate.failOn = [...SEVERITIES];
}
