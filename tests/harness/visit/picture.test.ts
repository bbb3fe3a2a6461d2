import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { Session } from '../../../src/recorder/session.ts';
import { withDefaults } from '../../../src/target/check.ts';
import { pictureOf } from '../../../src/visit/picture.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { document } from '../capture/site.ts';
import { REST } from '../rest.ts';
import { test as base, type Lasting } from '../test.ts';

/** The picture of a page where a visit broke off: what is personal on it is under a black box, and the rest can be seen. */

const SESSION: Lasting<Session> = { open: () => Session.open(), close: (session) => session.close() };

const test = base.extend<{ page: Page }>({
  page: async ({ shared }, use) => {
    const browser = await (await shared.get(SESSION)).browser();
    const page = await browser.newPage({ viewport: { width: 800, height: 900 } });
    await use(page);
    await page.close();
  },
});

const SECRETS = [
  { text: 'Lovelace-Byron', kind: 'name' },
  { text: 'stage-key-4f1c09aa77', kind: 'secret' },
];

/** White text on white would count as covered, so each text is on yellow. */
const PAGE = `<!doctype html><style>body > * { display: block; height: 40px; margin: 6px; background: yellow; border: 0 } iframe { width: 300px }</style>
  <input id="typed" value="anything at all">
  <textarea id="written">anything at all</textarea>
  <div id="edited" contenteditable>anything at all</div>
  <input id="empty" placeholder="Your e-mail">
  <p id="address">Hello ada.buyer@example.com</p>
  <p id="split">Hello <b>ada.buyer</b>@example.com</p>
  <p id="name">Ship to Ms Lovelace-Byron</p>
  <p id="token">session stage-key-4f1c09aa77</p>
  <input id="value" type="submit" value="Pay as ada.buyer@example.com">
  <img id="alt" alt="ada.buyer@example.com" src="data:,">
  <p id="plain">Thank you for your order</p>
  <button id="button">Place order</button>
  <iframe id="frame" srcdoc="<style>body { margin: 0; background: yellow } input { width: 280px; height: 30px; border: 0; background: yellow }</style><input value='anything'>"></iframe>
  <div id="shadow"></div>
  <script>shadow.attachShadow({ mode: 'open' }).innerHTML = '<p style="height: 40px; margin: 0; background: yellow">ada.buyer@example.com</p>'</script>`;

const COVERED = [
  ...['typed', 'written', 'edited', 'address', 'split', 'name', 'token', 'value', 'alt', 'frame', 'shadow'],
];
const SHOWN = ['empty', 'plain', 'button'];

/** The colour of a picture at the middle of each element. */
async function colours(page: Page, picture: Buffer, ids: readonly string[]): Promise<Record<string, string>> {
  const places = await Promise.all(
    ids.map(async (id) => {
      const box = (await page.locator(`#${id}`).boundingBox())!;
      // Right of the middle there is no letter.
      return [id, Math.round(box.x + Math.min(box.width - 4, 250)), Math.round(box.y + 15)] as const;
    }),
  );
  const drawn = `(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${picture.toString('base64')}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return ${JSON.stringify(places)}.map(([id, x, y]) => [id, [...context.getImageData(x, y, 1, 1).data.slice(0, 3)].join()]);
  })()`;
  const found = await page.evaluate<[string, string][]>(drawn);
  return Object.fromEntries(found);
}

const each = (ids: readonly string[], colour: string) => Object.fromEntries(ids.map((id) => [id, colour]));

test('personal data is covered, wherever it is, and the rest is not', async ({ page }) => {
  await page.setContent(PAGE);
  const picture = (await pictureOf(page, SECRETS))!;
  const found = await colours(page, picture, [...COVERED, ...SHOWN]);
  expect(found).toEqual({ ...each(COVERED, '0,0,0'), ...each(SHOWN, '255,255,0') });
});

test('what the page shows only after the first look is covered, too', async ({ page }) => {
  await page.setContent(
    '<!doctype html><input id="typed" value="x"><p id="late" style="background: yellow; height: 40px; margin: 0">Loading</p>',
  );
  // It reacts to the covering of the field: after the first look, and before the picture.
  await page.evaluate(`new MutationObserver(() => { late.textContent = 'Hello ada.buyer@example.com'; })
    .observe(typed, { attributes: true })`);
  const picture = await pictureOf(page, SECRETS);
  expect(await page.locator('#late').textContent()).toContain('ada.buyer');
  expect(await colours(page, picture!, ['late'])).toEqual({ late: '0,0,0' });
});

test('no picture is taken of a page that keeps changing or does not answer', REST, async ({ page }) => {
  // More than is covered as a whole.
  const words = 'Nothing of anybody. '.repeat(10);
  await page.setContent(`<!doctype html><div id="feed"><p>${words}</p><p>ada.buyer@example.com</p></div>`);
  // Whatever is covered brings in the next one.
  await page.evaluate(`new MutationObserver(() =>
    feed.append(Object.assign(document.createElement('p'), { textContent: 'ada.buyer@example.com' })),
  ).observe(feed, { subtree: true, attributes: true })`);
  expect(await pictureOf(page, SECRETS)).toBeUndefined();
  await page.close();
  expect(await pictureOf(page, SECRETS)).toBeUndefined();
});

test(
  'a visit whose step fails leaves a picture, and a complete one leaves none',
  REST,
  async ({ shared }) => {
    const session = await shared.get(SESSION);
    const server = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(document('<h1>Shop</h1><button>Buy</button>')),
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const logs = mkdtempSync(join(tmpdir(), 'ttq-picture-'));
    const visit = async (click: string) => {
      const file = {
        name: 'shop',
        baseURL: `http://127.0.0.1:${port}`,
        pixels: ['CTEST000000000000001'],
        scenarios: ['organic' as const],
        timeouts: { step: 1000, settle: 500 },
        journeys: [{ name: 'buy', start: '/', steps: [{ click }] }],
      };
      const target = withDefaults(file, join(logs, 'target.json'));
      const pictures: Buffer[] = [];
      const evidence = await recordVisit(session, target, planVisits(target)[0]!, logs, {
        keepPicture: (picture) => pictures.push(picture),
      });
      return {
        code: evidence.problem?.code,
        kinds: pictures.map((picture) => picture.toString('latin1', 1, 4)),
      };
    };
    try {
      expect(await visit('text=Checkout')).toEqual({ code: 'step', kinds: ['PNG'] });
      expect((await visit('text=Buy')).kinds).toEqual([]);
    } finally {
      rmSync(logs, { recursive: true });
      server.close();
    }
  },
);
