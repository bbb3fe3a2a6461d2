import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '../capture/support.ts';
import { test as base, type Lasting } from '../test.ts';
import { recordSlowly, SlowLane } from './slow-lane.ts';
import { SLOW_SITES } from './slow-sites.ts';

const LANE: Lasting<SlowLane> = { open: () => SlowLane.open(), close: (lane) => lane.close() };

const test = base.extend<{ logs: string; lane: SlowLane }>({
  lane: async ({ shared }, use) => use(await shared.get(LANE)),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  logs: async ({}, use) => {
    const logs = await mkdtemp(join(tmpdir(), 'ttq-settling-'));
    await use(logs);
    await rm(logs, { recursive: true });
  },
});

test.describe.configure({ mode: 'parallel' });

for (const site of SLOW_SITES) {
  test(site.name, async ({ lane, logs }) => {
    const seen = await recordSlowly(site, lane, logs);
    expect(seen).toEqual({ problem: undefined, unloaded: [], failed: [], views: site.views ?? 1 });
  });
}
