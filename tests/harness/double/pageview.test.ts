import { REST } from '../rest.ts';
import { expect, loaded, ORIGIN, test, type Wire } from './support.ts';

const urls = (events: Wire[]) => events.map(({ context }) => context.page.url.replace(ORIGIN, '')).sort();

test('is not repeated on the same URL; its argument may replace the address', async ({
  page,
  shop,
  wire,
}) => {
  const arg = `{ event_id: 'p', page: 'https://a.example/', referrer: 'https://b.example/', kind: 'x' }`;
  await page.goto(shop.write(loaded(`ttq.page(${arg}); ttq.page(); ttq.track('Anchor');`)));
  const anchor = await wire.expectEvent('Anchor');
  expect(anchor.context.page.url).toBe(`${ORIGIN}/`);
  const [event] = await wire.expectEvents('Pageview');
  expect(event).toMatchObject({
    event_id: 'p',
    context: { page: { url: 'https://a.example/', referrer: 'https://b.example/' } },
  });
  expect(event.properties).toEqual({ page: 'https://a.example/', kind: 'x' });
  expect((await wire.expectEvent('LandingPageView')).context.page.url).toBe('https://a.example/');
});

test('is sent automatically when the URL changes, after a first one', async ({ page, shop, wire }) => {
  await page.goto(shop.write(loaded(`ttq.page();`)));
  await wire.expectEvent('Pageview');
  const seen = ['/'];
  for (const [change, url] of [
    [`history.pushState(null, '', '/a')`, '/a'],
    [`history.replaceState(null, '', '/b')`, '/b'],
    [`location.hash = 'c'`, '/b#c'],
    [`history.back()`, '/b'],
  ] as const) {
    await page.evaluate(change);
    seen.push(url);
    const events = await wire.expectEvents('Pageview', seen.length);
    expect(urls(events)).toEqual([...seen].sort());
    const last = events.at(-1);
    expect(last).toMatchObject({ properties: {}, _inspection: { tf: 'hc' } });
    expect(last.context.page.referrer).toBe(ORIGIN + seen.at(-2));
    expect(last.context.pageview_id).toContain(`.0.${seen.length - 1}::`);
  }
  // The same URL again is not a page view, and neither is a second call of page.
  await page.evaluate(`history.replaceState(null, '', location.href); ttq.page(); ttq.track('Anchor')`);
  await wire.expectEvent('Anchor');
  expect(wire.count('Pageview')).toBe(seen.length);
});

test('a manual one right after a change replaces the automatic one', async ({ page, shop, wire }) => {
  await page.goto(shop.write(loaded(`ttq.page();`)));
  await wire.expectEvent('Pageview');
  await page.evaluate(`
    history.pushState(null, '', '/a');
    ttq.page({ mine: true });
    setTimeout(() => ttq.track('Anchor'), 1);
  `);
  await wire.expectEvent('Anchor');
  const [, second] = await wire.expectEvents('Pageview', 2);
  expect(second).toMatchObject({ properties: { mine: true } });
  expect(second._inspection).not.toHaveProperty('tf');
});

test("track('PageView') is a different event, but also starts watching the URL", async ({
  page,
  shop,
  wire,
}) => {
  await page.goto(shop.write(loaded(`ttq.track('PageView');`)));
  await wire.expectEvent('PageView');
  await page.evaluate(`history.pushState(null, '', '/a')`);
  expect(urls(await wire.expectEvents('Pageview', 1))).toEqual(['/a']);
});

test(
  "a partner's base code has no hook: the next call notices the change",
  REST,
  async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`w.push = history.pushState; ttq._partner = 'Shopify'; ttq.page();`)));
    await wire.expectEvent('Pageview');
    await page.evaluate(`history.pushState(null, '', '/a')`);
    expect(await page.evaluate('history.pushState === push')).toBe(true);
    await page.evaluate(`ttq.track('Next')`);
    const [, second] = await wire.expectEvents('Pageview', 2);
    expect(second._inspection).toMatchObject({ tf: 'uc', event_experiment: 'pageview' });
  },
);

test("Google Tag Manager's base code has one", REST, async ({ page, shop, wire }) => {
  await page.goto(shop.write(loaded(`ttq._partner = 'GoogleTagManagerClient'; ttq.page();`)));
  await wire.expectEvent('Pageview');
  await page.evaluate(`history.pushState(null, '', '/a')`);
  expect((await wire.expectEvents('Pageview', 2))[1]._inspection.tf).toBe('hc');
});

for (const [what, head] of [
  ['without a first one', loaded(`ttq.track('Start');`)],
  ['with historyObserver: false', loaded(`ttq.page(); ttq.track('Start');`, '{ historyObserver: false }')],
] as const) {
  test(`is not sent automatically ${what}`, async ({ page, shop, wire }) => {
    await page.goto(shop.write(head));
    await wire.expectEvent('Start');
    await page.evaluate(`
      history.pushState(null, '', '/a');
      setTimeout(() => ttq.track('Anchor'), 1);
    `);
    await wire.expectEvent('Anchor');
    const reported = () => urls(wire.events.filter(({ event }) => event === 'Pageview'));
    expect(reported()).not.toContain('/a');
    await page.evaluate(`ttq.page()`);
    await expect.poll(reported).toContain('/a');
  });
}
