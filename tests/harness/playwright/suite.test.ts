import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePorts } from '../../../src/target/ports.ts';
import type { AuditVerdicts } from '../../../src/verdict/verdict.ts';
import { REST } from '../rest.ts';
import { expect, type Ran, test } from './run.ts';

/** A user's own suite, run by Playwright in its own process, as its user runs it. */

test.describe.configure({ timeout: 240_000 });

const statuses = ({ tests }: Ran) =>
  Object.fromEntries([...tests].map(([name, { status }]) => [name, status]));
/** All that went wrong, so that it can be read. */
const allPassed = (ran: Ran) => {
  expect([...ran.tests].filter(([, { status, error }]) => status !== 'passed' && error !== '')).toEqual([]);
  expect(ran.tests.size, ran.output).toBeGreaterThan(0);
  expect(ran.code, ran.output).toBe(0);
};

test('every context is recorded, whoever opens it, on a phone, too', REST, async ({ play }) => {
  const ran = await play('recording.spec.ts');
  allPassed(ran);
  expect([...ran.tests.keys()].filter((name) => name.startsWith('phone: '))).toHaveLength(8);
});

test('matchers say what was expected, what was seen, and what to do', REST, async ({ play }) => {
  const ran = await play('matchers.spec.ts', { args: ['--project=desktop', '--update-snapshots'] });
  expect(ran.code, ran.output).toBe(0);
  const snapshots = `${join(ran.folder, 'results')}-snapshots/matchers.spec.ts-snapshots`;
  expect(await readFile(join(snapshots, 'purchase-desktop.txt'), 'utf8')).toBe(TRACKING);
});

const TRACKING = `Pageview
Pageview
identify
  email: string
Pageview
identify
  email: string
Purchase
  content_id: string
  content_type: string
  currency: string
  value: number
  event_id: order-<number>
`;

test('the banner is answered, and what is judged depends on the answer', REST, async ({ play }) => {
  allPassed(await play('consent.spec.ts', { args: ['--project=desktop'] }));
});

test('each way of losing the double fails, and says by which setting', REST, async ({ play }) => {
  allPassed(await play('closed.spec.ts', { args: ['--project=desktop'] }));
});

test('fixtures, options, matchers and a proxy of their own', REST, async ({ play, shop }) => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { pathname } = new URL(request.url ?? '/', 'http://shop.example');
    fetch(`${shop.url}${pathname}`).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'text/html' }).end(await answer.text());
    });
  });
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const env = { PROXY_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  allPassed(await play('(options|launch).spec.ts', { args: ['--project=desktop'], env }));
  proxy.close();
  expect(asked).toEqual(Array.from({ length: 3 }, () => 'http://shop.example/product'));
});

for (const transport of ['preload', 'server'])
  test(`what the server sends is seen: ${transport}`, REST, async ({ play }) => {
    const [PORT, STUB_PORT] = (await freePorts(2)).map(String) as [string, string];
    const env = { PORT, ...(transport === 'server' ? { STUB_PORT } : {}) };
    allPassed(await play('server.spec.ts', { suite: 'server', env }));
  });

test('every test is judged at its end, and the reporter holds the run', REST, async ({ play }) => {
  const args = ['--project=desktop', '--retries=1'];
  const ran = await play('audit.spec.ts', { args, env: { SUITE_REPORTER: '1' } });
  expect(ran.code).toBe(1);
  expect(statuses(ran)).toEqual({
    'desktop: a correct page passes': 'passed',
    'desktop: an API-only test is not judged': 'passed',
    'desktop: a broken page fails': 'failed',
    'desktop: what is sent as the page is left counts': 'passed',
    'desktop: a page that cannot be left': 'failed',
    'desktop: a page that goes offline at the end': 'passed',
    'desktop: a route of the test answers': 'failed',
    'desktop: a route of the test continues': 'passed',
    'desktop: a test that fails on its own': 'failed',
    'desktop: fails at first': 'passed',
    'desktop: the hook is judged': 'passed',
    'desktop: a broken page passes': 'passed',
  });
  const told = (title: string) => ran.tests.get(`desktop: ${title}`)!;
  expect(told('a broken page fails').error).toContain('event-id/present (blocker)');
  expect(told('a broken page fails').attachments).toEqual(
    expect.arrayContaining(['ttq-visit', 'ttq-evidence', 'ttq-timeline', 'screenshot']),
  );
  expect(told('a page that cannot be left').error).toContain('could not be left within 5 seconds');
  expect(told('a route of the test answers').error).toContain("your test's route answered it");
  expect(told('a test that fails on its own').error).not.toContain('ttq');

  const reports = `${join(ran.folder, 'results')}-ttq`;
  const verdicts = JSON.parse(await readFile(join(reports, 'verdicts.json'), 'utf8')) as AuditVerdicts;
  const [target] = verdicts.targets;
  const visits = new Map(target!.visits.map((visit) => [visit.journey.replace(/^.* › /, ''), visit]));
  expect([...visits].map(([title, { outcome }]) => [title, outcome])).toEqual([
    ['a correct page passes', 'complete'],
    ['a broken page fails', 'complete'],
    ['what is sent as the page is left counts', 'complete'],
    ['a page that cannot be left', 'broken'],
    ['a page that goes offline at the end', 'complete'],
    ['a route of the test answers', 'broken'],
    ['a route of the test continues', 'complete'],
    ['a test that fails on its own', 'broken'],
    ['fails at first', 'complete'],
    ['beforeAll', 'complete'],
  ]);
  expect(visits.get('what is sent as the page is left counts')!.tracked?.map(({ event }) => event)).toContain(
    'Subscribe',
  );
  const unstable = visits.get('fails at first')!.verdicts.find(({ rule }) => rule === 'event-id/present');
  expect(unstable).toMatchObject({ outcome: 'inconclusive', runs: { fail: 1, pass: 1 } });
  expect(target!.run?.length).toBeGreaterThan(0);
  expect(verdicts.gate.reasons.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['failed', 'broken', 'unjudged']),
  );
  expect(await readdir(reports)).toEqual(
    expect.arrayContaining(['verdicts.json', 'scorecard.html', 'results.sarif', 'evidence', 'timelines']),
  );
  expect(ran.output).toMatch(/^Held \(/m);
  expect(ran.output).not.toContain('ada.byron@shop.example');
});

test(
  'without the reporter each test fails on its own, and one line says what was not applied',
  REST,
  async ({ play }) => {
    const args = ['--project=desktop', '--grep', 'broken page|correct page'];
    const ran = await play('audit.spec.ts', { args });
    expect(ran.code).toBe(1);
    expect(ran.output.match(/The rules over the whole run were not applied/g)).toHaveLength(1);
  },
);

for (const [wrong, sentences] of Object.entries({
  pixels: ['The option ttqTarget cannot be used', '/pixels/0: found "nonsense"'],
  journeys: ['/journeys: found a field of target files; in a suite, Playwright provides it'],
  device: ['/setup: found a field of target files', '/device: found a field of target files'],
  consent: ['/consent: found "auto", which only an audit can resolve'],
  rule: ['found no rule "event-id/presnt"'],
  firefox: ['Tracking is recorded in Chromium only, and this project runs firefox'],
  reuse: ['The context of this test is not recorded', 'reuseContext'],
}))
  test(`a configuration with a wrong ${wrong} is one clear error`, REST, async ({ play }) => {
    const args = ['--project=desktop', '--grep', wrong === 'reuse' ? 'opens a page' : 'asks'];
    const ran = await play('wrong.spec.ts', { args, env: { SUITE_WRONG: wrong } });
    expect(ran.code).toBe(1);
    const [told] = ran.tests.values();
    for (const sentence of sentences) expect(told!.error).toContain(sentence);
  });
