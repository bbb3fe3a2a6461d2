import { REST } from '../rest.ts';
import { expect, loaded, ORIGIN, test } from './support.ts';

/** Where the builds differ; everything else is tested on the default one, 2026-05. */
const URL_OF_AD = '?ttclid=E.C.P.x';

test.describe('2024-04', () => {
  test.use({ sdk: { profile: '2024-04' } });

  test('keeps the names of events, watches no history, knows no visits', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.page(); ttq.track('CompletePayment');`)));
    const event = await wire.expectEvent('CompletePayment');
    expect(event.context.user.anonymous_id).toMatch(/^[\w-]{27}$/);
    expect(event.context.library.version).toBe('2.1.33');
    expect(event.context).not.toHaveProperty('csid');
    const names = (await page.context().cookies()).map(({ name }) => name).sort();
    expect(names).toEqual(['_tt_enable_cookie', '_ttp']);
    await page.evaluate(`
      history.pushState(null, '', '/a');
      setTimeout(() => ttq.track('Anchor'), 1);
    `);
    expect((await wire.expectEvent('Anchor')).context.page.url).toContain('/a');
    expect([wire.count('Pageview'), wire.count('LandingPageView')]).toEqual([1, 0]);
    expect(wire.at('/ipv6/enrich_ipv6', 'analytics-ipv6.tiktokw.us')).toEqual([]);
  });

  test('says that it has taken over with one flag only', REST, async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.track('A');`)));
    await wire.expectEvent('A');
    expect(await page.evaluate('[ttq._mounted, ttq.initialize]')).toEqual([undefined, true]);
  });

  test('takes the first click id of a query, and none of a hash', REST, async ({ page, shop, wire }) => {
    const url = shop.write(loaded(`ttq.track('A');`));
    await page.goto(`${url}?ttclid=one&ttclid=two`);
    expect((await wire.expectEvent('A')).context.ad.callback).toBe('one');
    const tab = await page.context().newPage();
    await tab.goto(`${url}#a=1&ttclid=x`);
    const [, second] = await wire.expectEvents('A', 2);
    expect(second.context.ad).not.toHaveProperty('callback');
  });

  test("sends no names and places, and a frame's own URL", async ({ page, shop, wire }) => {
    const visitor = `{ email: 'a@shop.example', first_name: 'Ann', city: 'Oslo', zip_code: '1' }`;
    shop.write(loaded(`ttq.identify(${visitor}); ttq.track('A');`), '/frame');
    await page.goto(shop.write('', '/', '<iframe src="/frame"></iframe>'));
    const { user, page: shown } = (await wire.expectEvent('A')).context;
    expect(Object.keys(user).sort()).toEqual(['anonymous_id', 'email']);
    expect(shown.url).toBe(`${ORIGIN}/frame`);
  });
});

test.describe('2024-04, of several pages', () => {
  test.use({ sdk: { profile: '2024-04' } });

  test('replaces the names that were old then', REST, async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.track('ViewForm'); ttq.track('SubmitForm');`)));
    await wire.expectEvent('ViewContent');
    await wire.expectEvent('SubmitForm');
  });

  test('keeps the first click id in its cookie', REST, async ({ page, shop, wire }) => {
    const url = shop.write(loaded(`ttq.track(location.search);`));
    await page.goto(`${url}?ttclid=old`);
    await wire.expectEvent('?ttclid=old');
    await page.goto(`${url}?ttclid=new`);
    await wire.expectEvent('?ttclid=new');
    const cookie = (await page.context().cookies()).find(({ name }) => name === 'ttclid');
    expect(cookie?.value).toBe('old');
  });

  test('does not forget disableCookie on the next page', REST, async ({ page, shop, wire }) => {
    const url = shop.write(loaded(`ttq.track('A');`));
    await page.goto(url);
    await wire.expectEvent('A');
    await page.evaluate('ttq.disableCookie()');
    await page.goto(`${url}?next`);
    const [, next] = await wire.expectEvents('A', 2);
    expect(next.context.user).toEqual({});
    const names = (await page.context().cookies()).map(({ name }) => name);
    expect(names).toEqual(['_tt_enable_cookie']);
  });

  test('makes queued consent calls in their order', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.grantConsent(); ttq.holdConsent(); ttq.track('Held');`)));
    await page.waitForFunction('ttq.initialize');
    await page.evaluate(`ttq.track('HeldToo')`);
    await expect.poll(() => page.evaluate(`sessionStorage.tt_hold_events`)).toContain('HeldToo');
    expect([wire.count('Held'), wire.count('HeldToo')]).toEqual([0, 0]);
    const revoking = `ttq.grantConsent(); ttq.revokeConsent(); ttq.track('Revoked');`;
    await page.goto(shop.write(loaded(revoking), '/revoked'));
    await page.waitForFunction('ttq.initialize');
    await page.evaluate(`ttq.grantConsent(); ttq.track('Granted')`);
    await wire.expectEvent('Granted');
    expect(wire.count('Revoked')).toBe(0);
  });
});

test.describe('2025-08', () => {
  test.use({ sdk: { profile: '2025-08' } });

  test('drops a second argument that is not an object, and reads no click id in the hash', async ({
    page,
    shop,
    wire,
  }) => {
    await page.goto(`${shop.write(loaded(`ttq.track('A', 'text');`))}#a=1&ttclid=x`);
    const { context, properties } = await wire.expectEvent('A');
    expect(properties).toEqual({});
    expect(context.ad).not.toHaveProperty('callback');
  });
});

test.describe('2025-12', () => {
  test.use({ sdk: { profile: '2025-12' } });

  test('reads no click id in the hash', async ({ page, shop, wire }) => {
    await page.goto(`${shop.write(loaded(`ttq.track('A', 'text');`))}#a=1&ttclid=x`);
    const { context, properties } = await wire.expectEvent('A');
    expect(context.ad).not.toHaveProperty('callback');
    expect(properties).toEqual({ description: '"text"' });
  });
});

test.describe('2026-05', () => {
  test('has no times in its ids', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.track('SubmitForm');`)) + URL_OF_AD);
    const { context } = await wire.expectEvent('Lead');
    expect(context.ad.callback).toBe('E.C.P.x');
    expect(context.user.anonymous_id).toMatch(/^.{27}\.tt\.1$/);
  });

  test('takes the click id of an organic post for a trait of the visitor', async ({ page, shop, wire }) => {
    await page.goto(`${shop.write(loaded(`ttq.track('A');`))}?ttoclid=o1`);
    expect((await wire.expectEvent('A')).context.user.ttoclid).toBe('o1');
  });
});

test.describe('2026-09', () => {
  test.use({ sdk: { profile: '2026-09' } });

  test('says when it first saw a click id, on the wire and in the cookie', async ({ page, shop, wire }) => {
    const url = shop.write(loaded(`ttq.track('A');`)) + URL_OF_AD;
    await page.goto(url);
    const { context } = await wire.expectEvent('A');
    expect(wire.at('/ipv6/enrich_ipv6', 'analytics-ipv6.tiktokw.us')).toEqual([]);
    expect(context.ad.callback).toMatch(/^E\.C\.P\.x\.\d{13}$/);
    expect(context.user.anonymous_id).toMatch(/^.{27}\.tt\.1\.\d{13}$/);
    const cookie = async () => (await page.context().cookies()).find(({ name }) => name === 'ttclid')?.value;
    expect(await cookie()).toBe(context.ad.callback);
    // Another tab has the time from the cookie.
    const tab = await page.context().newPage();
    await tab.goto(url);
    const [, second] = await wire.expectEvents('A', 2);
    expect([second.context.ad.callback, await cookie()]).toEqual([context.ad.callback, context.ad.callback]);
    expect(second.context.user.anonymous_id).toBe(context.user.anonymous_id);
  });

  test('reports a revocation to TikTok, and nothing else', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.track('A'); ttq.holdConsent();`)));
    await page.waitForFunction('ttq.initialize');
    await page.evaluate(`ttq.revokeConsent(); ttq.track('B')`);
    await expect.poll(() => wire.actions().map(({ action }) => action)).toEqual(['Click']);
    expect(wire.actions()[0].auto_collected_properties).toEqual({ page_trigger: 'RevokeConsent' });
    expect([wire.count('A'), wire.count('B')]).toEqual([0, 0]);
  });
});
