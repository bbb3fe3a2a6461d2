import { baseCode } from '../../../src/drift/base-code.ts';
import { noDuplicateLoad } from '../../../src/rules/pixel/no-duplicate-load.ts';
import { PIXEL } from '../double/support.ts';
import { document, expect, test } from './support.ts';

const CODE = baseCode(`ttq.load('${PIXEL}'); ttq.page();`);

test('a page is recorded with its title and its base code, wherever that is', async ({ record }) => {
  const { documents } = await record({
    '/': document(`<title>Shop</title>${CODE}`, CODE.replace('<script>', '<script type="text/plain">')),
  });
  expect(documents[0]).toMatchObject({ title: 'Shop', tab: 0 });
  expect(documents[0]!.snippets).toEqual([
    { text: expect.stringContaining('TiktokAnalyticsObject'), placement: 'head' },
    { text: expect.stringContaining('TiktokAnalyticsObject'), placement: 'body', type: 'text/plain' },
  ]);
});

test('records base code that is not valid JavaScript, and base code that comes late', async ({ record }) => {
  const broken = CODE.replace('var r=', 'var r=\\');
  const late = `<script>addEventListener('load', () => {
    const script = document.createElement('script');
    script.text = 'window.TiktokAnalyticsObject' + ' = "ttq"';
    document.head.append(script);
  });</script>`;
  const { documents } = await record({ '/': document(`${broken}${late}`) });
  expect(documents[0]!.snippets!.map(({ text }) => text.slice(0, 28))).toContain(
    'window.TiktokAnalyticsObject',
  );
  expect(documents[0]!.snippets!.length).toBeGreaterThan(1);
});

test('base code that a tag manager inserts into the body counts as placed by a script', async ({
  record,
}) => {
  const manager = `<script>addEventListener('DOMContentLoaded', () => {
    const script = document.createElement('script');
    script.text = ${JSON.stringify(CODE.replace(/<\/?script>/g, ''))};
    document.body.append(script);
  });</script>`;
  const inserted = await record({ '/': document(manager) });
  expect(inserted.calls.find(({ method }) => method === 'load')).toMatchObject({ placement: 'script' });
  const written = await record({ '/': document('', CODE) });
  expect(written.calls.find(({ method }) => method === 'load')).toMatchObject({ placement: 'body' });
});

/** A link to the script that is not the URL of the base code, so that the browser fetches it twice. */
const ahead = (attributes: string) =>
  `<link ${attributes} href="https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${PIXEL}">`;
const element = `<script src="https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${PIXEL}&lib=ttq"></script>`;

for (const [what, head, ran] of [
  ['a link that preloads it', ahead('rel="preload" as="script"'), 1],
  ['a link that preloads it as a module', ahead('rel="modulepreload"'), 1],
  ['a link that prefetches it', ahead('rel="prefetch"'), 1],
  ['a second element', ahead('rel="preload" as="script"') + element, 2],
] as const)
  test(`of the pixel's script, only what ran is a load: ${what}`, async ({ record, site }) => {
    const evidence = await record({ '/': document(`${head}${CODE}`) });
    const asked = evidence.requests.filter(({ url }) => url.includes('/pixel/events.js'));
    expect(asked.length).toBeGreaterThan(1);
    expect(evidence.documents[0]!.ran).toEqual(Array.from({ length: ran }, () => PIXEL));
    const target = site.target({ start: '/', steps: [] }, [PIXEL]);
    const verdict = noDuplicateLoad.check(evidence, target);
    expect(Array.isArray(verdict) ? verdict.map(({ code }) => code) : verdict).toEqual(
      Array.from({ length: ran - 1 }, () => 'asked-twice'),
    );
  });

test('does not take quoted base code for base code, and finds none on a page without it', async ({
  record,
}) => {
  const data = `<script type="application/json">{"code":"window.TiktokAnalyticsObject"}</script>`;
  const { documents } = await record({ '/': document(data) });
  expect(documents[0]!.snippets).toBeUndefined();
});

test('the URLs that a page takes by the history API and by fragments are its routes', async ({ record }) => {
  const routes = `<button onclick="
    history.pushState({}, '', '/cart'); history.replaceState({}, '', '/cart?step=2');
    history.replaceState({ kept: 1 }, '', location.href); location.hash = 'pay';">Go</button>`;
  const { documents } = await record({ '/': document(CODE, routes) }, [{ click: 'button' }]);
  expect(documents[0]!.routes!.map(({ url }) => url.replace(/^.*?:\d+/, ''))).toEqual([
    '/cart',
    '/cart?step=2',
    '/cart?step=2#pay',
  ]);
  expect(documents[0]!.routes![0]!.at).toBeGreaterThan(documents[0]!.at);
});
