import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { OWN_HOST } from '../../../src/double/server.ts';
import { Lane } from '../../../src/drift/lane.ts';
import { play } from '../../../src/drift/play.ts';
import { SCENARIOS } from '../../../src/drift/scenarios/index.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { DEFAULT_SDK } from '../../../src/target/target.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { Session } from '../../../src/visit/session.ts';
import { document, Site } from '../capture/site.ts';
import { baseCode, PIXEL } from '../double/support.ts';
import { LoopbackProxy, Outside, withBrowserArguments, withEnvironment } from './proxies.ts';

/** Visits on a machine that names a proxy, behind which TikTok would be. */
const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

interface Machine {
  outside: Outside;
  /** Leads every host to the outside. */
  working: LoopbackProxy;
  refusing: LoopbackProxy;
}

const test = base.extend<{ machine: Machine; visit: () => Promise<Evidence> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  machine: async ({}, use) => {
    const outside = await Outside.start();
    const working = await LoopbackProxy.start(() => outside.port);
    const refusing = await LoopbackProxy.start(() => undefined);
    await use({ outside, working, refusing });
    for (const one of [working, refusing, outside]) one.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  visit: async ({}, use) => {
    const logs = await mkdtemp(join(tmpdir(), 'ttq-proxied-'));
    const site = await Site.start();
    site.pages.set('/', document(baseCode(`ttq.load('${PIXEL}'); ttq.page(); ttq.track('ViewContent');`)));
    await use(async () => {
      const target = site.target({ start: '/', steps: [] }, [PIXEL]);
      const session = await Session.open(target);
      try {
        return await recordVisit(session, target, planVisits(target)[0]!, logs);
      } finally {
        await session.close();
      }
    });
    site.close();
    await rm(logs, { recursive: true });
  },
});

const naming = ({ url }: LoopbackProxy) => Object.fromEntries(VARIABLES.map((name) => [name, url]));

for (const kind of ['working', 'refusing'] as const)
  test(`a ${kind} proxy of the environment is not asked for anything`, async ({ machine, visit }) => {
    const evidence = await withEnvironment(naming(machine[kind]), visit);
    expect(evidence.problem).toBeUndefined();
    expect(JSON.stringify(evidence.requests)).toContain('"ViewContent"');
    expect(machine[kind].asked).toEqual([]);
    expect(machine.outside.asked).toEqual([]);
  });

test('nor is it when two SDKs are compared', async ({ machine }) => {
  const played = await withEnvironment(naming(machine.working), async () => {
    const lane = await Lane.open(DEFAULT_SDK);
    const result = await play(SCENARIOS.find(({ name }) => name === 'page/queued')!, lane);
    await lane.close();
    return result;
  });
  expect(played).toHaveProperty('observation');
  expect(machine.working.asked).toEqual([]);
});

test('a browser with a proxy of its own opens no page', async ({ machine, visit }) => {
  const args = [`--proxy-server=${machine.working.url}`];
  const evidence = await withBrowserArguments(args, visit);
  expect(evidence.outcome).toBe('broken');
  expect(evidence.problem?.kind).toBe('recorder');
  expect(evidence.problem?.message).toMatch(
    /^The browser does not reach the double .+: a proxy or another server, at 127\.0\.0\.1:\d+, answered with status 200\. No page was opened\.$/,
  );
  // A name that is nobody's. Chromium may try a certificate twice.
  expect(new Set(machine.working.asked)).toEqual(new Set([`CONNECT ${OWN_HOST}:443`]));
});

test('a drift scenario in a browser with a proxy of its own is no observation', async ({ machine }) => {
  const args = [`--proxy-server=${machine.refusing.url}`];
  const played = await withBrowserArguments(args, async () => {
    const lane = await Lane.open(DEFAULT_SDK);
    const result = await play(SCENARIOS[0]!, lane);
    await lane.close();
    return result;
  });
  expect(played).toEqual({
    problem: expect.stringMatching(/^the browser does not reach the double .+: a proxy stands between/),
  });
});

for (const [kind, what] of [
  ['working', /: a proxy or another server, at 127\.0\.0\.1:\d+, answered with status 200\. So what/],
  [
    'refusing',
    /: a proxy stands between and did not let it through \(net::ERR_TUNNEL_CONNECTION_FAILED\)\. So what/,
  ],
] as const)
  test(`a ${kind} proxy for TikTok's hosts only breaks the visit at its last request`, async ({
    machine,
    visit,
  }) => {
    const args = [`--proxy-server=${machine[kind].url}`, `--proxy-bypass-list=${OWN_HOST};*.site.test`];
    const { outcome, problem, failed } = await withBrowserArguments(args, visit);
    expect(outcome).toBe('broken');
    expect(problem?.message).toMatch(/^The last request of the visit did not reach the double/);
    expect(problem?.message).toMatch(what);
    // Its own requests are no part of what the site did.
    expect(failed.filter(({ url }) => url.includes('/ttq-conformance/'))).toEqual([]);
  });
