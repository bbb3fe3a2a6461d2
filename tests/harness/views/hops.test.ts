import { expect } from '@playwright/test';
import { hopsOf, hopTable, lossOf, restoredAfter, withoutClickId } from '../../../src/views/hops.ts';
import { all, CLICK_ID, clean, drop, page, SHOP, set } from '../rules/clean.ts';
import { test } from '../test.ts';

test('the hop table of a visit from an ad', () => {
  const stops = hopsOf(clean());
  expect(stops).toEqual([
    {
      url: `${SHOP}/go/301?ttclid=${CLICK_ID}`,
      how: 'ad',
      place: '/documents/0/hops/0',
      state: 'alive',
      change: '',
    },
    {
      url: `${SHOP}/?ttclid=${CLICK_ID}`,
      how: '301 redirect',
      place: '/documents/0/hops/1',
      state: 'alive',
      change: '',
    },
  ]);
  expect(hopTable(stops)).toBe(
    `ad            alive  ${SHOP}/go/301?ttclid=…\n301 redirect  alive  ${SHOP}/?ttclid=…`,
  );
});

test('the fragment of the landing page, which no request has, is that of its document', () => {
  const stops = hopsOf(clean(set('/documents/0/url', `${SHOP}/?ttclid=${CLICK_ID}#top`)));
  expect(stops.at(-1)!.url).toBe(`${SHOP}/?ttclid=${CLICK_ID}#top`);
});

const WAYS: [string, string][] = [
  ['goto', 'ad'],
  ['script', 'script redirect'],
  ['meta-refresh', 'meta-refresh redirect'],
  ['refresh-header', 'refresh-header redirect'],
  ['form', 'form redirect'],
  ['link', 'link'],
];
for (const [via, how] of WAYS) {
  test(`a page that was reached by ${via}`, () => {
    expect(hopsOf(clean(set('/documents/0/via', via)))[0]!.how).toBe(how);
  });
}

test('a redirect without a status, and one by a service worker', () => {
  const how = (evidence = clean()) => hopsOf(evidence).at(-1)!.how;
  expect(how(clean(drop('/documents/0/hops/0/status')))).toBe('HTTP redirect');
  expect(how(clean(set('/documents/0/hops/0/serviceWorker', true)))).toBe('service worker redirect');
});

test('frames, and visits that did not begin with an ad, have no hop table', () => {
  expect(hopsOf(clean(drop('/clickId')))).toEqual([]);
  const framed = clean(({ documents }) => {
    documents.unshift({ ...page('frame', 50, `${SHOP}/`, 'frame'), frame: 'child', arrival: true });
  });
  expect(hopsOf(framed)).toHaveLength(2);
  expect(hopsOf(clean(set('/documents', [])))).toEqual([]);
});

test('a click id that was lost and comes back is not a loss', () => {
  const back = clean(set('/documents/0/hops/0/url', `${SHOP}/go/301`));
  expect(hopsOf(back)[0]!.state).toBe('dropped');
  expect(lossOf(back)).toBeUndefined();
  expect(lossOf(clean())).toBeUndefined();
});

test('a click id that was dropped and that the site restores is no loss, if every event is shown', () => {
  const dropped = all(set('/documents/0/url', `${SHOP}/`), set('/documents/0/hops/1/url', `${SHOP}/`));
  const back = all(dropped, set('/documents/0/routes', [{ at: 145, url: `${SHOP}/?ttclid=${CLICK_ID}` }]));
  expect(lossOf(clean(back))).toBeUndefined();
  expect(restoredAfter(clean(back))).toMatchObject({ stop: { how: '301 redirect' } });
  expect(restoredAfter(clean())).toBeUndefined();
  const blind = set('/recorder/blind', [{ part: 'server', by: 'file', why: 'The file lacks the server' }]);
  const unsure = clean(all(back, blind));
  expect(lossOf(unsure)).toMatchObject({ unseen: { inconclusive: 'The file lacks the server' } });
  expect(restoredAfter(unsure)).toBeUndefined();
  // The SDK has found it in the referrer.
  expect(lossOf(clean(dropped))).toBeDefined();
});

test('a click id that was never there was lost by the ad itself', () => {
  const lost = clean(
    all(set('/documents/0/url', `${SHOP}/`), set('/documents/0/hops', [{ url: `${SHOP}/`, status: 200 }])),
  );
  expect(lossOf(lost)).toMatchObject({
    rule: 'click-id/survives-redirects',
    before: undefined,
    stop: { how: 'ad' },
  });
});

const SHOWN: [string, string][] = [
  [`${SHOP}/?a=1&ttclid=E.C.P.x-_1&b=2`, `${SHOP}/?a=1&ttclid=…&b=2`],
  [`${SHOP}/?TTCLID=E.C.P.x#top`, `${SHOP}/?TTCLID=…#top`],
  [`${SHOP}/l?url=%2F%3Fttclid%3DE.C.P.x%26b%3D2`, `${SHOP}/l?url=%2F%3Fttclid%3D…%26b%3D2`],
  [`${SHOP}/?ttclid=&a=1`, `${SHOP}/?ttclid=&a=1`],
];
for (const [url, shown] of SHOWN) {
  test(`${url} as it is shown`, () => expect(withoutClickId(url)).toBe(shown));
}
