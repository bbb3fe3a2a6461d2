import Type, { type Static } from 'typebox';
import { FAULT_KINDS, type Fault } from '../tiktok/events-api/faults.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

export { SCENARIOS, type ScenarioName };

/** How bad a failure is, in Allure's terms, worst first. */
export const SEVERITIES = ['blocker', 'critical', 'normal', 'minor', 'trivial'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** For a target that names none. The others must be asked for: each costs a visit, events-api-faults one for each fault. */
export const DEFAULT_SCENARIOS: readonly ScenarioName[] = ['organic', 'ad-click'];

/** The faults of `events-api-faults` if the target names none: temporary and lasting ones. */
export const DEFAULT_FAULTS: readonly Fault[] = [
  { kind: 'too-frequent', times: 2 },
  { kind: 'http-502', times: 1 },
  { kind: 'reset', times: 1 },
  { kind: 'timeout', times: 1 },
  // Long enough to show who waits for it, and within the usual timeouts of clients.
  { kind: 'slow', delay: 1_500 },
  { kind: 'token-expired' },
  { kind: 'no-permission' },
  { kind: 'http-500' },
];

/**
 * Builds of TikTok's SDK that the stand-in can imitate, by the month in which they were served: docs/sdk.md says how well each is
 * known.
 */
export const PROFILES = ['2024-04', '2025-08', '2025-12', '2026-05', '2026-09'] as const;
export type Profile = (typeof PROFILES)[number];

/** Former names of profiles. */
export const OLD_PROFILES = { '2024': '2024-04', '2025': '2025-12' } as const satisfies Record<
  string,
  Profile
>;
export type OldProfile = keyof typeof OLD_PROFILES;
const OLD_NAMES = Object.keys(OLD_PROFILES) as OldProfile[];

/** The stand-in SDK of this project. */
export interface DoubleSdk {
  mode: 'double';
  profile: Profile;
  /** First-party cookies as set in Events Manager: without them, no `_ttp` is set. */
  firstPartyCookies: boolean;
  /** Automatic advanced matching as set in Events Manager: form fields are read on clicks. */
  automaticMatching: boolean;
}

/** A saved build of TikTok's SDK, in a folder laid out by URL path. */
export interface FileSdk {
  mode: 'file';
  /** Absolute. */
  folder: string;
}

/** TikTok's own scripts, fetched from TikTok. */
export interface LiveSdk {
  mode: 'live';
  /** Cache folder, so that the next run needs no network. Absolute. */
  cache: string;
  /** Whether to fetch cached scripts again. */
  refresh: boolean;
  /** Used in TikTok's place: a mirror, or a test's server. An origin, optionally with a path. */
  upstream?: string;
}

export type Sdk = DoubleSdk | FileSdk | LiveSdk;

/** What happens to events that reach the double: swallowed, or also delivered to TikTok. */
export const EVENTS = ['swallow', 'forward'] as const;
export type Events = (typeof EVENTS)[number];

export const DEFAULT_SDK: DoubleSdk = {
  mode: 'double',
  profile: '2026-05',
  firstPartyCookies: true,
  automaticMatching: false,
};

/** Limits that rules apply to the server's events. */
export interface EventsApiLimits {
  /** Seconds between an event and its arrival. */
  maxAge: number;
  /** Events in a request. */
  maxBatch: number;
  allowTestEventCode: boolean;
}

/** TikTok's advice. */
export const EVENTS_API_LIMITS: EventsApiLimits = { maxAge: 900, maxBatch: 50, allowTestEventCode: false };

/** Days that a waiver may last, unless the target says otherwise. */
export const MAX_WAIVER_DAYS = 366;

/** For targets and journeys, which files are named after: with scenario and fault, names must stay below 255 bytes. */
const LONGEST_NAME = 120;

const closed = { additionalProperties: false };
const text = (description: string) => Type.String({ minLength: 1, description });
const selector = (description: string) => text(`${description}. A Playwright selector`);

const frame = Type.Optional(selector('The iframe that it is in'));
const typed = Type.String({
  description:
    'What to type; {email}, {phone}, {externalId}, {firstName} and {lastName} are replaced by the identity',
});

const Step = Type.Union([
  Type.Object({ click: selector('What to click'), frame }, closed),
  Type.Object({ hover: selector('What to point at'), frame }, closed),
  Type.Object({ check: selector('The checkbox or radio button to check'), frame }, closed),
  Type.Object(
    { type: selector('The field to type into, key by key, after its current text'), with: typed, frame },
    closed,
  ),
  Type.Object(
    {
      upload: selector('The file input'),
      files: Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))], {
        description: 'The files to choose, relative to the target file',
      }),
      frame,
    },
    closed,
  ),
  Type.Object(
    {
      wait: text(
        'The event that must have been sent before the visitor goes on; the journey expects it, too',
      ),
    },
    closed,
  ),
  Type.Object(
    {
      run: text('The name of a function that a module exports; of a target module, the place of the step'),
      in: text('The module, relative to the target file'),
    },
    closed,
  ),
  Type.Object(
    {
      fill: selector('The field to fill'),
      with: typed,
      frame,
    },
    closed,
  ),
  Type.Object(
    { select: selector('The select element'), with: text('The value or label of the option'), frame },
    closed,
  ),
  Type.Object({ press: text("A key in Playwright's spelling, such as Enter or Control+A") }, closed),
  Type.Object({ goto: text('A URL, absolute or relative to baseURL') }, closed),
  Type.Object({ waitFor: selector('What must become visible'), frame }, closed),
  Type.Object({ reload: Type.Literal(true) }, closed),
  Type.Object({ back: Type.Literal(true) }, closed),
  Type.Object({ forward: Type.Literal(true) }, closed),
  Type.Object(
    {
      request: text(
        'A path or URL of the site that another machine calls, such as the webhook of a payment provider; {eventId} stands for the ' +
          'event_id that the pages sent last, and {email} and the others for the identity, here and below',
      ),
      method: Type.Optional(Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], { description: 'POST' })),
      headers: Type.Optional(Type.Record(Type.String(), Type.String())),
      json: Type.Optional(Type.Unknown({ description: 'The body' })),
    },
    closed,
  ),
]);

const Expectation = Type.Object(
  {
    event: text("The event's name; TikTok's old and new names are the same event"),
    count: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'How often the browser must send it to each pixel, copies with one event_id included; without it: at least once',
      }),
    ),
    server: Type.Optional(
      Type.Boolean({ description: 'Whether the server must send it to the Events API, too' }),
    ),
    settle: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'Milliseconds to wait for it, if longer than timeouts.settle, for example because a job queue sends it',
      }),
    ),
    browser: Type.Optional(
      Type.Boolean({ description: 'Whether the browser must send it; false if only the server does' }),
    ),
    pixel: Type.Optional(
      Type.String({
        pattern: '^[A-Z0-9]{20}$',
        description:
          'The pixel that should get it, if there are several; by default all of them. If one event is listed for several pixels, each of these',
      }),
    ),
    params: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Properties that the event must carry' }),
    ),
  },
  closed,
);

const Journey = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: LONGEST_NAME,
      description: "The journey's name, unique in the file",
    }),
    start: text('Where the visit starts, absolute or relative to baseURL'),
    steps: Type.Optional(Type.Array(Step, { description: 'What the visitor does, in order' })),
    expect: Type.Optional(Type.Array(Expectation, { description: 'The events expected of the journey' })),
  },
  closed,
);

const Consent = Type.Object(
  {
    grant: Type.Optional(Type.Array(Step, { minItems: 1, description: 'Steps that grant consent' })),
    deny: Type.Optional(Type.Array(Step, { minItems: 1, description: 'Steps that deny it' })),
    withdraw: Type.Optional(
      Type.Array(Step, { minItems: 1, description: 'Steps that withdraw consent after it was granted' }),
    ),
  },
  {
    ...closed,
    description:
      "How the site's consent banner is answered on the landing page; with it, every visit grants consent unless its scenario says otherwise",
  },
);

const Audience = Type.Object(
  {
    name: text('What it is called in Ads Manager'),
    event: text('The event that puts a visitor into it'),
    days: Type.Integer({ description: 'Days that a visitor stays in it' }),
    contentIds: Type.Optional(
      Type.Boolean({ description: 'Whether it selects by product, which needs content ids' }),
    ),
  },
  closed,
);

const Plan = Type.Object(
  {
    prioritised: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        uniqueItems: true,
        description: 'The conversion events of the domain, in order of priority',
      }),
    ),
    audiences: Type.Optional(Type.Array(Audience)),
  },
  { ...closed, description: 'What the advertiser has set up in Ads Manager' },
);

const Waiver = Type.Object(
  {
    rule: text('Id of the rule that may fail'),
    journey: Type.Optional(text('The journey in which it may fail; by default all')),
    scenario: Type.Optional(
      Type.Enum([...SCENARIOS], { description: 'The scenario under which it may fail; by default all' }),
    ),
    event: Type.Optional(text('The event it may fail for; by default all')),
    reason: text('Why the failure is accepted'),
    owner: text('Who is responsible for it'),
    expires: Type.String({
      format: 'date',
      description: 'the last day on which it applies, YYYY-MM-DD, in UTC',
    }),
  },
  closed,
);

/** Scripts that pages run may be fetched without TLS only from this machine. */
export const UPSTREAM =
  /^(https:\/\/[^/?#\s]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(\/[^?#\s]*)?$/;

const SdkChoice = Type.Union(
  [
    Type.Enum(['double', 'live', ...PROFILES, ...OLD_NAMES]),
    Type.Object(
      {
        mode: Type.Literal('double'),
        profile: Type.Optional(
          Type.Enum([...PROFILES, ...OLD_NAMES], {
            description: 'The build that the stand-in imitates; 2026-05',
          }),
        ),
        firstPartyCookies: Type.Optional(
          Type.Boolean({ description: 'First-party cookies as set in Events Manager; true' }),
        ),
        automaticMatching: Type.Optional(
          Type.Boolean({ description: 'Automatic advanced matching as set in Events Manager; false' }),
        ),
      },
      closed,
    ),
    Type.Object(
      {
        mode: Type.Literal('file'),
        folder: text('Folder of the saved SDK, laid out by URL path, relative to the target file'),
      },
      closed,
    ),
    Type.Object(
      {
        mode: Type.Literal('live'),
        cache: Type.Optional(
          text(
            'Folder that keeps fetched scripts, relative to the target file; by default .ttq-conformance/sdk in the current folder',
          ),
        ),
        upstream: Type.Optional(
          Type.String({
            pattern: UPSTREAM.source,
            description:
              'A mirror to fetch from instead of TikTok, such as https://mirror.example; http only on this machine',
          }),
        ),
      },
      closed,
    ),
  ],
  { description: 'the SDK that pages get; a saved one needs its folder' },
);

/** The target file. The published JSON Schema is generated from this. */
export const TargetFile = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    extends: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))], {
        description:
          'Target files, relative to this one, with the settings that this one does not have: objects are merged, lists are replaced',
      }),
    ),
    name: Type.String({
      pattern: '^[\\w.-]+$',
      maxLength: LONGEST_NAME,
      description: 'Letters, digits, dot, dash and underscore',
    }),
    baseURL: Type.String({
      pattern: '^https?://[^/\\s]',
      description: 'the address of the site, such as https://www.shop.example',
    }),
    hosts: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1 }), {
        description: 'Host names of the site and the address that each is served from',
      }),
    ),
    server: Type.Optional(
      Type.Object(
        {
          command: text('Starts the site; run in a shell'),
          url: Type.String({ pattern: '^https?://[^/\\s]', description: 'answers once the site is up' }),
          cwd: Type.Optional(
            text('Folder to run the command in, relative to the target file; by default the current one'),
          ),
          env: Type.Optional(Type.Record(Type.String(), Type.String())),
          timeout: Type.Optional(
            Type.Integer({ minimum: 1, description: 'Milliseconds to wait for the site; 60000' }),
          ),
          isolated: Type.Optional(
            Type.Boolean({
              description:
                'Whether it is started in its own network namespace, on Linux: nothing that runs there can reach more than loopback and ' +
                'what reaches names; false, with --strict-network true',
            }),
          ),
          reaches: Type.Optional(
            Type.Array(text('a name or an address, with a port'), {
              uniqueItems: true,
              description:
                'What else the server needs to reach, by TCP, such as a database: 127.0.0.1:5432, db.internal:5432',
            }),
          ),
        },
        closed,
      ),
    ),
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^[!#$%&'*+.^_`|~\\w-]+$" }),
        Type.String({ pattern: '^[^\\r\\n]*$' }),
        {
          description:
            "Sent with every request to the site's own hosts, those of baseURL and hosts, and to no others",
        },
      ),
    ),
    httpCredentials: Type.Optional(
      Type.Object(
        { username: text('Of the site'), password: Type.String() },
        { ...closed, description: "Basic authentication for the site's own hosts" },
      ),
    ),
    cookies: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: text('The name of the cookie'),
            value: Type.String(),
            domain: Type.Optional(text('A host of the site; that of baseURL')),
            path: Type.Optional(text('/')),
          },
          closed,
        ),
        { description: 'Cookies that are set before the first page of each visit' },
      ),
    ),
    storageState: Type.Optional(
      text(
        "A file written by Playwright's storageState, relative to the target file: each visit begins with it",
      ),
    ),
    setup: Type.Optional(
      Type.Array(Step, {
        description:
          'Steps that are done once, before the first visit, and are not recorded, such as a login: each visit begins with the cookies and ' +
          'the storage that they leave',
      }),
    ),
    ignoreHTTPSErrors: Type.Optional(
      Type.Boolean({
        description: 'Whether an untrusted certificate of the site is accepted; false',
      }),
    ),
    locale: Type.Optional(text("The visitor's language, such as de-DE")),
    timezone: Type.Optional(text("The visitor's time zone, such as Europe/Berlin")),
    device: Type.Optional(text("The visitor's device, by Playwright's name for it, such as iPhone 15")),
    exclude: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^(/|https?://[^/\\s]+/)[^\\s]*$',
          description: 'a path of the site, or a whole URL; * stands for anything',
        }),
        {
          uniqueItems: true,
          description: "Pages that are not part of the site's tracking, such as the login of a staging site",
        },
      ),
    ),
    pixels: Type.Array(
      Type.String({ pattern: '^[A-Z0-9]{20}$', description: 'a pixel id: 20 characters, A to Z and 0 to 9' }),
      {
        uniqueItems: true,
        description:
          'The pixel ids that the site must load; empty for a shop without a pixel, where only the server sends: see eventsApi.sources',
      },
    ),
    identity: Type.Optional(
      Type.Object(
        {
          email: Type.Optional(Type.String({ format: 'email' })),
          phone: Type.Optional(
            Type.String({ pattern: '^\\+[1-9]\\d{6,14}$', description: 'E.164, with the plus' }),
          ),
          externalId: Type.Optional(text("The site's own id of the test customer")),
          firstName: Type.Optional(text('Of the test customer')),
          lastName: Type.Optional(text('Of the test customer')),
        },
        { ...closed, description: 'The synthetic customer that the journeys type in' },
      ),
    ),
    clickUrls: Type.Optional(
      Type.Array(Type.String({ pattern: '\\{ttclid\\}' }), {
        uniqueItems: true,
        description: 'Where ads point to, each with {ttclid} in it; one ad-click visit for each',
      }),
    ),
    pixelHosts: Type.Optional(
      Type.Array(
        Type.String({ pattern: '^[\\w-]+(\\.[\\w-]+)+$', description: 'a host name without a port' }),
        {
          uniqueItems: true,
          description: "The site's own hosts that lead to TikTok's, such as a CNAME of analytics.tiktok.com",
        },
      ),
    ),
    pixelPaths: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^(/[^/?#\\s]+)+$',
          description: 'a path such as /_t/tiktok, without a slash at the end',
        }),
        {
          uniqueItems: true,
          description:
            "The site's own paths that lead to TikTok's hosts: /_t/tiktok if the script is requested at /_t/tiktok/i18n/pixel/events.js",
        },
      ),
    ),
    consent: Type.Optional(
      Type.Union([Type.Enum(['auto']), Consent], {
        description:
          '"auto" if the banner belongs to a known consent tool; otherwise the steps that answer it',
      }),
    ),
    consentVisits: Type.Optional(
      Type.Enum(['start', 'ad'], {
        description:
          'How the visitor arrives under the consent scenarios: at the start URL, or through the first click URL; start',
      }),
    ),
    spa: Type.Optional(
      Type.Boolean({ description: 'Whether the site changes pages without loading a document; false' }),
    ),
    plan: Type.Optional(Plan),
    eventsApi: Type.Optional(
      Type.Object(
        {
          transport: Type.Enum(['preload', 'proxy', 'server', 'none'], {
            description:
              "preload: the site's Node process is started with the stub; proxy: a proxy leads the site's server, in any language, to the stub; " +
              "server: the stub is a separate server, whose URL the site is given; none: the server's calls are not seen",
          }),
          port: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 65_535,
              description: 'For server: the port of the stub on 127.0.0.1; by default a free one',
            }),
          ),
          https: Type.Optional(
            Type.Boolean({
              description:
                'For server: the stub speaks HTTPS, with a certificate authority that the site is given to trust; false',
            }),
          ),
          hosts: Type.Optional(
            Type.Array(Type.String({ pattern: '^[\\w.-]+$', description: 'a host name without a port' }), {
              uniqueItems: true,
              description: 'Further hosts that are answered like the Events API',
            }),
          ),
          listen: Type.Optional(
            Type.Object(
              {
                address: text('An address of this machine, such as that of the bridge; 0.0.0.0 for all'),
                port: Type.Integer({ minimum: 1, maximum: 65_535 }),
                password: Type.String({
                  minLength: 12,
                  description: 'at least 12 characters: others in the network can reach the proxy, too',
                }),
              },
              {
                ...closed,
                description:
                  "Where back ends on other machines, such as containers, reach a proxy that serves only TikTok's hosts",
              },
            ),
          ),
          sources: Type.Optional(
            Type.Array(text('an event_source_id'), {
              minItems: 1,
              uniqueItems: true,
              description:
                'Further event_source_id values that the server may send: those of a shop without a pixel, an app, a shop or a CRM',
            }),
          ),
          faults: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  kind: Type.Enum([...FAULT_KINDS]),
                  times: Type.Optional(
                    Type.Integer({ minimum: 1, description: 'How many calls it lasts; by default all' }),
                  ),
                  delay: Type.Optional(
                    Type.Integer({ minimum: 0, description: 'Milliseconds before the answer or the reset' }),
                  ),
                },
                closed,
              ),
              {
                minItems: 1,
                uniqueItems: true,
                description:
                  'The faults that the scenario events-api-faults goes through: one visit for each',
              },
            ),
          ),
          maxAge: Type.Optional(
            Type.Integer({
              minimum: 1,
              description: 'Maximum age of an event in seconds when it arrives; 900',
            }),
          ),
          maxBatch: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1000,
              description: 'Maximum number of events in a request; 50',
            }),
          ),
          allowTestEventCode: Type.Optional(
            Type.Boolean({ description: 'Whether events may carry a test_event_code; false' }),
          ),
        },
        closed,
      ),
    ),
    network: Type.Optional(
      Type.Enum(['hermetic', 'open'], {
        description:
          "hermetic: only the target's own hosts resolve; open: everything but TikTok does. hermetic if hosts or a server are named",
      }),
    ),
    sdk: Type.Optional(SdkChoice),
    events: Type.Optional(
      Type.Enum([...EVENTS], {
        description:
          'swallow: no event leaves the machine; forward: each is delivered to TikTok, too, if --forward-events is given',
      }),
    ),
    scenarios: Type.Optional(Type.Array(Type.Enum([...SCENARIOS]), { minItems: 1, uniqueItems: true })),
    journeys: Type.Array(Journey, { minItems: 1 }),
    timeouts: Type.Optional(
      Type.Object(
        {
          step: Type.Optional(
            Type.Integer({ minimum: 1, description: 'Milliseconds a step may take; 15000' }),
          ),
          settle: Type.Optional(
            Type.Integer({
              minimum: 1,
              description: 'Milliseconds to wait for an event after its call; 5000',
            }),
          ),
          delivery: Type.Optional(
            Type.Integer({
              minimum: 1,
              description:
                'Milliseconds, under a fault of the Events API, to wait until the server has delivered its events; 10000',
            }),
          ),
        },
        closed,
      ),
    ),
    gate: Type.Optional(
      Type.Object(
        {
          failOn: Type.Optional(
            Type.Array(Type.Enum([...SEVERITIES]), {
              uniqueItems: true,
              description: 'Failures of these severities hold the release; inconclusive verdicts always do',
            }),
          ),
          staleWaivers: Type.Optional(
            Type.Enum(['hold', 'report'], {
              description:
                'What happens if a waiver is no longer needed: it holds the release, or is only reported',
            }),
          ),
          waiverDays: Type.Optional(
            Type.Integer({
              minimum: 1,
              description: 'How many days from today a waiver may last; by default a year',
            }),
          ),
        },
        closed,
      ),
    ),
    rules: Type.Optional(
      Type.Record(Type.String(), Type.Enum(['off', ...SEVERITIES]), {
        description: 'By rule id: off, or the severity that its failures have here',
      }),
    ),
    waivers: Type.Optional(Type.Array(Waiver, { description: 'Failures that are accepted temporarily' })),
  },
  { ...closed, $id: 'urn:ttq-conformance:target:1', title: 'ttq-conformance target' },
);

export type TargetFile = Static<typeof TargetFile>;
export type Step = Static<typeof Step>;

/** Whether a step types text, at once or key by key. */
export function isTyping(
  step: Step,
): step is Extract<Step, { with: string } & ({ fill: string } | { type: string })> {
  return 'fill' in step || 'type' in step;
}

export type ConsentSteps = Static<typeof Consent>;
export type Waiver = Static<typeof Waiver>;
export type AdPlan = Static<typeof Plan>;
export type Journey = Required<Static<typeof Journey>>;
export type Expectation = Static<typeof Expectation>;

/** As Playwright's storageState writes it. */
export interface StorageState {
  cookies: {
    name: string;
    value: string;
    domain: string;
    path: string;
    expires: number;
    httpOnly: boolean;
    secure: boolean;
    sameSite: 'Strict' | 'Lax' | 'None';
  }[];
  origins: { origin: string; localStorage: { name: string; value: string }[] }[];
}

/** A target with every default filled in and {port} replaced. */
export interface Target {
  name: string;
  /** The value of {port}, if the file uses it. */
  port?: number;
  baseURL: string;
  hosts: Record<string, string>;
  server?: NonNullable<TargetFile['server']>;
  /** Headers added to every request to the site's own hosts. */
  headers: Record<string, string>;
  httpCredentials?: NonNullable<TargetFile['httpCredentials']>;
  cookies: NonNullable<TargetFile['cookies']>;
  /** Absolute path of a file, or its content. */
  storageState?: string | StorageState;
  /** Steps done before the first visit; each visit begins with the state they leave. */
  setup: Step[];
  ignoreHTTPSErrors: boolean;
  locale?: string;
  timezone?: string;
  /** By Playwright's name. */
  device?: string;
  /** Pages that are not part of the site's tracking. */
  exclude: string[];
  pixels: string[];
  identity: {
    email?: string;
    phone?: string;
    externalId?: string;
    firstName?: string;
    lastName?: string;
  };
  clickUrls: string[];
  /** The site's own hosts that stand for TikTok's. */
  pixelHosts: string[];
  /** The site's own paths that stand for TikTok's hosts, without a trailing slash. */
  pixelPaths: string[];
  /** Without steps if they are still to be found: see `autoConsent`. */
  consent?: ConsentSteps;
  /** Whether the site is explored before its first visit to find the answers to its banner. */
  autoConsent?: true;
  /** How the visitor arrives under the scenarios about consent; at the start URL if missing. */
  consentVisits?: 'start' | 'ad';
  spa: boolean;
  plan: AdPlan;
  eventsApi: NonNullable<TargetFile['eventsApi']> & EventsApiLimits;
  network: 'hermetic' | 'open';
  sdk: Sdk;
  events: Events;
  scenarios: ScenarioName[];
  journeys: Journey[];
  timeouts: { step: number; settle: number; delivery: number };
  gate: { failOn: Severity[]; staleWaivers: 'hold' | 'report'; waiverDays?: number };
  /** What the target says about single rules. */
  rules: Record<string, Severity | 'off'>;
  waivers: Waiver[];
  /** Values from the environment, other than addresses. */
  secrets?: readonly string[];
}
