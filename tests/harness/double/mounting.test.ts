import { baseCode, expect, loaded, OTHER, PIXEL, test, type Wire } from './support.ts';

const EVENTS_JS = `https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${PIXEL}`;
const codes = (events: Wire[]) => events.map(({ context }) => context.pixel.code).sort();

test('takes over the object of the base code and ignores assignments to it', async ({ page, shop, wire }) => {
  const url = shop.write(loaded(`ttq.page(); w.kept = ttq; ttq.ready(function () { w.ran = true });`));
  await page.goto(url);
  await wire.expectEvent('Pageview');
  const state: Wire = await page.evaluate(`(() => {
    const names = ['page', 'track', 'identify', 'instance', 'instances', 'loadPixel', 'enableCookie', 'disableCookie'];
    names.push('holdConsent', 'revokeConsent', 'grantConsent');
    const isAccessor = (name) => Object.getOwnPropertyDescriptor(ttq, name)?.set !== undefined;
    const { track } = ttq;
    ttq.track = () => {};
    return {
      same: ttq === kept,
      missing: names.filter((name) => !isAccessor(name)),
      flags: [ttq._mounted, ttq.initialize],
      survived: ttq.track === track,
      readyRan: typeof ran !== 'undefined',
    };
  })()`);
  expect(state).toEqual({ same: true, missing: [], flags: [true, true], survived: true, readyRan: false });
});

test('mounts on another global', async ({ page, shop, wire }) => {
  await page.goto(shop.write(baseCode(`ttq.load('${PIXEL}'); ttq.page();`, 'tiktokQueue')));
  await wire.expectEvent('Pageview');
  expect(await page.evaluate('typeof ttq')).toBe('undefined');
});

const strange = {
  'is missing': '',
  'is a function with a queue':
    'window.ttq = function () { ttq.queue.push(arguments) }; ttq.queue = [["track", "A"]];',
  'is a plain object': 'window.ttq = { track: function () {} };',
  'is an array without load': 'window.ttq = []; ttq.push(["page"]);',
  'is a string': 'window.ttq = "no";',
  'is frozen': 'window.ttq = Object.freeze([]);',
};
for (const [what, script] of Object.entries(strange)) {
  test(`does not throw where ttq ${what}`, async ({ page, shop, wire }) => {
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(shop.write(`<script>${script}</script><script src="${EVENTS_JS}&lib=ttq"></script>`));
    expect(codes([await wire.expectEvent('LandingPageView')])).toEqual([PIXEL]);
    if (what !== 'is frozen') {
      await page.evaluate(`ttq.track('Later')`);
      await wire.expectEvent('Later');
    }
    expect(errors).toEqual([]);
  });
}

test('the prologue gives the pixel id to a page that evaluates the text itself', async ({
  page,
  shop,
  wire,
}) => {
  await page.goto(shop.write(`<script>fetch('${EVENTS_JS}').then(r => r.text()).then(eval)</script>`));
  await wire.expectEvent('LandingPageView');
});

test('in a same-origin iframe events tell of the top page', async ({ page, shop, wire }) => {
  shop.write(loaded(`ttq.track('Inside');`), '/frame');
  await page.goto(shop.write('', '/', '<iframe src="/frame"></iframe>'));
  expect((await wire.expectEvent('Inside')).context).toMatchObject({
    pixel: { runtime: '2' },
    page: { url: 'http://www.shop.example/' },
  });
});

test('an error in a call does not reach the page', async ({ page, shop, wire }) => {
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(
    shop.write(loaded(`var loop = {}; loop.loop = loop; ttq.track('Loop', loop); ttq.track('After');`)),
  );
  await wire.expectEvent('After');
  expect(await page.evaluate(`ttq.track('Big', { value: BigInt(1) })`)).toBeUndefined();
  expect(errors).toEqual([]);
});

test.describe('replay', () => {
  test('applies the first identify to everything, and the calls after mounting in turn', async ({
    page,
    shop,
    wire,
  }) => {
    await page.goto(
      shop.write(loaded(`ttq.page(); ttq.track('A'); ttq.identify({ external_id: 'u1' }); ttq.track('B');`)),
    );
    for (const name of ['LandingPageView', 'Pageview', 'A', 'B']) {
      expect((await wire.expectEvent(name)).context.user.external_id, name).toBe('u1');
    }
    await page.evaluate(`
      ttq.track('C');
      ttq.identify({ city: 'Oslo' });
      ttq.track('D');
    `);
    expect((await wire.expectEvent('C')).context.user.city).toBeUndefined();
    expect((await wire.expectEvent('D')).context.user).toMatchObject({ external_id: 'u1', city: 'Oslo' });
  });

  test('takes the queues of pixels before the rest', async ({ page, shop, wire }) => {
    const calls = `ttq.identify({ city: 'A' }); ttq.identify({ city: 'B' }); ttq.track('Rest');`;
    await page.goto(shop.write(loaded(`${calls} ttq.instance('${PIXEL}').track('Own');`)));
    // The second identify belongs to the rest, so the pixel's own queue does not know it yet.
    expect((await wire.expectEvent('Own')).context.user.city).toBe('A');
    expect((await wire.expectEvent('Rest')).context.user.city).toBe('B');
  });
});

test.describe('several pixels', () => {
  const both = (calls: string) => baseCode(`ttq.load('${PIXEL}'); ttq.load('${OTHER}'); ${calls}`);

  test('an event goes to each, with one event id', async ({ page, shop, wire }) => {
    await page.goto(shop.write(both(`ttq.page(); ttq.track('Lead', {}, { event_id: 'e1' });`)));
    const events = await wire.expectEvents('Lead', 2);
    expect(codes(events)).toEqual([PIXEL, OTHER]);
    expect(events.map(({ event_id }) => event_id)).toEqual(['e1', 'e1']);
    expect(new Set(events.map(({ message_id }) => message_id)).size).toBe(2);
    await wire.expectEvents('Pageview', 2);
    await wire.expectEvents('LandingPageView', 2);
  });

  test('one can be addressed alone, and an unknown one sends nothing', async ({
    page,
    shop,
    wire,
    warnings,
  }) => {
    const calls = `ttq.track('X', {}, { pixel_code: 'CUNKNOWN' }); ttq.instance('${OTHER}').track('Second');`;
    await page.goto(shop.write(both(`${calls} ttq.track('First', {}, { pixel_code: '${PIXEL}' });`)));
    expect(codes(await wire.expectEvents('Second'))).toEqual([OTHER]);
    expect(codes(await wire.expectEvents('First'))).toEqual([PIXEL]);
    await page.evaluate(`ttq.instance('CUNKNOWN').track('Y'); ttq.instance('${OTHER}').track('Anchor');`);
    await wire.expectEvent('Anchor');
    expect([wire.count('X'), wire.count('Y')]).toEqual([0, 0]);
    expect(warnings.filter((text) => text.includes('INVALID_PIXEL_CODE'))).toHaveLength(2);
  });

  test('an id queued twice is one pixel, silently', async ({ page, shop, wire, warnings }) => {
    await page.goto(
      shop.write(baseCode(`ttq.load('${PIXEL}'); ttq.load('${PIXEL}'); ttq.page(); ttq.track('A');`)),
    );
    // Both script elements have run by the load event; Chromium fetches their common URL once.
    expect(await page.locator('script[src*=sdkid]').count()).toBe(2);
    await page.evaluate(`ttq.track('Anchor')`);
    await wire.expectEvent('Anchor');
    for (const name of ['LandingPageView', 'Pageview', 'A']) expect(wire.count(name), name).toBe(1);
    expect(warnings).toEqual([]);
  });

  test('an id loaded again after mounting only gets a warning', async ({ page, shop, wire, warnings }) => {
    await page.goto(shop.write(loaded(`ttq.page();`)));
    await wire.expectEvent('Pageview');
    await page.evaluate(`ttq.load('${PIXEL}')`);
    await expect.poll(() => warnings.some((text) => text.includes('DUPLICATE_PIXEL_CODE'))).toBe(true);
    await page.evaluate(`ttq.track('Once')`);
    await wire.expectEvent('Once');
    expect(wire.count('Pageview')).toBe(1);
  });

  for (const method of ['load', 'loadPixel']) {
    test(`${method} adds a pixel after mounting, without repeating events`, async ({ page, shop, wire }) => {
      await page.goto(shop.write(loaded(`ttq.page(); ttq.track('Early');`)));
      await wire.expectEvent('Early');
      await page.evaluate(`ttq.${method}('${OTHER}')`);
      await wire.expectEvents('LandingPageView', 2);
      await page.evaluate(`ttq.track('Late')`);
      expect(codes(await wire.expectEvents('Late', 2))).toEqual([PIXEL, OTHER]);
      expect([wire.count('Early'), wire.count('Pageview')]).toEqual([1, 1]);
    });
  }
});
