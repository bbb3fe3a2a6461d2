import { ttpDomain } from '../../../src/rules/cookie/ttp-domain.ts';
import { ttpLifetime } from '../../../src/rules/cookie/ttp-lifetime.ts';
import { ttpSet } from '../../../src/rules/cookie/ttp-set.ts';
import type { Target } from '../../../src/target/target.ts';
import { AT, add, all, bodyOf, type Change, call, clean, drop, eachBeacon, SHOP, set } from './clean.ts';
import { testRule } from './table.ts';

const COOKIE = '/cookies/0';
const OTHER = 'C2pxANF822jcJodW9gcvHrK8jPe2.tt.1';
const NO_COOKIE = 'There is no _ttp cookie: see cookie/ttp-set';

const withoutTtp: Change = eachBeacon(({ context }) => {
  if (context) context.user = {};
});
const another = (members: object): Change => {
  return ({ cookies }) => {
    cookies.push({ ...cookies[0]!, ...members });
  };
};
const allPages = (host: string): Change =>
  all(
    ({ documents }) => {
      for (const document of documents) {
        document.url = document.url.replace(SHOP, host);
        for (const hop of document.hops) hop.url = hop.url.replace(SHOP, host);
      }
    },
    ({ requests }) => {
      for (const request of requests) {
        if (request.body) request.body = JSON.parse(JSON.stringify(request.body).replaceAll(SHOP, host));
      }
    },
  );
const checkoutOnPay = all(
  set(`${AT.checkout}/url`, 'http://pay.shop.example/checkout'),
  set(`${AT.checkout}/hops/0/url`, 'http://pay.shop.example/checkout'),
);
const cookiesOff = (target: Target) => {
  target.sdk = { mode: 'double', profile: '2025-12', firstPartyCookies: false, automaticMatching: false };
};

testRule(ttpSet, [
  { name: 'it is set' },
  { name: 'it is on the host alone', change: set(`${COOKIE}/domain`, 'www.shop.example') },
  {
    name: 'it was never set',
    change: all(drop(COOKIE), withoutTtp),
    findings: [
      {
        code: 'never',
        args: { domain: 'shop.example' },
        place: AT.landing,
        absence: true,
      },
    ],
  },
  {
    name: 'it was deleted',
    change: drop(COOKIE),
    findings: [
      {
        code: 'gone',
        args: { domain: 'shop.example' },
        place: AT.landing,
        absence: true,
      },
    ],
  },
  {
    name: 'it is that of another site',
    change: set(`${COOKIE}/domain`, '.shop.test'),
    findings: [
      {
        code: 'gone',
        args: { domain: 'shop.example' },
        place: AT.landing,
        absence: true,
      },
    ],
  },
  {
    name: 'each page has a different one',
    change: ({ requests }) => {
      bodyOf(requests[16]!).context.user.anonymous_id = OTHER;
    },
    findings: [
      {
        code: 'changed',
        args: { domain: 'shop.example', count: 2 },
        place: COOKIE,
      },
    ],
  },
  {
    name: 'there are two: another rule reports it',
    change: all(another({ domain: 'www.shop.example', value: OTHER }), ({ requests }) => {
      bodyOf(requests[16]!).context.user.anonymous_id = OTHER;
    }),
  },
  {
    name: 'first-party cookies are off',
    change: all(drop(COOKIE), withoutTtp),
    target: cookiesOff,
    inapplicable: 'First-party cookies are switched off in Events Manager',
  },
  {
    name: 'the site has disabled it',
    change: all(drop(COOKIE), add('calls', call('order', 920, 'disableCookie'))),
    inapplicable: 'The site or its visitor refused the cookie',
  },
  {
    name: 'consent is withheld',
    change: all(drop(COOKIE), add('calls', call('order', 920, 'revokeConsent'))),
    inapplicable: 'The site or its visitor refused the cookie',
  },
  {
    name: 'the visitor has denied it',
    change: all(drop(COOKIE), set('/consent', [{ at: 200, answer: 'denied', cookies: [] }])),
    inapplicable: 'The site or its visitor refused the cookie',
  },
  ...['http://127.0.0.1:4173', 'http://localhost:4173'].map((host) => ({
    name: `on ${host}`,
    change: all(drop(COOKIE), allPages(host)),
    inapplicable: 'No page on which the SDK ran has a domain to set cookies on',
  })),
  {
    name: 'the SDK ran in no page, but in a worker',
    change: (evidence) => {
      evidence.cookies.shift();
      for (const document of evidence.documents) delete document.mountedAt;
    },
    inapplicable: 'No page on which the SDK ran has a domain to set cookies on',
  },
  {
    name: 'a public suffix is not a site',
    change: all(allPages('http://shop.github.io'), set(`${COOKIE}/domain`, '.shop.github.io')),
  },
  { name: 'no event', change: set('/requests', []), inapplicable: 'No event reached TikTok' },
]);

const NOW = Date.parse(clean().startedAt) / 1000;

testRule(ttpLifetime, [
  { name: 'it expires after 13 months' },
  { name: 'it expires after eight days', change: set(`${COOKIE}/expires`, NOW + 8 * 86_400) },
  {
    name: 'it ends with the browser',
    change: set(`${COOKIE}/expires`, -1),
    findings: [
      {
        code: 'session',
        args: { domain: 'shop.example' },
        place: COOKIE,
      },
    ],
  },
  {
    name: 'it expires after a day',
    change: set(`${COOKIE}/expires`, NOW + 86_400),
    findings: [
      {
        code: 'short',
        args: { domain: 'shop.example', hours: 24 },
        place: COOKIE,
      },
    ],
  },
  { name: 'there is none', change: drop(COOKIE), inapplicable: NO_COOKIE },
]);

testRule(ttpDomain, [
  { name: 'on the registrable domain' },
  { name: 'on the one host that the visitor was on', change: set(`${COOKIE}/domain`, 'www.shop.example') },
  { name: 'every host of the site is reached', change: checkoutOnPay },
  { name: 'twice, with one value', change: another({ domain: 'www.shop.example', httpOnly: true }) },
  {
    name: 'an older one of the host beside what the SDK made of it',
    change: ({ cookies }) => {
      const old = cookies[0]!.value.replace(/\.tt\..*/, '');
      cookies.push({ ...cookies[0]!, domain: 'www.shop.example', value: old });
    },
  },
  {
    name: 'it does not reach the checkout',
    change: all(set(`${COOKIE}/domain`, 'www.shop.example'), checkoutOnPay),
    findings: [
      {
        code: 'narrow',
        args: { domain: 'shop.example', domains: 'www.shop.example', missed: 'pay.shop.example', path: '/' },
        place: COOKIE,
      },
    ],
  },
  {
    name: 'another one beside it',
    change: another({ domain: 'www.shop.example', value: OTHER }),
    findings: [
      {
        code: 'twice',
        args: {
          domain: 'shop.example',
          domains: '.shop.example and www.shop.example',
          missed: 'nothing',
          path: '/',
        },
        place: '/cookies/2',
      },
    ],
  },
  {
    name: 'HttpOnly',
    change: set(`${COOKIE}/httpOnly`, true),
    findings: [
      {
        code: 'http-only',
        args: { domain: 'shop.example', domains: '.shop.example', missed: 'nothing', path: '/' },
        place: COOKIE,
      },
    ],
  },
  {
    name: 'below a path',
    change: set(`${COOKIE}/path`, '/products'),
    findings: [
      {
        code: 'path',
        args: { domain: 'shop.example', domains: '.shop.example', missed: 'nothing', path: '/products' },
        place: COOKIE,
      },
    ],
  },
  { name: 'there is none', change: drop(COOKIE), inapplicable: NO_COOKIE },
]);
