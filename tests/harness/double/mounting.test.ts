import { diagnosticIn } from '../../../src/tiktok/diagnostics.ts';
import { oneOfMany, REST } from '../rest.ts';
import { baseCode, expect, loaded, OTHER, openAtOnce, PIXEL, test, type Wire } from './support.ts';

const EVENTS_JS = `https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${PIXEL}`;
const codes = (events: Wire[]) => events.map(({ context }) => context.pixel.code).sort();

test.describe('the load chain', () => {
  const calls = `ttq.identify({ email: 'a@shop.example', city: 'Oslo' }); ttq.track('A'); ttq.page();`;

  test('three scripts, one after the other, and nothing else left behind', async ({ page, shop, wire }) => {
    await page.goto(shop.write('', '/plain'));
    const before: string[] = await page.evaluate('Object.getOwnPropertyNames(window)');
    await page.goto(shop.write(loaded(calls)));
    expect((await wire.expectEvent('A')).context.user).toMatchObject({ city: 'Oslo' });
    expect(wire.scripts).toEqual(['events', 'main', 'identify']);
    const after: string[] = await page.evaluate('Object.getOwnPropertyNames(window)');
    expect(after.filter((name) => !before.includes(name))).toEqual(['TiktokAnalyticsObject', 'ttq']);
    expect(await page.locator('script[src*="/static/main."]').getAttribute('data-id')).toBe(PIXEL);
    expect(await page.evaluate(`ttq._i['${PIXEL}'].info`)).toMatchObject({ pixelCode: PIXEL, status: 0 });
  });

  for (const blocked of ['events.js', 'static/main']) {
    test(`without ${blocked} nothing mounts`, async ({ page, shop, wire, scripts }) => {
      scripts.block(blocked);
      await page.goto(shop.write(loaded(calls)));
      // The load event comes after the scripts, blocked ones as well.
      expect(wire.scripts).toEqual(blocked === 'events.js' ? ['events'] : ['events', 'main']);
      expect(await page.evaluate('[ttq._mounted, ttq.length]')).toEqual([undefined, 3]);
      expect(wire.events).toEqual([]);
    });
  }

  test(
    'without the identify script, events are sent without an identity',
    REST,
    async ({ page, shop, wire, scripts }) => {
      scripts.block('static/identify');
      await page.goto(shop.write(loaded(calls)));
      expect(Object.keys((await wire.expectEvent('A')).context.user)).toEqual(['anonymous_id']);
      expect(wire.count('EnrichAM')).toBe(0);
      expect(wire.scripts.filter((name) => name === 'identify')).toHaveLength(2); // asked for once more
    },
  );

  test('what follows an identify waits for a slow identify script', async ({ page, shop, wire, scripts }) => {
    const deliver = scripts.delay('static/identify');
    await page.goto(shop.write(loaded(`ttq.track('Before');`)), { waitUntil: 'commit' });
    await wire.expectEvent('Before');
    await page.evaluate(`ttq.identify({ email: 'a@shop.example' }); ttq.track('After')`);
    await page.evaluate(`new Image().src = 'https://analytics.tiktok.com/api/v2/monitor'`);
    await expect.poll(() => wire.at('/api/v2/monitor').length).toBe(1);
    expect(wire.count('After')).toBe(0);
    deliver();
    expect((await wire.expectEvent('After')).context.user.email).toMatch(/^[0-9a-f]{64}$/);
  });
});

test('takes over the object of the base code, and ignores assignments to it', async ({
  page,
  shop,
  wire,
}) => {
  const url = shop.write(loaded(`ttq.page(); w.kept = ttq; ttq.ready(function () { w.ran = true });`));
  await page.goto(url);
  await wire.expectEvent('Pageview');
  const state: Wire = await page.evaluate(`(() => {
    const names = ['page', 'track', 'identify', 'instance', 'instances', 'loadPixel', 'enableCookie', 'disableCookie'];
    names.push('holdConsent', 'revokeConsent', 'grantConsent');
    const isAccessor = (name) => {
      const { set, configurable } = Object.getOwnPropertyDescriptor(ttq, name);
      // Tools may redefine it all the same.
      return set !== undefined && configurable;
    };
    const mine = () => {};
    ttq.track = mine;
    return {
      same: ttq === kept,
      missing: names.filter((name) => !isAccessor(name)),
      flags: [ttq._mounted, ttq.initialize],
      replaced: ttq.track === mine,
      anew: ttq.track !== ttq.track,
      returned: [ttq.track('A'), ttq.instance('${PIXEL}').track('B') instanceof Promise, ttq.instances().length],
      readyRan: typeof ran !== 'undefined',
    };
  })()`);
  expect(state).toEqual({
    same: true,
    missing: [],
    flags: [true, true],
    replaced: false,
    anew: true,
    returned: [undefined, true, 1],
    readyRan: false,
  });
});

test('mounts on another global', REST, async ({ page, shop, wire }) => {
  await page.goto(shop.write(baseCode(`ttq.load('${PIXEL}'); ttq.page();`, 'tiktokQueue')));
  await wire.expectEvent('Pageview');
  expect(await page.evaluate('typeof ttq')).toBe('undefined');
});

const NAMED = `window.TiktokAnalyticsObject = 'ttq';`;
const strange = {
  'a function with a queue':
    'window.ttq = function () { ttq.queue.push(arguments) }; ttq.queue = [["track", "A"]];',
  'a plain object': 'window.ttq = { track: function () {} };',
  'an array without load': 'window.ttq = []; ttq.push(["page"]);',
};
for (const [index, [what, script]] of Object.entries(strange).entries()) {
  test(`mounts on ${what}`, oneOfMany(index), async ({ page, shop, wire }) => {
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(
      shop.write(`<script>${NAMED} ${script}</script><script src="${EVENTS_JS}&lib=ttq"></script>`),
    );
    await page.evaluate(`ttq.track('Later')`);
    expect(codes([await wire.expectEvent('Later')])).toEqual([PIXEL]);
    expect(errors).toEqual([]);
    // What was in a queue that is not an array is lost.
    expect(wire.count('A')).toBe(0);
  });
}

for (const [index, [what, script]] of [
  ['is missing', `${NAMED}`],
  ['is a string', `${NAMED} window.ttq = "no";`],
  ['is not named in TiktokAnalyticsObject', 'window.ttq = [];'],
].entries()) {
  test(`fails like the real one if ttq ${what}`, oneOfMany(index), async ({ page, shop, wire }) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(shop.write(`<script>${script}</script><script src="${EVENTS_JS}&lib=ttq"></script>`));
    expect(errors).toEqual([expect.stringContaining('TypeError')]);
    expect(wire.scripts).toEqual(['events']);
  });
}

test('is run by a page that fetches its text', REST, async ({ page, shop, wire }) => {
  const script = `${NAMED} ttq = [['track', 'A']]; fetch('${EVENTS_JS}').then(r => r.text()).then(eval)`;
  await page.goto(shop.write(`<script>${script}</script>`));
  expect(codes([await wire.expectEvent('A')])).toEqual([PIXEL]);
});

test('an id that TikTok cannot have, or none, mounts no pixel', async ({ page, shop, wire, warnings }) => {
  const calls = `ttq.load('YOUR_PIXEL_ID'); ttq.load(''); ttq.load('${PIXEL}'); ttq.track('A');`;
  await page.goto(shop.write(baseCode(calls)));
  await page.evaluate(`ttq.track('Anchor')`);
  expect(codes(await wire.expectEvents('Anchor'))).toEqual([PIXEL]);
  const complaints = () => warnings.map(diagnosticIn).sort();
  await expect.poll(complaints).toEqual(['INVALID_PIXEL_CODE', 'MISSING_PIXEL_CODE']);
});

test('events in a same-origin iframe name the top page', async ({ page, shop, wire }) => {
  shop.write(loaded(`ttq.track('Inside');`), '/frame');
  await page.goto(shop.write('', '/', '<iframe src="/frame"></iframe>'));
  expect((await wire.expectEvent('Inside')).context).toMatchObject({
    pixel: { runtime: '2' },
    page: { url: 'http://www.shop.example/' },
  });
});

test('iframes of another origin, by kind', REST, async ({ page, shop, wire }) => {
  const frame = (path: string, head = '') => {
    shop.write(head + loaded(`ttq.track('At ${path}');`), path);
    return `<iframe src="http://other.shop.example${path}${path === '/7' ? '?u=https://a.example' : ''}"></iframe>`;
  };
  const frames = [
    frame('/3'),
    frame('/5', '<script>window.name = "web-pixel-sandbox"</script>'),
    frame('/6', '<script>window.google_tag_manager = {}</script>'),
    frame('/7'),
  ];
  await page.goto(shop.write('', '/', frames.join('')));
  for (const runtime of ['3', '5', '6', '7']) {
    const event = await wire.expectEvent(`At /${runtime}`);
    expect(event.context.pixel.runtime).toBe(runtime);
    expect(event.context.page.url).toContain('http://other.shop.example/');
  }
});

test("a worker's window asks for its scripts with importScripts", REST, async ({ page, shop, wire }) => {
  const worker = `window.DedicatedWorkerGlobalScope = Window; window.importScripts = function (url) {
    var script = document.createElement('script'); script.src = url; document.head.append(script) };`;
  await page.goto(shop.write(`<script>${worker}</script>${loaded(`ttq.track('A');`)}`));
  expect((await wire.expectEvent('A')).context.pixel.runtime).toBe('4');
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
  test('applies the first identify to everything, and later calls in order', async ({ page, shop, wire }) => {
    await page.goto(
      shop.write(
        loaded(
          `ttq.page(); ttq.track('A'); ttq.identify({ external_id: 'u1', city: 'Rome' }); ttq.track('B');`,
        ),
      ),
    );
    for (const name of ['EnrichAM', 'LandingPageView', 'Pageview', 'A', 'B']) {
      expect((await wire.expectEvent(name)).context.user.external_id, name).toBe('u1');
    }
    await page.evaluate(`
      ttq.track('C');
      ttq.identify({ city: 'Oslo' });
      ttq.track('D');
    `);
    expect((await wire.expectEvent('C')).context.user.city).toBe('Rome');
    expect((await wire.expectEvent('D')).context.user).toMatchObject({ external_id: 'u1', city: 'Oslo' });
  });

  test(
    'of several queued identifies, the last one applies to all events',
    REST,
    async ({ page, shop, wire }) => {
      const calls = `ttq.identify({ city: 'A' }); ttq.identify({ city: 'B' }); ttq.track('Rest');`;
      await page.goto(shop.write(loaded(`${calls} ttq.instance('${PIXEL}').track('Own');`)));
      // All wait for the hashing of all that was queued, and carry what is known then.
      expect((await wire.expectEvent('Own')).context.user.city).toBe('B');
      expect((await wire.expectEvent('Rest')).context.user.city).toBe('B');
    },
  );

  test("a pixel's own queue: page applies to all pixels, and a kept reference no longer works", async ({
    page,
    shop,
    wire,
  }) => {
    const calls = `w.kept = ttq.instance('${OTHER}'); w.kept.page(); w.kept.track('Own');`;
    await page.goto(shop.write(baseCode(`ttq.load('${PIXEL}'); ttq.load('${OTHER}'); ${calls}`)));
    await wire.expectEvents('Pageview', 2);
    await page.evaluate(`kept.track('Dead'); ttq.instance('${OTHER}').track('Alive')`);
    await wire.expectEvent('Alive');
    expect(codes(await wire.expectEvents('Own'))).toEqual([OTHER]);
    expect(wire.count('Dead')).toBe(0);
  });
});

test.describe('several pixels', () => {
  const both = (calls: string) => baseCode(`ttq.load('${PIXEL}'); ttq.load('${OTHER}'); ${calls}`);

  test('an event goes to each, with one event id', async ({ page, shop, wire, scripts }) => {
    await openAtOnce(
      page,
      scripts,
      shop.write(both(`ttq.page(); ttq.track('Lead', {}, { event_id: 'e1' });`)),
    );
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
    scripts,
  }) => {
    const calls = `ttq.track('X', {}, { pixel_code: 'CUNKNOWN' }); ttq.instance('${OTHER}').track('Second');`;
    await openAtOnce(
      page,
      scripts,
      shop.write(both(`${calls} ttq.track('First', {}, { pixel_code: '${PIXEL}' });`)),
    );
    expect(codes(await wire.expectEvents('Second'))).toEqual([OTHER]);
    expect(codes(await wire.expectEvents('First'))).toEqual([PIXEL]);
    await page.evaluate(`ttq.instance('CUNKNOWN').track('Y'); ttq.instance('${OTHER}').track('Anchor');`);
    await wire.expectEvent('Anchor');
    expect([wire.count('X'), wire.count('Y')]).toEqual([0, 0]);
  });

  test('an id queued twice is one pixel, silently', REST, async ({ page, shop, wire, warnings }) => {
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

  test(
    'an id loaded again after mounting only gets a warning',
    REST,
    async ({ page, shop, wire, warnings }) => {
      await page.goto(shop.write(loaded(`ttq.page();`)));
      await wire.expectEvent('Pageview');
      await page.evaluate(`ttq.load('${PIXEL}'); ttq.track('Meanwhile')`);
      await expect.poll(() => warnings.map(diagnosticIn)).toContain('DUPLICATE_PIXEL_CODE');
      await page.evaluate(`ttq.track('Once')`);
      await wire.expectEvent('Once');
      expect([wire.count('Pageview'), wire.count('Meanwhile')]).toEqual([1, 1]);
      const [first] = warnings;
      await page.evaluate(`ttq.loadPixel('${PIXEL}')`);
      await expect.poll(() => warnings).toEqual([first, first]);
    },
  );

  for (const method of ['load', 'loadPixel']) {
    test(
      `${method} adds a pixel after mounting, without repeating events`,
      method === 'load' ? {} : REST,
      async ({ page, shop, wire }) => {
        await page.goto(shop.write(loaded(`ttq.page(); ttq.track('Early');`)));
        await wire.expectEvent('Early');
        // Called while the pixel is loading: the pixel makes up for this call when it is there, but for nothing before it.
        await page.evaluate(`ttq.${method}('${OTHER}'); ttq.track('Meanwhile')`);
        expect(codes(await wire.expectEvents('Meanwhile', 2))).toEqual([PIXEL, OTHER]);
        await page.evaluate(`ttq.track('Late')`);
        expect(codes(await wire.expectEvents('Late', 2))).toEqual([PIXEL, OTHER]);
        expect([wire.count('Early'), wire.count('Pageview')]).toEqual([1, 1]);
      },
    );
  }
});
