import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from '@playwright/test';
import { RULES } from '../../../src/rules/index.ts';
import { loadTarget } from '../../../src/target/load.ts';
import type { RunOptions } from '../../../src/target/options.ts';
import { refusedLine } from '../../../src/target/refusal.ts';
import {
  DEMO_TARGET,
  loadRun,
  loadTargets,
  SHORT_DEMO_TARGET,
  targetPatterns,
} from '../../../src/target/run.ts';
import { RUN_KEY } from '../../../src/target/run-file.ts';
import { type RunTarget, withServed } from '../../../src/target/shared-run.ts';
import type { Target } from '../../../src/target/target.ts';
import { policyProblems } from '../../../src/verdict/policy.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { serversOf } from '../../../src/visit/web-servers.ts';
import { withEnvironment } from '../double/proxies.ts';
import { cleanTarget } from '../rules/clean.ts';
import { test as base } from '../test.ts';

const file = {
  name: 'shop',
  baseURL: 'http://127.0.0.1:{port}',
  pixels: ['C0000000000000000000'],
  journeys: [{ name: 'visit', start: '/' }],
};
const server = { command: 'node shop.js', url: 'http://127.0.0.1:3000/' };

type Load = (files: Record<string, unknown>, options?: RunOptions) => ReturnType<typeof loadTargets>;

const test = base.extend<{ load: Load }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  load: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-run-'));
    await use((files, options = {}) => {
      for (const [name, content] of Object.entries(files))
        writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
      return loadTargets([folder], options, (target) => policyProblems(target, RULES, '2026-11-22'));
    });
    await rm(folder, { recursive: true });
  },
});

/** What only the short audit has. */
const ownOf = ({ name, clickUrls, scenarios, eventsApi }: Target) => ({
  name,
  clickUrls,
  scenarios,
  eventsApi,
});

test('each pattern is on its own line; without any, the target is the demo shop', () => {
  expect(targetPatterns('a.json\n\nmore/*.json\n')).toEqual(['a.json', 'more/*.json']);
  expect(targetPatterns('')).toEqual([expect.stringMatching(/demo-shop\.json$/)]);
  expect(() => targetPatterns('', '/no/such/demo.json')).toThrow(
    'No target is named. Run ttq-conformance audit <file>',
  );
});

test('the short audit of the demo shop is the demo shop in four visits', async () => {
  const [all, few] = await Promise.all(
    [DEMO_TARGET, SHORT_DEMO_TARGET].map(async (file) => loadTarget(file, 4173)),
  );
  expect(planVisits(few!).map(({ scenario }) => scenario)).toEqual([
    'organic',
    'ad-click',
    'ad-click',
    'events-api-faults',
  ]);
  expect(few!.clickUrls.every((url) => all!.clickUrls.includes(url))).toBe(true);
  expect({ ...few, ...ownOf(all!) }).toEqual(all);
});

test('each target has its own port', async ({ load }) => {
  const { targets } = await load({ 'a.json': { ...file, name: 'a' }, 'b.json': { ...file, name: 'b' } });
  const ports = targets.flatMap(({ target, sparePort }) => [new URL(target.baseURL).port, String(sparePort)]);
  expect(new Set(ports).size).toBe(4);
});

for (const [what, content, name, problem] of [
  ['a file that is no JSON', '{ "name": "b", ', 'b.json', 'found a syntax error'],
  ['a wrong field', { ...file, name: 'b', pixels: ['x'] }, 'b', '/pixels/0: found "x"'],
  [
    'a rule that does not exist',
    { ...file, name: 'b', rules: { 'event-id/presnt': 'off' } },
    'b',
    '/rules/event-id~1presnt: found no rule "event-id/presnt"; wanted one of event-id/present',
  ],
  [
    'the name of another target',
    { ...file, name: 'SHOP' },
    'SHOP',
    '/name: found "SHOP", which is also the name of another target',
  ],
  [
    'the very name of another target',
    file,
    'b.json',
    '/name: found "shop", which is also the name of another target',
  ],
  ['a name that leads elsewhere', { ...file, name: '..' }, '..', '/name: found ".."'],
  [
    'a server where another is',
    { ...file, name: 'b', server: { ...server, command: 'node other.js' } },
    'b',
    '/server/url: found http://127.0.0.1:3000/',
  ],
  [
    'events to forward, without the second yes',
    { ...file, name: 'b', events: 'forward' },
    'b',
    '--forward-events',
  ],
] as const) {
  test(`${what}: refused, and the others are not`, async ({ load }) => {
    const { targets, refused } = await load({ 'a.json': { ...file, server }, 'b.json': content });
    expect(targets.map(({ target }) => target.name)).toEqual(['shop']);
    expect(refused).toHaveLength(1);
    expect(refused[0]!.target.endsWith(name)).toBe(true);
    const line = refusedLine(refused[0]!.refusals);
    expect(line).toContain(problem);
    expect(line).not.toContain('\n');
  });
}

for (const [what, content] of [
  ['a wrong address', { ...file, name: 'b', identity: { email: 'ada.buyer at example.com' } }],
  ['a wrong token', { ...file, name: 'b', server: { ...server, env: { TOKEN: [424242424242] } } }],
  [
    'a step with an address',
    { ...file, name: 'b', journeys: [{ name: 'visit', start: 'ada.buyer@example.com' }], spa: 1 },
  ],
  ['a file that is no JSON', '{"phone":+14155550123}'],
] as const) {
  test(`${what} is reported to whoever wrote it, and not in the verdicts`, async ({ load }) => {
    const { refused } = await load({ 'a.json': file, 'b.json': content });
    expect(refused).toHaveLength(1);
    expect(JSON.stringify(refused[0]!.refusals)).not.toMatch(/ada|4242|1415|5550123/);
    expect(refusedLine(refused[0]!.refusals)).toMatch(/wanted/);
  });
}

test('targets that share a back end have one server and one log, and those that share a stub one stub', async () => {
  const eventsApi = { transport: 'server', port: 4180 };
  const stubbed = { ...file, identity: {}, eventsApi };
  const content = [
    { ...file, name: 'a', server },
    { ...file, name: 'b', server },
    { ...file, name: 'c', server: { ...server, url: 'http://127.0.0.1:3001/' } },
    { ...stubbed, name: 'd' },
    { ...stubbed, name: 'e' },
  ];
  const folder = await mkdtemp(join(tmpdir(), 'ttq-run-'));
  try {
    for (const one of content) writeFileSync(join(folder, `${one.name}.json`), JSON.stringify(one));
    const run = await withEnvironment(
      { TTQ_TARGET: folder, TTQ_LOGS: '', [RUN_KEY]: '' },
      async () => await loadRun(() => [], folder),
    );
    const told = run.targets.map(({ target, calls, logs, startedBy }) => [
      target.name,
      calls === undefined ? 'its own' : basename(calls),
      startedBy ?? {},
      basename(logs),
    ]);
    expect(told).toEqual([
      ['a', 'its own', {}, 'a'],
      ['b', 'a', { server: 'a' }, 'b'],
      ['c', 'its own', {}, 'c'],
      ['d', 'its own', {}, 'd'],
      ['e', 'd', { stub: 'd' }, 'e'],
    ]);
    expect(run.targets.map((one) => serversOf(one).map(({ name }) => name))).toEqual([
      ["The site's server"],
      [],
      ["The site's server"],
      ['The stub of the Events API'],
      [],
    ]);
    rmSync(run.logs, { recursive: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a back end of several targets knows the hosts of all that it serves', () => {
  const one = (name: string, fields: Partial<Target>, startedBy?: RunTarget['startedBy']): RunTarget => ({
    target: cleanTarget((target) => Object.assign(target, { name, network: 'hermetic' }, fields)),
    logs: name,
    ...(startedBy && { startedBy }),
  });
  const first = one('a', {
    baseURL: 'http://a.example:3000',
    hosts: { 'a.example': '127.0.0.1', 'pay.example': '127.0.0.1:1' },
  });
  const all = [
    first,
    one(
      'b',
      {
        baseURL: 'http://b.example',
        hosts: { '*.b.example': '127.0.0.1', 'pay.example': '127.0.0.1:2' },
        pixelPaths: ['/tt'],
      },
      { server: 'a' },
    ),
    one('c', { baseURL: 'http://c.example', hosts: { 'c.example': '127.0.0.1' } }),
    one('d', { baseURL: 'http://d.example', hosts: { 'd.example': '127.0.0.1' } }, { stub: 'a' }),
  ];
  const { target } = withServed(first, all);
  expect(target.hosts).toEqual({
    'a.example': '127.0.0.1',
    'pay.example': '127.0.0.1:1',
    'b.example': 'b.example',
    '*.b.example': '127.0.0.1',
  });
  expect(target.pixelPaths).toEqual(['/tt']);
  expect(withServed(all[2]!, all)).toBe(all[2]);
});

test('nothing left to audit: each problem is reported once', async ({ load }) => {
  const bad = { ...file, events: 'forward' };
  const files = { 'a.json': bad, 'b.json': { ...bad }, 'c.json': '{' };
  const error = await load(files).catch((reason: Error) => reason);
  expect(String(error).match(/--forward-events/g)).toHaveLength(1);
  expect(String(error)).toContain('found a syntax error');
});

test('one target that is refused is reported by its own error', async ({ load }) => {
  await expect(load({ 'a.json': '{' })).rejects.toMatchObject({ name: 'TargetError' });
});

test('what many files lack is reported once, and so is what one of them lacks as well', async ({ load }) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands for a variable of the environment
  const base = { ...file, headers: { 'x-key': '${TTQ_TEST_UNSET}' } };
  const shops = Object.fromEntries(
    Array.from({ length: 7 }, (_, index) => [`shop${index}.json`, { ...base, name: `shop-${index}` }]),
  );
  const unset =
    /^The target files \S+shop0\.json, .* and 3 more cannot be used:\n {2}\/headers\/x-key: found \$\{TTQ_TEST_UNSET\}, [^\n]*\nFix the files, or what they extend, and run again/;
  await expect(load(shops)).rejects.toThrow(unset);
  const { targets, messages } = await load({
    ...shops,
    'good.json': file,
    'wrong.json': { ...base, name: 'w', pixel: [] },
  });
  expect(targets.map(({ target }) => target.name)).toEqual(['shop']);
  expect(messages).toEqual([
    expect.stringMatching(unset),
    expect.stringContaining('wrong.json cannot be used:'),
  ]);
});
