import { oneOfMany, REST } from '../rest.ts';
import { expect, loaded, mounted, ORIGIN, PIXEL, test, type Wire } from './support.ts';

test.describe('click id', () => {
  const callback = async (wire: { expectEvent(name: string): Promise<Wire> }) =>
    (await wire.expectEvent('A')).context.ad.callback;
  const head = loaded(`ttq.track('A');`);

  for (const [index, [what, suffix, expected]] of (
    [
      ['the query', '?x=1&ttclid=E.C.P.q', 'E.C.P.q'],
      ['the last of several', '?ttclid=one&ttclid=two', 'two'],
      ['the hash', '#x=1&ttclid=E.C.P.h', 'E.C.P.h'],
      ['no hash that begins with it', '#ttclid=E.C.P.h', undefined],
      ["a route's query in the hash", '#/cart?a=1&ttclid=E.C.P.r', 'E.C.P.r'],
      ['the query before the hash', '?ttclid=one#ttclid=two', 'one'],
      ['no other case', '?TTCLID=E.C.P.q', undefined],
      ['no empty value', '?ttclid=', undefined],
    ] as const
  ).entries()) {
    test(`from ${what}`, oneOfMany(index), async ({ page, shop, wire }) => {
      await page.goto(shop.write(head) + suffix);
      expect(await callback(wire)).toBe(expected);
    });
  }

  test('from the referrer', async ({ page, shop, wire }) => {
    await page.goto(shop.write(head), { referer: `${ORIGIN}/landing?ttclid=E.C.P.ref` });
    expect(await callback(wire)).toBe('E.C.P.ref');
  });

  test('an older one of the tab beats the URL; the cookie has the URL and a day, and is never read', async ({
    page,
    shop,
    wire,
  }) => {
    const url = shop.write(loaded(`ttq.track(location.search);`));
    await page.goto(`${url}?ttclid=old`);
    await page.goto(`${url}?ttclid=new`);
    expect((await wire.expectEvent('?ttclid=new')).context.ad.callback).toBe('old');
    const cookie = (await page.context().cookies()).find(({ name }) => name === 'ttclid');
    expect(cookie).toMatchObject({ value: 'new', domain: '.shop.example', path: '/', httpOnly: false });
    expect(Math.abs(cookie!.expires - Date.now() / 1000 - 86_400)).toBeLessThan(60);
    const tab = await page.context().newPage();
    await tab.goto(`${url}?fresh`);
    expect((await wire.expectEvent('?fresh')).context.ad).not.toHaveProperty('callback');
  });
});

test.describe('cookies', () => {
  test('are read once for events that were queued one after another', async ({ page, shop, wire }) => {
    await page.addInitScript(`
      const jar = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
      const get = () => ((window.name += '.'), jar.get.call(document));
      Object.defineProperty(Document.prototype, 'cookie', { ...jar, get });`);
    const reads = async (calls: string[], load: number) => {
      await page.goto(shop.write(loaded(`window.name = ''; ${calls.join('; ')}`)));
      await wire.expectEvents('Last', load);
      return page.evaluate<number>('window.name.length');
    };
    await reads([`ttq.track('Last')`], 1); // sets them
    const few = await reads([`ttq.track('A')`, `ttq.track('Last')`], 2);
    const many = await reads([...new Array(20).fill(`ttq.track('A')`), `ttq.track('Last')`], 3);
    const apart = await reads([...new Array(20).fill(`ttq.track('A'); ttq.page()`), `ttq.track('Last')`], 4);
    expect(many).toBeLessThan(few + 8);
    expect(apart).toBeGreaterThan(few + 30);
  });

  test('of the registrable domain, for 390 days, shared by its hosts', async ({ page, shop, wire }) => {
    shop.write(loaded(`ttq.track(location.hostname);`));
    await page.goto(`${ORIGIN}/`);
    const first = await wire.expectEvent('www.shop.example');
    await page.goto('http://other.shop.example/');
    const second = await wire.expectEvent('other.shop.example');
    expect(second.context.user.anonymous_id).toBe(first.context.user.anonymous_id);
    expect(first.context.user.anonymous_id).toMatch(/^[0-9A-Z]{26}_\.tt\.1$/);
    const cookies = await page.context().cookies();
    const values = Object.fromEntries(cookies.map(({ name, value }) => [name, value]));
    expect(values).toEqual({
      _tt_enable_cookie: '1',
      _ttp: first.context.user.anonymous_id,
      ttcsid: expect.stringMatching(/^\d{13}::[\w-]{20}\.1\.\d{13}\.0$/),
      [`ttcsid_${PIXEL}`]: expect.stringMatching(/^\d{13}::[\w-]{20}\.1\.\d{13}\.0$/),
    });
    expect(values.ttcsid).toContain(`${second.context.page_csid}.`);
    expect(values[`ttcsid_${PIXEL}`]).toContain(`${second.context.csid}.`);
    for (const { domain, path, expires } of cookies) {
      expect([domain, path]).toEqual(['.shop.example', '/']);
      expect(Math.abs(expires - Date.now() / 1000 - 390 * 86_400)).toBeLessThan(60);
    }
  });

  test('cookies of the visit do not exist on a host of one label', REST, async ({ page, shop, wire }) => {
    shop.write(loaded(`ttq.track('A');`));
    await page.goto('http://intranet/?ttclid=x');
    const event = await wire.expectEvent('A');
    expect(event.context.user.anonymous_id).toMatch(/\.tt\.0$/);
    expect(event.context.ad.callback).toBe('x');
    expect(event.context).not.toHaveProperty('csid');
    const names = (await page.context().cookies()).map(({ name }) => name);
    expect(names.sort()).toEqual(['_tt_enable_cookie', '_ttp', 'ttclid']);
    expect(wire.count('LandingPageView')).toBe(1);
  });

  test('disableCookie deletes _ttp; on that page even enableCookie brings none back', async ({
    page,
    shop,
    wire,
  }) => {
    const url = shop.write(loaded(`ttq.track('A');`));
    const own = async () =>
      (await page.context().cookies())
        .filter(({ name }) => name.startsWith('_tt'))
        .map(({ name, value }) => [name, value]);
    await page.goto(url);
    await wire.expectEvent('A');
    await page.evaluate(`
      ttq.disableCookie();
      ttq.track('Off');
    `);
    expect((await wire.expectEvent('Off')).context.user).toEqual({});
    expect(await own()).toEqual([['_tt_enable_cookie', '0']]);
    await expect.poll(() => wire.at('/i18n/pixel/disable_cookie').length).toBe(1);
    await page.evaluate(`
      ttq.enableCookie();
      ttq.track('On');
    `);
    expect((await wire.expectEvent('On')).context.user).toEqual({});
    expect(await own()).toEqual([]);
    await expect.poll(() => wire.at('/i18n/pixel/enable_cookie').length).toBe(1);
    await page.goto(`${url}?next`);
    const [, next] = await wire.expectEvents('A', 2);
    expect(next.context.user.anonymous_id).toMatch(/\.tt\.1$/);
  });

  for (const [index, [what, suffix, domain]] of (
    [
      ['of this form', '.tt.1', '.shop.example'],
      ['of an older form', '', '.shop.example'],
      ['with another suffix', '.tt.3.1795340752200', '.shop.example'],
      ['of a part of the site', '.tt.2', '.www.shop.example'],
      ['of one host', '', 'www.shop.example'],
    ] as const
  ).entries())
    test(
      `a _ttp ${what} keeps its visitor, and is the site's for 390 days`,
      oneOfMany(index),
      async ({ page, shop, wire }) => {
        const id = 'a'.repeat(27);
        await page.context().addCookies([{ name: '_ttp', value: id + suffix, domain, path: '/' }]);
        await page.goto(shop.write(loaded(`ttq.track('A');`)));
        expect((await wire.expectEvent('A')).context.user.anonymous_id).toBe(`${id}.tt.1`);
        const cookies = await page.context().cookies();
        const found = cookies.find((one) => one.name === '_ttp' && one.domain === '.shop.example');
        expect(found).toMatchObject({ value: `${id}.tt.1` });
        expect(found!.expires).toBeGreaterThan(Date.now() / 1000 + 380 * 86_400);
      },
    );

  test.describe('switched off in Events Manager', () => {
    test.use({ sdk: { firstPartyCookies: false } });

    test('leave only the click id', async ({ page, shop, wire }) => {
      await page.goto(`${shop.write(loaded(`ttq.track('A');`))}?ttclid=x`);
      const { context } = await wire.expectEvent('A');
      expect([context.user, context.ad.callback]).toEqual([{}, 'x']);
      expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['ttclid']);
      expect(wire.count('LandingPageView')).toBe(0);
    });
  });
});

test.describe('consent', () => {
  test('held events keep their time and URL over a navigation', async ({ page, shop, wire }) => {
    const url = shop.write(
      loaded(`ttq.page(); ttq.track('Held', {}, { event_id: 'h' }); ttq.holdConsent();`),
    );
    await page.goto(url);
    await mounted(page);
    expect((await page.context().cookies()).map(({ name }) => name)).toContain('_ttp');
    const next = shop.write(loaded(`ttq.holdConsent();`), '/next');
    await page.goto(next);
    await mounted(page);
    expect(wire.events).toEqual([]);
    const granted = new Date().toISOString();
    await page.evaluate(`ttq.grantConsent()`);
    const event = await wire.expectEvent('Held');
    expect(event).toMatchObject({ event_id: 'h', context: { page: { url } } });
    expect(event.timestamp < granted).toBe(true);
    for (const name of ['LandingPageView', 'Pageview']) await wire.expectEvent(name);
    const order = wire.events.map(({ event }) => event).filter((name) => name !== 'Held');
    expect(order.sort()).toEqual(['LandingPageView', 'Pageview']);
    expect(await page.evaluate(`sessionStorage.getItem('tt_hold_events')`)).toBeNull();
  });

  test('the queue is a list of whole bodies', REST, async ({ page, shop }) => {
    await page.goto(shop.write(loaded(`ttq.track('A'); ttq.holdConsent();`)));
    const held = () => page.evaluate(`JSON.parse(sessionStorage.tt_hold_events || '[]')`) as Promise<Wire[]>;
    await expect.poll(async () => (await held()).map(({ data }) => data.event)).toContain('A');
    expect((await held()).at(-1)).toMatchObject({
      url: 'https://analytics.tiktok.com/api/v2/pixel',
      data: { event: 'A', context: { pixel: { code: PIXEL } } },
      type: 0,
    });
  });

  test('named events are released first', REST, async ({ page, shop, wire }) => {
    const none = `<script>order = []; navigator.sendBeacon = (url, text) => order.push(JSON.parse(text).event);</script>`;
    const body = '<button>go</button>';
    await page.goto(shop.write(none + loaded(`ttq.holdConsent(); ttq.track('First');`), '/', body));
    await mounted(page);
    await page.click('button');
    await page.evaluate(`ttq.track('Last')`);
    await page.evaluate(`ttq.grantConsent()`);
    const order: unknown[] = await page.evaluate(`order`);
    expect(order.slice(-2)).toEqual(['Last', undefined]);
    expect(order).toContain('First');
    expect(wire.events).toEqual([]);
  });

  test('a revoked queue is dropped', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.track('A'); ttq.holdConsent();`)));
    await mounted(page);
    await page.evaluate(`ttq.revokeConsent(); ttq.track('B')`);
    await page.evaluate(`ttq.grantConsent(); ttq.track('C')`);
    await wire.expectEvent('C');
    expect([wire.count('A'), wire.count('B')]).toEqual([0, 0]);
  });

  test('counts at the moment of the call where nothing is being hashed', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.track('First');`)));
    await wire.expectEvent('First');
    await page.evaluate(`ttq.revokeConsent(); ttq.track('No'); ttq.grantConsent(); ttq.track('Yes')`);
    await wire.expectEvent('Yes');
    expect(wire.count('No')).toBe(0);
  });

  test('is needed again on every page', REST, async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.revokeConsent(); ttq.track('A');`)));
    await mounted(page);
    await page.goto(shop.write(loaded(`ttq.track('B');`), '/next'));
    await wire.expectEvent('B');
    expect(wire.count('A')).toBe(0);
  });
});
