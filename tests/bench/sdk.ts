import type { Page } from '@playwright/test';
import { pagesOf } from '../../src/drift/base-code.ts';
import { Lane } from '../../src/drift/lane.ts';
import { SHOP } from '../../src/drift/probe.ts';
import { DEFAULT_SDK } from '../../src/target/target.ts';
import { median } from './statistics.ts';

const WARM_UPS = 2;
const MOUNTED = `window.ttq && ttq._mounted && performance.getEntriesByType('resource').some(({ name }) => name.includes('/identify_'))`;

/**
 * Milliseconds of main-thread script time until the stand-in SDK is mounted, compared with the same page without the base code,
 * alternating, each in a fresh context.
 */
export async function measureSdk(rounds: number): Promise<void> {
  const lane = await Lane.open(DEFAULT_SDK);
  try {
    const [page] = pagesOf({ name: 'bench', about: '', end: 'mounted' }).values();
    lane.shop.pages = new Map([
      ['/with', page!],
      ['/without', '<!doctype html><title>Shop</title>'],
    ]);
    const times = { with: [] as number[], without: [] as number[] };
    for (let round = -WARM_UPS; round < rounds; round += 1) {
      for (const kind of ['with', 'without'] as const) {
        const time = await scriptTime(lane, kind);
        if (round >= 0) times[kind].push(time);
      }
    }
    const [withSdk, without] = [median(times.with), median(times.without)];
    console.log(`Stand-in SDK, load and mount, main-thread script time, ${rounds} loads each:`);
    console.log(`  with ${withSdk.toFixed(1)} ms, without ${without.toFixed(1)} ms (medians)`);
  } finally {
    await lane.close();
  }
}

async function scriptTime({ browser }: Lane, kind: 'with' | 'without'): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(`${SHOP}/${kind}`, { waitUntil: 'load' });
    if (kind === 'with') await untilMounted(page);
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'ScriptDuration')!.value;
  } finally {
    await context.close();
  }
}

async function untilMounted(page: Page): Promise<void> {
  // Checking costs script time, too, so it is done rarely.
  await page.waitForFunction(MOUNTED, undefined, { polling: 50, timeout: 10_000 });
}
