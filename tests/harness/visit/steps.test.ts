import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { baseCode } from '../../../src/drift/base-code.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import type { Step } from '../../../src/target/target.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { document, Site } from '../capture/site.ts';
import { test as base, type Lasting } from '../test.ts';

const PIXEL = 'CTEST000000000000001';
const SESSION: Lasting<Session> = { open: () => Session.open(), close: (session) => session.close() };

interface Fixtures {
  folder: string;
  /** Does steps on a page that notes in its title what happened to it. */
  steps: (steps: Step[]) => Promise<{ evidence: Evidence; happened: string }>;
}

const PAGE = document(
  baseCode(`ttq.load('${PIXEL}'); ttq.page();`),
  `<button id="menu">Menu</button><label><input id="terms" type="checkbox">Terms</label>
  <input id="search"><input id="photo" type="file" style="display:none" multiple>
  <button id="buy">Buy</button><iframe id="card" src="/card"></iframe>
  <script>
    const note = (text) => ttq.track('Search', { query: text }, { event_id: 'e' + Math.random() });
    menu.onmouseover = () => note('hovered');
    terms.onchange = () => note('checked ' + terms.checked);
    search.onkeyup = ({ key }) => note('key ' + key);
    photo.onchange = () => note('files ' + [...photo.files].map(({ name }) => name).join());
    buy.onclick = () => setTimeout(() => ttq.track('AddToCart', { value: 1, currency: 'USD' }, { event_id: 'cart' }), 200);
    onmessage = ({ data }) => note('card ' + data);
  </script>`,
);
const CARD = document('', `<input id="number" onkeyup="parent.postMessage(this.value, '*')">`);

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-steps-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  steps: async ({ shared, folder }, use) => {
    const session = await shared.get(SESSION);
    const site = await Site.start();
    site.pages.set('/', PAGE).set('/card', CARD);
    await use(async (steps) => {
      const target = site.target({ start: '/', steps }, [PIXEL]);
      const evidence = await recordVisit(session, target, planVisits(target)[0]!, folder);
      const calls = evidence.calls.filter(({ method }) => method === 'track');
      return { evidence, happened: JSON.stringify(calls.map(({ args }) => args)) };
    });
    site.close();
  },
});

test('hover, check, type, upload and a step in a frame do what a visitor does', async ({ steps, folder }) => {
  const photo = join(folder, 'photo.png');
  writeFileSync(photo, 'x');
  const { evidence, happened } = await steps([
    { hover: '#menu' },
    { check: '#terms' },
    { type: '#search', with: 'xy' },
    { upload: '#photo', files: [photo] },
    { type: '#number', with: '42', frame: '#card' },
  ]);
  expect(evidence.problem).toBeUndefined();
  for (const text of ['hovered', 'checked true', 'key x', 'key y', 'files photo.png', 'card 42'])
    expect(happened).toContain(text);
  expect(evidence.steps.map(({ action }) => action)).toEqual(['hover', 'check', 'type', 'upload', 'type']);
  expect(JSON.stringify(evidence.steps), 'no path of this machine').not.toContain(folder);
});

test('what the last step has queued in the page has run before the page is left', async ({
  shared,
  folder,
}) => {
  const site = await Site.start();
  const work = `
    addEventListener('message', ({ data }) => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      if (data === 'last') ttq.track('Search', {}, { event_id: 'search-1' });
    });
    search.onkeyup = () => { document.body.style.background = 'red'; for (let count = 0; count < 300; count += 1) postMessage('one'); postMessage('last'); };`;
  const head = baseCode(`ttq.load('${PIXEL}'); ttq.page();`);
  site.pages.set('/', document(head, `<input id="search"><script>${work}</script>`));
  const tiny = site.target({ start: '/', steps: [{ type: '#search', with: 'x' }] }, [PIXEL]);
  const target = { ...tiny, timeouts: { ...tiny.timeouts, settle: 5_000 } };
  const session = await shared.get(SESSION);
  const { calls, requests } = await recordVisit(session, target, planVisits(target)[0]!, folder);
  site.close();
  expect(calls.filter(({ method }) => method === 'track')).toHaveLength(1);
  expect(JSON.stringify(requests)).toContain('search-1');
});

test('what waits for the pointer to move has run before a click', async ({ shared, folder }) => {
  const site = await Site.start();
  const track = "ttq.track('ViewContent', {}, { event_id: 'view-1' });";
  const run = baseCode(`ttq.load('${PIXEL}'); ttq.page(); ${track}`).replace(
    '<script>',
    '<script type="delayed">',
  );
  const release = `<script>addEventListener('mousemove', () => {
    const waiting = document.querySelector('[type=delayed]');
    if (waiting) waiting.replaceWith(Object.assign(document.createElement('script'), { text: waiting.text }));
  });</script>`;
  const end = document(baseCode(`ttq.load('${PIXEL}'); ttq.page();`));
  site.pages.set('/', document(run + release, '<a href="/end">On</a>')).set('/end', end);
  const target = site.target({ start: '/', steps: [{ click: 'text=On' }] }, [PIXEL]);
  const evidence = await recordVisit(await shared.get(SESSION), target, planVisits(target)[0]!, folder);
  site.close();
  expect(evidence.problem).toBeUndefined();
  expect(evidence.documents.map(({ mountedAt }) => mountedAt !== undefined)).toEqual([true, true]);
  const sent = evidence.requests.map(({ body }) => JSON.stringify(body) ?? '');
  expect(sent.some((body) => body.includes('"event_id":"view-1"'))).toBe(true);
});

test('no pointer moves before the first step', async ({ shared, folder }) => {
  const site = await Site.start();
  const load = `Object.assign(document.createElement('script'), { text: "ttq.load('${PIXEL}'); ttq.page();" })`;
  const release = `<script>addEventListener('mousemove', () => document.body.append(${load}), { once: true });</script>`;
  site.pages.set('/', document(baseCode('') + release));
  const target = {
    ...site.target({ start: '/', steps: [] }, [PIXEL]),
    timeouts: { step: 5_000, settle: 500, delivery: 5_000 },
  };
  const session = await shared.get(SESSION);
  // Chromium moves it in each new window but the browser's first.
  for (let times = 0; times < 3; times += 1) {
    const evidence = await recordVisit(session, target, planVisits(target)[0]!, folder);
    expect(evidence.problem).toBeUndefined();
    expect(evidence.calls).toEqual([]);
  }
  site.close();
});

test('wait ends when the event was sent', async ({ steps }) => {
  const { evidence } = await steps([{ click: '#buy' }, { wait: 'AddToCart' }, { hover: '#menu' }]);
  expect(evidence.problem).toBeUndefined();
  const cart = evidence.calls.find(({ args }) => args[0] === 'AddToCart')!;
  expect(evidence.steps[2]!.at).toBeGreaterThan(cart.at);
});

test('a function is a step, and one that throws breaks its visit, named by file and place', async ({
  steps,
  folder,
}) => {
  const file = join(folder, 'shop.target.mjs');
  writeFileSync(
    file,
    `export const buy = async ({ page }) => page.click('#buy');
    export default { journeys: [{ steps: [() => { throw new Error('out of stock'); }] }] };`,
  );
  const done = await steps([{ run: 'buy', in: file }, { wait: 'AddToCart' }]);
  expect(done.evidence.problem).toBeUndefined();
  expect(done.happened).toContain('AddToCart');
  const broken = await steps([{ run: '/journeys/0/steps/0', in: file }]);
  expect(broken.evidence.problem).toMatchObject({ code: 'step', args: { error: 'out of stock' } });
  expect(broken.evidence.problem?.message).toContain('shop.target.mjs/journeys/0/steps/0');
  const missing = await steps([{ run: 'none', in: file }]);
  expect(missing.evidence.problem?.message).toContain('exports no function none');
});
