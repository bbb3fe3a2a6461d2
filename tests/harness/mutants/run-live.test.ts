import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { applyPatches } from '../../../fixtures/mutants/apply.ts';
import { RULES } from '../../../src/rules/index.ts';
import { targetVerdicts } from '../../../src/verdict/audit.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { preloadSettings } from '../../../src/visit/web-servers.ts';
import { REST } from '../rest.ts';
import { demoTarget, test } from './fixtures.ts';
import { ShopProcess } from './shop.ts';

/** What two visitors of one shop share. Each visit by itself is right. */
const PATCHES = [
  {
    file: 'orders.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of the shop's own template
    find: "`${Date.now().toString(36)}-${randomBytes(5).toString('hex')}`",
    replace: "'10001'",
  },
  { file: 'pages.ts', find: "newEventId('view')", replace: "'view-from-cache'" },
];

test(
  'a shop that numbers orders anew and caches its product page, visited twice',
  REST,
  async ({ session, folder }) => {
    const [site, logs] = [join(folder, 'shop'), await mkdtemp(join(folder, 'logs-'))];
    applyPatches(site, 'one-number', PATCHES);
    const shop = new ShopProcess(preloadSettings(await demoTarget(0), logs));
    try {
      const target = await demoTarget(await shop.start(site), (file) => {
        file.scenarios = ['organic', 'mobile'];
      });
      const evidence = await Promise.all(
        planVisits(target).map((plan) => recordVisit(session, target, plan, logs)),
      );
      const visits = evidence.map((one) => judgeVisit(one, target, RULES));
      const { run = [] } = targetVerdicts(target, visits, {
        today: visits[0]!.digest!.startedAt.slice(0, 10),
      });
      const failing = run.filter(({ outcome }) => outcome === 'fail');
      expect(failing.map(({ rule, findings }) => [rule, findings.map(({ args }) => args)])).toEqual([
        ['event-id/unique-across-visits', [{ event: 'Purchase', id: 'order-10001', visits: 2 }]],
        [
          'event-id/not-cached',
          [{ event: 'ViewContent', id: 'view-from-cache', page: expect.any(String), visits: 2 }],
        ],
      ]);
      const inVisits = visits.flatMap(({ verdicts }) => verdicts.filter(({ outcome }) => outcome === 'fail'));
      expect(inVisits.map(({ rule }) => rule)).toEqual([]);
    } finally {
      await shop.stop();
    }
  },
);
