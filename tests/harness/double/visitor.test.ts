import { createHash } from 'node:crypto';
import { expect, loaded, ORIGIN, test, type Wire } from './support.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const HASH = 'A'.repeat(64);

const identities: [fields: Record<string, unknown>, wire: Record<string, string>][] = [
  [{ email: '  Ann@Shop.Example ' }, { email: sha256('ann@shop.example') }],
  [
    { email: HASH, phone_number: HASH },
    { email: HASH, phone_number: HASH },
  ],
  [{ email: 'undefined' }, { email: sha256('undefined') }],
  [
    { sha256_email: HASH, sha256_phone_number: HASH },
    { email: HASH, phone_number: HASH },
  ],
  [{ phone_number: ' +1 (555) 010-0199' }, { phone_number: sha256('+15550100199') }],
  [{ phone_number: '1 (555) 010-0199' }, { phone_number: sha256('15550100199') }],
  [{ phone_number: '+86 138 0013 8000' }, { phone_number: sha256('13800138000') }],
  [{ external_id: ' cust_ABC ' }, { external_id: 'cust_ABC' }],
  [
    { city: 'Oslo', state: 'OS', country: 'NO', first_name: 'Ann', last_name: 'Lee', zip_code: '0150' },
    {
      city: 'Oslo',
      state: 'OS',
      country: 'NO',
      first_name: sha256('ann'),
      last_name: sha256('lee'),
      zip_code: sha256('0150'),
    },
  ],
  [{ email: '', phone_number: null, external_id: 0, city: '  ', unknown: 'x' }, {}],
];

for (const [fields, expected] of identities) {
  test(`identify(${JSON.stringify(fields)})`, async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.identify(${JSON.stringify(fields)}); ttq.track('A');`)));
    const { anonymous_id: _id, ...user } = (await wire.expectEvent('A')).context.user;
    expect(user).toEqual(expected);
  });
}

test('identities merge, and end with the page', async ({ page, shop, wire }) => {
  const url = shop.write(loaded(`ttq.track('First')`));
  await page.goto(url);
  await page.waitForFunction('ttq._mounted');
  await page.evaluate(`
      ttq.identify({ external_id: 'u', city: 'Oslo' });
      ttq.identify({ city: 'Rome', external_id: '' });
      ttq.track('Merged');
    `);
  expect((await wire.expectEvent('Merged')).context.user).toMatchObject({ external_id: 'u', city: 'Rome' });
  await page.reload();
  const [, second] = await wire.expectEvents('First', 2);
  expect(Object.keys(second.context.user)).toEqual(['anonymous_id']);
});

test.describe('click id', () => {
  const callback = async (wire: { expectEvent(name: string): Promise<Wire> }) =>
    (await wire.expectEvent('A')).context.ad.callback;
  const head = loaded(`ttq.track('A');`);

  for (const [what, suffix, expected] of [
    ['the query', '?x=1&ttclid=E.C.P.q', 'E.C.P.q'],
    ['the hash', '#ttclid=E.C.P.h', 'E.C.P.h'],
    ["a route's query in the hash", '#/cart?a=1&ttclid=E.C.P.r', 'E.C.P.r'],
    ['the query before the hash', '?ttclid=one#ttclid=two', 'one'],
    ['no other case', '?TTCLID=E.C.P.q', undefined],
    ['no empty value', '?ttclid=', undefined],
  ] as const) {
    test(`from ${what}`, async ({ page, shop, wire }) => {
      await page.goto(shop.write(head) + suffix);
      expect(await callback(wire)).toBe(expected);
    });
  }

  test('from the referrer', async ({ page, shop, wire }) => {
    await page.goto(shop.write(head), { referer: `${ORIGIN}/landing?ttclid=E.C.P.ref` });
    expect(await callback(wire)).toBe('E.C.P.ref');
  });

  test('an older one of the tab beats the URL; the cookie is set for a day and never read', async ({
    page,
    shop,
    wire,
  }) => {
    const url = shop.write(loaded(`ttq.track(location.search);`));
    await page.goto(`${url}?ttclid=old`);
    await page.goto(`${url}?ttclid=new`);
    expect((await wire.expectEvent('?ttclid=new')).context.ad.callback).toBe('old');
    const cookie = (await page.context().cookies()).find(({ name }) => name === 'ttclid');
    expect(cookie).toMatchObject({ value: 'old', domain: '.shop.example', path: '/', httpOnly: false });
    expect(Math.abs(cookie!.expires - Date.now() / 1000 - 86_400)).toBeLessThan(60);
    const tab = await page.context().newPage();
    await tab.goto(`${url}?fresh`);
    expect((await wire.expectEvent('?fresh')).context.ad).not.toHaveProperty('callback');
  });
});

test.describe('cookies', () => {
  test('of the registrable domain, for 390 days, shared by its hosts', async ({ page, shop, wire }) => {
    shop.write(loaded(`ttq.track(location.hostname);`));
    await page.goto(`${ORIGIN}/`);
    const first = await wire.expectEvent('www.shop.example');
    await page.goto('http://other.shop.example/');
    const second = await wire.expectEvent('other.shop.example');
    expect(second.context.user.anonymous_id).toBe(first.context.user.anonymous_id);
    expect(first.context.user.anonymous_id).toMatch(/^[\w-]{27}\.tt\.1$/);
    const cookies = await page.context().cookies();
    expect(cookies.map(({ name }) => name).sort()).toEqual(['_tt_enable_cookie', '_ttp']);
    for (const { domain, path, expires } of cookies) {
      expect([domain, path]).toEqual(['.shop.example', '/']);
      expect(Math.abs(expires - Date.now() / 1000 - 390 * 86_400)).toBeLessThan(60);
    }
  });

  test('none on a host of one label', async ({ page, shop, wire }) => {
    shop.write(loaded(`ttq.track('A');`));
    await page.goto('http://intranet/?ttclid=x');
    const event = await wire.expectEvent('A');
    expect(event.context.user).toEqual({});
    expect(event.context.ad.callback).toBe('x');
    expect(await page.context().cookies()).toEqual([]);
  });

  test('disableCookie deletes _ttp on its page, enableCookie brings one back', async ({
    page,
    shop,
    wire,
  }) => {
    await page.goto(shop.write(loaded(`ttq.track('A');`)));
    await wire.expectEvent('A');
    await page.evaluate(`
      ttq.disableCookie();
      ttq.track('Off');
    `);
    expect((await wire.expectEvent('Off')).context.user).toEqual({});
    expect((await page.context().cookies()).map(({ name, value }) => [name, value])).toEqual([
      ['_tt_enable_cookie', '0'],
    ]);
    await expect.poll(() => wire.at('/i18n/pixel/disable_cookie').length).toBe(1);
    await page.evaluate(`
      ttq.enableCookie();
      ttq.track('On');
    `);
    expect((await wire.expectEvent('On')).context.user.anonymous_id).toMatch(/\.tt\.1$/);
    await expect.poll(() => wire.at('/i18n/pixel/enable_cookie').length).toBe(1);
  });
});

test.describe('consent', () => {
  test('held events keep their time and URL over a navigation', async ({ page, shop, wire }) => {
    const url = shop.write(
      loaded(`ttq.page(); ttq.track('Held', {}, { event_id: 'h' }); ttq.holdConsent();`),
    );
    await page.goto(url);
    await page.waitForFunction('ttq._mounted');
    expect((await page.context().cookies()).map(({ name }) => name)).toContain('_ttp');
    const next = shop.write(loaded(`ttq.holdConsent();`), '/next');
    await page.goto(next);
    await page.waitForFunction('ttq._mounted');
    expect(wire.events).toEqual([]);
    const granted = new Date().toISOString();
    await page.evaluate(`ttq.grantConsent()`);
    const event = await wire.expectEvent('Held');
    expect(event).toMatchObject({ event_id: 'h', context: { page: { url } } });
    expect(event.timestamp < granted).toBe(true);
    for (const name of ['LandingPageView', 'Pageview']) await wire.expectEvent(name);
    expect(await page.evaluate(`sessionStorage.getItem('tt_hold_events')`)).toBeNull();
  });

  test('a revoked queue is dropped', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.track('A'); ttq.holdConsent();`)));
    await page.waitForFunction('ttq._mounted');
    await page.evaluate(`
      ttq.revokeConsent();
      ttq.track('B');
      ttq.grantConsent();
      ttq.track('C');
    `);
    await wire.expectEvent('C');
    expect([wire.count('A'), wire.count('B')]).toEqual([0, 0]);
  });

  test('is asked anew on every page', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.revokeConsent(); ttq.track('A');`)));
    await page.waitForFunction('ttq._mounted');
    await page.goto(shop.write(loaded(`ttq.track('B');`), '/next'));
    await wire.expectEvent('B');
    expect(wire.count('A')).toBe(0);
  });
});
