import { expect, loaded, PIXEL, test } from './support.ts';

/** In what the builds differ; everything else is tested on the default one, 2025. */
const URL_OF_AD = '?ttclid=E.C.P.x';

test.describe('2024', () => {
  test.use({ sdk: { profile: '2024' } });

  test('keeps names, watches no history, has shorter cookies', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.page(); ttq.track('CompletePayment');`)));
    const event = await wire.expectEvent('CompletePayment');
    expect(event.context.user.anonymous_id).toMatch(/^[0-9A-Z]{26}_$/);
    const session = (await page.context().cookies()).find(({ name }) => name === `ttcsid_${PIXEL}`);
    expect(session?.value).toMatch(/^\d{13}::[\w-]{20}\.1\.\d{13}$/);
    await page.evaluate(`
      history.pushState(null, '', '/a');
      setTimeout(() => ttq.track('Anchor'), 1);
    `);
    expect((await wire.expectEvent('Anchor')).context.page.url).toContain('/a');
    expect(wire.count('Pageview')).toBe(1);
  });
});

test.describe('2025', () => {
  test('has no times in its ids', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.track('SubmitForm');`)) + URL_OF_AD);
    const { context } = await wire.expectEvent('Lead');
    expect(context.ad.callback).toBe('E.C.P.x');
    expect(context.user.anonymous_id).toMatch(/^.{27}\.tt\.1$/);
  });
});

test.describe('2026-09', () => {
  test.use({ sdk: { profile: '2026-09' } });

  test('says when it first saw a click id, on the wire and in the cookie', async ({ page, shop, wire }) => {
    const url = shop.write(loaded(`ttq.track('A');`)) + URL_OF_AD;
    await page.goto(url);
    const { context } = await wire.expectEvent('A');
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

  test('takes the click id of an organic post for a trait of the visitor', async ({ page, shop, wire }) => {
    await page.goto(`${shop.write(loaded(`ttq.track('A');`))}?ttoclid=o1`);
    expect((await wire.expectEvent('A')).context.user.ttoclid).toBe('o1');
  });
});
