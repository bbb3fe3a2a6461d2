import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  expect,
  type Page,
  test,
} from '@playwright/test';
import fc from 'fast-check';
import { findBrowser } from '../../../src/recorder/browser.ts';
import { allureAnchor } from '../../../src/report/allure.ts';
import { formatScorecard, type ScorecardStyle } from '../../../src/report/scorecard.ts';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import { auditVerdicts, refusedTarget, targetVerdicts } from '../../../src/verdict/audit.ts';
import { reason } from '../../../src/verdict/reasons.ts';
import type { AuditVerdicts } from '../../../src/verdict/verdict.ts';
import { REST } from '../rest.ts';
import { anyAudit, HOSTILE } from './audits.ts';
import { fleet } from './fleet.ts';
import { NO_FILE, NO_FILE_MESSAGE, policy, ruleMap, TODAY, verdict, visit } from './samples.ts';

const rules = ruleMap('event-id/present', 'click-id/survives-redirects');

/** Read, not imported: it runs in the page. */
const contrasts = readFileSync(new URL('./contrasts.page.js', import.meta.url), 'utf8');

let folder: string;
let browser: Browser;
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ttq-scorecard-'));
  const path = findBrowser()?.path;
  browser = await chromium.launch(path ? { executablePath: path } : {});
});
test.afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

/** The page as it opens from disk, and everything that it requested or complained about. */
async function open(
  html: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; noise: string[] }> {
  const file = join(folder, `${test.info().testId}.html`);
  await writeFile(file, html);
  const page = await browser.newPage(options);
  const noise: string[] = [];
  page.on('pageerror', (error) => noise.push(error.message));
  page.on('console', (message) => noise.push(message.text()));
  page.on('request', (request) => noise.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, noise: noise.filter((text) => text !== pathToFileURL(file).href) };
}

function targetOf(name: string, ...visits: Parameters<typeof visit>[]) {
  return targetVerdicts(
    policy({ name }),
    visits.map((args) => visit(...args)),
    { today: TODAY },
  );
}

const sample = auditVerdicts(
  [
    targetOf('all right', [
      'organic',
      [verdict('event-id/present', 'pass'), verdict('click-id/survives-redirects', 'inapplicable')],
    ]),
    targetOf('minor trouble', ['organic', [verdict('event-id/present', 'fail', 'minor')]]),
    targetOf('in doubt', ['organic', [verdict('event-id/present', 'inconclusive')]]),
    targetOf(
      'broken',
      [
        'organic',
        [verdict('event-id/present', 'pass')],
        { evidence: 'evidence/broken/purchase.organic.json' },
      ],
      [
        'ad-click',
        [verdict('event-id/present', 'fail'), verdict('event-id/string', 'pass')],
        { evidence: 'evidence/broken/purchase.ad-click.json', timeline: 'timelines/broken/ad-click.svg' },
      ],
    ),
    refusedTarget('not there', NO_FILE),
  ],
  {},
);

test.describe.configure({ mode: 'parallel' });

test('targets, worst first, with their topics', async () => {
  const { page, noise } = await open(formatScorecard(sample, rules));
  await expect(page).toHaveTitle('Held: 3 of 5 targets');
  expect(await page.locator('thead th').allInnerTexts()).toEqual(['Target', 'Gate', 'event-id', 'click-id']);
  expect(await page.locator('tbody th').allInnerTexts()).toEqual([
    'not there',
    'broken',
    'in doubt',
    'minor trouble',
    'all right',
  ]);
  const rows = await page.locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('.topic').allInnerTexts()));
  expect(cells).toEqual([
    ['', ''],
    ['✕ 1\n✓ 1', ''],
    ['? 1', ''],
    ['! 1', ''],
    ['✓ 1', '– 1'],
  ]);
  expect(noise).toEqual([]);
});

test('a cell leads to the timeline of the worst visit, or to its rule in the Allure report; none to raw data', async () => {
  const { page } = await open(formatScorecard(sample, rules, { rulesPage: '../docs/rules.md' }));
  const row = page.locator('tbody tr', { hasText: 'broken' }).first();
  const says = 'event-id: 1 failing, 1 passing; event-id/present, purchase under ad-click';
  await expect(row.getByLabel(says)).toHaveAttribute('href', './timelines/broken/ad-click.svg');
  await row.getByText('2 visits', { exact: true }).click();
  await expect(row.getByRole('link', { name: 'evidence' }).first()).toBeVisible();

  const { page: linked } = await open(formatScorecard(sample, rules, { hasAllure: true }));
  const broken = linked.locator('tbody tr', { hasText: 'broken' }).first();
  const address = `./allure/broken.html${allureAnchor('broken', 'event-id/present')}`;
  await expect(broken.getByLabel(says)).toHaveAttribute('href', address);
  await expect(broken.getByRole('link', { name: 'broken', exact: true })).toHaveAttribute(
    'href',
    './allure/broken.html',
  );
});

test('failures come first, over all targets, with where, what to do, and the rule', async () => {
  const { page } = await open(formatScorecard(sample, rules, { rulesPage: '../docs/rules.md' }));
  const card = page.locator('article').first();
  await expect(card.getByRole('heading')).toHaveText('✕ blocker event-id/present 1 target, 1 of 5 visits');
  for (const text of [
    'Purchase was sent without an event_id',
    'Do Give every conversion an event_id, the same one on both sides.',
    'purchase under ad-click of broken: http://www.shop.example/thank-you',
  ])
    await expect(card).toContainText(text);
  await expect(card.getByRole('link', { name: 'event-id/present' })).toHaveAttribute(
    'href',
    '../docs/rules.md#event-idpresent',
  );
});

test('one target: its causes and visits, and no table', async () => {
  const one = auditVerdicts([sample.targets[3]!], {});
  const { page, noise } = await open(formatScorecard(one, rules));
  await expect(page.locator('table')).toHaveCount(0);
  await expect(page.locator('article')).toContainText('Purchase was sent without an event_id');
  await expect(page.locator('.visits li')).toHaveText([
    /^purchase under organic: 1 pass, 0 fail/,
    /^purchase under ad-click: 1 pass, 1 fail/,
  ]);
  await page.getByLabel('Rule').selectOption('event-id/present');
  await expect(page.locator('output')).toHaveText('1 of 1 shown');
  await page.getByLabel('Topic').selectOption('event-id');
  await page.getByLabel('Severity').selectOption('minor');
  await expect(page.locator('article')).toBeHidden();
  expect(noise).toEqual([]);
});

test('what was not seen is shown as not seen, and not as passed', async () => {
  const seen = verdict('event-id/present', 'pass');
  const unseen = verdict('event-id/string', 'inapplicable', 'critical', { unseen: ['server'] });
  const { page } = await open(
    formatScorecard(
      auditVerdicts([targetOf('one', ['organic', [seen, unseen]]), targetOf('two', ['organic', [seen]])], {}),
      rules,
    ),
  );
  expect(await page.locator('tbody .topic').allInnerTexts()).toEqual(['○ 1\n✓ 1', '✓ 1']);
});

test('filters by topic, severity and rule', REST, async () => {
  const { page } = await open(formatScorecard(sample, rules));
  const shown = () => page.locator('tbody th:visible').allInnerTexts();
  await page.getByLabel('Severity').selectOption('minor');
  expect(await shown()).toEqual(['minor trouble']);
  await page.getByLabel('Severity').selectOption('');
  await page.getByLabel('Rule').selectOption('event-id/present');
  expect(await shown()).toEqual(['broken', 'minor trouble']);
  await page.getByLabel('Topic').selectOption('click-id');
  expect(await shown()).toEqual([]);
});

test('the printed page is complete, without scrolling frames and controls', REST, async () => {
  const { page } = await open(formatScorecard(sample, rules));
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByLabel('Search')).toBeHidden();
  await expect(page.locator('thead th').first()).toHaveCSS('position', 'static');
});

test('a target that was not audited shows why, and one that is held its first reasons', REST, async () => {
  const { page } = await open(formatScorecard(sample, rules));
  const gate = (name: string) => page.locator('tbody tr', { hasText: name }).first().locator('.gate');
  await expect(gate('not there')).toContainText('Not audited');
  await expect(gate('not there')).toContainText(`It could not be audited: ${NO_FILE_MESSAGE}`);
  await expect(gate('broken')).toContainText('event-id/present (blocker) failed in 1 of 2 visits');
  await expect(gate('all right')).toContainText('✓ Released');
});

test('the trend since a baseline, if one is given', REST, async () => {
  const comparison = { counts: { new: 2, worse: 1, unjudged: 1, fixed: 0, known: 3 }, gone: ['a visit'] };
  const targets = sample.targets.map((one) => (one.target === 'broken' ? { ...one, comparison } : one));
  const { page } = await open(formatScorecard({ ...sample, targets }, rules));
  const cells = await page.locator('tbody tr td:nth-of-type(2)').allInnerTexts();
  expect(cells).toEqual([
    'no baseline',
    '+ 2 new\n↑ 1 worse\n? 2 no longer judged\n= 3 known',
    'no baseline',
    'no baseline',
    'no baseline',
  ]);
});

test('searching, and only what is held', async () => {
  const { page } = await open(formatScorecard(sample, rules));
  const shown = () => page.locator('tbody th:visible').allInnerTexts();
  await page.getByLabel('Only held').check();
  expect(await shown()).toEqual(['not there', 'broken', 'in doubt']);
  await page.getByLabel('Search').fill('EVENT-ID broken');
  expect(await shown()).toEqual(['broken']);
  await expect(page.locator('output')).toHaveText('1 of 5 shown');
});

test('without its script the page is complete, and has nothing that would not work', async () => {
  const { page, noise } = await open(formatScorecard(sample, rules), { javaScriptEnabled: false });
  await expect(page.locator('tbody tr:visible')).toHaveCount(5);
  await expect(page.getByLabel('Search')).toBeHidden();
  expect(noise).toEqual([]);
});

test('hostile text is shown as it is, runs nothing and asks for nothing', async () => {
  const targets = HOSTILE.map((text) => {
    const findings = [{ code: 'c', args: {}, message: text, place: text, page: text }];
    const one = verdict(`${text}/x`, 'fail', 'blocker', { findings });
    return targetOf(text, [text, [one], { journey: text, evidence: text, timeline: text }]);
  });
  const { page, noise } = await open(
    formatScorecard(
      auditVerdicts(
        targets,
        {},
        HOSTILE.map((error) => reason('error', { error })),
      ),
      rules,
      { rulesPage: 'r.md' },
    ),
  );
  expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
  expect(noise).toEqual([]);
  await expect(page.locator('tbody tr')).toHaveCount(HOSTILE.length);
  expect(await page.locator('tbody th').allInnerTexts()).toContain('<script>globalThis.pwned = 1</script>');
  const base = page.url().replace(/[^/]*$/, '');
  const links = await page.evaluate<string[]>(
    "[...document.querySelectorAll('tbody a')].map(({ href }) => href)",
  );
  expect(links.filter((href) => !href.startsWith(base))).toEqual([]);
});

test('any audit: the same bytes, and a row for each target', () => {
  fc.assert(
    fc.property(anyAudit, (any) => {
      const html = formatScorecard(any, rules);
      assert.equal(formatScorecard(structuredClone(any), rules), html);
      assert.equal(
        html.match(/<tr data-held/g)?.length ?? 0,
        any.targets.length === 1 ? 0 : any.targets.length,
      );
      assert.equal(html.match(/<script/g)?.length, 1);
      assert(html.includes(any.gate.released ? '<h1>Released: ' : '<h1>Held: '));
    }),
  );
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every text has a contrast of 4.5 to 1 with its background, in ${colorScheme}`, async () => {
    const { page } = await open(formatScorecard(everyState(), rules), { colorScheme });
    const ratios = await page.evaluate<Record<string, number>>(contrasts);
    for (const name of ['bad', 'open', 'warn', 'waived', 'good', 'none', 'soft'])
      expect(Object.keys(ratios).join()).toContain(name);
    for (const [what, ratio] of Object.entries(ratios)) expect(ratio, what).toBeGreaterThanOrEqual(4.5);
  });
}

test('the focus can be seen', REST, async () => {
  const { page } = await open(formatScorecard(sample, rules));
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Summary' })).toBeFocused();
  await expect(page.locator(':focus')).toHaveCSS('outline-style', 'solid');
  await expect(page.locator(':focus')).toHaveCSS('outline-width', '3px');
});

for (const width of [1280, 400]) {
  test(
    `500 targets, ${width} pixels wide: none is cut off, the head stays, and a search is answered`,
    REST,
    async () => {
      const { page } = await openFleet({ viewport: { width, height: 900 } });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight / 2)');
      if (width > 760) await expect(page.getByRole('columnheader', { name: 'Gate' })).toBeInViewport();
      await page.evaluate('scrollTo(0, 0)');
      await page.getByLabel('Search').fill('shop-123.example');
      await expect(page.locator('tbody tr:visible')).toHaveCount(1);
    },
  );
}

async function openFleet(options: BrowserContextOptions) {
  const style: ScorecardStyle = { rulesPage: '../docs/rules.md', at: new Date(0) };
  return open(formatScorecard(fleet(500), RULE_BY_ID, style), options);
}

/** One target of each state of a cell. */
function everyState(): AuditVerdicts {
  const waivers = [{ rule: 'event-id/present', reason: 'x', owner: 'y', expires: '2027-01-01' }];
  const fail = visit('organic', [verdict('event-id/present', 'fail')], { evidence: 'evidence/x.json' });
  const waived = targetVerdicts(policy({ name: 'waived', waivers }), [fail], { today: TODAY });
  const counts = { new: 1, worse: 1, unjudged: 1, fixed: 1, known: 1 };
  return auditVerdicts([...sample.targets, { ...waived, comparison: { counts, gone: [] } }], {});
}
