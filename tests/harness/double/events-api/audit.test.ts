import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startStandAlone } from '../../../../src/double/events-api/stand-alone.ts';
import type { Evidence } from '../../../../src/evidence/evidence.ts';
import { Session } from '../../../../src/recorder/session.ts';
import { RULES } from '../../../../src/rules/index.ts';
import { loadTarget } from '../../../../src/target/load.ts';
import type { ScenarioName, Target } from '../../../../src/target/target.ts';
import { judgeVisit } from '../../../../src/verdict/judge.ts';
import { planVisits } from '../../../../src/visit/plan.ts';
import { recordVisit } from '../../../../src/visit/record.ts';
import { serversOf } from '../../../../src/visit/web-servers.ts';
import { REST } from '../../rest.ts';
import { test as base, expect } from './support.ts';

const inProject = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

interface Fixtures {
  /** The demo shop, which calls the stand-alone server; one visit of a scenario, or several at once. */
  visit: (...scenarios: ScenarioName[]) => Promise<Evidence[]>;
  target: Target;
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  target: async ({}, use) => {
    const target = await loadTarget(inProject('fixtures/targets/demo-shop.json'), 0);
    await use({ ...target, eventsApi: { ...target.eventsApi, transport: 'server' } });
  },
  visit: async ({ folder, log, target }, use) => {
    const common = { port: 0, https: false, hosts: [], onCall: () => {} };
    const door = await startStandAlone({ ...common, log: log.file, faults: [] });
    const shop = spawn(process.execPath, [inProject('fixtures/shop/server.ts')], {
      env: { ...process.env, PORT: '0', TTQ_EVENTS_API_URL: door.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await portOf(shop);
    const site: Target = { ...target, baseURL: `http://www.shop.example:${port}` };
    await use((...scenarios) =>
      Promise.all(
        scenarios.map(async (scenario) => {
          const plan = planVisits(site).find((one) => one.scenario === scenario)!;
          const session = await Session.open();
          try {
            return await recordVisit(session, site, plan, folder);
          } finally {
            await session.close();
          }
        }),
      ),
    );
    shop.kill('SIGKILL');
    await door.close();
  },
});

async function portOf(shop: ChildProcess): Promise<number> {
  const [line] = await once(shop.stdout!, 'data');
  return Number(/127\.0\.0\.1:(\d+)/.exec(String(line))![1]);
}

test.describe.configure({ mode: 'parallel' });

test(
  'visits that run at once each get the server events that they caused',
  REST,
  async ({ visit, target }) => {
    const visits = await visit('ad-click', 'organic', 'organic');
    for (const evidence of visits) {
      const { requests, seen, unattributed } = evidence.server;
      expect({ seen, unattributed, count: requests.length }).toEqual({
        seen: true,
        unattributed: undefined,
        count: 1,
      });
      const failed = judgeVisit(evidence, target, RULES).verdicts.filter(
        ({ outcome }) => outcome === 'fail' || outcome === 'inconclusive',
      );
      expect(failed).toEqual([]);
    }
    expect(visits.map(({ server }) => server.requests[0]!.tiedBy)).toEqual([
      'click-id',
      'event-id',
      'event-id',
    ]);
    expect(new Set(visits.map(({ requests }) => requests.find((one) => one.userAgent)!.userAgent)).size).toBe(
      3,
    );
  },
);

test('a visit under a fault meets it, and the visits beside it do not', REST, async ({ visit, target }) => {
  const visits = await visit('events-api-faults', 'organic');
  expect(visits.map(({ fault }) => fault)).toEqual([{ kind: 'too-frequent', times: 1 }, undefined]);
  expect(visits.map(({ server }) => server.requests.map(({ fault }) => fault))).toStrictEqual([
    ['too-frequent', undefined],
    [undefined],
  ]);
  for (const evidence of visits) {
    const { verdicts } = judgeVisit(evidence, target, RULES);
    expect(verdicts.filter(({ outcome }) => outcome === 'fail' || outcome === 'inconclusive')).toEqual([]);
  }
});

test('a run starts the server first, and passes its URL to the site', ({ target, folder }) => {
  const server = {
    command: 'php -S 127.0.0.1:8000',
    url: 'http://127.0.0.1:8000',
    env: { API: '{eventsApi}/base' },
  };
  const [door, site] = serversOf({ logs: folder, eventsApiPort: 4180, target: { ...target, server } });
  expect(door).toMatchObject({
    url: 'http://127.0.0.1:4180/',
    command: expect.stringContaining(' events-api --port 4180 --log '),
  });
  expect(site).toMatchObject({
    command: 'php -S 127.0.0.1:8000',
    env: { API: 'http://127.0.0.1:4180/base', TTQ_EVENTS_API_URL: 'http://127.0.0.1:4180' },
  });
});
