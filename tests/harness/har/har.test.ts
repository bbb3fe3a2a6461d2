import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import fc from 'fast-check';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { readEvidence } from '../../../src/evidence/read.ts';
import { HarError, harToEvidence } from '../../../src/har/evidence.ts';
import { RULES } from '../../../src/rules/index.ts';
import { loadTarget } from '../../../src/target/load.ts';
import type { Target } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import type { Outcome } from '../../../src/verdict/verdict.ts';
import { samples } from '../rest.ts';
import { schemaErrors } from '../rules/table.ts';
import { test } from '../test.ts';
import { DIALECTS, sanitised } from './har-dialects.ts';

const path = (file: string) => fileURLToPath(new URL(`../../../fixtures/${file}`, import.meta.url));
const archive = (name: string) => JSON.parse(readFileSync(path(`har/${name}.har`), 'utf8'));
const demo = (port: number) => loadTarget(path('targets/demo-shop.json'), port);

/** The evidence of an archive, and the target at the port it was recorded with. */
async function converted(har: unknown): Promise<{ evidence: Evidence; target: Target }> {
  const evidence = harToEvidence(har, await demo(1), { journey: 'purchase' });
  return { evidence, target: await demo(evidence.port!) };
}

async function rulesThat(outcome: Outcome, har: unknown): Promise<string[]> {
  const { evidence, target } = await converted(har);
  expect(schemaErrors(evidence), 'valid evidence').toEqual([]);
  const { verdicts } = judgeVisit(evidence, target, RULES);
  return verdicts.filter((verdict) => verdict.outcome === outcome).map(({ rule }) => rule);
}

/** Recorded by fixtures/har/record.ts: the shop as it is, and mutants of it, with the rule that names each. */
const RECORDED: { name: string; fails: string[]; needsTabs?: true }[] = [
  { name: 'none.organic', fails: [] },
  { name: 'none.ad-click', fails: [] },
  { name: 'purchase-without-third-argument.organic', fails: ['event-id/present'] },
  { name: 'browser-calls-events-api.organic', fails: ['privacy/access-token-not-in-browser'] },
  { name: 'redirect-drops-query.ad-click', fails: ['click-id/survives-redirects'] },
  { name: 'session-storage-cleared.ad-click', fails: ['click-id/survives-navigation'], needsTabs: true },
];

for (const { name, fails, needsTabs } of RECORDED) {
  for (const dialect of DIALECTS) {
    test(`${name}, as ${dialect.name} writes it`, async () => {
      const har = dialect.from(archive(name));
      expect(await rulesThat('fail', har)).toEqual(needsTabs && !dialect.knowsTabs ? [] : fails);
      expect(await rulesThat('inconclusive', har)).toEqual([]);
      const passed = await rulesThat('pass', har);
      expect(passed.length, 'rules that are judged').toBeGreaterThan(20);
    });
  }
}

test("what Shopify's variant of the SDK sends to its own path is judged the same way", async () => {
  const mutant = archive('purchase-without-third-argument.organic');
  const shopifys = JSON.parse(JSON.stringify(mutant).replaceAll('/api/v2/pixel', '/api/v2/shopify_pixel'));
  for (const outcome of ['fail', 'pass', 'inapplicable', 'inconclusive'] as const)
    expect(await rulesThat(outcome, shopifys)).toEqual(await rulesThat(outcome, mutant));
});

test('what a HAR never shows is inapplicable, and its reason says so', async () => {
  const { evidence, target } = await converted(archive('none.organic'));
  const { verdicts } = judgeVisit(evidence, target, RULES);
  const of = (id: string) => verdicts.find(({ rule }) => rule === id);
  expect(of('order/page-first')).toMatchObject({
    outcome: 'inapplicable',
    reason: 'A HAR does not show the calls of ttq',
    unseen: ['calls', 'pages', 'steps', 'consent'],
  });
  expect(of('dedup/counted-once')).toMatchObject({ outcome: 'inapplicable', unseen: ['server'] });
  expect(of('pixel/sdk-loads')).toMatchObject({ outcome: 'inapplicable' });
});

test('what this archive lacks is inconclusive: removed cookies, omitted bodies', async () => {
  const clean = sanitised(archive('none.organic'));
  expect(await rulesThat('inconclusive', clean)).toEqual(['cookie/ttp-lifetime', 'cookie/ttp-domain']);
  expect(await rulesThat('fail', clean)).toEqual([]);

  const bodiless = archive('none.organic');
  for (const { request } of bodiless.log.entries) delete request.postData;
  expect(await rulesThat('inconclusive', bodiless)).toContain('event/expected');
  expect(await rulesThat('fail', bodiless)).toEqual([]);
  const { evidence } = await converted(bodiless);
  expect(evidence.recorder.blind).toContainEqual({
    part: 'messages',
    by: 'file',
    why: expect.stringMatching(/^The HAR lacks the body of (\d+) of \1 requests of the pixel/),
  });
});

test('compressed bodies are decompressed, and those split into form fields are joined again', async () => {
  const bodiesAs = (change: (text: string) => object) => {
    const har = archive('purchase-without-third-argument.organic');
    for (const { request } of har.log.entries)
      if (request.postData) request.postData = change(request.postData.text);
    return har;
  };
  const packed = bodiesAs((text) => ({ text: gzipSync(text).toString('base64'), encoding: 'base64' }));
  const asForm = bodiesAs((text) => {
    const [name, ...rest] = text.split('=');
    return { params: [{ name, value: rest.join('=') }] };
  });
  for (const har of [packed, asForm]) expect(await rulesThat('fail', har)).toEqual(['event-id/present']);
});

for (const [creator, cookies, bodies] of [
  ['WebInspector', /export it with sensitive data$/, /export it with content$/],
  ['BrowserMob Proxy', /CaptureType\.getCookieCaptureTypes/, /CaptureType\.REQUEST_CONTENT/],
  ['Playwright', /mode "full"$/, /content "embed"$/],
  ['Fiddler', /record it with cookies$/, /record it with the bodies of requests$/],
] as const) {
  test(`names what is missing in the words of ${creator}`, async () => {
    const har = sanitised(archive('none.organic'));
    har.log.creator.name = creator;
    for (const { request } of har.log.entries) delete request.postData;
    const { evidence } = await converted(har);
    const whyOf = (part: string) => evidence.recorder.blind?.find((spot) => spot.part === part)?.why;
    expect(whyOf('cookies')).toMatch(cookies);
    expect(whyOf('messages')).toMatch(bodies);
  });
}

test('an archive that begins in the middle of a visit is judged as one that broke off', async () => {
  const whole = archive('purchase-without-third-argument.organic');
  const isPage = ({ request, _resourceType }: { request: { method: string }; _resourceType: string }) =>
    _resourceType === 'document' && request.method === 'GET';
  const pages = whole.log.entries.filter(isPage);
  const from = (entry: unknown) => {
    const har = structuredClone(whole);
    har.log.entries = whole.log.entries.slice(whole.log.entries.indexOf(entry));
    return har;
  };
  const product = from(pages[1]);
  const { evidence } = await converted(product);
  expect(evidence).toMatchObject({
    outcome: 'broken',
    problem: { code: 'starts-late', args: { start: '/' } },
  });
  expect(await rulesThat('fail', product), 'what is there is judged').toEqual(['event-id/present']);

  // The log was opened on a page that was already loaded: its events come first.
  const beacon = whole.log.entries.find(
    ({ request }: { request: { url: string; postData?: { text: string } } }) =>
      /api\/v2\/pixel$/.test(request.url) && /"Pageview"/.test(request.postData?.text ?? ''),
  );
  expect((await converted(from(beacon))).evidence.problem?.code).toBe('starts-late');

  // A reload of the first page repeats the Referer that it was opened with.
  const reloaded = structuredClone(whole);
  const [landing] = reloaded.log.entries.filter(isPage);
  landing.request.headers.push({ name: 'Referer', value: landing.request.url });
  expect((await converted(reloaded)).evidence.outcome).toBe('complete');
});

test("Chrome's cookies with domain and lifetime are judged", async () => {
  const [, chrome] = DIALECTS;
  expect(await rulesThat('pass', chrome!.from(archive('none.organic')))).toEqual(
    expect.arrayContaining(['cookie/ttp-lifetime', 'cookie/ttp-domain']),
  );
});

test('a shop without any pixel fails; one whose script was delivered but sent nothing is inconclusive', async () => {
  const without = archive('none.organic');
  without.log.entries = without.log.entries.filter(
    ({ request }: { request: { url: string } }) => !/tiktok/.test(request.url),
  );
  expect(await rulesThat('fail', without)).toEqual(['pixel/sdk-loads']);

  const silent = archive('none.organic');
  silent.log.entries = silent.log.entries.filter(
    ({ request }: { request: { method: string; url: string } }) =>
      !(/tiktok/.test(request.url) && request.method === 'POST'),
  );
  expect(await rulesThat('fail', silent)).toEqual([]);
});

test('if a HAR does not show what the visitor did, a first page without the pixel may have been passed through', async () => {
  const har = archive('none.ad-click');
  const { entries } = har.log;
  const page = entries.findIndex(({ response }: { response: { status: number } }) => response.status === 200);
  const next = entries.findIndex(
    ({ _resourceType }: { _resourceType: string }, index: number) =>
      index > page && _resourceType === 'document',
  );
  entries.splice(page + 1, next - page - 1);
  expect(await rulesThat('inconclusive', har)).toEqual(
    expect.arrayContaining(['click-id/survives-redirects', 'click-id/reaches-pixel']),
  );
  // Sec-Fetch-User says that it was a click: then the first page is where the ad led.
  entries[page + 1].request.headers.push({ name: 'Sec-Fetch-User', value: '?1' });
  expect(await rulesThat('pass', har)).toContain('click-id/survives-redirects');
});

test('no personal data is left in plain text, in any field', async () => {
  const har = archive('none.organic');
  const text = JSON.stringify(har);
  expect(text, 'the archive itself holds it').toMatch(/Ada\.Buyer(@|%40)Example\.com/i);
  for (const { from } of DIALECTS) {
    const { evidence } = await converted(from(har));
    expect(JSON.stringify(evidence)).not.toMatch(/ada\.buyer(@|%40)|14155550123|demo-token/i);
  }
});

for (const [what, change, message] of [
  ['no request', (har) => (har.log.entries = []), 'it holds no page at all; wanted one of www.shop.example'],
  [
    'pages of another site only',
    (har) =>
      har.log.entries.forEach(({ request }: { request: { url: string } }) => {
        request.url = request.url.replace(/www\.shop\.example:\d+/, 'other.test');
      }),
    'it holds pages of other.test; wanted one of www.shop.example',
  ],
  // biome-ignore lint/suspicious/noExplicitAny: an archive is whatever a program wrote
] as [string, (har: any) => void, string][]) {
  test(`an archive with ${what} is refused`, async () => {
    const har = archive('none.organic');
    change(har);
    await expect(converted(har)).rejects.toThrow(message);
  });
}

test('an archive without a click id is not the visit of an ad', async () => {
  const site = await demo(1);
  const visit = { journey: 'purchase', scenario: 'ad-click' };
  expect(() => harToEvidence(archive('none.organic'), site, visit)).toThrow(
    'its first page was opened without a ttclid; wanted a visit from an ad',
  );
});

test('a mangled archive is judged or refused, and never throws anything else', async () => {
  const [site, text] = [await demo(1), JSON.stringify(archive('browser-calls-events-api.organic'))];
  const junk = fc.oneof(fc.constantFrom(null, undefined, -1, '', [], {}, 'http://', 1e308), fc.jsonValue());
  const step = fc.record({ path: fc.array(fc.nat(), { minLength: 1, maxLength: 7 }), value: junk });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const har = JSON.parse(text);
      for (const { path, value } of steps) put(har, path, value);
      const read = readEvidence(JSON.stringify(har));
      if (read.kind !== 'har') return;
      try {
        const evidence = harToEvidence(read.document, site, { journey: 'purchase' });
        expect(schemaErrors(evidence)).toEqual([]);
        const { verdicts } = judgeVisit(evidence, site, RULES);
        expect(verdicts.filter(({ reason }) => reason?.startsWith('The rule itself failed'))).toEqual([]);
      } catch (error) {
        if (!(error instanceof HarError)) throw error;
      }
    }),
    { numRuns: samples(150) },
  );
});

test('a value that is neither a number nor the text of one counts as missing', async () => {
  const har = JSON.parse(JSON.stringify(archive('browser-calls-events-api.organic')));
  for (const { timings } of har.log.entries) timings.wait = { toString: '' };
  const beacon = har.log.entries.find(({ request }: { request: { url: string } }) =>
    request.url.endsWith('/api/v2/pixel'),
  );
  beacon.response.status = { toString: '' };
  const { requests } = harToEvidence(har, await demo(1), { journey: 'purchase' });
  expect(requests.find(({ url }) => url === beacon.request.url)?.status).toBe(0);
});

/** Puts a value somewhere into a document: each number chooses among the members there are. */
function put(document: unknown, [choice = 0, ...rest]: number[], value: unknown): void {
  if (typeof document !== 'object' || document === null) return;
  const names = Object.keys(document);
  const name = names[choice % names.length];
  if (name === undefined) return;
  const members = document as Record<string, unknown>;
  if (rest.length === 0 || typeof members[name] !== 'object') members[name] = value;
  else put(members[name], rest, value);
}
