import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { targetIn } from '../../../src/target/load.ts';
import type { Target, TargetFile } from '../../../src/target/target.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { targetFile } from '../../../src/visit/run.ts';
import { Session } from '../../../src/visit/session.ts';
import { preloadSettings } from '../../../src/visit/web-servers.ts';
import { startShop } from '../mutants/shop.ts';

const SHOP = fileURLToPath(new URL('../../../fixtures/shop', import.meta.url));

async function demoTarget(port: number): Promise<Target> {
  const path = targetFile('');
  const file = JSON.parse(await readFile(path, 'utf8')) as TargetFile;
  file.scenarios = ['ad-click'];
  file.journeys = [{ name: 'landing', start: '/' }];
  return targetIn(file, path, port);
}

base('x', async () => {
  base.setTimeout(120_000);
  const logs = await mkdtemp(join(tmpdir(), 'ttq-redirects-'));
  const session = await Session.open(await demoTarget(0));
  const shop = await startShop(SHOP, preloadSettings(session.target, logs));
  const target = await demoTarget(shop.port);
  for (const plan of planVisits(target)) {
    const t = Date.now();
    const evidence: Evidence = await recordVisit(session, target, plan, logs);
    console.log(
      plan.clickUrl,
      Date.now() - t,
      evidence.outcome,
      JSON.stringify(
        evidence.documents.map(({ via, hops, url, arrival }) => ({ via, arrival, url, hops })),
        undefined,
        1,
      ).replaceAll(evidence.clickId!, 'ID'),
    );
  }
  await shop.stop();
  await session.close();
  await rm(logs, { recursive: true });
  expect(1).toBe(1);
});
