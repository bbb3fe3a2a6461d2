import { REST } from '../rest.ts';
import { baseCode, expect, loaded, mounted, ORIGIN, OTHER, openAtOnce, PIXEL, test } from './support.ts';

/** Requests that nobody asked for. */

test('LandingPageView before the event that begins a visit, for each pixel', async ({ page, shop, wire }) => {
  const url = shop.write(baseCode(`ttq.load('${PIXEL}'); ttq.load('${OTHER}'); ttq.page();`));
  await page.goto(url);
  const [landing] = await wire.expectEvents('LandingPageView', 2);
  const view = (await wire.expectEvents('Pageview', 2)).find(
    ({ context }) => context.pixel.code === landing.context.pixel.code,
  );
  expect(landing).toMatchObject({
    event_id: '',
    properties: {},
    _inspection: { trigger_source: 'pixel_self' },
  });
  expect(landing.timestamp <= view.timestamp).toBe(true);
  expect([landing.context.css, view.context.css]).toEqual([undefined, 1]);
  await page.goto(`${url}?second`);
  const second = (await wire.expectEvents('Pageview', 4)).at(-1);
  expect(wire.count('LandingPageView')).toBe(2);
  expect(second.context).not.toHaveProperty('css');
  expect(second.context.session_id.split('-C')[0]).toBe(view.context.session_id.split('-C')[0]);
  expect(second.context.pageview_id).toMatch(/\.1\.0::/);
});

test('LandingPageView again after half an hour of silence', REST, async ({ page, shop, wire }) => {
  const url = shop.write(loaded(`ttq.track('A');`));
  const longAgo = Date.now() - 31 * 60 * 1000;
  const value = `${longAgo}::${'a'.repeat(20)}.4.${longAgo}.1`;
  const cookie = { name: `ttcsid_${PIXEL}`, value, domain: '.shop.example', path: '/' };
  await page.context().addCookies([cookie]);
  await page.goto(url);
  await wire.expectEvent('LandingPageView');
  expect((await wire.expectEvent('A')).context).toMatchObject({ csct: 5, css: 1 });
});

test('EngagedSession after ten seconds in sight, once a visit', async ({ page, shop, wire }) => {
  const now = Date.now();
  await page.clock.install({ time: now });
  await page.clock.pauseAt(now + 60_000); // else the time that the test itself takes would count
  const url = shop.write(loaded(`ttq.track('A');`));
  await page.goto(url);
  await wire.expectEvent('A');
  await page.clock.runFor(9_500);
  await page.evaluate(`ttq.track('Still')`);
  await wire.expectEvent('Still');
  expect(wire.count('EngagedSession')).toBe(0);
  await page.clock.runFor(1_000);
  expect(await wire.expectEvent('EngagedSession')).toMatchObject({
    event_id: '',
    properties: { lpv_trigger_type: 'duration_10s' },
    _inspection: { trigger_source: 'pixel_self' },
  });
  const { value } = (await page.context().cookies()).find(({ name }) => name === `ttcsid_${PIXEL}`)!;
  expect(value).toMatch(/\.1$/);
  await page.goto(`${url}?next`);
  await wire.expectEvents('A', 2);
  expect(wire.count('EngagedSession')).toBe(1);
});

test('EngagedSession at once on a second page', REST, async ({ page, shop, wire }) => {
  const url = shop.write(loaded(`ttq.track('A');`));
  await page.goto(url);
  await wire.expectEvent('A');
  expect(wire.count('EngagedSession')).toBe(0);
  await page.goto(`${url}?next`);
  expect((await wire.expectEvent('EngagedSession')).properties).toEqual({ lpv_trigger_type: 'second_jump' });
});

test('EnrichAM after an identify that may help to match', async ({ page, shop, wire }) => {
  const both = `ttq.load('${PIXEL}'); ttq.load('${OTHER}');`;
  await page.goto(shop.write(baseCode(`${both} ttq.identify({ email: 'a@shop.example' }); ttq.page();`)));
  const first = await wire.expectEvent('EnrichAM'); // one for both
  expect(first).toMatchObject({
    event_id: '',
    context: { pixel: { code: PIXEL }, user: { email: expect.stringMatching(/^[0-9a-f]{64}$/) } },
  });
  await page.evaluate(`
    ttq.identify({});
    ttq.identify({ external_id: 'u' });
    ttq.track('Anchor');
  `);
  await wire.expectEvents('Anchor', 2);
  expect(wire.count('EnrichAM')).toBe(1);
  await page.evaluate(`ttq.instance('${OTHER}').identify({ phone_number: '+15550100199' }, { more: 1 })`);
  const [, second] = await wire.expectEvents('EnrichAM', 2);
  expect(second).toMatchObject({ context: { pixel: { code: OTHER } }, properties: { more: 1 } });
});

test('no EnrichAM for a name alone', REST, async ({ page, shop, wire }) => {
  await page.goto(shop.write(loaded(`ttq.identify({ first_name: 'Ann' }); ttq.track('Anchor');`)));
  await wire.expectEvent('Anchor');
  expect(wire.count('EnrichAM')).toBe(0);
});

test(
  "copies for the IPv6 host: the tab's first event and its first EnrichAM",
  REST,
  async ({ page, shop, wire }) => {
    const copies = () =>
      wire
        .at('/ipv6/enrich_ipv6', 'analytics-ipv6.tiktokw.us')
        .map(({ body }) => JSON.parse(body.toString()));
    const url = shop.write(loaded(`ttq.page(); ttq.track('A', {}, { event_id: 'a' });`));
    await page.goto(url);
    await wire.expectEvent('A');
    await expect.poll(() => copies().length).toBe(1);
    const { message_id: id, ...rest } = await wire.expectEvent('LandingPageView');
    expect(copies()[0]).toMatchObject({
      ...rest,
      event: 'EnrichIpv6',
      trigger_event: 'LandingPageView',
      message_id: `${id}#source=2`,
    });
    await page.goto(`${url}?next`);
    await mounted(page);
    await page.evaluate(
      `ttq.identify({ email: 'a@shop.example' }); ttq.identify({ email: 'b@shop.example' })`,
    );
    await wire.expectEvents('EnrichAM', 2);
    await expect
      .poll(() => copies().map((copy) => copy.trigger_event))
      .toEqual(['LandingPageView', 'EnrichAM']);
  },
);

test('what the page says about itself, and the clicks on its buttons', async ({
  page,
  shop,
  wire,
  scripts,
}) => {
  const about = `<title>Shop</title><meta property="og:title" content="Hat">
    <script type="application/ld+json">{ "@type": "Thing" }</script>`;
  const body = `<p>text</p><a href="mailto:a@shop.example">mail</a><div class="my-btn"><i id="in">buy</i></div>`;
  const both = baseCode(`ttq.load('${PIXEL}'); ttq.load('${OTHER}'); ttq.page();`);
  await openAtOnce(page, scripts, shop.write(about + both, '/', body));
  await expect.poll(() => wire.actions().length).toBe(1);
  const [metadata] = wire.actions();
  expect(metadata).toMatchObject({
    action: 'Metadata',
    context: { pixel: { code: PIXEL, codes: `${PIXEL}|${OTHER}` } },
    auto_collected_properties: {
      page_trigger: 'PageView',
      content_data: { open_graph: '{"og:title":"Hat"}', json_ld: '[{"@type":"Thing"}]' },
    },
  });
  expect(metadata).not.toHaveProperty('event');
  expect(metadata.message_id).toMatch(/^messageId-\d{13}-\d{13}$/);
  for (const what of ['p', 'a', '#in']) await page.click(what);
  await expect.poll(() => wire.actions().at(-1)).toMatchObject({ action: 'Click' });
  expect(wire.actions().at(-1).auto_collected_properties).toMatchObject({
    page_trigger: 'Click',
    trigger_element: { tag: 'div', attributes: { class: 'my-btn' }, inner_text: 'buy' },
  });
  await page.goto('about:blank');
  await expect.poll(() => wire.actions('inter').length).toBe(1);
  expect(wire.actions('inter')[0]).toMatchObject({
    action: 'Pf',
    auto_collected_properties: { action_event: 'pl', inter: { ct: 3, st: 0 } },
  });
  await expect
    .poll(() => wire.actions().map((act) => act.auto_collected_properties.page_trigger))
    .toEqual(['PageView', 'Click', 'PageLeave']);
});

test('clicks and scrolls every ten seconds, if there were any', REST, async ({ page, shop, wire }) => {
  await page.clock.install();
  await page.goto(shop.write(loaded(`ttq.track('A');`), '/', '<p style="height: 9000px">text</p>'));
  await wire.expectEvent('A');
  await page.clock.runFor(10_000);
  await page.click('p');
  await page.evaluate('new Promise((done) => { onscroll = done; scrollTo(0, 500); })');
  await page.clock.runFor(20_000);
  await expect.poll(() => wire.actions('inter').length).toBe(1);
  const [{ auto_collected_properties: collected }] = wire.actions('inter');
  expect(collected).toMatchObject({ action_event: 'twt', page_inter: { metrics_type: 'ct|st' } });
  expect(collected.inter.ct).toBe(1);
  expect(collected.inter.st).toBeGreaterThan(0);
});

test(
  'what was collected is offered as a beacon four times before an image takes it',
  REST,
  async ({ page, shop, wire }) => {
    const counting = `<script>offers = 0; navigator.sendBeacon = (url) => { offers += /act$/.test(url); return false };</script>`;
    await page.goto(shop.write(counting + loaded(`ttq.page();`)));
    await expect.poll(() => wire.at('/api/v2/pixel/act').map(({ method }) => method)).toEqual(['GET']);
    expect(await page.evaluate('offers')).toBe(4);
  },
);

test('autoConfig: false collects nothing', REST, async ({ page, shop, wire }) => {
  shop.write('', '/next');
  await page.goto(shop.write(loaded(`ttq.page();`, '{ autoConfig: false }'), '/', '<button>b</button>'));
  await wire.expectEvent('Pageview');
  await page.click('button');
  await page.goto(`${ORIGIN}/next`);
  await page.evaluate(`new Image().src = 'https://analytics.tiktok.com/api/v2/monitor'`);
  await expect.poll(() => wire.at('/api/v2/monitor').length).toBe(1);
  expect(wire.actions()).toEqual([]);
});
