import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { Lane } from '../../../src/drift/lane.ts';
import { play } from '../../../src/drift/play.ts';
import { PROBES } from '../../../src/drift/probes/index.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import { DEFAULT_SDK, type Target } from '../../../src/target/target.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { document, Site } from '../capture/site.ts';
import { LoopbackProxy, Outside, withBrowserArguments, withEnvironment } from '../double/proxies.ts';
import { baseCode, PIXEL } from '../double/support.ts';
import { REST } from '../rest.ts';
import { test as base } from '../test.ts';

/** Visits on a machine that names a proxy, behind which TikTok would be. */
const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

interface Machine {
  outside: Outside;
  /** Leads every host to the outside. */
  working: LoopbackProxy;
  refusing: LoopbackProxy;
}

const test = base.extend<{ machine: Machine; visit: (change?: Partial<Target>) => Promise<Evidence> }>({
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
    await use(async (change = {}) => {
      const target = { ...site.target({ start: '/', steps: [] }, [PIXEL]), ...change };
      const session = await Session.open();
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
  test(
    `a ${kind} proxy of the environment is not used`,
    kind === 'working' ? {} : REST,
    async ({ machine, visit }) => {
      const evidence = await withEnvironment(naming(machine[kind]), visit);
      expect(evidence.problem).toBeUndefined();
      expect(JSON.stringify(evidence.requests)).toContain('"ViewContent"');
      expect(machine[kind].asked).toEqual([]);
      expect(machine.outside.asked).toEqual([]);
    },
  );

test('a proxy of the environment is not used when two SDKs are compared', REST, async ({ machine }) => {
  const played = await withEnvironment(naming(machine.working), async () => {
    const lane = await Lane.open(DEFAULT_SDK);
    const result = await play(PROBES.find(({ name }) => name === 'page/queued')!, lane);
    await lane.close();
    return result;
  });
  expect(played).toHaveProperty('observation');
  expect(machine.working.asked).toEqual([]);
});

for (const kind of ['working', 'refusing'] as const)
  test(
    `nor is a ${kind} proxy that the browser itself is given`,
    kind === 'working' ? {} : REST,
    async ({ machine, visit }) => {
      const evidence = await withBrowserArguments([`--proxy-server=${machine[kind].url}`], visit);
      expect(evidence.problem).toBeUndefined();
      expect(JSON.stringify(evidence.requests)).toContain('"ViewContent"');
      expect(machine[kind].asked).toEqual([]);
    },
  );

test('a browser that does not trust the key opens no page', REST, async ({ machine, visit }) => {
  const args = ['--ignore-certificate-errors-spki-list=AAAA'];
  const target = { network: 'open' } as const;
  const evidence = await withBrowserArguments(args, () => visit(target));
  expect(evidence.outcome).toBe('broken');
  expect(evidence.problem?.kind).toBe('recorder');
  expect(evidence.problem?.message).toMatch(
    /^The browser does not reach the test double of TikTok: .+ \(net::ERR_CERT_\w+\)\. No page was opened\.$/,
  );
  expect(machine.working.asked).toEqual([]);
});
