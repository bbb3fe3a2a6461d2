import { expect } from '@playwright/test';
import type { Observation } from '../../../src/drift/observation.ts';
import { named, sha256 } from './support.ts';

export type Wanted = Record<string, unknown>;

/** Measured on the build of 2026-05, or read in one: the key facts of a probe. */
export interface Expected {
  /** All events of the site, in alphabetical order, without the SDK's own and the last one. */
  events?: string[];
  /** For each name, what its requests contain, in any order. */
  sent?: Record<string, Wanted | Wanted[]>;
  /** Names that must not be on the wire. */
  unsent?: string[];
  /** Each cookie's properties; null: not set. */
  cookies?: Record<string, Wanted | null>;
  /** Codes of all diagnostics in the console. */
  diagnostics?: string[];
  reports?: Record<string, unknown>;
  check?: (seen: Observation) => void;
}

const PIXEL = 'CAAAAAAAAAAAAAAAAAA1';
const OTHER = 'CAAAAAAAAAAAAAAAAAA2';
const SHOP = 'https://www.shop.example';
const EMAIL = sha256('jo@shop.example');
const HASH = 'B94D27B9934D3E08A52E52D7DA7DABFAC484EFE37A5380EE9088F7ACE2EFCDE9';

const user = (known: Wanted) => ({ context: { user: known } });
const page = (known: Wanted) => ({ context: { page: known } });
const pixel = (code: string) => ({ context: { pixel: { code } } });
const clicked = (callback: RegExp) => ({ context: { ad: { callback: expect.stringMatching(callback) } } });
const like = (pattern: RegExp) => expect.stringMatching(pattern);
const without = (...keys: string[]) =>
  expect.not.objectContaining(Object.fromEntries(keys.map((key) => [key, expect.anything()])));
const NOT_CLICKED = { context: { ad: without('callback') } };
const NOBODY = user(without('email', 'phone_number', 'external_id'));

const ATTRIBUTED = /^E\.C\.P\.drift-1234567890(\.\d{13})?$/;
const CLICK_COOKIE = { value: like(ATTRIBUTED), lifetime: '1 days', domain: '.shop.example', path: '/' };
const TTP = {
  value: like(/^\w{27}\.tt\.1$/),
  lifetime: '390 days',
  domain: '.shop.example',
  path: '/',
  flags: expect.not.stringContaining('HttpOnly'),
};
const ENABLED = { value: '1', lifetime: '390 days', domain: '.shop.example' };
const SESSION = { value: like(/^\d{13}::[\w-]{20}\.\d+\.\d{13}(\.[01])?$/), lifetime: '390 days' };

const scripts = ({ sent }: Observation) =>
  sent.filter(({ transport }) => transport === 'script').map(({ path }) => path);
const ACCESSOR = like(/^get set\b/);
const TAKEN = [
  ...['page', 'track', 'identify', 'instance', 'instances', 'loadPixel', 'enableCookie', 'disableCookie'],
  ...['holdConsent', 'revokeConsent', 'grantConsent'],
];

const LOAD: Record<string, Expected> = {
  'load/all': {
    events: ['Pageview', 'ViewContent'],
    sent: { Pageview: user({ email: EMAIL }), ViewContent: user({ email: EMAIL }) },
    check: (seen) => {
      expect(scripts(seen)[0]).toBe('/i18n/pixel/events.js');
      expect(scripts(seen)).toContainEqual(like(/\/static\/main\.[\w=-]+\.js$/));
      expect(scripts(seen)).toContainEqual(like(/\/static\/identify_\w+\.js$/));
    },
  },
  'load/events-blocked': {
    events: [],
    cookies: { _ttp: null },
    reports: { queue: ['identify', 'page', 'track'], mounted: 'undefined' },
  },
  'load/main-blocked': { events: [], reports: { mounted: 'undefined' } },
  'load/identify-blocked': { events: ['Pageview', 'ViewContent'], sent: { ViewContent: NOBODY } },
  'load/events-slow': { events: ['Pageview', 'ViewContent', 'WhileWaiting'] },
  'load/identify-slow': {
    events: ['Pageview', 'ViewContent', 'Waits'],
    sent: { ViewContent: user({ email: EMAIL }), Waits: user({ email: EMAIL }) },
  },
  'load/no-id': { events: [] },
  'load/sdk-2020': { events: [], reports: { ttq: 'undefined' } },
  'load/without-options': { events: ['Pageview'], sent: { Pageview: without('limited_data_use') } },
  'load/plain-http': { events: ['Pageview', 'ViewContent'], sent: { ViewContent: user({ email: EMAIL }) } },
};

const MOUNT: Record<string, Expected> = {
  'mount/properties': {
    reports: {
      taken: Object.fromEntries(TAKEN.map((name) => [name, ACCESSOR])),
      assigned: 'function function',
      fresh: false,
    },
  },
  'mount/same-object': {
    reports: { same: true, array: true, left: 0, flags: { _mounted: true, initialize: true } },
  },
  'mount/dead-methods': { reports: { before: 'undefined', after: 'undefined' } },
  'mount/returns': {
    reports: {
      track: 'undefined',
      page: 'undefined',
      identify: 'undefined',
      instance: 'object',
      instances: 'true 1',
      instanceTrack: '[object Promise]',
    },
  },
  'mount/other-name': { events: ['Named', 'Pageview'], reports: { ttq: false, tracker: true } },
  'mount/own-instance-call': { reports: { called: true } },
};

const PIXELS: Record<string, Expected> = {
  'pixels/fan-out': {
    events: ['Both', 'Both', 'Pageview', 'Pageview'],
    sent: {
      Both: [
        { event_id: 'same', ...pixel(PIXEL) },
        { event_id: 'same', ...pixel(OTHER) },
      ],
      Pageview: [pixel(PIXEL), pixel(OTHER)],
    },
  },
  'pixels/instance': {
    events: ['Mounted', 'Pageview', 'Pageview', 'Queued'],
    sent: { Queued: pixel(OTHER), Mounted: { event_id: 'm', ...pixel(PIXEL) } },
  },
  'pixels/pixel-code': { events: ['Picked'], sent: { Picked: pixel(OTHER) } },
  'pixels/no-pixel-code': { events: ['QueuedUndefined', 'Undefined'] },
  'pixels/null-options': { events: ['Queued', 'Without'] },
  'pixels/unknown-instance': { events: [] },
  'pixels/twice-queued': { events: ['Once', 'Pageview'] },
  'pixels/twice-mounted': { events: ['Once', 'Pageview'], diagnostics: ['DUPLICATE_PIXEL_CODE'] },
  'pixels/loadPixel': { events: ['Both', 'Both', 'OnlyFirst'], sent: { OnlyFirst: pixel(PIXEL) } },
  'pixels/late': { sent: { Meanwhile: [pixel(PIXEL), pixel(OTHER)] } },
  'pixels/loadPixel-again': { events: [], diagnostics: ['DUPLICATE_PIXEL_CODE'] },
};

const one = user({ external_id: 'one' });
const two = user({ external_id: 'two' });
const REPLAY: Record<string, Expected> = {
  'replay/identify-first': { events: ['A', 'B', 'Pageview'], sent: { A: one, B: one, Pageview: one } },
  'replay/second-identify': {
    events: ['A', 'B', 'C'],
    sent: { A: two, B: two, C: two },
  },
  'replay/instance-first': { events: ['Common', 'Own'], sent: { Common: user({ external_id: 'own' }) } },
  'replay/mounted': { events: ['A', 'B'], sent: { A: NOBODY, B: one } },
  'replay/memory': {
    events: ['Here', 'Pageview', 'Pageview'],
    sent: {
      Here: one,
      Pageview: [
        page({ url: `${SHOP}/` }),
        { context: { page: { url: `${SHOP}/next` }, ...NOBODY.context } },
      ],
    },
  },
};

const was = (...names: string[]) => names.map((name) => ({ properties: { was: name } }));
const EVENTS: Record<string, Expected> = {
  'event/id-third': { events: ['A', 'B'], sent: { A: { event_id: 'a' }, B: { event_id: 'b' } } },
  'event/id-properties': {
    sent: {
      A: { event_id: 'a', properties: expect.objectContaining({ value: 1 }) },
      B: { event_id: 'b', properties: without('eventID') },
      C: { event_id: 'c', properties: without('event_id', 'eventID') },
    },
  },
  'event/id-types': {
    sent: {
      Number: { event_id: 7 },
      Falsy: { event_id: 'second' },
      Empty: { event_id: '' },
      None: { event_id: '', properties: {} },
    },
  },
  'event/renames': {
    sent: {
      Purchase: was('CompletePayment'),
      Lead: was('SubmitForm'),
      ViewContent: was('ViewForm', 'ViewConsultationPage', 'ViewDownloadPage'),
      PlaceAnOrder: was('Checkout'),
      CompleteRegistration: was('Registration'),
      AddPaymentInfo: was('AddBilling'),
      InitiateCheckout: was('StartCheckout'),
      ClickButton: was('ClickInDownloadPage', 'ClickInConsultationPage', 'ClickForm'),
      Download: was('ClickToDownload'),
      Contact: was('Consult', 'ConsultByPhone'),
    },
    check: ({ sent }) =>
      expect(
        sent.filter(({ body }) => (body as { properties?: { was?: string } })?.properties?.was),
      ).toHaveLength(15),
  },
  'event/names-kept': { events: ['My Own-Event_1', 'PageView', 'Purchase', 'completepayment'] },
  'event/names-inherited': {
    check: ({ sent }) => {
      const nameless = sent.map(({ body }) => body as { event?: unknown; properties?: { was?: string } });
      const eventOf = (was: string) => nameless.find((body) => body?.properties?.was === was);
      for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
        expect(eventOf(name), name).toBeDefined();
        expect(eventOf(name)!.event, name).toBeUndefined();
      }
      expect(eventOf('__proto__')?.event).toEqual({});
    },
  },
  'event/properties': {
    check: (seen) =>
      expect(named(seen, 'A')[0].properties).toEqual({
        content_ids: [1],
        value: '3',
        currency: 'EUR',
        deep: { currency: 'eur', none: null },
        is: false,
      }),
  },
  'event/no-object': {
    sent: {
      Text: { properties: { description: '"text"' } },
      Number: { properties: { description: '5' } },
      Null: { properties: { description: 'null' } },
      Nothing: { properties: without('description') },
      List: { properties: { 0: 'a', 1: 'b' } },
      Date: { properties: { description: '"1970-01-01T00:00:00.000Z"' } },
    },
  },
  'event/argument-changed': {
    sent: { A: { event_id: 'x' } },
    reports: { mine: expect.objectContaining({ currency: 'EUR' }) },
  },
  'event/unicode': { sent: { A: { properties: { description: 'Größe 漢字 🛒' } } } },
  'event/limited-data-use': {
    sent: {
      A: { limited_data_use: true, properties: without('limited_data_use') },
      B: { limited_data_use: false },
    },
  },
};

const pageviews = (...paths: string[]) => ({
  Pageview: paths.map((path) => page({ url: `${SHOP}${path}` })),
});
const PAGES: Record<string, Expected> = {
  'page/queued': {
    events: ['Pageview'],
    sent: { Pageview: { event_id: '', is_onsite: false, ...page({ url: `${SHOP}/` }) } },
  },
  'page/none': { events: ['A'] },
  'page/repeated': { events: ['Pageview'] },
  'page/properties': {
    sent: { Pageview: { event_id: 'p1', properties: expect.objectContaining({ a: 1 }) } },
  },
  'page/own-url': { sent: { Pageview: page({ url: `${SHOP}/virtual`, referrer: `${SHOP}/before` }) } },
  'page/text': { sent: { Pageview: { properties: { 0: 'a', 1: 'b' } } } },
  'page/list': { sent: { Pageview: { properties: { 0: 'a' } } } },
  'page/no-object': { sent: { Pageview: { properties: without('description') } } },
  'page/page-object': {
    sent: {
      Pageview: {
        context: { page: { url: { url: `${SHOP}/virtual` } } },
        properties: { page: { url: `${SHOP}/virtual` } },
      },
    },
  },
  'page/referrer': {
    sent: {
      Pageview: page({
        url: `${SHOP}/deep/page?q=1&r=2#part`,
        referrer: like(/^https:\/\/www\.elsewhere\.example\//),
      }),
    },
  },
  'spa/push': {
    events: ['Changed', 'Pageview', 'Pageview'],
    sent: { Pageview: [page({ url: `${SHOP}/` }), page({ url: `${SHOP}/pushed`, referrer: `${SHOP}/` })] },
  },
  'spa/replace': { events: ['Changed', 'Pageview', 'Pageview'], sent: pageviews('/', '/replaced') },
  'spa/popstate': {
    events: ['Back', 'Changed', 'Pageview', 'Pageview', 'Pageview'],
    sent: pageviews('/', '/pushed', '/'),
  },
  'spa/hash': { events: ['Changed', 'Pageview', 'Pageview'], sent: pageviews('/', '/#part') },
  'spa/same-url': { events: ['Changed', 'Pageview'] },
  'spa/manual': { events: ['Changed', 'Pageview', 'Pageview'], sent: pageviews('/', '/pushed') },
  'spa/before-first': { events: ['Changed'] },
  'spa/switched-off': { events: ['Changed', 'Pageview', 'Pageview'], sent: pageviews('/', '/pushed') },
};

const known = (fields: Wanted): Expected => ({ events: ['Known'], sent: { Known: user(fields) } });
const IDENTIFY: Record<string, Expected> = {
  'identify/email': known({ email: EMAIL }),
  'identify/email-hashed': known({ email: HASH }),
  'identify/email-hashed-lower': known({ email: HASH.toLowerCase() }),
  'identify/email-invalid': known({ email: sha256('not an address') }),
  'identify/email-placeholder': known({ email: sha256('undefined') }),
  'identify/phone': known({ phone_number: sha256('+12133734253') }),
  'identify/phone-china': known({ phone_number: sha256('13912345678') }),
  'identify/phone-no-plus': known({ phone_number: sha256('2133734253') }),
  'identify/phone-hashed': known({ phone_number: HASH }),
  'identify/phone-placeholder': known({ phone_number: sha256('null') }),
  'identify/external-id': known({ external_id: 'cust_ABC' }),
  'identify/sha256-keys': known({ email: HASH, phone_number: HASH }),
  'identify/names': known({
    first_name: sha256('Jo'),
    last_name: sha256('Doe'),
    zip_code: sha256('10115'),
    city: 'Berlin',
    state: 'BE',
    country: 'DE',
  }),
  'identify/falsy': { events: ['Known'], sent: { Known: NOBODY } },
  'identify/email-base64': known({ email: sha256(btoa(HASH).toLowerCase()) }),
  'identify/phone-extension': known({ phone_number: sha256('+12133734253') }),
  'identify/blank': {
    sent: {
      Known: user({ email: EMAIL, phone_number: sha256('+12133734253') }),
      Kept: user({ email: EMAIL }),
      Blank: user({ email: '', phone_number: '' }),
    },
    diagnostics: ['INVALID_EMAIL_INFORMATION', 'INVALID_PHONE_NUMBER_INFORMATION'],
  },
  'identify/one-tick': {
    sent: { After_one: user({ external_id: 'two' }), After_two: user({ external_id: 'two' }) },
  },
  'identify/empty': { events: ['Known'], sent: { Known: NOBODY } },
  'identify/scalar': known({ external_id: 'cust_1' }),
  'identify/list': { events: ['Known'], sent: { Known: NOBODY } },
  'identify/merge': known({ external_id: 'b', city: 'Berlin' }),
  'identify/instance': {
    check: (seen) => {
      const ids = (name: string) =>
        named(seen, name)
          .map(({ context }) => [context.pixel.code, context.user.external_id])
          .sort();
      expect(ids('Known')).toEqual([
        [PIXEL, 'own'],
        [OTHER, undefined],
      ]);
      expect(ids('Common')).toEqual([
        [PIXEL, 'common'],
        [OTHER, 'common'],
      ]);
    },
  },
};

const found: Expected = { sent: { Clicked: clicked(ATTRIBUTED) }, cookies: { ttclid: CLICK_COOKIE } };
const lost: Expected = { sent: { Clicked: NOT_CLICKED }, cookies: { ttclid: null } };
const CLICK_ID: Record<string, Expected> = {
  'click-id/url': found,
  'click-id/case': lost,
  'click-id/twice': { sent: { Clicked: clicked(/^last(\.\d{13})?$/) } },
  'click-id/empty': lost,
  'click-id/hash': found,
  'click-id/hash-first': lost,
  'click-id/referrer': found,
  'click-id/url-before-referrer': found,
  'click-id/foreign-referrer': lost,
  'click-id/kept': {
    sent: { Clicked: [clicked(/^E\.C\.P\.first(\.\d{13})?$/), clicked(/^E\.C\.P\.first(\.\d{13})?$/)] },
  },
  'click-id/kept-without-parameter': { sent: { Clicked: [clicked(ATTRIBUTED), clicked(ATTRIBUTED)] } },
  'click-id/never-from-cookie': { sent: { Clicked: NOT_CLICKED } },
  'click-id/router-drops-it': lost,
};

const kept = (value: string): Expected => ({
  cookies: { _ttp: { value, domain: '.shop.example', lifetime: '390 days' } },
  sent: { Pageview: user({ anonymous_id: value }) },
});
const COOKIES: Record<string, Expected> = {
  'cookie/all': {
    cookies: {
      _ttp: TTP,
      _tt_enable_cookie: ENABLED,
      ttclid: { lifetime: '1 days' },
      ttcsid: SESSION,
      [`ttcsid_${PIXEL}`]: SESSION,
    },
    check: (seen) => {
      const cookie = seen.cookies.find(({ name }) => name === '_ttp');
      expect(named(seen, 'Pageview')[0].context.user.anonymous_id).toBe(cookie?.value);
    },
  },
  'cookie/bare-domain': { cookies: { _ttp: TTP, _tt_enable_cookie: ENABLED } },
  'cookie/single-label': {
    events: ['Pageview'],
    sent: { LandingPageView: {} },
    cookies: { ttcsid: null, [`ttcsid_${PIXEL}`]: null },
  },
  'cookie/kept': kept('01DRIFTDRIFTDRIFTDRIFTDRIFT.tt.1'),
  'cookie/kept-old': kept('2aDRIFTDRIFTDRIFTDRIFTDRIFT.tt.1'),
  'cookie/kept-suffix': kept('01DRIFTDRIFTDRIFTDRIFTDRIFT.tt.1'),
  'cookie/deleted': { sent: { Without: user(without('anonymous_id')) } },
  'cookie/next-page': {
    check: (seen) => {
      const ids = named(seen, 'Pageview').map(({ context }) => context.user.anonymous_id);
      expect(ids).toHaveLength(2);
      expect(new Set(ids).size).toBe(1);
      expect(ids[0]).toEqual(TTP.value);
    },
  },
  'cookie/disable': {
    sent: { Without: user(without('anonymous_id')) },
    cookies: { _ttp: null, _tt_enable_cookie: { value: '0' } },
  },
  'cookie/disable-queued': { sent: { Pageview: user(without('anonymous_id')) }, cookies: { _ttp: null } },
  // Read in a build of 2026: cookies that the SDK writes on a page that disabled them expire at once.
  'cookie/enable-again': { sent: { With: user(without('anonymous_id')) }, cookies: { _ttp: null } },
  'cookie/disable-is-for-the-page': {
    cookies: { _ttp: TTP, _tt_enable_cookie: ENABLED },
    sent: {
      Pageview: [{}, { context: { page: { url: `${SHOP}/next` }, user: { anonymous_id: TTP.value } } }],
    },
  },
};

const CONSENT: Record<string, Expected> = {
  'consent/hold': {
    events: [],
    unsent: ['LandingPageView'],
    cookies: { _ttp: TTP, _tt_enable_cookie: ENABLED },
    check: (seen) => expect(seen.sessionStorage.tt_hold_events).toContain('Held'),
  },
  'consent/grant': { events: ['Held', 'Pageview'], sent: { Held: { event_id: 'h' } } },
  'consent/grant-on-next-page': {
    events: ['Held1', 'Held5'],
    sent: { Held1: page({ url: `${SHOP}/` }), Held5: page({ url: `${SHOP}/next` }) },
  },
  'consent/not-kept': { events: ['At5'] },
  'consent/revoke': { events: [], cookies: { _ttp: TTP } },
  'consent/hold-then-revoke': { events: [] },
  'consent/queued-order': { events: ['A'] },
};

const AUTOMATIC: Record<string, Expected> = {
  'automatic/landing': {
    check: (seen) => {
      const landings = named(seen, 'LandingPageView');
      expect(landings).toHaveLength(1);
      expect(landings[0]).toMatchObject({ event_id: '', ...page({ url: `${SHOP}/` }) });
    },
  },
  'automatic/engaged': { sent: { EngagedSession: { event_id: '' } } },
  'automatic/engaged-second-page': {
    check: (seen) => {
      expect(named(seen, 'EngagedSession')).toEqual([
        expect.objectContaining({ event_id: '', properties: { lpv_trigger_type: 'second_jump' } }),
      ]);
    },
  },
  'automatic/enrich-email': { sent: { EnrichAM: { event_id: '', ...user({ email: EMAIL }) } } },
  'automatic/enrich-external-id': { unsent: ['EnrichAM'] },
  'automatic/ipv6': {
    check: ({ sent }) =>
      expect(sent).toContainEqual(
        expect.objectContaining({
          host: 'analytics-ipv6.tiktokw.us',
          path: '/ipv6/enrich_ipv6',
          body: expect.objectContaining({ event: 'EnrichIpv6', event_id: '' }),
        }),
      ),
  },
  'automatic/metadata': {
    sent: { Metadata: without('event') },
    check: ({ sent }) => expect(sent).toContainEqual(expect.objectContaining({ path: '/api/v2/pixel/act' })),
  },
  'automatic/click': { sent: { Click: without('event') } },
  'automatic/matching': { events: ['Matched', 'Pageview'], sent: { Matched: user(without('auto_email')) } },
  'automatic/inter': {
    check: ({ sent }) =>
      expect(sent).toContainEqual(expect.objectContaining({ path: '/api/v2/pixel/inter' })),
  },
};

const asImage = (seen: Observation) =>
  expect(
    seen.sent.filter(({ path }) => path === '/api/v2/pixel').map(({ transport }) => transport),
  ).not.toContain('beacon');
const TRANSPORT: Record<string, Expected> = {
  'transport/no-beacon': {
    events: ['A'],
    sent: { A: { properties: { description: '漢字?>~' } } },
    check: asImage,
  },
  'transport/beacon-refused': { events: ['A'], check: asImage },
  'transport/pagehide': { events: ['Leaving', 'Pageview'], sent: { Leaving: page({ url: `${SHOP}/` }) } },
  'transport/click-and-go': { events: ['Clicked', 'Pageview'], sent: { Clicked: page({ url: `${SHOP}/` }) } },
  'transport/burst': { events: Array.from({ length: 20 }, (_, index) => `N${index}`).sort() },
};

const said = (...diagnostics: string[]): Expected => ({ diagnostics });
const DIAGNOSTICS: Record<string, Expected> = {
  'diagnostic/none': said(),
  'diagnostic/event-empty': said('EMPTY_EVENT_TYPE_NAME'),
  'diagnostic/event-undefined': said('EMPTY_EVENT_TYPE_NAME'),
  'diagnostic/event-name': { ...said('MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT'), events: ['what?'] },
  'diagnostic/event-long': { ...said('LONG_EVENT_TYPE_NAME'), events: ['A'.repeat(51)] },
  'diagnostic/no-identity': { ...said('MISSING_EMAIL_AND_PHONE'), events: ['Purchase'] },
  'diagnostic/email-format': said('INVALID_EMAIL_FORMAT'),
  'diagnostic/phone-format': said('INVALID_PHONE_NUMBER_FORMAT'),
  'diagnostic/email-placeholder': said('INVALID_EMAIL_INFORMATION'),
  'diagnostic/phone-placeholder': said('INVALID_PHONE_NUMBER_INFORMATION'),
  'diagnostic/no-content-id': said('MISSING_CONTENT_ID'),
  'diagnostic/content-ids-only': said('MISSING_CONTENT_ID'),
  'diagnostic/contents-without-id': said('MISSING_CONTENT_ID', 'INVALID_CONTENT_ID'),
  'diagnostic/contents-good': said(),
  'diagnostic/content-id-blank': said('INVALID_CONTENT_ID'),
  'diagnostic/content-type': said('INVALID_CONTENT_TYPE'),
  'diagnostic/value': said('INVALID_EVENT_PARAMETER_VALUE'),
  'diagnostic/value-text': said(),
  'diagnostic/no-value': said('MISSING_VALUE_PARAMETER'),
  'diagnostic/currency-alone': said('MISSING_VALUE_PARAMETER'),
  'diagnostic/no-currency': said('MISSING_CURRENCY_PARAMETER'),
  'diagnostic/value-alone': said('MISSING_CURRENCY_PARAMETER'),
  'diagnostic/currency': said('INVALID_CURRENCY_CODE'),
  'diagnostic/currency-lower': said(),
  'diagnostic/pixel-again': said('DUPLICATE_PIXEL_CODE'),
  'diagnostic/pixel-code-unknown': { ...said(), events: [] },
  'diagnostic/pixel-unknown': said('INVALID_PIXEL_CODE'),
  'diagnostic/switched-off': said(),
};

const OPTIONS: Record<string, Expected> = {
  'option/limited-data-use': {
    sent: { Pageview: { limited_data_use: true }, A: { limited_data_use: true } },
  },
  'option/limited-data-use-false': { sent: { A: { limited_data_use: false } } },
  'option/partner': { sent: { A: { partner: 'Shopware' } } },
  'option/_partner': {
    sent: { Pageview: { partner: 'GoogleTagManagerClient' }, A: { partner: 'GoogleTagManagerClient' } },
  },
  'option/instance-_partner': { sent: { A: { partner: 'Own' } } },
  'option/test-id': {
    sent: { A: { tt_test_id: 'TEST123' } },
    cookies: { tt_test_id: { value: 'TEST123', lifetime: 'session', domain: '.shop.example' } },
  },
};

const framed = (runtime: string, url: string) => ({ context: { pixel: { runtime }, page: { url } } });
const FRAMES: Record<string, Expected> = {
  'frame/same-origin': { events: ['Framed', 'Pageview'], sent: { Framed: framed('2', `${SHOP}/`) } },
  'frame/cross-site': {
    events: ['Framed', 'Pageview'],
    sent: { Framed: framed('3', 'https://www.elsewhere.example/frame'), LandingPageView: {} },
  },
  'frame/sandboxed': { events: [] },
};

export const EXPECTED: Record<string, Expected> = {
  ...LOAD,
  ...MOUNT,
  ...PIXELS,
  ...REPLAY,
  ...EVENTS,
  ...PAGES,
  ...IDENTIFY,
  ...CLICK_ID,
  ...COOKIES,
  ...CONSENT,
  ...AUTOMATIC,
  ...TRANSPORT,
  ...DIAGNOSTICS,
  ...OPTIONS,
  ...FRAMES,
};
