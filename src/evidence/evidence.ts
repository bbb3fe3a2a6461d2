import Type, { type Static } from 'typebox';
import { FAULT_KINDS } from '../tiktok/events-api/faults.ts';
import { Problem } from './problem.ts';

/**
 * Everything that one visit left behind, as one JSON document. Times (`at`) are milliseconds since `startedAt`, on one clock:
 * browser, double and server run on the same machine. Strings with personal data or secrets are masked (see mask.ts).
 */
const closed = { additionalProperties: false };
const At = Type.Number({ description: 'Milliseconds since startedAt' });
const Json = Type.Unknown();

const Hop = Type.Object(
  {
    url: Type.String(),
    status: Type.Optional(Type.Integer({ description: 'Missing if no answer came' })),
    location: Type.Optional(Type.String({ description: 'The Location header, as sent' })),
    serviceWorker: Type.Optional(Type.Boolean({ description: "Answered by the page's service worker" })),
  },
  closed,
);

const Snippet = Type.Object(
  {
    text: Type.String({ description: 'Its first 8,000 characters' }),
    placement: Type.Enum(['head', 'body']),
    type: Type.Optional(Type.String({ description: 'The type attribute, if there is one' })),
  },
  closed,
);

const DocumentRecord = Type.Object(
  {
    id: Type.String(),
    at: At,
    url: Type.String({ description: 'The URL the document was created with' }),
    referrer: Type.String(),
    frame: Type.Enum(['main', 'child']),
    via: Type.String({
      description:
        'What caused it: goto, link, form, script, meta-refresh, refresh-header, reload, history, pop-up',
    }),
    arrival: Type.Boolean({
      description: 'Whether it came before the first step: the landing and what led there',
    }),
    hops: Type.Array(Hop, {
      description: 'HTTP requests that led to it; the last one answered with the document',
    }),
    tab: Type.Integer({
      minimum: 0,
      description: 'Number of its tab, in the order in which they were opened',
    }),
    title: Type.Optional(Type.String({ description: 'As it was when the document was parsed' })),
    kept: Type.Optional(
      Type.Enum(['service-worker', 'http'], {
        description:
          "The cache in the browser that it came from: a service worker's, or the HTTP cache; missing if a server " +
          'answered',
      }),
    ),
    mountedAt: Type.Optional(
      Type.Number({ description: 'When the SDK took over the ttq object of this document' }),
    ),
    ttqIs: Type.Optional(
      Type.Enum(['function', 'object'], {
        description: 'What ttq was when the SDK took it over; missing if it was an array, as it must be',
      }),
    ),
    opaque: Type.Optional(
      Type.Literal(true, { description: 'Whether its origin is opaque, like that of a sandboxed frame' }),
    ),
    excluded: Type.Optional(
      Type.Literal(true, {
        description: "Whether the target excludes it as not part of the site's tracking",
      }),
    ),
    routes: Type.Optional(
      Type.Array(Type.Object({ at: At, url: Type.String() }, closed), {
        description: 'The URLs it took later, without a new document: by the history API or a fragment',
      }),
    ),
    ran: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "The pixel id of each element of TikTok's first script that ran in it; missing if none was seen to run",
      }),
    ),
    snippets: Type.Optional(
      Type.Array(Snippet, {
        description: "Its inline scripts that hold, or seem to hold, TikTok's base code",
      }),
    ),
  },
  closed,
);

const CallRecord = Type.Object(
  {
    at: At,
    document: Type.String({ description: 'Id of the document that made the call' }),
    url: Type.Optional(
      Type.String({ description: "The URL at the time, if it is no longer the document's" }),
    ),
    global: Type.String({ description: 'Name of the global object, usually ttq' }),
    method: Type.String(),
    args: Type.Array(Json),
    pixel: Type.Optional(Type.String({ description: 'Set for a call on ttq.instance(pixel)' })),
    queued: Type.Boolean({ description: 'Whether it was made before the SDK mounted' }),
    source: Type.Optional(Type.String({ description: 'url:line:column of the caller' })),
    placement: Type.Optional(
      Type.Enum(['head', 'body', 'script'], {
        description:
          'For load: where the inline snippet is, or script when it runs from a script file or later',
      }),
    ),
  },
  closed,
);

const RequestRecord = Type.Object(
  {
    at: At,
    method: Type.String(),
    url: Type.String(),
    page: Type.Optional(Type.String({ description: 'The Referer header' })),
    userAgent: Type.Optional(Type.String()),
    contentType: Type.Optional(Type.String()),
    accessToken: Type.Optional(
      Type.String({ description: 'The Access-Token header of a request to the Events API, masked' }),
    ),
    body: Type.Optional(
      Type.Unknown({ description: 'Parsed if it is JSON; the message of an image request is here, too' }),
    ),
    image: Type.Optional(Type.Boolean({ description: 'Sent as an image request' })),
    status: Type.Integer({ description: 'What the double answered' }),
    forwarded: Type.Optional(
      Type.Integer({
        description: "TikTok's status, if the request was delivered to it, too; 0 if that failed",
      }),
    ),
  },
  closed,
);

const SdkRecord = Type.Object(
  {
    mode: Type.Enum(['double', 'file', 'live'], {
      description: "double: the stand-in; file: a saved SDK; live: TikTok's own",
    }),
    profile: Type.Optional(Type.String({ description: 'The build that the stand-in imitated' })),
    upstream: Type.Optional(Type.String({ description: 'The mirror that was used instead of TikTok' })),
    libraries: Type.Array(Type.String(), {
      description:
        'What the SDK called itself on the wire, such as pixel.js 2.2.1; empty if nothing was sent',
    }),
    scripts: Type.Array(
      Type.Object(
        {
          url: Type.String(),
          status: Type.Integer(),
          sha256: Type.String({ description: 'Of its text' }),
          fetched: Type.Optional(
            Type.String({
              description: 'When it was fetched from TikTok; older than the visit: from the cache',
            }),
          ),
        },
        closed,
      ),
      { description: 'Each script that the pages were given, once, in order' },
    ),
  },
  { ...closed, description: 'Which SDK the pages were given' },
);

const ServerRecord = Type.Object(
  {
    at: At,
    method: Type.String(),
    url: Type.String(),
    headers: Type.Record(Type.String(), Type.String()),
    body: Type.Unknown(),
    status: Type.Integer({ description: '0 if the stub gave no answer' }),
    answer: Type.Unknown({ description: 'The body the stub answered with; null if it gave no answer' }),
    fault: Type.Optional(
      Type.String({ description: 'The fault that the target asked for, instead of the answer' }),
    ),
    delay: Type.Optional(
      Type.Number({
        description: 'Milliseconds by which the fault delayed the answer; missing if it did not',
      }),
    ),
    unseen: Type.Optional(
      Type.Array(Type.Enum(['time', 'headers', 'answer']), {
        description:
          'For a call from a list: what the list does not show of it. Without its time, at is that of its last event',
      }),
    ),
    tiedBy: Type.Optional(
      Type.Enum(['request', 'click-id', 'event-id', 'ttp', 'user-agent'], {
        description: "What tied it to the visit: the visit's request that caused it, or a key in its content",
      }),
    ),
    otherEvents: Type.Optional(
      Type.Integer({
        description: 'How many events of other visits it carried; they are left out of the body',
      }),
    ),
  },
  closed,
);

const CookieRecord = Type.Object(
  {
    name: Type.String(),
    value: Type.String(),
    domain: Type.String(),
    path: Type.String(),
    expires: Type.Number({ description: 'Seconds since 1970; -1 for a session cookie' }),
    httpOnly: Type.Boolean(),
    secure: Type.Boolean(),
    sameSite: Type.Optional(Type.String()),
    holdsClickId: Type.Optional(
      Type.Literal(true, { description: "Whether the value contains the visit's ttclid" }),
    ),
  },
  closed,
);

const ConsentRecord = Type.Object(
  {
    at: At,
    answer: Type.Enum(['granted', 'denied', 'withdrawn']),
    document: Type.Optional(Type.String({ description: 'Id of the document it was given in' })),
    cookies: Type.Array(Type.String(), { description: "Names of TikTok's cookies that were set before it" }),
  },
  closed,
);

/** What a step does: the first member of a step in a target file. */
export const STEP_ACTIONS = [
  'click',
  'hover',
  'check',
  'type',
  'upload',
  'wait',
  'run',
  'fill',
  'select',
  'press',
  'goto',
  'waitFor',
  'reload',
  'back',
  'forward',
  'request',
] as const;
export type StepAction = (typeof STEP_ACTIONS)[number];

const StepRecord = Type.Object(
  {
    at: At,
    action: Type.Enum([...STEP_ACTIONS]),
    on: Type.Optional(
      Type.String({ description: 'The selector, the key or the URL; as in the target file' }),
    ),
    text: Type.String({
      description: 'The step as the target file has it; its own text to type is masked',
    }),
    typed: Type.Optional(
      Type.Enum(['email', 'phone', 'externalId', 'firstName', 'lastName'], {
        description: 'The part of the identity that it contains',
      }),
    ),
  },
  closed,
);

/**
 * Parts of a visit that evidence from elsewhere, such as a HAR, may lack. Each rule declares which of them it needs.
 *
 * - calls: the calls of `ttq`
 * - pages: what the pages themselves knew: their titles, base code, storage and routes, and when the SDK took over
 * - navigation: what led from page to page
 * - tabs: which tab each page was in
 * - arrival: which documents were only passed through on the way to the landing page
 * - steps: what the visitor did and typed
 * - consent: how the consent banner was answered
 * - console: the messages of the browser, and the errors of the pages
 * - server: what the site's server sent to the Events API
 * - cookies: the cookies at the end of the visit, with their domains and expiry
 * - messages: the bodies of the pixel's requests
 */
export const PARTS = [
  'calls',
  'pages',
  'navigation',
  'tabs',
  'arrival',
  'steps',
  'consent',
  'console',
  'server',
  'cookies',
  'messages',
] as const;
export type Part = (typeof PARTS)[number];

const Ways = (description: string) =>
  Type.Object(
    { pixelHosts: Type.Array(Type.String()), pixelPaths: Type.Array(Type.String()) },
    { ...closed, description },
  );

const BlindSpot = Type.Object(
  {
    part: Type.Enum([...PARTS]),
    by: Type.Enum(['format', 'file', 'recorder'], {
      description:
        'format: files of its kind never show it; file: this one lacks it; recorder: the recorder of the visit did not see it',
    }),
    why: Type.String({ description: 'For people' }),
    ways: Type.Optional(
      Ways("For messages: the site's own ways to TikTok that the pixel used and the target does not name"),
    ),
  },
  closed,
);

export const EVIDENCE_VERSION = 4;

export const Evidence = Type.Object(
  {
    version: Type.Literal(EVIDENCE_VERSION),
    target: Type.String(),
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description: 'What {port} stood for in the target file, if the file uses it',
      }),
    ),
    journey: Type.String(),
    scenario: Type.String(),
    clickUrl: Type.Optional(
      Type.String({ description: 'The click URL of an ad-click visit, as the target file has it' }),
    ),
    clickId: Type.Optional(
      Type.String({ description: 'The ttclid of this visit: generated for it, not personal data' }),
    ),
    earlierClickId: Type.Optional(
      Type.String({ description: 'The ttclid of the click before it, in a visit under second-click' }),
    ),
    fault: Type.Optional(
      Type.Object(
        {
          kind: Type.Enum([...FAULT_KINDS]),
          times: Type.Optional(
            Type.Integer({ description: 'How many calls it lasted; without it, all of the visit' }),
          ),
          delay: Type.Optional(Type.Integer({ description: 'Milliseconds before the answer or the reset' })),
        },
        { ...closed, description: 'The fault of the Events API, in a visit under events-api-faults' },
      ),
    ),
    startedAt: Type.String({ format: 'date-time' }),
    duration: Type.Number({ description: 'Milliseconds' }),
    outcome: Type.Enum(['complete', 'broken']),
    problem: Type.Optional(Problem),
    recorder: Type.Object(
      {
        browser: Type.String(),
        capture: Type.Enum(['server', 'har', 'list'], {
          description:
            "server: TikTok's hosts resolve to a loopback server; har: it was made from an HTTP archive; list: from a list of " +
            'Events API calls',
        }),
        network: Type.Enum(['hermetic', 'open']),
        sdk: SdkRecord,
        eventsApi: Type.Enum(['preload', 'proxy', 'server', 'none']),
        seal: Type.Optional(
          Type.String({
            description: 'Identifies the key of the masks; missing if none is sealed',
          }),
        ),
        blind: Type.Optional(
          Type.Array(BlindSpot, {
            description: 'What the evidence does not show of the visit; missing if a recorder saw everything',
          }),
        ),
        ways: Type.Optional(
          Ways(
            "The site's own ways to TikTok that the target did not name when the visit was recorded, and an earlier visit found",
          ),
        ),
      },
      closed,
    ),
    inBrowser: Type.Optional(
      Type.Object(
        {
          url: Type.String({
            description: 'What the address bar of the view showed, which is what was opened',
          }),
          events: Type.Integer({ minimum: 0, description: 'Events that its pages sent' }),
          withClickId: Type.Integer({ minimum: 0, description: 'Those of them that carried the click id' }),
        },
        {
          ...closed,
          description:
            "Of a visit in TikTok's app: the landing page, opened again in a browser that knows nothing of the view",
        },
      ),
    ),
    steps: Type.Array(StepRecord),
    consent: Type.Array(ConsentRecord, {
      description: 'How the visitor answered the consent banner, in order',
    }),
    documents: Type.Array(DocumentRecord),
    calls: Type.Array(CallRecord),
    requests: Type.Array(RequestRecord, { description: "What reached TikTok's hosts, in order of arrival" }),
    failed: Type.Array(Type.Object({ at: At, url: Type.String(), error: Type.String() }, closed), {
      description: 'Requests to TikTok that the browser could not or would not send',
    }),
    server: Type.Object(
      {
        seen: Type.Boolean({
          description:
            "Whether the preloaded stub saw a request of this visit reach the site's server; with the transports " +
            'proxy and server, whether any call of the run has reached the stub',
        }),
        requests: Type.Array(ServerRecord),
        leaks: Type.Optional(
          Type.Array(Type.Object({ at: At, kind: Type.Enum(['token', 'email', 'phone']) }, closed), {
            description:
              "Secrets that the site's server wrote to its standard streams during the visit; seen only by the preloaded stub",
          }),
        ),
        unattributed: Type.Optional(
          Type.Array(
            Type.Object(
              {
                at: At,
                events: Type.Array(Type.String(), { description: 'Each with its event_id' }),
                reason: Type.Enum(['no-visit', 'several-visits'], {
                  description: 'Nothing in it matches a visit, or it matches several equally well',
                }),
              },
              closed,
            ),
            {
              description:
                "Calls that came during the visit and could be tied to none: they may be this visit's",
            },
          ),
        ),
      },
      { ...closed, description: "What the site's server sent to the Events API because of this visit" },
    ),
    cookies: Type.Array(CookieRecord, { description: 'At the end of the visit' }),
    storage: Type.Array(
      Type.Object(
        {
          origin: Type.String(),
          area: Type.Enum(['local', 'session']),
          key: Type.String(),
          value: Type.String({ description: "Masked, unless it is TikTok's own" }),
          holdsClickId: Type.Optional(Type.Literal(true)),
        },
        closed,
      ),
      { description: "Web storage of the visit's last pages" },
    ),
    console: Type.Array(
      Type.Object(
        { at: At, type: Type.String(), text: Type.String(), source: Type.Optional(Type.String()) },
        closed,
      ),
    ),
    errors: Type.Array(
      Type.Object(
        {
          at: At,
          message: Type.String(),
          source: Type.Optional(Type.String()),
          global: Type.Optional(
            Type.String({
              description: 'The global that did not exist yet when the call that caused the error was made',
            }),
          ),
          byCaller: Type.Optional(
            Type.Literal(true, {
              description:
                'Whether it was thrown by a function that calls ttq, in the same run, or on the line of the call',
            }),
          ),
        },
        closed,
      ),
    ),
    exposed: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "URLs of those of the visit's last pages whose source contained an access token of the server's",
      }),
    ),
  },
  { ...closed, $id: 'urn:ttq-conformance:evidence:4', title: 'ttq-conformance evidence' },
);

export type Evidence = Static<typeof Evidence>;
export type BlindSpot = Static<typeof BlindSpot>;
export type Hop = Static<typeof Hop>;
export type DocumentRecord = Static<typeof DocumentRecord>;
export type CallRecord = Static<typeof CallRecord>;
export type RequestRecord = Static<typeof RequestRecord>;
export type SdkRecord = Static<typeof SdkRecord>;
export type ServerRecord = Static<typeof ServerRecord>;
export type CookieRecord = Static<typeof CookieRecord>;
export type ConsentRecord = Static<typeof ConsentRecord>;
export type StepRecord = Static<typeof StepRecord>;
