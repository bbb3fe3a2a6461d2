import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { baseCode } from '../../../src/drift/base-code.ts';
import { findBrowser } from '../../../src/recorder/browser.ts';
import { Session } from '../../../src/recorder/session.ts';
import { loadTarget } from '../../../src/target/load.ts';
import { sentEvents } from '../../../src/views/events.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { document, Site } from '../capture/site.ts';
import { REST } from '../rest.ts';
import { test as base, type Lasting } from '../test.ts';
import { inProcess } from './in-process.ts';

const PIXEL = 'CTEST000000000000001';
const SESSION: Lasting<Session> = { open: () => Session.open(), close: (session) => session.close() };

const test = base.extend<{ folder: string; site: Site }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-init-test-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  site: async ({}, use) => {
    const site = await Site.start();
    await use(site);
    site.close();
  },
});

/** Loads the pixel once the visitor has agreed; the banner goes with either answer. */
const BANNER = `<div id="banner" role="dialog"><button onclick="answer('y')">Alle akzeptieren</button>
  <button onclick="answer('n')">Ablehnen</button></div><script>
  const answer = (said) => { document.cookie = 'said=' + said + '; path=/'; location.reload(); };
  if (document.cookie.includes('said=')) banner.remove();</script>`;

const ITEM = `{ contents: [{ content_id: 'w1', content_type: 'product', quantity: 1, price: 5 }], value: 5, currency: 'EUR' }`;
const track = (event: string, id: string) =>
  `ttq.track('${event}', ${ITEM}, { event_id: '${event}-' + ${id} });`;
const RANDOM = 'crypto.getRandomValues(new Uint32Array(1))[0]';

const gated = (body: string, calls = '') =>
  document(
    `<script>window.granted = document.cookie.includes('said=y');</script>` +
      baseCode(`if (!granted) return; ttq.load('${PIXEL}'); ttq.page(); ${calls}`),
    body,
  );

const page = (body: string, calls = '') => gated(body + BANNER, calls);

/** The buyer is identified when the form is sent, and on the thank-you page. */
const IDENTIFY = `if (granted) ttq.identify({ email: sessionStorage.mail });`;

const SHOP: Record<string, string> = {
  // Neither link says where it leads, and only the second one leads to a product.
  '/': page('<a href="/magazin">Magazin</a> <a href="/neu">Neu</a>'),
  '/magazin': page('Demnächst'),
  '/neu': page('<a href="/produkt/blau">Blaues Teil</a>'),
  '/produkt/blau': page(
    // What is chosen looks like any button, and the other one waits for it.
    `<button onclick="add.disabled = false">Matt</button><form action="/cart"><button id="add" disabled>In den Warenkorb</button></form>`,
    track('ViewContent', RANDOM),
  ),
  '/cart': page('<a href="/checkout">Zur Kasse</a>', track('AddToCart', RANDOM)),
  '/checkout': page(
    `<form action="/kasse/2" method="post"><input type="email" name="mail" placeholder="E-Mail" required><button>Weiter</button></form>
    <script>document.forms[0].onsubmit = ({ target }) => { sessionStorage.mail = target.mail.value; ${IDENTIFY} };</script>`,
    track('InitiateCheckout', RANDOM),
  ),
  '/kasse/2': page(
    `<form action="/thanks" method="post"><label>Vorname <input name="v" required></label>
    <label>Land <select name="c"><option value="">-</option><option>DE</option></select></label>
    <label><input type="checkbox" name="agb" required> AGB</label><button>Zahlungspflichtig bestellen</button></form>
    <script>document.forms[0].onsubmit = () => { sessionStorage.order = ${RANDOM}; };</script>`,
  ),
  '/thanks': page('Danke', `${IDENTIFY} ${track('Purchase', 'sessionStorage.order')}`),
};

/** Runs the specs beside one by Playwright in a process of its own, in the folder that they are in. They find the package as the one that they are part of. */
async function play(spec: string): Promise<string> {
  const executablePath = findBrowser()?.path;
  const use = executablePath === undefined ? {} : { launchOptions: { executablePath } };
  const config = join(dirname(spec), 'playwright.config.mjs');
  writeFileSync(
    config,
    `export default ${JSON.stringify({ reporter: 'line', workers: 1, outputDir: 'results', use })};`,
  );
  const command = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const env = { ...process.env, FORCE_COLOR: '0', NODE_OPTIONS: '--conditions=ttq-source' };
  const done = promisify(execFile)(process.execPath, [command, 'test', '-c', config], { env });
  const { stdout } = await done.catch((failed: { stdout: string }) => failed);
  return stdout;
}

test(
  'a shop behind a banner: the written file runs to the purchase, and init orders nothing',
  REST,
  async ({ folder, site, shared }) => {
    for (const [path, html] of Object.entries(SHOP)) site.pages.set(path, html);
    const { port } = new URL(site.url('/'));
    const done = await inProcess(folder, ['init', `http://127.0.0.1:${port}/`, '-o', 'shop.json']);
    expect(done.code, done.out + done.err).toBe(0);
    expect(done.out).toContain(`Pixel     ${PIXEL}\nEvents    ViewContent, AddToCart, InitiateCheckout\n`);
    const file = join(folder, 'shop.json');
    const target = await loadTarget(file, 1);
    expect(target.consent).toEqual({
      grant: [{ click: 'role=button[name="Alle akzeptieren"]' }],
      deny: [{ click: 'role=button[name="Ablehnen"]' }],
    });
    expect(target.journeys[0]!.steps.slice(0, 2)).toEqual([
      { click: 'a[href="/neu"]' },
      { click: 'a[href="/produkt/blau"]' },
    ]);
    expect(target.journeys[0]!.steps.at(-1)).toEqual({
      click: 'role=button[name="Zahlungspflichtig bestellen"]',
    });
    const session = await shared.get(SESSION);
    const evidence = await recordVisit(session, target, planVisits(target)[0]!, folder);
    expect(evidence.problem).toBeUndefined();
    expect(sentEvents(evidence).map(({ event }) => event)).toContain('Purchase');
  },
);

for (const [refuses, label] of [
  ['by a button', 'Reject all'],
  ['by keeping what is not chosen', 'Save settings'],
] as const)
  test(`a banner that refuses only in its settings, ${refuses}`, REST, async ({ folder, site }) => {
    const banner = `<footer><a href="#" onclick="more.hidden = false">Cookie settings</a></footer>
      <div id="ask">We use cookies. <button onclick="answer('y')">Accept all</button> <button onclick="more.hidden = false">Manage options</button></div>
      <div id="more" hidden><button onclick="answer('y')">Accept all</button> <button onclick="answer('n')">${label}</button></div><script>
      const answer = (said) => { document.cookie = 'said=' + said + '; path=/'; location.reload(); };
      if (document.cookie.includes('said=')) ask.remove();</script>`;
    site.pages.set('/', gated(`<a href="/products/blue">Blue</a>${banner}`));
    site.pages.set('/products/blue', gated(`<button>Add to cart</button>${banner}`));
    const { port } = new URL(site.url('/'));
    await inProcess(folder, ['init', `http://127.0.0.1:${port}/`, '-o', 'shop.json']);
    const target = await loadTarget(join(folder, 'shop.json'), 1);
    expect(target.consent).toEqual({
      grant: [{ click: 'role=button[name="Accept all"]' }],
      deny: [
        { click: 'role=button[name="Manage options"]' },
        { click: `role=button[name=${JSON.stringify(label)}]` },
      ],
    });
  });

test(
  'a notice that nothing waits for asks for no consent: the journey closes it',
  REST,
  async ({ folder, site }) => {
    const notice = `<div id="notice">We use cookies. <button onclick="localStorage.read = 1; notice.remove()">Got it!</button></div>
      <script>if (localStorage.read) notice.remove();</script>`;
    const home = document(
      baseCode(`ttq.load('${PIXEL}'); ttq.page();`),
      `<a href="/products/blue">Blue</a>${notice}`,
    );
    site.pages.set('/', home).set('/products/blue', document('', '<button>Add to cart</button>'));
    const { port } = new URL(site.url('/'));
    await inProcess(folder, ['init', `http://127.0.0.1:${port}/`, '-o', 'shop.json']);
    const target = await loadTarget(join(folder, 'shop.json'), 1);
    expect(target.consent).toBeUndefined();
    expect(target.journeys[0]!.steps[0]).toEqual({ click: 'role=button[name="Got it!"]' });
  },
);

test(
  'a pixel behind a path of the shop is found with its events, and the file names the path',
  REST,
  async ({ folder, site }) => {
    const sdk = `const q = ttq.splice(0), say = (event) => fetch('/_t/api/v2/pixel', { method: 'POST', keepalive: true,
      body: JSON.stringify({ event, event_id: '', context: { ad: {}, user: {}, pixel: { code: '${PIXEL}' },
        page: { url: location.href } }, properties: {} }) });
      for (const [name, first] of q) if (name === 'page') say('Pageview'); else if (name === 'track') say(first);`;
    const calls = `ttq.load('${PIXEL}'); ttq.page(); ttq.track('ViewContent');`;
    const code = baseCode(calls).replaceAll('https://analytics.tiktok.com/', '/_t/');
    site.pages.set('/', document(code));
    site.pages.set('/_t/i18n/pixel/events.js', sdk);
    site.pages.set('/_t/api/v2/pixel', '{}');
    const { port } = new URL(site.url('/'));
    const done = await inProcess(folder, ['init', `http://127.0.0.1:${port}/`, '-o', 'new/shop.json']);
    expect(done.out, done.err).toContain(`Pixel     ${PIXEL}\nWays      of the site's own to TikTok: /_t;`);
    expect(done.out).toContain('Events    ViewContent\n');
    expect((await loadTarget(join(folder, 'new/shop.json'), 1)).pixelPaths).toEqual(['/_t']);
  },
);

test(
  'the spec that is written for a shop passes there, with the fixture of the package',
  REST,
  async ({ site }, testInfo) => {
    for (const [path, html] of Object.entries(SHOP)) site.pages.set(path, html);
    const { port } = new URL(site.url('/'));
    const spec = testInfo.outputPath('shop.spec.ts');
    mkdirSync(dirname(spec), { recursive: true });
    const url = `http://127.0.0.1:${port}/`;
    const done = await inProcess(dirname(spec), ['init', url, '--playwright', '-o', spec]);
    expect(done.code, done.out + done.err).toBe(0);
    expect(readFileSync(spec, 'utf8')).toContain("from 'ttq-conformance/playwright'");
    // The same test of a shop that has lost the id of its orders, in the same run.
    const broken = await Site.start();
    for (const [path, html] of Object.entries(SHOP)) broken.pages.set(path, html);
    broken.pages.set('/thanks', page('Danke', `${IDENTIFY} ttq.track('Purchase', ${ITEM});`));
    const text = readFileSync(spec, 'utf8').replaceAll(`:${port}`, `:${new URL(broken.url('/')).port}`);
    writeFileSync(testInfo.outputPath('broken.spec.ts'), text);
    const output = await play(spec);
    broken.close();
    expect(output).toMatch(/1\) \S*broken\.spec\.ts[\s\S]*event-id\/present[\s\S]*1 failed[\s\S]*1 passed/);
  },
);

test('an existing file is not overwritten: 2', async ({ folder }) => {
  writeFileSync(join(folder, 'www.shop.example.target.json'), 'mine');
  const done = await inProcess(folder, ['init', 'www.shop.example']);
  expect(done.code).toBe(2);
  expect(done.err).toContain('www.shop.example.target.json already exists and is not overwritten');
  expect(readFileSync(join(folder, 'www.shop.example.target.json'), 'utf8')).toBe('mine');
});

for (const [args, wanted] of [
  [['init', 'two words'], /wanted the URL of a page/],
  [['init', 'shop.example', '--playwright', '-o', 'a.json'], /wanted a name that ends in \.spec\.ts/],
] as const)
  test(`${args.join(' ')}: 2`, async ({ folder }) => {
    const done = await inProcess(folder, [...args]);
    expect(done.code).toBe(2);
    expect(done.err).toMatch(wanted);
  });
