import { Double, type DoubleRequest } from '../../../src/double/server.ts';
import { REST } from '../rest.ts';
import { expect, loaded, ORIGIN, PIXEL, test } from './support.ts';

test('the body has the shape of the real SDK', async ({ page, shop, wire }) => {
  const call = `ttq.track('CompletePayment', { value: 59.98, currency: 'usd' }, { event_id: 'order-1' });`;
  const url = shop.write(
    loaded(`ttq._partner = 'Shop'; ttq.page(); ${call}`, '{ limited_data_use: true }'),
    '/thanks',
  );
  await page.goto(`${url}?a=1#b`, { referer: 'http://other.shop.example/from' });
  const event = await wire.expectEvent('Purchase');
  const cookie = (await page.context().cookies()).find(({ name }) => name === '_ttp');
  expect(event).toMatchObject({
    event: 'Purchase',
    event_id: 'order-1',
    is_onsite: false,
    partner: 'Shop',
    limited_data_use: true,
    context: {
      ad: { sdk_env: 'external', jsb_status: 2 },
      user: { anonymous_id: cookie?.value },
      pixel: { code: PIXEL, runtime: '1' },
      page: { url: `${ORIGIN}/thanks?a=1#b`, referrer: 'http://other.shop.example/from' },
      library: { name: 'pixel.js', version: '2.2.1' },
      device: { platform: 'pc' },
      userAgent: await page.evaluate(`navigator.userAgent`),
    },
    properties: { value: 59.98, currency: 'USD' },
  });
  expect(event.message_id).toMatch(new RegExp(`^messageId-\\d{13}-\\d{13}-${PIXEL}$`));
  expect(new Date(event.timestamp).toISOString()).toBe(event.timestamp);
  expect(event.context.session_id).toMatch(new RegExp(`^[0-9a-f-]{36}::[\\w-]{20}-${PIXEL}$`));
  expect(event.context.page.load_progress).toMatch(/^[012]$/);
  expect(event.context.pageview_id).toMatch(
    new RegExp(`^${event.context.session_id.split('::')[0]}-[\\w-]{5}\\.0\\.0::[0-9a-f-]{36}-${PIXEL}$`),
  );
  expect(event.context).toMatchObject({
    csid: expect.stringMatching(/^\d{13}::[\w-]{20}$/),
    page_csid: expect.stringMatching(/^\d{13}::[\w-]{20}$/),
    csct: 1,
    variation_id: 'default',
  });
  expect(Object.keys(event.signal_diagnostic_labels)).toHaveLength(10);
  expect(event.context.ad).not.toHaveProperty('callback');
  const [request] = wire.at('/api/v2/pixel');
  expect(request).toMatchObject({
    method: 'POST',
    status: 200,
    headers: { 'content-type': 'text/plain;charset=UTF-8' },
  });
  expect(request!.headers.referer).toContain(ORIGIN);
});

const ids: [what: string, args: unknown[], id: unknown, properties: object][] = [
  ['third argument', [{}, { event_id: 'a' }], 'a', {}],
  ['third argument, other spelling', [{}, { eventID: 'b' }], 'b', {}],
  ['properties', [{ event_id: 'c', value: 1 }], 'c', { value: 1 }],
  ['properties, other spelling', [{ eventID: 'd' }, {}], 'd', {}],
  ['third before second', [{ event_id: 'no', eventID: 'no' }, { event_id: 'e' }], 'e', {}],
  ['number', [{}, { event_id: 7 }], 7, {}],
  ['falsy', [{ event_id: 0 }, { event_id: '' }], '', {}],
  ['none', [], '', {}],
  ['empty in the third argument', [{ event_id: 'f' }, { event_id: '' }], 'f', {}],
  ['description', ['text'], '', { description: '"text"' }],
  ['null', [null], '', { description: 'null' }],
  ['array', [['a']], '', { 0: 'a' }],
  ["keys of the SDK's own", [{ pixelMethod: 'standard', reporterId: 1, a: 1 }], '', { a: 1 }],
  [
    'untouched properties',
    [{ content_ids: [1], value: '3', currency: 'eur', deep: { a: null } }],
    '',
    { content_ids: [1], value: '3', currency: 'EUR', deep: { a: null } },
  ],
];

test('event ids and properties', async ({ page, shop, wire }) => {
  const calls = ids.map(
    ([, args], index) => `ttq.track(${JSON.stringify([`E${index}`, ...args]).slice(1, -1)});`,
  );
  await page.goto(shop.write(loaded(calls.join(' '))));
  for (const [index, [what, , id, properties]] of ids.entries()) {
    const event = await wire.expectEvent(`E${index}`);
    expect({ id: event.event_id, properties: event.properties }, what).toEqual({ id, properties });
  }
});

test("the currency is upper-cased in the caller's own object", REST, async ({ page, shop, wire }) => {
  await page.goto(shop.write(loaded(`w.mine = { event_id: 'x', currency: 'eur' }; ttq.track('A', w.mine);`)));
  await wire.expectEvent('A');
  expect(await page.evaluate('mine')).toEqual({ event_id: 'x', currency: 'EUR' });
});

test(
  'limited data use and partner: from the event, the option, the base code',
  REST,
  async ({ page, shop, wire }) => {
    const calls = `ttq._partner = 'Shop'; ttq.track('Off', { limited_data_use: 0, a: 1 }); ttq.track('On');`;
    await page.goto(shop.write(loaded(calls, `{ limited_data_use: 'yes', partner: 'Option' }`)));
    expect(await wire.expectEvent('Off')).toMatchObject({
      limited_data_use: false,
      properties: { a: 1 },
      partner: 'Option',
    });
    expect(await wire.expectEvent('On')).toMatchObject({ limited_data_use: true, properties: {} });
    await page.goto(shop.write(loaded(`ttq._i['${PIXEL}']._partner = 'Pixel'; ttq.track('Plain');`)));
    const plain = await wire.expectEvent('Plain');
    expect(plain.partner).toBe('Pixel');
    expect(plain).not.toHaveProperty('limited_data_use');
  },
);

test('the id of a test event is kept, and says nothing about the ad', REST, async ({ page, shop, wire }) => {
  const url = shop.write(loaded(`ttq.track(location.search);`));
  await page.goto(`${url}?tt_test_id=T1&ttclid=x`);
  expect(await wire.expectEvent('?tt_test_id=T1&ttclid=x')).toMatchObject({
    tt_test_id: 'T1',
    context: { ad: {} },
  });
  await page.goto(`${url}?later`, { referer: 'http://other.shop.example/' });
  expect((await wire.expectEvent('?later')).tt_test_id).toBe('T1');
});

for (const broken of ['undefined', 'function () { return false }']) {
  test(`an image takes the place of sendBeacon = ${broken}`, async ({ page, shop, wire }) => {
    const script = `<script>Object.defineProperty(navigator, 'sendBeacon', { value: ${broken} })</script>`;
    await page.goto(shop.write(script + loaded(`ttq.track('Müller', { description: '漢字?>~' });`)));
    const images = () =>
      wire
        .at('/api/v2/pixel')
        .map(({ url }) => new URL(url).searchParams.get('analytics_message') ?? '')
        .map((text) => ({ text, message: JSON.parse(Buffer.from(text, 'base64url').toString()) }));
    await expect.poll(() => images().map(({ message }) => message.event)).toContain('Müller');
    const image = images().find(({ message }) => message.event === 'Müller')!;
    expect(image.message.properties).toEqual({ description: '漢字?>~' });
    expect(image.text).toMatch(/^[\w-]+$/);
    expect(wire.events).toEqual([]);
  });
}

test('a beacon sent while the page is left arrives', async ({ page, shop, wire }) => {
  shop.write('', '/next');
  const leaving = `addEventListener('pagehide', function () { ttq.track('Leaving') });`;
  await page.goto(
    shop.write(
      loaded(`ttq.page(); ${leaving}`),
      '/',
      '<a href="/next" onclick="ttq.track(\'Clicked\')">go</a>',
    ),
  );
  await wire.expectEvent('Pageview');
  await page.click('a');
  await wire.expectEvent('Clicked');
  expect((await wire.expectEvent('Leaving')).context.page.url).toBe(`${ORIGIN}/`);
});

test('plain http URLs reach the double, too', async ({ page, shop, wire }) => {
  const image = '<img src="http://analytics-ipv6.tiktokw.us/ipv6/enrich_ipv6?x=1">';
  await page.goto(
    shop.write('', '/', `${image}<script src="http://analytics.tiktok.com/i18n/pixel/sdk.js"></script>`),
  );
  await expect
    .poll(() => wire.requests.map(({ url, status }) => [url, status]).sort())
    .toEqual([
      [expect.stringMatching(/^https?:\/\/analytics-ipv6\.tiktokw\.us\/ipv6\/enrich_ipv6\?x=1$/), 200],
      [expect.stringMatching(/^https?:\/\/analytics\.tiktok\.com\/i18n\/pixel\/sdk\.js$/), 200],
    ]);
  expect(wire.requests.some(({ url }) => url.startsWith('http:'))).toBe(true);
});

test('the double is quiet once everything has arrived', async ({ page, shop, wire, double }) => {
  await page.goto(shop.write(loaded(`for (var i = 0; i < 20; i++) ttq.track('N' + i);`)));
  await wire.expectEvent('N19');
  await expect.poll(() => double.inFlight).toBe(0);
  expect(wire.events.filter(({ event }) => /^N\d+$/.test(event))).toHaveLength(20);
});

test('two visits at once are distinguished', async ({ page, shop, wire, rig, scripts }) => {
  const url = shop.write(loaded(`ttq.page(); addEventListener('pagehide', () => ttq.track('Left'));`));
  const others: DoubleRequest[] = [];
  const other = await Double.open({ place: rig.place, scripts, onRequest: (one) => others.push(one) });
  const context = await rig.browser.newContext({ proxy: other.proxy });
  const second = await context.newPage();
  await Promise.all([page.goto(url), second.goto(url)]);
  await Promise.all([page, second].map((one) => one.waitForFunction('ttq.initialize')));
  await page.evaluate(`ttq.track('First')`);
  await second.evaluate(`ttq.track('Second')`);
  await Promise.all([page.goto('about:blank'), second.goto('about:blank')]);
  const own = (requests: DoubleRequest[]) =>
    ['First', 'Second', 'Left'].filter((name) => requests.some(({ body }) => body.includes(`"${name}"`)));
  await expect.poll(() => own(wire.requests)).toEqual(['First', 'Left']);
  await expect.poll(() => own(others)).toEqual(['Second', 'Left']);
  await context.close();
  await other.close();
});
