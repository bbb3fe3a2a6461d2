import { expect, loaded, ORIGIN, test, type Wire } from './support.ts';

const urls = (events: Wire[]) => events.map(({ context }) => context.page.url.replace(ORIGIN, '')).sort();

test('is not repeated on the same URL, and carries no event id', async ({ page, shop, wire }) => {
  await page.goto(shop.write(loaded(`ttq.page({ event_id: 'no' }); ttq.page(); ttq.track('Anchor');`)));
  await wire.expectEvent('Anchor');
  const [event] = await wire.expectEvents('Pageview');
  expect(event).toMatchObject({ event_id: '', properties: {} });
});

test('is sent by itself when the URL changes, after a first one', async ({ page, shop, wire }) => {
  await page.goto(shop.write(loaded(`ttq.page();`)));
  await wire.expectEvent('Pageview');
  await page.evaluate(`
      history.pushState(null, '', '/a');
      ttq.page(); // nothing: /a is reported
      history.replaceState(null, '', '/a');
      history.replaceState(null, '', '/b');
      location.hash = 'c';
    `);
  expect(urls(await wire.expectEvents('Pageview', 4))).toEqual(['/', '/a', '/b', '/b#c']);
  await page.evaluate(`history.back()`);
  expect(urls(await wire.expectEvents('Pageview', 5))).toEqual(['/', '/a', '/b', '/b', '/b#c']);
});

for (const [what, head] of [
  ['without a first one', loaded('')],
  ['with historyObserver: false', loaded('ttq.page();', '{ historyObserver: false }')],
] as const) {
  test(`is not sent by itself ${what}`, async ({ page, shop, wire }) => {
    await page.goto(shop.write(head));
    await wire.expectEvent('LandingPageView');
    await page.evaluate(`
      history.pushState(null, '', '/a');
      ttq.track('Anchor');
    `);
    await wire.expectEvent('Anchor');
    expect(urls(wire.events.filter(({ event }) => event === 'Pageview'))).not.toContain('/a');
    await page.evaluate(`ttq.page()`);
    await expect.poll(() => urls(wire.events.filter(({ event }) => event === 'Pageview'))).toContain('/a');
  });
}

test.describe('requests that nobody asked for', () => {
  test('a landing once per session, before the Pageview', async ({ page, shop, wire }) => {
    const url = shop.write(loaded(`ttq.page();`));
    await page.goto(url);
    const landing = await wire.expectEvent('LandingPageView');
    const view = await wire.expectEvent('Pageview');
    expect(landing.event_id).toBe('');
    expect(landing.timestamp <= view.timestamp).toBe(true);
    await page.goto(`${url}?second`);
    const [, second] = await wire.expectEvents('Pageview', 2);
    expect(wire.count('LandingPageView')).toBe(1);
    expect(second.context.session_id).toBe(view.context.session_id);
  });

  test('EnrichAM after an identify with an e-mail address or phone number only', async ({
    page,
    shop,
    wire,
  }) => {
    await page.goto(shop.write(loaded(`ttq.identify({ email: 'a@shop.example' }); ttq.page();`)));
    const event = await wire.expectEvent('EnrichAM');
    expect(event).toMatchObject({
      event_id: '',
      context: { user: { email: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    await page.evaluate(`
      ttq.identify({});
      ttq.identify({ external_id: 'u' });
      ttq.track('Anchor');
    `);
    await wire.expectEvent('Anchor');
    expect(wire.count('EnrichAM')).toBe(1);
    await page.evaluate(`ttq.identify({ phone_number: '+15550100' })`);
    await wire.expectEvents('EnrichAM', 2);
  });

  test('a copy of the first event for the IPv6 host', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.page(); ttq.track('A', {}, { event_id: 'a' });`)));
    await wire.expectEvent('A');
    const copies = () =>
      wire
        .at('/ipv6/enrich_ipv6', 'analytics-ipv6.tiktokw.us')
        .map(({ body }) => JSON.parse(body.toString()));
    await expect.poll(() => copies().length).toBe(1);
    const landing = await wire.expectEvent('LandingPageView');
    const { message_id: _id, ...rest } = landing;
    expect(copies()[0]).toMatchObject({ ...rest, event: 'EnrichIpv6', event_id: '' });
    expect(copies()[0].message_id).not.toBe(landing.message_id);
  });
});
