import { expect } from '@playwright/test';
import {
  arrivalDocuments,
  documentAt,
  endOf,
  isInterstitial,
  isWithheld,
  landedClickId,
  sdkRan,
  urlAt,
} from '../../../src/views/documents.ts';
import { type Change, CLICK_ID, call, clean, page, SHOP, set } from '../rules/clean.ts';
import { test } from '../test.ts';

const throughInterstitial: Change = ({ documents }) => {
  documents.unshift(
    { ...page('interstitial', 50, `${SHOP}/go/js`, 'goto'), arrival: true },
    // A frame in it is not a stop of the visitor.
    { ...page('frame', 55, 'about:srcdoc', 'script'), arrival: true, frame: 'child' },
  );
};

test('the documents of the arrival, and which of them were only passed through', () => {
  const evidence = clean(throughInterstitial);
  expect(arrivalDocuments(evidence).map(({ id }) => id)).toEqual(['interstitial', 'landing']);
  const passed = evidence.documents.filter((document) => isInterstitial(document, evidence));
  expect(passed.map(({ id }) => id)).toEqual(['interstitial']);
});

test('the URL of a page at a time: its first, a route, or the one that a call saw', () => {
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

test('how long a page was there, in its own tab', () => {
  const evidence = clean(({ documents }) => {
    documents.splice(1, 0, { ...page('tab', 200, `${SHOP}/help`, 'link'), tab: 1 });
  });
  const ends = evidence.documents.map((document) => endOf(document, evidence));
  expect(ends).toEqual([300, Number.POSITIVE_INFINITY, 600, 900, Number.POSITIVE_INFINITY]);
});

const SOURCES: [number, string | undefined, string][] = [
  [310, undefined, 'product'],
  [601, `${SHOP}/products/blue-widget:20:1`, 'product'],
  [601, `${SHOP}/products/blue-widget#top:20:1`, 'product'],
  [601, 'https://cdn.example/a.js:1:1', 'checkout'],
];

for (const [at, source, wanted] of SOURCES) {
  test(`what happened at ${at} in ${source} was on the page ${wanted}`, () => {
    expect(documentAt(at, clean(), source)?.id).toBe(wanted);
  });
}

test('before the first page there is none', () => {
  expect(documentAt(1, clean())).toBeUndefined();
});
