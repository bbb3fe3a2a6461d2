import type { ConsentRecord, RequestRecord } from '../../../src/evidence/evidence.ts';
import { cookiesAfterWithdrawal } from '../../../src/rules/consent/cookies-after-withdrawal.ts';
import { cookiesBeforeConsent } from '../../../src/rules/consent/cookies-before-consent.ts';
import { gpcRespected } from '../../../src/rules/consent/gpc-respected.ts';
import { nothingAfterDenial } from '../../../src/rules/consent/nothing-after-denial.ts';
import { nothingBefore } from '../../../src/rules/consent/nothing-before.ts';
import { releasedAfterGrant } from '../../../src/rules/consent/released-after-grant.ts';
import { withdrawn } from '../../../src/rules/consent/withdrawn.ts';
import { AT, add, all, beacon, type Change, call, drop, eachBeacon, page, SHOP, set } from './clean.ts';
import { testRule } from './table.ts';

const UNASKED = 'No consent banner was answered';
const LANDING = `${SHOP}/`;

function answers(...answers: [at: number, answer: ConsentRecord['answer'], ...cookies: string[]][]): Change {
  return (evidence) => {
    evidence.consent = answers.map(([at, answer, ...cookies]) => ({
      at,
      answer,
      document: at < 300 ? 'landing' : 'product',
      cookies,
    }));
  };
}

/** Neither browser nor server sends anything after a time; cookies are gone. */
function silentFrom(time: number): Change {
  return (evidence) => {
    evidence.requests = evidence.requests.filter(({ at }) => at < time);
    evidence.calls = evidence.calls.filter(({ at }) => at < time);
    evidence.server.requests = [];
    evidence.cookies = [];
  };
}

const denied = all(set('/scenario', 'consent-denied'), answers([120, 'denied']), silentFrom(105));
const withdrew = all(
  set('/scenario', 'consent-withdrawn'),
  answers([105, 'granted'], [200, 'withdrawn', '_ttp']),
  silentFrom(200),
);
const late = all(set('/scenario', 'consent-late'), answers([330, 'granted']));
const purchaseOf =
  (time: number): Change =>
  ({ startedAt, server }) => {
    server.requests = [
      {
        at: 850,
        method: 'POST',
        url: 'https://business-api.tiktok.com/open_api/v1.3/event/track/',
        headers: {},
        body: {
          event_source: 'web',
          event_source_id: 'CDEMO000000000000001',
          data: [{ event: 'Purchase', event_time: Math.floor((Date.parse(startedAt) + time) / 1000) }],
        },
        status: 200,
        answer: { code: 0, message: 'OK' },
      },
    ];
  };

const bare = (at: number, more: Partial<RequestRecord> = {}): RequestRecord => {
  const { body: _body, contentType: _type, ...request } = beacon(at, '', '', LANDING);
  return { ...request, method: 'GET', url: `${request.url}?sdkid=CDEMO000000000000001&ev=PageView`, ...more };
};

const ignored = all(set('/scenario', 'consent-ignored'), set('/consent', []));

testRule(nothingBefore, [
  { name: 'the pixel loads with the answer' },
  { name: 'a banner that is left alone, and a site that waits', change: all(ignored, silentFrom(105)) },
  {
    name: 'a banner that is left alone, and a pixel that does not wait',
    change: all(ignored, ({ requests, server }) => {
      requests.splice(3);
      server.requests = [];
    }),
    findings: [
      {
        code: 'browser-unanswered',
        args: { events: 'LandingPageView and Pageview', page: '/' },
        place: '/requests/1',
      },
    ],
  },
  {
    name: 'a banner that is left alone, and a server that does not wait',
    change: all(ignored, ({ requests }) => void requests.splice(0)),
    findings: [
      { code: 'server-unanswered', args: { events: 'Purchase' }, place: `${AT.server}/body/data/0` },
    ],
  },
  { name: 'no banner', change: set('/consent', []), inapplicable: UNASKED },
  {
    name: 'the script is fetched before: that is not an event',
    change: answers([140, 'granted']),
  },
  {
    name: 'what waited before the answer and was sent after it',
    change: all(
      answers([155, 'granted']),
      add('calls', call('landing', 112, 'holdConsent'), call('landing', 156, 'grantConsent')),
    ),
  },
  {
    name: 'telemetry only',
    change: all(
      answers([155, 'granted']),
      add('requests', {
        ...beacon(140, '', '', LANDING),
        url: 'https://analytics.tiktok.com/api/v2/pixel/act',
        body: { action: 'Metadata' },
      }),
    ),
  },
  {
    name: 'a preflight, and a message whose body was cut off',
    change: all(
      answers([155, 'granted']),
      add(
        'requests',
        bare(140, { method: 'OPTIONS', status: 204 }),
        bare(141, { method: 'POST', status: 0 }),
      ),
    ),
  },
  {
    name: 'an image of the site itself, which says nothing but that there is a visitor',
    change: all(answers([155, 'granted']), add('requests', bare(140))),
    findings: [
      {
        code: 'browser',
        args: { events: 'a request without a message (GET /api/v2/pixel)', page: '/', ms: 15 },
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'page views before the answer',
    change: answers([250, 'granted']),
    findings: [
      {
        code: 'browser',
        args: { events: 'LandingPageView and Pageview', page: '/', ms: 90 },
        place: AT.sent.LandingPageView,
      },
    ],
  },
  {
    name: 'an answer that comes on the second page, whatever it is',
    change: answers([400, 'denied']),
    findings: [
      {
        code: 'browser',
        args: { events: 'LandingPageView and Pageview', page: '/', ms: 240 },
        place: AT.sent.LandingPageView,
      },
      {
        code: 'browser',
        args: { events: 'Pageview and ViewContent', page: '/products/blue-widget', ms: 49 },
        place: '/requests/4',
      },
    ],
  },
  {
    name: 'the server is faster than the visitor',
    change: all(
      silentFrom(105),
      purchaseOf(110),
      set('/server/requests/0/at', 110),
      answers([120, 'denied']),
    ),
    findings: [
      {
        code: 'server',
        args: { events: 'Purchase', page: '', ms: 10 },
        place: '/server/requests/0/body/data/0',
      },
    ],
  },
]);

testRule(nothingAfterDenial, [
  { name: 'nothing is sent', change: denied },
  {
    name: 'the script is fetched, and its telemetry comes',
    change: all(
      denied,
      add('requests', {
        ...beacon(400, '', '', LANDING),
        url: 'https://analytics.tiktok.com/api/v2/pixel/act',
        body: { action: 'Metadata' },
      }),
    ),
  },
  {
    name: "the SDK's own event on the page of the answer, on its way already",
    change: all(denied, add('requests', beacon(121, 'EngagedSession', '', LANDING))),
  },
  { name: 'no banner', change: all(denied, set('/consent', [])), inapplicable: UNASKED },
  {
    name: 'the visit ends with the answer',
    change: all(denied, (evidence) => {
      evidence.documents = evidence.documents.slice(0, 1);
      evidence.steps = [];
    }),
    inconclusive: 'The visit ended with the consent answer: add a step to the journey',
  },
  {
    name: 'later pages send',
    change: all(
      denied,
      add(
        'requests',
        beacon(351, 'LandingPageView', '', `${SHOP}/cart`),
        beacon(352, 'Pageview', '', `${SHOP}/cart`),
      ),
    ),
    findings: [
      {
        code: 'browser',
        args: { events: 'LandingPageView and Pageview', page: '/cart' },
        place: '/requests/0',
      },
    ],
  },
  {
    name: 'an image instead of the pixel',
    change: all(denied, add('requests', bare(351))),
    findings: [
      {
        code: 'browser',
        args: { events: 'a request without a message (GET /api/v2/pixel)', page: '/products/blue-widget' },
        place: '/requests/0',
      },
    ],
  },
  {
    name: 'what waited is released by the denial, without a later page',
    change: all(denied, add('requests', beacon(130, 'Pageview', '', LANDING)), (evidence) => {
      evidence.documents = evidence.documents.slice(0, 1);
      evidence.steps = [];
    }),
    findings: [
      {
        code: 'browser',
        args: { events: 'Pageview', page: '/' },
        place: '/requests/0',
      },
    ],
  },
  {
    name: 'the server sends',
    change: all(denied, purchaseOf(850)),
    findings: [
      {
        code: 'server',
        args: { events: 'Purchase', page: '' },
        place: '/server/requests/0/body/data/0',
      },
    ],
  },
]);

testRule(withdrawn, [
  { name: 'nothing more is sent', change: withdrew },
  {
    name: 'the server delivers late what came before the withdrawal',
    change: all(withdrew, set('/consent/1/at', 5200), set('/duration', 9000), (evidence) => {
      evidence.steps.push({ at: 5300, action: 'click', on: 'a', text: '{"click":"a"}' });
      purchaseOf(1000)(evidence);
      evidence.server.requests[0]!.at = 5400;
    }),
  },
  { name: 'no withdrawal', change: all(withdrew, drop('/consent/1')), inapplicable: UNASKED },
  {
    name: 'the visit ends with the withdrawal',
    change: all(withdrew, (evidence) => {
      evidence.documents = evidence.documents.slice(0, 1);
      evidence.steps = [];
    }),
    inconclusive: 'The visit ended with the consent answer: add a step to the journey',
  },
  {
    name: 'the next page sends again',
    change: all(withdrew, add('requests', beacon(351, 'Pageview', '', `${SHOP}/cart`))),
    findings: [
      {
        code: 'browser',
        args: { events: 'Pageview', page: '/cart' },
        place: '/requests/3',
      },
    ],
  },
  {
    name: 'the server sends',
    change: all(withdrew, purchaseOf(850)),
    findings: [
      {
        code: 'server',
        args: { events: 'Purchase', page: '' },
        place: '/server/requests/0/body/data/0',
      },
    ],
  },
]);

const heldOn = (document: string, at: number): Change => add('calls', call(document, at, 'holdConsent'));

testRule(releasedAfterGrant, [
  { name: 'the pixel loads with the answer' },
  { name: 'no banner', change: set('/consent', []), inapplicable: UNASKED },
  {
    name: 'held on two pages and released on the second',
    change: all(
      late,
      heldOn('landing', 111),
      heldOn('product', 311),
      add('calls', call('product', 340, 'grantConsent')),
    ),
  },
  {
    name: 'a page view called for twice on one URL, which is sent once',
    change: all(heldOn('landing', 104), add('calls', call('landing', 113, 'page'))),
  },
  {
    name: 'the pixel reloads the page for the answer',
    change: all(
      add('documents', { ...page('again', 150, `${SHOP}/?ttclid=x`, 'reload') }),
      set('/documents/0/at', 50),
      set('/consent/0/at', 100),
    ),
  },
  {
    name: 'no SDK ran',
    change: (evidence) => {
      evidence.requests = [];
      for (const document of evidence.documents) delete document.mountedAt;
    },
    inapplicable: 'The SDK did not run: see pixel/sdk-loads',
  },
  {
    name: 'a policy refuses the events',
    change: all(
      set('/console', [
        {
          at: 200,
          type: 'error',
          text: "Refused to connect to 'https://analytics.tiktok.com/api/v2/pixel' because it violates the following Content Security Policy directive",
        },
      ]),
      drop(AT.sent.ViewContent),
    ),
    inapplicable: 'A Content-Security-Policy blocks events: see pixel/not-blocked',
  },
  {
    name: 'not sent, but not held either: a finding of event/expected',
    change: drop(AT.sent.ViewContent),
  },
  {
    name: 'sent before the answer already: a finding of consent/nothing-before',
    change: answers([250, 'granted']),
  },
  {
    name: 'held before the answer and dropped',
    change: all(late, heldOn('product', 311), drop(AT.sent.ViewContent)),
    findings: [
      {
        code: 'not-released',
        args: { events: 'ViewContent', page: '/products/blue-widget', by: 'ttq.holdConsent()' },
        place: AT.call.ViewContent,
        absence: true,
      },
    ],
  },
  {
    name: 'held again on a later page, and not released there',
    change: all(heldOn('checkout', 610), drop(AT.sent.InitiateCheckout, '/requests/8')),
    findings: [
      {
        code: 'still-held',
        args: { events: 'Pageview and InitiateCheckout', page: '/checkout', by: 'ttq.holdConsent()' },
        place: AT.page.checkout,
        absence: true,
      },
    ],
  },
  {
    name: 'released, and revoked by a second tool',
    change: all(
      heldOn('checkout', 610),
      add('calls', call('checkout', 611, 'grantConsent'), {
        ...call('checkout', 611.5, 'revokeConsent'),
        source: 'http://cmp.example/tool.js:3:5',
      }),
      ({ calls }) => calls.sort((a, b) => a.at - b.at),
      drop(AT.sent.InitiateCheckout, '/requests/8'),
    ),
    findings: [
      {
        code: 'still-held',
        args: {
          events: 'Pageview and InitiateCheckout',
          page: '/checkout',
          by: 'ttq.revokeConsent()',
          source: 'tool.js:3:5',
        },
        place: '/calls/8',
        absence: true,
      },
    ],
  },
  {
    name: 'the pixel loads only with the next page',
    change: (evidence) => {
      evidence.calls = evidence.calls.filter(({ document }) => document !== 'landing');
      evidence.requests = evidence.requests.filter(({ at }) => at > 300);
      delete evidence.documents[0]!.mountedAt;
    },
    findings: [
      {
        code: 'page-view-lost',
        args: { page: '/' },
        place: AT.landing,
        absence: true,
      },
    ],
  },
]);

testRule(cookiesBeforeConsent, [
  { name: 'none before' },
  { name: 'a banner that is left alone, and none is set', change: all(ignored, silentFrom(105)) },
  {
    name: 'a banner that is left alone, and a pixel that does not wait',
    change: ignored,
    inapplicable: 'The pixel did not wait for an answer: see consent/nothing-before',
  },
  {
    name: 'a banner that is left alone, and a cookie',
    change: all(ignored, ({ requests, server }) => {
      requests.splice(1);
      server.requests = [];
    }),
    findings: [{ code: 'unanswered', args: { cookies: '_ttp' }, place: '/cookies/0' }],
  },
  { name: 'no banner', change: set('/consent', []), inapplicable: UNASKED },
  {
    name: 'a denial, and none is left',
    change: denied,
  },
  {
    name: 'the pixel does not wait',
    change: answers([250, 'granted', '_ttp']),
    inapplicable: 'The pixel did not wait for an answer: see consent/nothing-before',
  },
  {
    name: 'the denial has no effect',
    change: all(denied, purchaseOf(850)),
    inapplicable: 'The pixel still runs: see consent/nothing-after-denial',
  },
  {
    name: 'the switch of the SDK is used: what it still sets, nobody can prevent',
    change: all(answers([155, 'granted', '_tt_enable_cookie', 'ttclid', 'ttcsid']), (evidence) => {
      evidence.calls.unshift(call('landing', 109, 'disableCookie'));
    }),
  },
  {
    name: 'the site itself keeps the click id',
    change: answers([105, 'granted', 'ttclid']),
  },
  {
    name: 'consent is held, and cookies are set',
    change: answers([155, 'granted', 'ttcsid', '_ttp', 'ttclid']),
    findings: [
      {
        code: 'before',
        args: { cookies: '_ttp, ttclid and ttcsid' },
        place: '/consent/0/cookies',
      },
    ],
  },
  {
    name: 'the switch is used, and _ttp stays',
    change: all(answers([155, 'granted', '_tt_enable_cookie', '_ttp']), (evidence) => {
      evidence.calls.unshift(call('landing', 109, 'disableCookie'));
    }),
    findings: [
      {
        code: 'before',
        args: { cookies: '_ttp' },
        place: '/consent/0/cookies',
      },
    ],
  },
  {
    name: 'consent is revoked, but the pixel still sets cookies',
    change: (evidence) => {
      const { cookies } = evidence;
      denied(evidence);
      evidence.cookies = cookies;
    },
    findings: [
      {
        code: 'denied',
        args: { cookies: '_ttp' },
        place: '/cookies/0',
      },
    ],
  },
]);

testRule(cookiesAfterWithdrawal, [
  { name: 'gone', change: withdrew },
  { name: 'no withdrawal', change: all(withdrew, drop('/consent/1')), inapplicable: UNASKED },
  {
    name: 'the pixel still runs',
    change: all(withdrew, purchaseOf(850)),
    inapplicable: 'The pixel still runs: see consent/withdrawn',
  },
  {
    name: 'left',
    change: (evidence) => {
      const { cookies } = evidence;
      withdrew(evidence);
      evidence.cookies = cookies;
    },
    findings: [
      {
        code: 'left',
        args: { domain: '.shop.example' },
        place: '/cookies/0',
      },
    ],
  },
]);

const limited: Change = all(
  set('/scenario', 'gpc'),
  set(`${AT.server}/body/data/0/limited_data_use`, true),
  eachBeacon((body) => Object.assign(body, { limited_data_use: true })),
);

testRule(gpcRespected, [
  { name: 'limited on both sides', change: limited },
  { name: 'nothing is sent', change: all(limited, silentFrom(105)) },
  {
    name: 'one event without it',
    change: all(limited, drop(`${AT.sent.AddToCart}/body/limited_data_use`)),
    findings: [
      {
        code: 'browser',
        args: { events: 'AddToCart' },
        place: AT.sent.AddToCart,
      },
    ],
  },
  {
    name: 'on neither side',
    change: set('/scenario', 'gpc'),
    findings: [
      {
        code: 'browser',
        args: { events: 'Pageview, ViewContent, AddToCart, InitiateCheckout, AddPaymentInfo and Purchase' },
        place: AT.sent.Pageview,
      },
      {
        code: 'server',
        args: { events: 'Purchase' },
        place: `${AT.server}/body/data/0`,
      },
    ],
  },
]);
