import { expect, test } from '@playwright/test';
import {
  arrivalDocuments,
  isInterstitial,
  isWithheld,
  landedClickId,
  refusalByPolicy,
  sdkRan,
  urlAt,
} from '../../../src/evidence/documents.ts';
import { type Change, CLICK_ID, call, clean, page, SHOP, set } from '../rules/clean.ts';

const throughInterstitial: Change = ({ documents }) => {
  documents.unshift(
    { ...page('interstitial', 50, `${SHOP}/go/js`, 'goto'), arrival: true },
    // A frame within it is no stop of the visitor's.
    { ...page('frame', 55, 'about:srcdoc', 'script'), arrival: true, frame: 'child' },
  );
};

test('the documents of the arrival, and which of them were only passed through', () => {
  const evidence = clean(throughInterstitial);
  expect(arrivalDocuments(evidence).map(({ id }) => id)).toEqual(['interstitial', 'landing']);
  const passed = evidence.documents.filter((document) => isInterstitial(document, evidence));
  expect(passed.map(({ id }) => id)).toEqual(['interstitial']);
});

test('the URL that a page had at a time: as it was made, as a route, as a call saw it', () => {
  const evidence = clean((visit) => {
    visit.documents[0]!.routes = [{ at: 120, url: `${SHOP}/home` }];
    visit.calls.push({ ...call('landing', 130, 'track', 'Search'), url: `${SHOP}/search` });
  });
  const [landing] = evidence.documents;
  expect([99, 119, 120, 129, 130, 999].map((at) => urlAt(landing!, at, evidence))).toEqual([
    landing!.url,
    landing!.url,
    `${SHOP}/home`,
    `${SHOP}/home`,
    `${SHOP}/search`,
    `${SHOP}/search`,
  ]);
});

test('the SDK ran where it mounted, or where an event arrived', () => {
  const unmounted: Change = ({ documents }) => {
    for (const document of documents) delete document.mountedAt;
  };
  const neither: Change = (evidence) => {
    unmounted(evidence);
    evidence.requests = [];
  };
  expect(sdkRan(clean(unmounted))).toBe(true);
  expect(sdkRan(clean(set('/requests', [])))).toBe(true);
  expect(sdkRan(clean(neither))).toBe(false);
});

const LANDINGS: [string, string][] = [
  [`${SHOP}/?ttclid=${CLICK_ID}`, CLICK_ID],
  [`${SHOP}/?a=1&ttclid=${CLICK_ID}#top`, CLICK_ID],
  [`${SHOP}/#ttclid=${CLICK_ID}`, CLICK_ID],
  [`${SHOP}/`, ''],
  [`${SHOP}/?ttclid=other`, 'other'],
  [`${SHOP}/?TTCLID=${CLICK_ID}`, ''],
];

for (const [url, wanted] of LANDINGS) {
  test(`the click id that landed at ${url}`, () => {
    expect(landedClickId(clean(set('/documents/0/url', url)))).toBe(wanted);
  });
}

test('no page, no landing', () => {
  expect(landedClickId(clean(set('/documents', [])))).toBe('');
});

const CONSENT: [string[], boolean][] = [
  [[], false],
  [['page', 'track'], false],
  [['holdConsent'], true],
  [['revokeConsent', 'page'], true],
  [['holdConsent', 'grantConsent'], false],
  [['grantConsent', 'revokeConsent'], true],
];

for (const [methods, wanted] of CONSENT) {
  test(`after ${methods.join(', ') || 'nothing'}, events are ${wanted ? 'held back' : 'sent'}`, () => {
    expect(isWithheld(methods.map((method, at) => call('order', at, method)))).toBe(wanted);
  });
}

const SCRIPT = 'https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=X';
const refused = (url: string, directive: string, head = '') =>
  `${head}Loading '${url}' violates the following Content Security Policy directive: "${directive} 'self'"`;

const MESSAGES: [string, string, string | undefined][] = [
  ['the script', refused(SCRIPT, 'script-src'), 'the Content-Security-Policy refuses it (script-src)'],
  [
    'the script as an element',
    refused(SCRIPT, 'script-src-elem'),
    'the Content-Security-Policy refuses it (script-src-elem)',
  ],
  [
    'the events',
    refused('https://analytics.us.tiktok.com/api/v2/pixel', 'connect-src'),
    'the Content-Security-Policy refuses it (connect-src)',
  ],
  [
    'without a directive',
    `Content Security Policy: blocked ${SCRIPT}`,
    'the Content-Security-Policy refuses it',
  ],
  ['only reported', refused(SCRIPT, 'script-src', '[Report Only] '), undefined],
  [
    'the IPv6 host, which costs no event',
    refused('https://analytics-ipv6.tiktokw.us/ipv6/enrich_ipv6', 'connect-src'),
    undefined,
  ],
  ['another script', refused('https://cdn.example/a.js', 'script-src'), undefined],
  ['another error', `Failed to load ${SCRIPT}`, undefined],
];

for (const [name, text, wanted] of MESSAGES) {
  test(`the Content-Security-Policy, from the console: ${name}`, () => {
    expect(refusalByPolicy([{ at: 1, type: 'error', text }])).toBe(wanted);
  });
}
