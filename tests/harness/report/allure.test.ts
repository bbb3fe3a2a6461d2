import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { expect as base, chromium } from '@playwright/test';
import type { TestResult } from 'allure-js-commons';
import { InMemoryWriter } from 'allure-js-commons/sdk/reporter';
import { findBrowser } from '../../../src/recorder/browser.ts';
import { allureAnchor, writeAllureResults } from '../../../src/report/allure.ts';
import { allureReport, historyFile, reportFiles } from '../../../src/report/files.ts';
import { generateReports } from '../../../src/report/generate.ts';
import { REST } from '../rest.ts';
import { test } from '../test.ts';
import { audit as auditOf, policy, ruleMap, verdict, visit } from './samples.ts';

// Allure's own program takes seconds on a busy machine.
const expect = base.configure({ timeout: 15_000 });

const rules = ruleMap('event-id/present', 'click-id/survives-redirects');
const waiver = { reason: 'Rebuilt in January', owner: 'Dana', expires: '2026-12-31', expired: false };
const waived = verdict('event-id/string', 'waived', 'critical', {
  findings: verdict('event-id/string', 'fail').findings.map((finding) => ({ ...finding, waiver })),
});
const files = {
  evidence: 'evidence/demo-shop/purchase.organic.json',
  timeline: 'timelines/demo-shop/purchase.organic.svg',
};
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
    files,
  ),
  ...['/go/301?ttclid={ttclid}', '/go/302?ttclid={ttclid}'].map((clickUrl) =>
    visit('ad-click', [verdict('event-id/present', 'pass')], { clickUrl }),
  ),
  visit('mobile', [verdict('event-id/present', 'fail')]),
  visit('late', [], {
    outcome: 'missing',
    problem: { kind: 'missing', code: 'missing', args: {}, message: 'it was not run' },
  }),
];
const audit = auditOf(visits);

function results(sample = audit, at = 1_000): TestResult[] {
  const writer = new InMemoryWriter();
  const style = { rules, at, rulesPage: '../docs/rules.md', home: '..' };
  writeAllureResults(writer, sample, { target: 'demo-shop' }, style);
  return writer.tests;
}

const labelOf = (result: TestResult | undefined, name: string) =>
  result?.labels.find((label) => label.name === name)?.value;

test.describe.configure({ mode: 'parallel' });

test('one result for each rule, failures first, with its visits as steps by what they show', () => {
  const all = results();
  expect(all.map(({ fullName, status }) => [fullName, status])).toEqual([
    ['event-id/present: demo-shop', 'failed'],
    ['Every visit is made to its end: demo-shop', 'broken'],
    ['click-id/survives-redirects: demo-shop', 'skipped'],
    ['events-api/accepted: demo-shop', 'broken'],
    ['pixel/sdk-loads: demo-shop', 'passed'],
    ['event-id/string: demo-shop', 'skipped'],
  ]);
  const [failed] = all;
  expect(failed).toMatchObject({
    name: 'Title of event-id/present',
    statusDetails: { message: 'Purchase was sent without an event_id' },
    start: 1_000,
    stop: 1_000,
    steps: [
      {
        name: 'Failed in 2 visits: Purchase was sent without an event_id',
        status: 'failed',
        steps: [
          { name: expect.stringMatching(/^purchase under organic: http.* \(timelines\/.*\.svg\)$/) },
          { name: expect.stringMatching(/^purchase under mobile: http/) },
        ],
      },
      { name: 'Passed in 2 visits', status: 'passed', steps: [] },
    ],
    attachments: [],
    links: [
      { url: '../timelines/demo-shop/purchase.organic.svg', name: 'Timeline' },
      { url: '../evidence/demo-shop/purchase.organic.json', name: 'Evidence' },
      { url: '../docs/rules.md#event-idpresent', name: 'About event-id/present' },
      { url: 'https://ads.tiktok.com/help/article/event-deduplication' },
    ],
  });
  const named = ['parentSuite', 'target', 'topic', 'severity', 'tag'].map((name) => labelOf(failed, name));
  expect(named).toEqual(['demo-shop', 'demo-shop', 'event-id', 'blocker', 'event-id/present']);
});

test('a failure says what was expected, what was found, where, and what to do', () => {
  expect(results()[0]?.description).toMatch(
    /^\*\*Expected\.\*\* Title of event-id\/present\.\n\n\*\*Found\.\*\* Purchase was sent without an event\\_id\. In 2 of 4 visits\.\n\n\*\*Where\.\*\* http.*\n\n\*\*What to do\.\*\* Give every conversion an event_id/,
  );
});

test('a thousand visits with the same failure are one step, which names some of them', () => {
  const many = Array.from({ length: 1_000 }, (_, index) =>
    visit(`scenario-${index}`, [verdict('event-id/present', 'fail')]),
  );
  const [failed] = results(auditOf(many));
  expect(failed?.steps).toHaveLength(1);
  expect(failed?.steps[0]?.steps).toHaveLength(13);
  expect(failed?.steps[0]?.steps.at(-1)?.name).toBe('and 988 more');
});

test('what is waived says so, and is neither passed nor failed', () => {
  const result = results().find(({ name }) => name?.endsWith('(waived)'));
  expect(result).toMatchObject({
    name: 'event-id/string (waived)',
    status: 'skipped',
    statusDetails: {
      message: 'Waived until 2026-12-31 (Dana): Rebuilt in January\nPurchase was sent without an event_id',
    },
  });
  expect(result?.labels).toContainEqual({ name: 'tag', value: 'waived' });
});

test('visits that something stopped are one result, and make no rule inconclusive', () => {
  const problem = { kind: 'crash', code: 'crash', args: {}, message: 'The browser crashed.' } as const;
  const broken = ['a', 'b'].map((name) =>
    visit(name, [verdict('a/b', 'inconclusive'), verdict('c/d', 'fail')], { outcome: 'broken', problem }),
  );
  expect(
    results(auditOf(broken)).map(({ fullName, status, steps }) => [fullName, status, steps.length]),
  ).toEqual([
    ['c/d: demo-shop', 'failed', 1],
    ['Every visit is made to its end: demo-shop', 'broken', 2],
  ]);
});

test('ids are the same in each run, and different for each rule and target', () => {
  const ids = (sample: typeof audit, at: number) => results(sample, at).map(({ historyId }) => historyId);
  expect(new Set(ids(audit, 1_000)).size).toBe(6);
  expect(ids(audit, 2_000)).toEqual(ids(audit, 1_000));
  const other = auditOf(visits, policy({ name: 'other' }));
  expect(new Set([...ids(audit, 0), ...ids(other, 0)]).size).toBe(12);
});

let reports: string;
test.beforeEach(async () => {
  reports = await mkdtemp(join(tmpdir(), 'ttq-allure-'));
});
test.afterEach(() => rm(reports, { recursive: true, force: true }));

test('the picture of the page where a visit broke off is in the report itself', async () => {
  const problem = { kind: 'step', code: 'step', args: {}, message: 'Step 2 of 3 failed.' } as const;
  const picture = 'timelines/demo-shop/purchase.organic.png';
  const broken = auditOf([visit('organic', [], { ...files, picture, outcome: 'broken', problem })]);
  const drawn = Buffer.from('a picture');
  await mkdir(join(reports, 'timelines/demo-shop'), { recursive: true });
  await writeFile(join(reports, picture), drawn);
  await generateReports(reports, broken, new Date(0));
  const page = await readFile(join(reports, allureReport('demo-shop')), 'utf8');
  expect(page).toContain(drawn.toString('base64'));
  expect(results(broken)[0]?.links).toContainEqual({
    url: `../${picture}`,
    name: 'Page where it broke off',
    type: 'link',
  });
});

test("the page's data are compressed, and its script passes them to Allure's program unchanged", async () => {
  await generateReports(reports, audit, new Date());
  const page = await readFile(join(reports, allureReport('demo-shop')), 'utf8');
  const [, script] = /<script defer>(.*?)<\/script>/s.exec(page) ?? [];
  const window: { allureReportDataReady?: boolean } = {};
  const data = new Map<string, unknown>();
  const d = (name: string, text: string) =>
    data.set(name, JSON.parse(Buffer.from(text, 'base64').toString()));
  const globals = { atob, btoa, Blob, DecompressionStream, Response, TextEncoder, Uint8Array };
  runInNewContext(script!, { ...globals, d, window });
  await expect.poll(() => window.allureReportDataReady).toBe(true);
  const id = allureAnchor('demo-shop', 'event-id/present').slice(1);
  expect(data.get(`data/test-results/${id}.json`)).toMatchObject({ fullName: 'event-id/present: demo-shop' });
  expect([...data.keys()]).toEqual(expect.arrayContaining(['widgets/tree.json', 'widgets/globals.json']));
});

test(
  'the reports of many targets are made in other processes, and a failure of one is reported',
  REST,
  async () => {
    const targets = Array.from({ length: 6 }, (_, index) => `shop-${index}`).map((target) => {
      return { ...audit.targets[0]!, target };
    });
    await generateReports(reports, { ...audit, targets }, new Date());
    expect((await readdir(reportFiles(reports).allure)).sort()).toEqual([
      expect.stringMatching(/^app-/),
      'index.html',
      ...targets.map(({ target }) => `${target}.html`),
    ]);
    const unwritable = targets.map((one) => ({ ...one, target: 'no/such/folder' }));
    await expect(generateReports(reports, { ...audit, targets: unwritable }, new Date())).rejects.toThrow(
      /ENOENT.*no\/such\/folder/,
    );
  },
);

test('history is kept for ten runs', REST, async () => {
  for (let run = 1; run <= 12; run++) await generateReports(reports, audit, new Date(run * 1_000));
  const history = gunzipSync(await readFile(join(reports, historyFile('demo-shop')))).toString('utf8');
  expect(history.trim().split('\n')).toHaveLength(10);
});

test('the report says nothing about the checkout that the audit was started in', async () => {
  const { GITHUB_ACTIONS } = process.env;
  delete process.env.GITHUB_ACTIONS;
  try {
    await generateReports(reports, audit, new Date());
  } finally {
    if (GITHUB_ACTIONS !== undefined) process.env.GITHUB_ACTIONS = GITHUB_ACTIONS;
  }
  const page = await readFile(join(reportFiles(reports).allure, 'demo-shop.html'), 'utf8');
  expect(page).toContain('"ci":{"type":"local"');
  expect(page).not.toMatch(/"(repoName|jobRunBranch|sourceBranch|provider|repository)":/);
});

test('the report opens from disk, is small, shares one program, and requests nothing from the network', async () => {
  await generateReports(reports, audit, new Date());
  const { allure } = reportFiles(reports);
  expect((await readdir(allure)).sort()).toEqual([
    expect.stringMatching(/^app-[\da-f]{12}\.js$/),
    'demo-shop.html',
    'index.html',
  ]);
  expect((await stat(join(allure, 'demo-shop.html'))).size).toBeLessThan(100_000);
  const path = findBrowser()?.path;
  await using browser = await chromium.launch(path ? { executablePath: path } : {});
  const tab = await browser.newPage();
  // The page's own policy stops requests before they are sent; any other would be sent, or fail for another reason.
  const sent: string[] = [];
  tab.on('request', (request) => {
    if (request.url().startsWith('http')) sent.push(request.url());
  });
  tab.on('requestfailed', (request) => {
    if (/csp/i.test(request.failure()?.errorText ?? '')) sent.splice(sent.indexOf(request.url()), 1);
  });
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  await tab.goto(pathToFileURL(join(allure, 'index.html')).href);
  await expect(tab.getByText('demo-shop: held')).toBeVisible();
  await tab.getByText('Global Errors').click();
  await expect(tab.getByText('- event-id/present (blocker) failed in 2 of 5 visits')).toBeVisible();
  await tab.getByText('Categories').first().click();
  for (const category of ['Rule broken', 'Waived', 'Could not be judged'])
    await expect(tab.getByText(category, { exact: true })).toBeVisible();
  await tab.goto('about:blank');
  const address = pathToFileURL(join(allure, 'demo-shop.html')).href;
  await tab.goto(`${address}${allureAnchor('demo-shop', 'event-id/present')}`);
  await expect(tab.getByText('Timeline', { exact: true })).toBeVisible();
  // Allure shows a description in a frame of its own.
  await expect(tab.frameLocator('iframe').getByText('What to do.')).toBeVisible();
  expect(errors).toEqual([]);
  expect(sent).toEqual([]);
});
