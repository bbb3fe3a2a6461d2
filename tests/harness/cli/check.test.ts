import { tmpdir } from 'node:os';
import { expect } from '@playwright/test';
import { baseCode } from '../../../src/drift/base-code.ts';
import { document, Site } from '../capture/site.ts';
import { REST } from '../rest.ts';
import { test as base } from '../test.ts';
import { cookiebot } from '../visit/banners.ts';
import { type Done, inProcess } from './in-process.ts';

const PIXEL = 'CTEST000000000000001';

interface Fixtures {
  /** `ttq-conformance check` of a page of a site, which holds what the test says. */
  check: (page: string | undefined, path?: string, more?: Record<string, string>) => Promise<Done>;
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  check: async ({}, use) => {
    const site = await Site.start();
    await use(async (page, path = '/', more = {}) => {
      for (const [name, text] of Object.entries(more)) site.pages.set(name, text);
      if (page !== undefined) site.pages.set('/', page);
      const { port } = new URL(site.url('/'));
      const done = await inProcess(tmpdir(), ['check', `http://127.0.0.1:${port}${path}`]);
      expect(done.out + done.err, 'no stack trace').not.toMatch(/^ +at /m);
      return done;
    });
    site.close();
  },
});

test('names the pixel and the events of a page without faults: 0', async ({ check }) => {
  const { code, out, err } = await check(document(baseCode(`ttq.load('${PIXEL}'); ttq.page();`)));
  expect(code, out + err).toBe(0);
  expect(out).toContain('This covers one page.');
  expect(out).toMatch(
    new RegExp(
      `2 visits in .* s\n\nPixel {5}${PIXEL}\nOrganic {3}sent Pageview\nAd click {2}sent Pageview\n`,
    ),
  );
});

test('reports the rule that fails, with what to do: 1', async ({ check }) => {
  const { code, out } = await check(document(baseCode(`ttq.load('${PIXEL}'); ttq.track('Purchase', {});`)));
  expect(code, out).toBe(1);
  expect(out).toMatch(/event-id\/present \(blocker\)/);
});

test('reports an invalid pixel id: 1', REST, async ({ check }) => {
  const { code, out } = await check(document(baseCode(`ttq.load('YOUR_PIXEL_ID'); ttq.page();`)));
  expect(code, out).toBe(1);
  expect(out).toMatch(/pixel\/id-format/);
});

test('fails a page without a pixel, and names consent as a possible cause: 1', REST, async ({ check }) => {
  const { code, out } = await check(document(''));
  expect(code, out).toBe(1);
  expect(out).toMatch(/Pixel {5}none was seen\nOrganic {3}sent no event\n/);
  expect(out).toContain('docs/target.md');
});

test(
  'a pixel behind a path of the site is found, and how a target file names it: 0',
  REST,
  async ({ check }) => {
    const sdk = `for (const [name, ...args] of ttq.splice(0)) {
    const event = name === 'page' ? 'Pageview' : args[0];
    fetch('/_t/api/v2/pixel', { method: 'POST', keepalive: true, body: JSON.stringify({ event, event_id: '', context: {
      ad: { callback: new URLSearchParams(location.search).get('ttclid') ?? '' }, user: {},
      pixel: { code: '${PIXEL}' }, page: { url: location.href } }, properties: {} }) });
  }`;
    const code = baseCode(`ttq.load('${PIXEL}'); ttq.page();`);
    const { out, err } = await check(
      document(code.replaceAll('https://analytics.tiktok.com/', '/_t/')),
      '/',
      {
        '/_t/i18n/pixel/events.js': sdk,
      },
    );
    expect(out, err).toContain('"pixelPaths": ["/_t"]');
    expect(out, err).toMatch(/Organic {3}sent Pageview\nAd click {2}sent Pageview\n/);
  },
);

test(
  'finds a pixel behind a consent banner, and says how it answered the banner',
  REST,
  async ({ check }) => {
    const page = document(
      '',
      `<button id="yes">Accept all</button><script>yes.onclick = () => {
      document.cookie = 'said=yes';
      yes.remove();
      const script = document.createElement('script');
      script.textContent = ${JSON.stringify(baseCode(`ttq.load('${PIXEL}'); ttq.page();`).replace(/<\/?script>/g, ''))};
      document.head.append(script);
    };
    if (document.cookie.includes('said=yes')) yes.click();</script>`,
    );
    const { out } = await check(page);
    expect(out).toContain(
      `Pixel     ${PIXEL}\nConsent   granted by {"click":"role=button[name=\\"Accept all\\"]"}\nOrganic   sent Pageview\n`,
    );
  },
);

test('reports a banner that comes back: 1', REST, async ({ check }) => {
  const { code, out } = await check(document('', '<button onclick="this.remove()">Accept all</button>'));
  expect(code, out).toBe(1);
  expect(out).toMatch(/^Consent {3}consent\.grant: .* was done, and the banner came back/m);
});

test('reports a consent tool whose answer has no effect: 1', REST, async ({ check }) => {
  const { code, out } = await check(cookiebot('no')['/']);
  expect(code, out).toBe(1);
  expect(out).toContain(
    'Consent   Cookiebot asks for it; after what was clicked to grant it, the page sent nothing to TikTok: {"click":',
  );
});

test('a page that leads to a login is reported as that: 1', REST, async ({ check }) => {
  const wall = document('<meta http-equiv="refresh" content="0;url=/login">');
  const { code, out } = await check(wall, '/', { '/login': document('', 'Who are you?') });
  expect(code, out).toBe(1);
  expect(out).toMatch(/^Login {5}\/login looks like a login: .*"storageState"/m);
});

test('a page that cannot be opened: 2', REST, async ({ check }) => {
  const missing = await check(undefined, '/nothing-here');
  expect(missing.code, missing.out).toBe(2);
  expect(missing.err).toMatch(/cannot be opened: .*404/);
  const refused = await inProcess(tmpdir(), ['check', 'http://127.0.0.1:9/']);
  expect(refused.code, refused.out).toBe(2);
  expect(refused.err).toMatch(/cannot be opened: .*(ECONNREFUSED|UNSAFE_PORT)/);
});

for (const address of ['', 'two words', 'ftp://shop.example/']) {
  test(`"${address}" is not the URL of a page: 2`, async () => {
    const { code, err } = await inProcess(tmpdir(), ['check', address]);
    expect(code).toBe(2);
    expect(err).toContain(`found ${JSON.stringify(address)}; wanted the URL of a page`);
  });
}
