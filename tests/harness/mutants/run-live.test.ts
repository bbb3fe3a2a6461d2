import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { applyPatches } from '../../../fixtures/mutants/apply.ts';
import type { Patch } from '../../../fixtures/mutants/mutant.ts';
import { SERVICE_WORKER } from '../../../fixtures/variants/service-worker.ts';
import type { Session } from '../../../src/recorder/session.ts';
import { RULES } from '../../../src/rules/index.ts';
import type { TargetFile } from '../../../src/target/target.ts';
import { targetVerdicts } from '../../../src/verdict/audit.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import type { Verdict } from '../../../src/verdict/verdict.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { preloadSettings } from '../../../src/visit/web-servers.ts';
import { REST } from '../rest.ts';
import { demoTarget, test } from './fixtures.ts';
import { ShopProcess } from './shop.ts';

/** What two visitors of one shop share. Each visit alone is correct. */
const PATCHES = [
  {
    file: 'orders.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of the shop's own template
    find: "`${Date.now().toString(36)}-${randomBytes(5).toString('hex')}`",
    replace: "'10001'",
  },
  { file: 'pages.ts', find: "newEventId('view')", replace: "'view-from-cache'" },
];

/** The service worker answers with what it kept when a page was seen first, from the first product on. */
const KEPT_PAGES: readonly Patch[] = [
  {
    file: 'public/worker.js',
    find: '  try {\n    return await fetch(request);',
    replace: `  const known = await caches.match(request);
  if (known) return known;
  try {
    const answer = await fetch(request);
    await (await caches.open(KEPT)).put(request, answer.clone());
    return answer;`,
  },
  {
    file: 'pages.ts',
    find: "<script>navigator.serviceWorker.register('/worker.js');</script>",
    replace: `<script>
navigator.serviceWorker.register('/worker.js');
addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || navigator.serviceWorker.controller) return;
  event.preventDefault();
  navigator.serviceWorker.addEventListener('controllerchange', () => { location = link.href; });
}, { capture: true });
</script>`,
  },
];

/** The result of a run of one shop, visited as its target says: the failing rules over the run. Each visit on its own is right. */
async function failingOverTheRun(
  session: Session,
  folder: string,
  { name, patch, files }: { name: string; patch: readonly Patch[]; files?: string },
  change: (file: TargetFile) => void,
): Promise<Verdict[]> {
  const [site, logs] = [join(folder, 'shop'), await mkdtemp(join(folder, 'logs-'))];
  applyPatches(site, name, patch, files);
  const shop = new ShopProcess(preloadSettings(await demoTarget(0, change), logs));
  try {
    const target = await demoTarget(await shop.start(site), change);
    const evidence = await Promise.all(
      planVisits(target).map((plan) => recordVisit(session, target, plan, logs)),
    );
    const visits = evidence.map((one) => judgeVisit(one, target, RULES));
    const inVisits = visits.flatMap(({ verdicts }) => verdicts.filter(({ outcome }) => outcome === 'fail'));
    expect(inVisits.map(({ rule }) => rule)).toEqual([]);
    const { run = [] } = targetVerdicts(target, visits, {
      today: visits[0]!.digest!.startedAt.slice(0, 10),
    });
    return run.filter(({ outcome }) => outcome === 'fail');
  } finally {
    await shop.stop();
  }
}

const argsOf = (failing: Verdict[]) =>
  failing.map(({ rule, findings }) => [rule, findings.map(({ args }) => args)]);

test(
  'a shop that restarts its order numbers and caches its product page, visited twice',
  REST,
  async ({ session, folder }) => {
    const shop = { name: 'one-number', patch: PATCHES };
    const failing = await failingOverTheRun(session, folder, shop, (file) => {
      file.scenarios = ['organic', 'mobile'];
    });
    expect(argsOf(failing)).toEqual([
      ['event-id/unique-across-visits', [{ event: 'Purchase', id: 'order-10001', visits: 2 }]],
      [
        'event-id/not-cached',
        [{ event: 'ViewContent', id: 'view-from-cache', page: expect.any(String), visits: 2 }],
      ],
    ]);
  },
);

test(
  'a shop whose service worker keeps the pages that it has seen, visited once',
  REST,
  async ({ session, folder }) => {
    const { patch, files, target } = SERVICE_WORKER;
    const shop = { name: 'kept-pages', patch: [...patch, ...KEPT_PAGES], ...(files ? { files } : {}) };
    const failing = await failingOverTheRun(session, folder, shop, (file) => {
      target?.(file);
      file.scenarios = ['organic'];
      const addOne = [
        { click: "role=link[name='Blue Widget']" },
        { click: "role=button[name='Add to cart']" },
      ];
      file.journeys[0]!.steps = [...addOne, { click: "role=link[name='Widget Shop']" }, ...addOne];
      file.journeys[0]!.expect = [{ event: 'AddToCart', count: 2 }];
    });
    const kept = { page: '/products/blue-widget', cache: "the service worker's cache" };
    expect(argsOf(failing)).toEqual([
      [
        'event-id/unique-across-visits',
        [{ event: 'AddToCart', id: expect.stringMatching(/^add-/), ...kept }],
      ],
      [
        'event-id/new-for-each-view',
        [{ event: 'ViewContent', id: expect.stringMatching(/^view-/), ...kept }],
      ],
    ]);
  },
);
