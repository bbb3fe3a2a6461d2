import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyPatches } from '../../../fixtures/mutants/apply.ts';
import { type Mutant, STOPS } from '../../../fixtures/mutants/mutant.ts';
import { VARIANTS } from '../../../fixtures/variants/index.ts';
import { RunLog } from '../../../src/double/events-api/run-log.ts';
import type { Session } from '../../../src/recorder/session.ts';
import { RULES } from '../../../src/rules/index.ts';
import { targetIn } from '../../../src/target/load.ts';
import { DEMO_TARGET } from '../../../src/target/run.ts';
import type { ScenarioName, Target, TargetFile } from '../../../src/target/target.ts';
import { SEVERITIES } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import type { VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { preloadSettings } from '../../../src/visit/web-servers.ts';
import { SESSION } from '../capture/support.ts';
import { test as base, type Lasting } from '../test.ts';
import { ShopProcess } from './shop.ts';

/** Which shop to visit, and how. */
export type Visited = Pick<
  Mutant,
  'name' | 'patch' | 'clickUrl' | 'fault' | 'variant' | 'target' | 'until'
> & {
  scenario: ScenarioName;
  /** Whether only mutants of the sample are in this shop: none of them has it send anything when the visit is over. */
  isOfSample?: true;
};

interface Fixtures {
  session: Session;
  shops: Shops;
  /** A folder for the test. */
  folder: string;
  /** Starts the changed shop, makes the visit, and judges it. */
  audit: (visited: Visited) => Promise<VisitVerdicts>;
}

/** Files of the shop that send to the Events API: a shop with changes in them may still be sending when its visit is over. */
const SENDING = ['server.ts', 'events-api.ts'];

/**
 * The shops of a worker. They share a process, which takes two CPU seconds to start, unless one may still be sending when its
 * visit is over.
 */
class Shops {
  private readonly folder: string;
  private shared: ShopProcess | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Starts the shop in a folder; returns its port, a folder for the visit's log, that of the log with the server's calls, and what to do
   * when the visit is over.
   */
  async start(site: string, isAlone: boolean, change?: (target: TargetFile) => void) {
    const logs = await mkdtemp(join(this.folder, 'logs-'));
    if (isAlone) {
      const shop = new ShopProcess(preloadSettings(await demoTarget(0, change), logs));
      return { port: await shop.start(site), logs, calls: logs, stop: () => shop.stop() };
    }
    const shared = join(this.folder, 'shared');
    if (!this.shared || this.shared.hasEnded) {
      await mkdir(shared, { recursive: true });
      this.shared = new ShopProcess(preloadSettings(await demoTarget(0), shared));
    }
    // Each visit starts with an empty log, unaffected by earlier ones.
    await rm(RunLog.in(shared).file, { force: true });
    return { port: await this.shared.start(site), logs, calls: shared, stop: async () => {} };
  }

  async stop(): Promise<void> {
    await this.shared?.stop();
    await rm(this.folder, { recursive: true });
  }
}

const SHOPS: Lasting<Shops> = {
  open: async () => new Shops(await mkdtemp(join(tmpdir(), 'ttq-shops-'))),
  close: (shops) => shops.stop(),
};

/** One browser for each worker, and one process of shops. */
export const test = base.extend<Fixtures>({
  session: async ({ shared }, use) => use(await shared.get(SESSION)),
  shops: async ({ shared }, use) => use(await shared.get(SHOPS)),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-mutant-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  audit: async ({ session, shops, folder }, use) => {
    // Stopped here and not at the end of the visit, as this also runs after a timeout of the test.
    let stop = async () => {};
    await use(async (visited) => {
      const site = join(folder, 'shop');
      const variant = variantOf(visited);
      const patches = [...(variant?.patch ?? []), ...visited.patch];
      applyPatches(site, visited.name, patches, variant?.files);
      const maySend =
        visited.scenario === 'events-api-faults' || visited.patch.some(({ file }) => SENDING.includes(file));
      // The stub gets its instructions once, and those of a variant may differ.
      const isAlone = variant?.target !== undefined || (maySend && !visited.isOfSample);
      const { logs, calls, ...shop } = await shops.start(site, isAlone, variant?.target);
      stop = shop.stop;
      const target = await demoTarget(shop.port, (file) => {
        file.scenarios = [visited.scenario];
        // Many mutants wait for what never comes.
        file.timeouts = { ...file.timeouts, settle: 2_500 };
        if (visited.fault) file.eventsApi = { ...file.eventsApi!, faults: [visited.fault] };
        variant?.target?.(file);
        visited.target?.(file);
        if (visited.until) turnBack(file, visited.until);
      });
      const evidence = await recordVisit(session, target, planOf(visited, target), logs, { calls });
      // No rule yields to a failure that the gate ignores.
      const gate = { ...target.gate, failOn: [...SEVERITIES] };
      return judgeVisit(evidence, { ...target, gate }, RULES);
    });
    await stop();
  },
});

function turnBack({ journeys }: TargetFile, stop: keyof typeof STOPS): void {
  const { steps, events } = STOPS[stop];
  for (const journey of journeys) {
    journey.steps = (journey.steps ?? []).slice(0, steps);
    journey.expect = (journey.expect ?? []).filter(({ event }) => events.some((known) => known === event));
  }
}

function variantOf({ name, variant }: Visited) {
  const found = VARIANTS.find((one) => one.name === variant);
  if (variant !== undefined && !found) throw new Error(`${name}: there is no variant ${variant}`);
  return found;
}

/** The demo target, changed, with shorter timeouts for what a broken shop never sends. */
export async function demoTarget(
  port: number,
  change: (file: TargetFile) => void = () => {},
): Promise<Target> {
  const path = DEMO_TARGET;
  const file = JSON.parse(await readFile(path, 'utf8')) as TargetFile;
  change(file);
  const target = targetIn(file, path, port);
  return { ...target, timeouts: { ...target.timeouts, settle: 1500, delivery: 4000 } };
}

function planOf({ name, scenario, clickUrl }: Visited, target: Target) {
  const plan = planVisits(target).find(
    (one) => one.scenario === scenario && (clickUrl === undefined || one.clickUrl === clickUrl),
  );
  if (!plan) throw new Error(`${name}: the demo target has no visit ${scenario} ${clickUrl ?? ''}`);
  return plan;
}
