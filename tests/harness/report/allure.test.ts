import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, expect } from '@playwright/test';
import type { TestResult } from 'allure-js-commons';
import { findBrowser } from '../../../src/recorder/browser.ts';
import { writeAllureResults } from '../../../src/report/allure.ts';
import { reportFiles } from '../../../src/report/files.ts';
import { generateReport } from '../../../src/report/generate.ts';
import { REST } from '../rest.ts';
import { clean } from '../rules/clean.ts';
import { test } from '../test.ts';
import { audit as auditOf, ruleMap, verdict, visit } from './samples.ts';

const rules = ruleMap('event-id/present', 'click-id/survives-redirects');
const waiver = { reason: 'Rebuilt in January', owner: 'Dana', expires: '2026-12-31', expired: false };
const waived = verdict('event-id/string', 'waived', 'critical', {
  findings: verdict('event-id/string', 'fail').findings.map((finding) => ({ ...finding, waiver })),
});
const visits = [
  visit(
    'organic',
    [
      verdict('event-id/present', 'fail', 'blocker'),
      verdict('click-id/survives-redirects', 'inapplicable', 'critical'),
      verdict('events-api/accepted', 'inconclusive', 'critical'),
      verdict('pixel/sdk-loads', 'pass', 'normal'),
      waived,
    ],
    { evidence: 'evidence/purchase.organic.json' },
  ),
  ...['/go/301?ttclid={ttclid}', '/go/302?ttclid={ttclid}'].map((clickUrl) =>
    visit('ad-click', [verdict('event-id/present', 'pass')], { clickUrl }),
  ),
  ...['token-expired', 'http-502 once'].map((fault) =>
    visit('events-api-faults', [verdict('event-id/present', 'pass')], { fault }),
  ),
];
const audit = auditOf(visits);

let reports: string;
test.beforeEach(async () => {
  reports = await mkdtemp(join(tmpdir(), 'ttq-allure-'));
});
test.afterEach(() => rm(reports, { recursive: true, force: true }));

async function write(at: number): Promise<TestResult[]> {
  const { allureResults } = reportFiles(reports);
  await rm(allureResults, { recursive: true, force: true });
  const environment = { target: 'demo-shop', browser: 'Chromium 1' };
  writeAllureResults(allureResults, audit, rules, environment, at, () => clean(), '../docs/rules.md');
  const files = (await readdir(allureResults)).filter((file) => file.endsWith('-result.json'));
  const texts = await Promise.all(files.map((file) => readFile(join(allureResults, file), 'utf8')));
  return texts.map((text) => JSON.parse(text) as TestResult);
}

const labelOf = (result: TestResult | undefined, name: string) =>
  result?.labels.find((label) => label.name === name)?.value;

test.describe.configure({ mode: 'parallel' });

test('one result for each rule and visit', async () => {
  const results = await write(1_000);
  expect(results).toHaveLength(9);
  expect(results.flatMap((result) => labelOf(result, 'fault') ?? []).sort()).toEqual([
    'http-502 once',
    'token-expired',
  ]);
  const failed = results.find(({ status }) => status === 'failed');
  expect(failed).toMatchObject({
    name: 'Title of event-id/present',
    fullName: 'event-id/present: demo-shop, purchase under organic',
    statusDetails: { message: 'Purchase was sent without an event_id' },
    start: 1_000,
    stop: 1_000,
    links: [
      { url: '../docs/rules.md#event-idpresent', name: 'About event-id/present' },
      { url: 'https://ads.tiktok.com/help/article/event-deduplication' },
    ],
  });
  expect(failed?.statusDetails.trace).toContain('http://www.shop.example/thank-you');
  expect(failed?.description).toContain('**What to do.** Give every conversion an event_id');
  const labels = [
    'parentSuite',
    'suite',
    'subSuite',
    'target',
    'journey',
    'scenario',
    'topic',
    'severity',
  ].map((name) => labelOf(failed, name));
  expect(labels).toEqual([
    'demo-shop',
    'purchase',
    'organic',
    'demo-shop',
    'purchase',
    'organic',
    'event-id',
    'blocker',
  ]);
});

test('what is waived says so, and is neither passed nor failed', async () => {
  const [result] = (await write(1_000)).filter(({ name }) => name?.endsWith('(waived)'));
  expect(result).toMatchObject({
    name: 'event-id/string (waived)',
    status: 'skipped',
    statusDetails: {
      message: 'Waived until 2026-12-31 (Dana): Rebuilt in January\nPurchase was sent without an event_id',
    },
  });
  expect(result?.labels).toContainEqual({ name: 'tag', value: 'waived' });
});

test('a failure carries the piece of evidence that proves it', async () => {
  const failed = (await write(1_000)).find(({ status }) => status === 'failed');
  expect(failed?.attachments).toMatchObject([{ name: 'evidence /requests/12', type: 'application/json' }]);
  const file = join(reportFiles(reports).allureResults, failed!.attachments[0]!.source);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(clean().requests[12]);
});

test('a failure says what was expected and what was found', async () => {
  const failed = (await write(1_000)).find(({ status }) => status === 'failed');
  expect(failed?.description).toContain(
    '**Expected.** Title of event-id/present.\n\n**Found.** Purchase was sent without an event\\_id.',
  );
});

test("the outcomes in Allure's words", async () => {
  const results = await write(1_000);
  const status = (rule: string) =>
    results.find((result) => labelOf(result, 'story') === rule && labelOf(result, 'scenario') === 'organic')
      ?.status;
  expect(status('event-id/present')).toBe('failed');
  expect(status('click-id/survives-redirects')).toBe('skipped');
  expect(status('events-api/accepted')).toBe('broken');
  expect(status('pixel/sdk-loads')).toBe('passed');
});

test('ids are stable across runs and different for each rule and visit', async () => {
  const ids = async (at: number) => (await write(at)).map(({ historyId }) => historyId).sort();
  const first = await ids(1_000);
  expect(new Set(first).size).toBe(9);
  expect(await ids(2_000)).toEqual(first);
});

test('a second run knows of the first', REST, async () => {
  for (const at of [1_000, 2_000]) {
    await write(at);
    await generateReport(reports, 'demo-shop: held');
  }
  const lines = (await readFile(reportFiles(reports).allureHistory, 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(2);
});

test('the generated report opens from disk and asks the network for nothing', async () => {
  await write(Date.now());
  const page = await generateReport(reports, 'demo-shop: held');
  const path = findBrowser()?.path;
  await using browser = await chromium.launch(path ? { executablePath: path } : {});
  const tab = await browser.newPage();
  // What the page's own policy stops is not sent; anything else is, or fails for another reason.
  const sent: string[] = [];
  tab.on('request', (request) => {
    if (request.url().startsWith('http')) sent.push(request.url());
  });
  tab.on('requestfailed', (request) => {
    if (/csp/i.test(request.failure()?.errorText ?? '')) sent.splice(sent.indexOf(request.url()), 1);
  });
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  await tab.goto(pathToFileURL(page).href);
  await expect(tab.getByText('demo-shop: held')).toBeVisible();
  await expect(tab.getByText('Title of event-id/present').first()).toBeVisible();
  await tab.getByText('Global Errors').click();
  await expect(tab.getByText('- event-id/present (blocker) failed in 1 of 5 visits')).toBeVisible();
  await tab.getByText('Categories').first().click();
  for (const category of ['Rule broken', 'Waived', 'Could not be judged'])
    await expect(tab.getByText(category, { exact: true })).toBeVisible();
  expect(errors).toEqual([]);
  expect(sent).toEqual([]);
});
