// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a target file holds such texts
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from '@playwright/test';
import { checkTarget, withDefaults } from '../../../src/target/check.ts';
import { loadTarget, TargetError } from '../../../src/target/load.ts';
import { freePort } from '../../../src/target/ports.ts';
import { refusalText } from '../../../src/target/refusal.ts';
import { DEFAULT_SDK, EVENTS_API_LIMITS, SCENARIOS, type TargetFile } from '../../../src/target/target.ts';
import { test } from '../test.ts';

/** The target that the project's own specification names: every step, every field. */
const SPECIFIED = {
  name: 'demo-shop',
  baseURL: 'http://www.shop.example:4173',
  hosts: { 'www.shop.example': '127.0.0.1' },
  server: { command: 'node fixtures/shop/server.ts', url: 'http://127.0.0.1:4173/healthz', env: {} },
  pixels: ['CDEMO000000000000001'],
  identity: { email: 'Ada.Buyer@Example.com', phone: '+14155550123', externalId: 'customer-42' },
  clickUrls: ['/go/302?ttclid={ttclid}'],
  eventsApi: { transport: 'preload' },
  scenarios: ['organic', 'ad-click'],
  journeys: [
    {
      name: 'purchase',
      start: '/',
      steps: [
        { click: "role=link[name='Blue Widget']" },
        { fill: '#email', with: '{email}' },
        { goto: '/cart' },
        { press: 'Enter' },
        { select: '#size', with: 'M' },
        { waitFor: 'text=Thank you' },
        { reload: true },
        { back: true },
      ],
      expect: [
        { event: 'ViewContent' },
        { event: 'Purchase', count: 1, server: true, params: { value: 59.98, currency: 'USD' } },
      ],
    },
  ],
  gate: { failOn: ['blocker', 'critical'], staleWaivers: 'hold' },
  rules: {},
  waivers: [],
};

/** What a target cannot do without. */
const MINIMAL = {
  name: 'shop',
  baseURL: 'https://shop.example',
  pixels: ['CDEMO000000000000001'],
  journeys: [{ name: 'look', start: '/' }],
};

test('the specified target is accepted and loses nothing', () => {
  expect(checkTarget(SPECIFIED)).toEqual([]);
  expect(withDefaults(SPECIFIED as unknown as TargetFile, '/x/target.json')).toEqual({
    ...SPECIFIED,
    eventsApi: { ...SPECIFIED.eventsApi, ...EVENTS_API_LIMITS },
    headers: {},
    cookies: [],
    setup: [],
    exclude: [],
    ignoreHTTPSErrors: false,
    pixelHosts: [],
    pixelPaths: [],
    spa: false,
    plan: {},
    network: 'hermetic',
    sdk: DEFAULT_SDK,
    events: 'swallow',
    timeouts: { step: 15_000, settle: 5_000, delivery: 10_000 },
  });
});

test('the defaults of a site that runs on its own', () => {
  expect(checkTarget(MINIMAL)).toEqual([]);
  expect(withDefaults(MINIMAL, '/x/target.json')).toEqual({
    ...MINIMAL,
    hosts: {},
    headers: {},
    cookies: [],
    setup: [],
    exclude: [],
    ignoreHTTPSErrors: false,
    identity: {},
    clickUrls: [],
    pixelHosts: [],
    pixelPaths: [],
    spa: false,
    plan: {},
    eventsApi: { transport: 'none', maxAge: 900, maxBatch: 50, allowTestEventCode: false },
    network: 'open',
    sdk: DEFAULT_SDK,
    events: 'swallow',
    scenarios: ['organic', 'ad-click'],
    journeys: [{ name: 'look', start: '/', steps: [], expect: [] }],
    timeouts: { step: 15_000, settle: 5_000, delivery: 10_000 },
    gate: { failOn: ['blocker', 'critical'], staleWaivers: 'hold' },
    rules: {},
    waivers: [],
  });
});

const WAIVER = { rule: 'event-id/present', reason: 'R', owner: 'O', expires: '2026-12-31' };
const CACHE = join(process.cwd(), '.ttq-conformance/sdk');
const FROM_SERVER = [{ name: 'buy', start: '/', expect: [{ event: 'Purchase', server: true }] }];
const SERVER = { command: 'node server.js', url: 'http://127.0.0.1:1/' };
const PORTED = {
  hosts: { 'pay.example:8443': '127.0.0.1' },
  cookies: [{ name: 'a', value: 'b', domain: 'pay.example' }],
};
const DEFAULTS: [string, Partial<TargetFile>, Record<string, unknown>][] = [
  ['a server', { server: SERVER }, { network: 'hermetic', eventsApi: { transport: 'preload' } }],
  [
    'a server in another language',
    { server: { ...SERVER, command: 'cd shop && php -S 127.0.0.1:1' } },
    { network: 'hermetic', eventsApi: { transport: 'proxy' } },
  ],
  ['hosts', { hosts: { a: 'b' } }, { network: 'hermetic', eventsApi: { transport: 'none' } }],
  [
    'hosts as people write them',
    {
      hosts: {
        'WWW.Shop.Münden.example': 'LocalHost:8080',
        '*.Shop.example:8443': '127.0.0.1',
        '::1': '[0:0::1]:81',
      },
    },
    {
      hosts: {
        'www.shop.xn--mnden-kva.example': 'localhost:8080',
        '*.shop.example:8443': '127.0.0.1',
        '[::1]': '[::1]:81',
      },
    },
  ],
  ['a server on an open network', { server: SERVER, network: 'open' }, { network: 'open' }],
  [
    'a server that is not seen',
    { server: SERVER, eventsApi: { transport: 'none' } },
    { eventsApi: { transport: 'none' } },
  ],
  [
    "one of the limits of the server's events",
    { eventsApi: { transport: 'none', maxAge: 3600 } },
    { eventsApi: { transport: 'none', maxAge: 3600, maxBatch: 50, allowTestEventCode: false } },
  ],
  [
    'one of the timeouts',
    { timeouts: { step: 1 } },
    { timeouts: { step: 1, settle: 5_000, delivery: 10_000 } },
  ],
  [
    'a gate that only reports stale waivers',
    { gate: { staleWaivers: 'report' } },
    { gate: { failOn: ['blocker', 'critical'], staleWaivers: 'report' } },
  ],
  ['waivers', { waivers: [WAIVER] }, { waivers: [WAIVER] }],
  [
    'what it says of rules',
    { rules: { 'event-id/present': 'off' } },
    { rules: { 'event-id/present': 'off' } },
  ],
  ['a gate that nothing holds', { gate: { failOn: [] } }, { gate: { failOn: [], staleWaivers: 'hold' } }],
  ['a relative storageState', { storageState: '../state.json' }, { storageState: '/x/state.json' }],
  ['a cookie of a host that is mapped with its port', PORTED, PORTED],
  [
    'consent that is to be found out',
    { consent: 'auto', scenarios: ['organic', 'consent-denied'] },
    { consent: {}, autoConsent: true },
  ],
  ['a device', { device: 'iPhone 15' }, { device: 'iPhone 15' }],
  ['a relative cwd', { server: { ...SERVER, cwd: '../shop' } }, { server: { ...SERVER, cwd: '/x/shop' } }],
  ['the stand-in', { sdk: 'double' }, { sdk: DEFAULT_SDK }],
  ['a profile', { sdk: '2024-04' }, { sdk: { ...DEFAULT_SDK, profile: '2024-04' } }],
  ['an old name of a profile', { sdk: '2024' }, { sdk: { ...DEFAULT_SDK, profile: '2024-04' } }],
  [
    'a pixel as Events Manager may have it',
    { sdk: { mode: 'double', firstPartyCookies: false } },
    { sdk: { ...DEFAULT_SDK, firstPartyCookies: false } },
  ],
  ['a saved SDK', { sdk: { mode: 'file', folder: '../sdk' } }, { sdk: { mode: 'file', folder: '/x/sdk' } }],
  ["TikTok's own SDK", { sdk: 'live' }, { sdk: { mode: 'live', cache: CACHE, refresh: false } }],
  [
    "TikTok's own SDK and where it is kept",
    { sdk: { mode: 'live', cache: 'kept' } },
    { sdk: { mode: 'live', cache: '/x/targets/kept', refresh: false } },
  ],
  ['events that are forwarded', { events: 'forward' }, { events: 'forward' }],
  ['an absolute cwd', { server: { ...SERVER, cwd: '/srv' } }, { server: { ...SERVER, cwd: '/srv' } }],
];

for (const [name, more, wanted] of DEFAULTS) {
  test(`the defaults with ${name}`, () => {
    const file = { ...MINIMAL, ...more };
    expect(checkTarget(file)).toEqual([]);
    expect(withDefaults(file, '/x/targets/shop.json')).toMatchObject(wanted);
  });
}

const STEPS =
  'wanted one of { "click": … }, { "hover": … }, { "check": … }, { "type": …, "with": … }, { "upload": …, "files": … }, { "wait": … }, ' +
  '{ "run": …, "in": … }, { "fill": …, "with": … }, { "select": …, "with": … }, { "press": … }, { "goto": … }, ' +
  '{ "waitFor": … }, { "reload": … }, { "back": … }, { "forward": … }, { "request": … }';
const FIELDS =
  '$schema, extends, name, baseURL, hosts, server, headers, httpCredentials, cookies, storageState, setup, ignoreHTTPSErrors, locale, timezone, device, exclude, pixels, identity, clickUrls, pixelHosts, pixelPaths, consent, consentVisits, spa, plan, eventsApi, network, sdk, events, scenarios, journeys, timeouts, gate, rules, waivers';

const journey = (more: object) => ({ journeys: [{ name: 'look', start: '/', ...more }] });

const SDKS =
  'wanted one of double, live, 2024-04, 2025-08, 2025-12, 2026-05, 2026-09, 2024, 2025, { "mode": "double" }, { "mode": "file", "folder": … }, { "mode": "live" } ' +
  '(the SDK that pages get; a saved one needs its folder)';

/** Each is wrong in one way, and reported in one line. */
const WRONG: [string, unknown, string][] = [
  ['no object', [], '/: found []; wanted an object'],
  ['nothing', undefined, '/: found undefined; wanted an object'],
  ['a missing field', { ...MINIMAL, pixels: undefined }, '/pixels: found nothing; wanted this field'],
  [
    'an unknown field',
    { ...MINIMAL, pixel: 'x' },
    `/pixel: found an unknown field; did you mean pixels? Wanted one of ${FIELDS}`,
  ],
  [
    'a field that is like none',
    { ...MINIMAL, unlike: 'x' },
    `/unlike: found an unknown field; wanted one of ${FIELDS}`,
  ],
  [
    'an unknown field further down',
    { ...MINIMAL, server: { ...SERVER, port: 1 } },
    '/server/port: found an unknown field; wanted one of command, url, cwd, env, timeout, isolated, reaches',
  ],
  [
    'a name with a space',
    { ...MINIMAL, name: 'my shop' },
    '/name: found "my shop"; wanted text that matches ^[\\w.-]+$ (Letters, digits, dot, dash and underscore)',
  ],
  [
    'the wrong type',
    { ...MINIMAL, name: 7 },
    '/name: found 7; wanted text (Letters, digits, dot, dash and underscore)',
  ],
  [
    'a list where an object is wanted',
    { ...MINIMAL, hosts: ['shop.example'] },
    '/hosts: found ["shop.example"]; wanted an object (Host names of the site and the address that each is served from)',
  ],
  [
    'a pixel id of 19 characters',
    { ...MINIMAL, pixels: ['CDEMO00000000000001'] },
    '/pixels/0: found "CDEMO00000000000001"; wanted text that matches ^[A-Z0-9]{20}$ (a pixel id: 20 characters, A to Z and 0 to 9)',
  ],
  [
    'a pixel id in lower case',
    { ...MINIMAL, pixels: ['cdemo000000000000001'] },
    '/pixels/0: found "cdemo000000000000001"; wanted text that matches ^[A-Z0-9]{20}$ (a pixel id: 20 characters, A to Z and 0 to 9)',
  ],
  [
    'no pixel',
    { ...MINIMAL, pixels: [] },
    "/pixels: found no pixel; wanted the id of one, or the server's event_source_id in eventsApi.sources: then only the server is judged",
  ],
  [
    'a pixel twice',
    { ...MINIMAL, pixels: ['CDEMO000000000000001', 'CDEMO000000000000001'] },
    '/pixels: found ["CDEMO000000000000001","CDEMO000000000000001"]; wanted each item once (The pixel ids that the site must load; empty for a shop without a pixel, where only the server sends: see eventsApi.sources)',
  ],
  [
    'a baseURL of another scheme',
    { ...MINIMAL, baseURL: 'ftp://shop.example' },
    '/baseURL: found "ftp://shop.example"; wanted text that matches ^https?://[^/\\s] (the address of the site, such as https://www.shop.example)',
  ],
  [
    'a phone number without its plus',
    { ...MINIMAL, identity: { phone: '14155550123' } },
    '/identity/phone: found a text of 11 characters; wanted text that matches ^\\+[1-9]\\d{6,14}$ (E.164, with the plus)',
  ],
  [
    'an invalid e-mail address',
    { ...MINIMAL, identity: { email: 'ada' } },
    '/identity/email: found a text of 3 characters; wanted a valid email',
  ],
  [
    'a click URL without its place',
    { ...MINIMAL, clickUrls: ['/go?ttclid=1'] },
    '/clickUrls/0: found "/go?ttclid=1"; wanted text that matches \\{ttclid\\}',
  ],
  [
    'an unknown scenario',
    { ...MINIMAL, scenarios: ['storm'] },
    `/scenarios/0: found "storm"; wanted one of ${SCENARIOS.join(', ')}`,
  ],
  [
    'a scenario of consent without the steps for it',
    { ...MINIMAL, scenarios: ['organic', 'consent-withdrawn'], consent: { grant: [{ click: '#yes' }] } },
    '/scenarios/1: found "consent-withdrawn"; wanted consent.withdraw to be set as well',
  ],
  [
    'a withdrawal, which no recognised consent tool shows',
    { ...MINIMAL, scenarios: ['organic', 'consent-withdrawn'], consent: 'auto' },
    '/scenarios/1: found "consent-withdrawn"; wanted consent with steps to withdraw it to be set as well',
  ],
  [
    'an invalid answer to the banner',
    { ...MINIMAL, consent: 'yes' },
    '/consent: found "yes"; wanted one of auto, an object ("auto" if the banner belongs to a known consent tool; otherwise the steps that answer it)',
  ],
  [
    'a step with a slip beside what it does',
    { ...MINIMAL, ...journey({ steps: [{ fill: '#mail', with: 'x', fram: '#f' }] }) },
    '/journeys/0/steps/0/fram: found an unknown field; did you mean frame? Wanted one of fill, with, frame',
  ],
  [
    'the word of another tool for a field',
    { ...MINIMAL, consent: { accept: [{ click: '#yes' }] } },
    '/consent/accept: found an unknown field; did you mean grant? Wanted one of grant, deny, withdraw',
  ],
  [
    'a slip in the steps of consent',
    { ...MINIMAL, consent: { grnt: [{ click: '#yes' }] } },
    '/consent/grnt: found an unknown field; did you mean grant? Wanted one of grant, deny, withdraw',
  ],
  [
    'the scenario of a site without documents for a site that has them',
    { ...MINIMAL, scenarios: ['spa'] },
    '/scenarios/0: found "spa"; wanted "spa": true to be set as well',
  ],
  [
    'an identity that a step of consent needs and the file does not have',
    { ...MINIMAL, consent: { grant: [{ fill: '#mail', with: '{email}' }] } },
    '/consent/grant/0/with: found {email}; wanted identity.email to be set, or plain text',
  ],
  [
    'a path to the pixel that does not begin with a slash',
    { ...MINIMAL, pixelPaths: ['_t/'] },
    '/pixelPaths/0: found "_t/"; wanted text that matches ^(/[^/?#\\s]+)+$ (a path such as /_t/tiktok, without a slash at the end)',
  ],
  [
    "an event for a pixel that is not one of the target's",
    {
      ...MINIMAL,
      journeys: [{ ...MINIMAL.journeys[0], expect: [{ event: 'Purchase', pixel: 'COTHER00000000000001' }] }],
    },
    `/journeys/0/expect/0/pixel: found "COTHER00000000000001"; wanted one of pixels: ${MINIMAL.pixels.join(', ')}`,
  ],
  [
    'a pixel host with a scheme',
    { ...MINIMAL, pixelHosts: ['https://metrics.shop.example'] },
    '/pixelHosts/0: found "https://metrics.shop.example"; wanted text that matches ^[\\w-]+(\\.[\\w-]+)+$ (a host name without a port)',
  ],
  [
    'an unknown severity',
    { ...MINIMAL, gate: { failOn: ['bad'] } },
    '/gate/failOn/0: found "bad"; wanted one of blocker, critical, normal, minor, trivial',
  ],
  [
    'what no stale waiver can do',
    { ...MINIMAL, gate: { staleWaivers: 'ignore' } },
    '/gate/staleWaivers: found "ignore"; wanted one of hold, report',
  ],
  [
    'a rule that is on',
    { ...MINIMAL, rules: { 'event-id/present': 'on' } },
    '/rules/event-id~1present: found "on"; wanted one of off, blocker, critical, normal, minor, trivial',
  ],
  [
    'a waiver for good',
    { ...MINIMAL, waivers: [{ rule: 'event-id/present', reason: 'R', owner: 'O' }] },
    '/waivers/0/expires: found nothing; wanted this field',
  ],
  [
    'a waiver until a day that there is not',
    { ...MINIMAL, waivers: [{ ...WAIVER, expires: '2026-02-30' }] },
    '/waivers/0/expires: found "2026-02-30"; wanted a valid date (the last day on which it applies, YYYY-MM-DD, in UTC)',
  ],
  [
    'a waiver without a reason',
    { ...MINIMAL, waivers: [{ ...WAIVER, reason: '' }] },
    '/waivers/0/reason: found ""; wanted some text (Why the failure is accepted)',
  ],
  ...[
    'a.example,b.example',
    'a.example b.example',
    'http://a.example',
    'a.example/shop',
    'a.example:99999',
  ].map((host): [string, unknown, string] => [
    `hosts of which one is invalid: ${host}`,
    { ...MINIMAL, hosts: { [host]: '127.0.0.1' } },
    `/hosts/${host.replaceAll('/', '~1')}: found "${host}"; wanted one host name or address, such as www.shop.example, with or without a port`,
  ]),
  [
    'an address of hosts that is a list',
    { ...MINIMAL, hosts: { 'a.example': '127.0.0.1, 127.0.0.2' } },
    '/hosts/a.example: found "127.0.0.1, 127.0.0.2"; wanted one host name or address, such as www.shop.example, with or without a port',
  ],
  [
    'a journey whose name no file can have',
    { ...MINIMAL, journeys: [{ name: 'j'.repeat(400), start: '/' }] },
    `/journeys/0/name: found "${'j'.repeat(76)}…; wanted at most 120 characters (The journey's name, unique in the file)`,
  ],
  [
    'a waiver with a blank reason',
    { ...MINIMAL, waivers: [{ ...WAIVER, reason: ' \t' }] },
    '/waivers/0/reason: found " \\t"; wanted some text',
  ],
  [
    'a waiver with an owner that nobody sees',
    { ...MINIMAL, waivers: [{ ...WAIVER, owner: '\u00a0\u200b' }] },
    '/waivers/0/owner: found "\u00a0\u200b"; wanted some text',
  ],
  [
    'a waiver with a blank owner',
    { ...MINIMAL, waivers: [{ ...WAIVER, owner: ' ' }] },
    '/waivers/0/owner: found " "; wanted some text',
  ],
  [
    'a waiver of a journey that there is not',
    { ...MINIMAL, waivers: [{ ...WAIVER, journey: 'buy' }] },
    '/waivers/0/journey: found "buy"; wanted one of look',
  ],
  [
    'a waiver of a scenario that is not visited',
    { ...MINIMAL, waivers: [{ ...WAIVER, scenario: 'gpc' }] },
    '/waivers/0/scenario: found "gpc"; wanted one of organic, ad-click',
  ],
  [
    'an unknown transport',
    { ...MINIMAL, eventsApi: { transport: 'magic' } },
    '/eventsApi/transport: found "magic"; wanted one of preload, proxy, server, none',
  ],
  [
    'a batch that the service refuses',
    { ...MINIMAL, eventsApi: { transport: 'none', maxBatch: 1001 } },
    '/eventsApi/maxBatch: found 1001; wanted must be <= 1000 (Maximum number of events in a request; 50)',
  ],
  [
    'a port of the stub that is not a server',
    { ...MINIMAL, eventsApi: { transport: 'none', port: 4180 } },
    '/eventsApi/port: found 4180 with transport "none"; wanted it with "server" only',
  ],
  [
    'a site that runs on its own and cannot know the port of the stub',
    { ...MINIMAL, eventsApi: { transport: 'server' } },
    '/eventsApi/port: found nothing, and no server to start; wanted the port that the site sends its events to',
  ],
  [
    'HTTPS of a stub that no site is given',
    { ...MINIMAL, eventsApi: { transport: 'server', port: 4180, https: true } },
    '/eventsApi/https: found it with transport "server"; wanted it with "server", and a server to start, which is given the certificate authority to trust',
  ],
  [
    'an isolated server in an open network',
    { ...MINIMAL, server: { ...SERVER, isolated: true }, network: 'open' },
    '/server/isolated: found true in a target whose network is open; wanted "network": "hermetic": an isolated server can reach nothing else',
  ],
  [
    'an isolated server of containers',
    {
      ...MINIMAL,
      server: { ...SERVER, isolated: true },
      eventsApi: {
        transport: 'proxy',
        listen: { address: '172.17.0.1', port: 4181, password: 'of this stage' },
      },
    },
    '/server/isolated: found true beside eventsApi.listen; wanted one of them: containers do not run in the namespace of what starts them',
  ],
  [
    'an isolated server at an address of another machine',
    { ...MINIMAL, server: { ...SERVER, url: 'http://192.0.2.7:3000/', isolated: true } },
    '/server/isolated: found true with server.url http://192.0.2.7:3000/; wanted a loopback address there, such as 127.0.0.1: an isolated server has no other',
  ],
  [
    'what a server reaches without a port',
    { ...MINIMAL, server: { ...SERVER, reaches: ['127.0.0.1:5432', 'db.internal'] } },
    '/server/reaches/1: found "db.internal"; wanted a name or an address with a port, such as db.internal:5432',
  ],
  [
    'what a server reaches with no such port',
    { ...MINIMAL, server: { ...SERVER, reaches: ['db.internal:99999'] } },
    '/server/reaches/0: found "db.internal:99999"; wanted a name or an address with a port, such as db.internal:5432',
  ],
  [
    "what a server reaches of TikTok's",
    { ...MINIMAL, server: { ...SERVER, reaches: ['business-api.tiktok.com:443'] } },
    '/server/reaches/0: found "business-api.tiktok.com:443"; wanted no host of TikTok\'s, nor of eventsApi.hosts: the stub answers for them',
  ],
  [
    'faults of a stub that is not there',
    { ...MINIMAL, eventsApi: { transport: 'none', faults: [{ kind: 'reset' }] } },
    '/eventsApi/transport: found "none" beside hosts or faults; wanted "preload", "proxy" or "server"',
  ],
  [
    'no fault',
    { ...MINIMAL, server: SERVER, eventsApi: { transport: 'preload', faults: [] } },
    '/eventsApi/faults: found []; wanted at least 1 item (The faults that the scenario events-api-faults goes through: one visit for each)',
  ],
  [
    'faults of a server that is not seen',
    { ...MINIMAL, journeys: FROM_SERVER, scenarios: ['organic', 'events-api-faults'] },
    '/scenarios/1: found "events-api-faults" with eventsApi.transport "none"; wanted "preload", "proxy" or "server", so that the faults reach the server\'s calls',
  ],
  [
    'faults of events that nobody expects',
    { ...MINIMAL, server: SERVER, scenarios: ['events-api-faults'] },
    '/scenarios/0: found "events-api-faults", but no journey that expects a server event; wanted "server": true in one',
  ],
  ['a saved SDK without its folder', { ...MINIMAL, sdk: 'file' }, `/sdk: found "file"; ${SDKS}`],
  ['an unknown SDK', { ...MINIMAL, sdk: { mode: 'magic' } }, `/sdk: found {"mode":"magic"}; ${SDKS}`],
  [
    'a saved SDK that names no folder',
    { ...MINIMAL, sdk: { mode: 'file' } },
    '/sdk/folder: found nothing; wanted this field',
  ],
  [
    'a field of another SDK',
    { ...MINIMAL, sdk: { mode: 'live', folder: 'sdk' } },
    '/sdk/folder: found an unknown field; wanted one of mode, cache, upstream',
  ],
  [
    'an unknown profile',
    { ...MINIMAL, sdk: { mode: 'double', profile: '2023' } },
    '/sdk/profile: found "2023"; wanted one of 2024-04, 2025-08, 2025-12, 2026-05, 2026-09, 2024, 2025',
  ],
  [
    'events that go elsewhere',
    { ...MINIMAL, events: 'drop' },
    '/events: found "drop"; wanted one of swallow, forward',
  ],
  [
    'an empty selector',
    { ...MINIMAL, ...journey({ start: '' }) },
    '/journeys/0/start: found ""; wanted some text (Where the visit starts, absolute or relative to baseURL)',
  ],
  [
    'an unknown step',
    { ...MINIMAL, ...journey({ steps: [{ goto: '/' }, { swipe: '#menu' }] }) },
    `/journeys/0/steps/1: found {"swipe":"#menu"}; ${STEPS}`,
  ],
  [
    'half a step',
    { ...MINIMAL, ...journey({ steps: [{ fill: '#email' }] }) },
    '/journeys/0/steps/0/with: found nothing; wanted this field',
  ],
  [
    'two steps in one',
    { ...MINIMAL, ...journey({ steps: [{ click: '#a', press: 'Enter' }] }) },
    `/journeys/0/steps/0: found {"click":"#a","press":"Enter"}; ${STEPS}`,
  ],
  [
    'a step that is text',
    { ...MINIMAL, ...journey({ steps: ['reload'] }) },
    `/journeys/0/steps/0: found "reload"; ${STEPS}`,
  ],
  [
    'a count below 0',
    { ...MINIMAL, ...journey({ expect: [{ event: 'Purchase', count: -1 }] }) },
    '/journeys/0/expect/0/count: found -1; wanted must be >= 0 (How often the browser must send it to each pixel, copies with one event_id included; without it: at least once)',
  ],
  ['no journey', { ...MINIMAL, journeys: [] }, '/journeys: found []; wanted at least 1 item'],
  [
    'a stub without a server',
    { ...MINIMAL, eventsApi: { transport: 'preload' } },
    '/eventsApi/transport: found "preload" without a server to start; wanted "none", or a server',
  ],
  [
    'proxy without a server',
    { ...MINIMAL, eventsApi: { transport: 'proxy' } },
    '/eventsApi/transport: found "proxy" without a server to start; wanted "none", or a server',
  ],
  [
    'an event that neither side is to send',
    { ...MINIMAL, ...journey({ expect: [{ event: 'Purchase', browser: false }] }) },
    '/journeys/0/expect/0/browser: found false without "server": true; wanted at least one side that sends the event',
  ],
  [
    'a journey twice',
    { ...MINIMAL, journeys: [MINIMAL.journeys[0], MINIMAL.journeys[0]] },
    '/journeys/1/name: found "look" twice; wanted each name once',
  ],
  [
    'a part of the identity that is not given',
    { ...MINIMAL, ...journey({ steps: [{ fill: '#email', with: '{email}' }] }) },
    '/journeys/0/steps/0/with: found {email}; wanted identity.email to be set, or plain text',
  ],
  [
    'a step that is written in small letters',
    { ...MINIMAL, ...journey({ steps: [{ waitfor: '#thanks' }] }) },
    `/journeys/0/steps/0: found {"waitfor":"#thanks"}; did you mean waitFor? ${STEPS.replace('wanted', 'Wanted')}`,
  ],
  [
    'an invalid language',
    { ...MINIMAL, locale: 'de_DE!' },
    '/locale: found "de_DE!"; wanted a language tag such as de-DE',
  ],
  [
    'an invalid time zone',
    { ...MINIMAL, timezone: 'Berlin' },
    '/timezone: found "Berlin"; wanted a name of the IANA time zone database, such as Europe/Berlin',
  ],
  [
    'a cookie of somebody else',
    { ...MINIMAL, cookies: [{ name: 'a', value: 'b', domain: 'other.example' }] },
    '/cookies/0/domain: found "other.example"; wanted a host of the site: shop.example',
  ],
  [
    'a device that Playwright does not know',
    { ...MINIMAL, device: 'iPhone 1' },
    '/device: found "iPhone 1"; wanted a name of Playwright\'s list of devices, such as iPhone 6, iPhone 7, iPhone 8',
  ],
  [
    'a journey that begins where the target excludes',
    { ...MINIMAL, exclude: ['/*'] },
    '/journeys/0/start: found "/", which exclude also matches; wanted a start that is part of the site\'s tracking, or a narrower pattern in exclude',
  ],
  [
    'what is excluded is not a path',
    { ...MINIMAL, exclude: ['login'] },
    '/exclude/0: found "login"; wanted text that matches ^(/|https?://[^/\\s]+/)[^\\s]*$ (a path of the site, or a whole URL; * stands for anything)',
  ],
];

for (const [name, file, line] of WRONG) {
  test(`refused: ${name}`, () => {
    // As it would come from a file: a field of undefined is missing.
    const problems = checkTarget(file === undefined ? file : JSON.parse(JSON.stringify(file)));
    expect(problems.map(refusalText)).toEqual([line]);
  });
}

test('refused: a relative baseURL, in one line', () => {
  const problems = checkTarget({ ...MINIMAL, baseURL: '/shop' });
  expect(problems).toHaveLength(1);
  expect(refusalText(problems[0]!)).toMatch(/^\/baseURL: found "\/shop"; wanted .+/);
});

test('two wrong fields are reported in two lines', () => {
  expect(checkTarget({ ...MINIMAL, name: 7, journeys: 7 })).toHaveLength(2);
});

test.describe('target files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ttq-target-'));
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, text: string): string {
    const path = join(folder, name);
    // Hooks run for each test that goes to another worker.
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** The message of a target that cannot be used. */
  async function refusal(path: string): Promise<string> {
    const error: unknown = await loadTarget(path, 4321).then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(TargetError);
    return (error as TargetError).message;
  }

  const refused = (path: string, ...problems: string[]) =>
    [
      `The target file ${relative(process.cwd(), path)} cannot be used:`,
      ...problems.map((problem) => `  ${problem}`),
      'Fix the file and run again; docs/target.md describes every field.',
    ].join('\n');

  test('${NAME} stands for an environment variable, but not in a command for the shell', async () => {
    process.env.TTQ_TEST_KEY = 'k3y-of-staging';
    process.env.TTQ_TEST_HOST = 'staging.shop.example';
    const path = file(
      'env.json',
      JSON.stringify({
        ...MINIMAL,
        baseURL: 'https://${TTQ_TEST_HOST}',
        headers: { 'x-key': 'a ${TTQ_TEST_KEY}' },
        server: { ...SERVER, command: 'echo ${TTQ_TEST_KEY}', env: { KEY: '${TTQ_TEST_KEY}' } },
      }),
    );
    const target = await loadTarget(path, 4321);
    expect(target).toMatchObject({
      baseURL: 'https://staging.shop.example',
      headers: { 'x-key': 'a k3y-of-staging' },
      server: { command: 'echo ${TTQ_TEST_KEY}', env: { KEY: 'k3y-of-staging' } },
      // A URL is not a secret: it is in every report.
      secrets: ['k3y-of-staging'],
    });
    delete process.env.TTQ_TEST_KEY;
    delete process.env.TTQ_TEST_HOST;
  });

  test('refuses a variable that is not set, and an invalid stored state', async () => {
    const unset = file('unset.json', JSON.stringify({ ...MINIMAL, headers: { 'x-key': '${TTQ_UNSET}' } }));
    expect(await refusal(unset)).toBe(
      refused(
        unset,
        '/headers/x-key: found ${TTQ_UNSET}, which is not set in the environment; wanted it set, or the text itself',
      ),
    );
    // Together with everything else that is wrong, and once.
    const more = file('unset.json', JSON.stringify({ ...MINIMAL, baseURL: '${TTQ_UNSET}', spa: 1 }));
    expect((await refusal(more)).match(/^ {2}\/\w+/gm)).toEqual(['  /baseURL', '  /spa']);
    file('no-state.json', '{"cookies": 1}');
    for (const found of ['missing.json', 'no-state.json']) {
      const path = file('state.json', JSON.stringify({ ...MINIMAL, storageState: found }));
      expect(await refusal(path)).toContain(
        `/storageState: found ${join(folder, found)}; wanted a file that Playwright's storageState wrote`,
      );
    }
  });

  test('{port} stands for the port everywhere, in keys, too, and other braces stay', async () => {
    const path = file(
      'port.json',
      JSON.stringify({
        ...SPECIFIED,
        name: 'shop-{port}',
        baseURL: 'http://www.shop.example:{port}',
        hosts: { 'shop{port}.example': '127.0.0.1' },
        server: { ...SERVER, url: 'http://127.0.0.1:{port}/{port}', env: { 'PORT_{port}': '{port}' } },
      }),
    );
    const target = await loadTarget(path, 4321);
    expect(target).toMatchObject({
      name: 'shop-4321',
      baseURL: 'http://www.shop.example:4321',
      hosts: { 'shop4321.example': '127.0.0.1' },
      server: { url: 'http://127.0.0.1:4321/4321', env: { PORT_4321: '4321' } },
      clickUrls: ['/go/302?ttclid={ttclid}'],
    });
    expect(JSON.stringify(target)).not.toContain('{port}');
    expect(target.journeys[0]!.steps[1]).toEqual({ fill: '#email', with: '{email}' });
  });

  // A folder of its own for each, with and without a package.json that calls its files modules: the runner must read both.
  for (const manifest of ['{ "type": "module" }', '{}']) {
    for (const extension of ['ts', 'js', 'mjs']) {
      test(`a module is a target, too: .${extension} beside ${manifest}`, async () => {
        const own = join(folder, `${extension}-${manifest.length}`);
        mkdirSync(own);
        writeFileSync(join(own, 'package.json'), manifest);
        const path = join(own, `target.${extension}`);
        const type = extension === 'ts' ? ': string' : '';
        const value = `{ ...${JSON.stringify(MINIMAL)}, baseURL: \`http://shop.example:\${port}\` }`;
        writeFileSync(path, `const port${type} = '{port}';\nexport default ${value};\n`);
        expect((await loadTarget(path, 4321)).baseURL).toBe('http://shop.example:4321');
      });
    }
  }

  test('ignores a byte order mark', async () => {
    const path = file('mark.json', `\uFEFF${JSON.stringify(MINIMAL)}`);
    expect((await loadTarget(path, 1)).name).toBe(MINIMAL.name);
  });

  test('a relative server.cwd starts from the file', async () => {
    const path = file('cwd.json', JSON.stringify({ ...MINIMAL, server: { ...SERVER, cwd: 'shop' } }));
    expect((await loadTarget(path, 1)).server!.cwd).toBe(join(folder, 'shop'));
  });

  test('the folder of a saved SDK has to be there, with its first script', async () => {
    const path = file('saved.json', JSON.stringify({ ...MINIMAL, sdk: { mode: 'file', folder: 'saved' } }));
    const wanted = 'wanted a saved SDK, laid out by URL path';
    const saved = join(folder, 'saved');
    expect(await refusal(path)).toBe(refused(path, `/sdk/folder: found no folder ${saved}; ${wanted}`));
    mkdirSync(join(saved, 'i18n/pixel'), { recursive: true });
    expect(await refusal(path)).toBe(
      refused(path, `/sdk/folder: found no i18n/pixel/events.js in ${saved}; ${wanted}`),
    );
    // Another one was asked for: this one is not needed.
    expect((await loadTarget(path, 1, { sdk: 'double' })).sdk).toEqual(DEFAULT_SDK);
    writeFileSync(join(saved, 'i18n/pixel/events.js'), '');
    expect((await loadTarget(path, 1)).sdk).toEqual({ mode: 'file', folder: saved });
  });

  test('every problem is in the message, without a stack', async () => {
    const path = file('wrong.json', JSON.stringify({ ...MINIMAL, name: 'a b', journeys: [] }));
    expect((await refusal(path)).split('\n').sort()).toEqual(
      refused(
        path,
        '/name: found "a b"; wanted text that matches ^[\\w.-]+$ (Letters, digits, dot, dash and underscore)',
        '/journeys: found []; wanted at least 1 item',
      )
        .split('\n')
        .sort(),
    );
  });

  test('no such file', async () => {
    const problem = 'found no such file; wanted a JSON file or a module';
    for (const name of ['none.json', 'none.ts', 'none']) {
      expect(await refusal(join(folder, name))).toBe(refused(join(folder, name), problem));
    }
  });

  test('a module without a default export', async () => {
    const path = file('nothing.mjs', 'export const target = {};\n');
    expect(await refusal(path)).toBe(refused(path, '/: found undefined; wanted an object'));
  });

  for (const [name, text] of [
    ['empty.json', ''],
    ['comma.json', '{ "name": "shop", }'],
    ['page.json', '<html>'],
  ] as const) {
    test(`bad JSON: ${name}`, async () => {
      const message = await refusal(file(name, text));
      expect(message).toMatch(/\n {2}found a syntax error \(.+\); wanted JSON\n/);
      expect(message.split('\n')).toHaveLength(3);
      expect(message).not.toMatch(/\n\s+at /);
    });
  }

  for (const [what, text, where] of [
    [
      'in the middle',
      `{\n  "name": "shop",\n  "identity": { "email": x },\n${' '.repeat(40)}}`,
      ' on line 3',
    ],
    ['at the beginning', `{ secret: 1,${'\n'.repeat(40)}}`, ' on line 1'],
    ['near the end', `{\n  "name": "shop-of-secrets",\n  "identity": {}, x\n}`, ' on line 3'],
    ['somewhere in a short file', '{ secret }', ''],
    ['in one of several equal places', '{"aaaaaaaaaaaa":[xaaaaaaaaaaaaa,{"aaaaaaaaaaaa":[xaaaaaaaaaaaaa', ''],
  ] as const) {
    test(`bad JSON names its line, and quotes no more than a character: ${what}`, async () => {
      const message = await refusal(file('quoted.json', text));
      const detail = /\n {2}found a syntax error \((.+)\); wanted JSON\n/.exec(message)![1];
      expect(detail).toMatch(/^(Unexpected token '.'.*, not valid JSON|Expected .* in JSON at position .*)$/);
      if (detail!.startsWith('Unexpected')) expect(detail).toContain(`'${where}, not valid`);
    });
  }

  for (const order of ['fffe', 'feff'] as const) {
    test(`a file in UTF-16, marked ${order}, as PowerShell writes it`, async () => {
      const path = file('utf-16.json', '');
      const text = Buffer.from(JSON.stringify(MINIMAL), 'utf16le');
      writeFileSync(
        path,
        Buffer.concat([Buffer.from(order, 'hex'), order === 'fffe' ? text : text.swap16()]),
      );
      expect(await refusal(path)).toBe(
        refused(path, 'it cannot be read (it is UTF-16; save it as UTF-8); wanted JSON'),
      );
    });
  }

  test('what is not a file is not read: it might never end', async () => {
    const path = join(folder, 'zero.json');
    symlinkSync('/dev/zero', path);
    expect(await refusal(path)).toBe(
      refused(path, 'it cannot be read (it is not a regular file); wanted JSON'),
    );
  });

  test('a folder', async () => {
    expect(await refusal(folder)).toMatch(/\n {2}it cannot be read \(.+\); wanted .+\n/);
  });

  test('a module whose import is missing is not reported as missing', async () => {
    const path = file('import.mjs', "import './not-there.mjs';\nexport default {};\n");
    const message = await refusal(path);
    expect(message).toContain('not-there.mjs');
    expect(message).not.toContain('found no such file');
  });

  test('a module that throws says so, without a stack', async () => {
    const path = file('throws.mjs', "throw new Error('SHOP_URL is not set');\n");
    const message = await refusal(path);
    expect(message).toContain('SHOP_URL is not set');
    expect(message).not.toMatch(/\n\s+at /);
  });

  test('the error of a module with a syntax error does not ask for JSON', async () => {
    const message = await refusal(file('syntax.mjs', 'export default {;\n'));
    expect(message).not.toContain('wanted JSON');
  });
});

test('a free port is a valid port, and a different one each time', async () => {
  const ports = await Promise.all([freePort(), freePort()]);
  for (const port of ports) expect(port).toBeGreaterThan(1023);
  expect(ports[0]).not.toBe(ports[1]);
});
