import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '../capture/support.ts';
import { REST } from '../rest.ts';
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

/** The one with a navigation in between. CI runs all cases. */
const EVERY_DAY = ['a link leads on while the pixel of the page before is on its way'];

test('the daily sample is part of all cases', () => {
  expect(SLOW_SITES.map(({ name }) => name)).toEqual(expect.arrayContaining(EVERY_DAY));
});

for (const site of SLOW_SITES) {
  test(site.name, EVERY_DAY.includes(site.name) ? {} : REST, async ({ lane, logs }) => {
    const seen = await recordSlowly(site, lane, logs);
    expect(seen).toEqual({ problem: undefined, unloaded: [], failed: [], views: site.views ?? 1 });
  });
}
